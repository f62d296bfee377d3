"""Behind the facts of pace: the calls, the deals that came to a stage, or those that were won."""

from dataclasses import replace

from sqlalchemy import select

from salesdesk.codes import Measure
from salesdesk.context import Context
from salesdesk.i18n import N_
from salesdesk.lead.behind import calls, deals
from salesdesk.lead.behind.opening import AMOUNT, NAME, TITLE, WHO, Kind, Opening, Wanted, people_of
from salesdesk.lead.figures import Column, Unit
from salesdesk.lead.flow import DEAL
from salesdesk.lead.grouping import CLIENT, OPERATOR
from salesdesk.lead.pace import CAME, STAGES
from salesdesk.wording import MEASURES

FIGURES = tuple(Column(measure.value, MEASURES[measure], Unit.COUNT) for measure in Measure)
"""What is opened is the fact of a measure: of plans and forecasts there are no rows."""

_DEALS = (NAME, TITLE, AMOUNT, Column("at", N_("Came"), Unit.INSTANT), WHO)
_OF_CALLS = {Measure.CALLS, Measure.CONTACTS, Measure.HIT}


def opened(context: Context, wanted: Wanted) -> Opening:
    """Open the fact of one measure: of a person, or of the team."""
    team = wanted.spot.total or wanted.asked.by == "measure"
    asked = replace(wanted.asked, by=None if team else "operator")
    wanted = replace(wanted, asked=asked, spot=replace(wanted.spot, total=team))
    measure = Measure(wanted.figure)
    if measure in _OF_CALLS:
        return calls.opened(context, wanted)
    return deals.won(context, wanted) if measure in {Measure.WON, Measure.AMOUNT} else _came(wanted, measure)


def _came(wanted: Wanted, measure: Measure) -> Opening:
    period = wanted.asked.period
    came = CAME.params(start=period.start, end=period.end).subquery("came")
    stage = next(code for code, of_stage in STAGES.items() if of_stage is measure)
    statement = (
        select(
            came.c.client_id,
            CLIENT.c.name,
            DEAL.c.title,
            DEAL.c.amount_minor.label("amount"),
            came.c.at,
            OPERATOR.c.login.label("operator"),
        )
        .select_from(people_of(came).outerjoin(DEAL, DEAL.c.id == came.c.deal_id))
        .where(came.c.to_stage == stage, wanted.here(came.c.operator_id))
        .order_by(came.c.at.desc(), came.c.id)
    )
    return Opening(Kind.DEALS, _DEALS, statement)
