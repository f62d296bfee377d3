"""Behind the figures of calls: the calls, or the companies that were called."""

from sqlalchemy import ColumnElement, FromClause, and_, func, select

from salesdesk.context import Context
from salesdesk.i18n import N_
from salesdesk.lead.behind.opening import (
    AT,
    NAME,
    OF_CLIENT,
    WHO,
    Kind,
    Opening,
    Wanted,
    clients_of,
    of_client,
    people_of,
)
from salesdesk.lead.figures import Column, Unit
from salesdesk.lead.grouping import CLIENT, OPERATOR
from salesdesk.lead.reports import calls

_ANSWERS = {"rate": "calls"}
"""What the figures of answers are among those of calls: a share opens into what it is divided by."""

_CALLS = (
    AT,
    NAME,
    WHO,
    Column("outcome", N_("Outcome"), Unit.TEXT),
    Column("goal", N_("Goal"), Unit.TEXT),
    Column("goal_result", N_("Result"), Unit.TEXT),
    Column("talk_seconds", N_("Talk time"), Unit.SECONDS),
    Column("note", N_("Note"), Unit.TEXT),
)
_COMPANIES = (
    *OF_CLIENT,
    Column("calls", N_("Calls"), Unit.COUNT),
    Column("at", N_("Last call"), Unit.INSTANT),
)


def opened(context: Context, wanted: Wanted) -> Opening:
    """Open a figure of calls, the last call first."""
    rows = calls.selected(context, wanted.asked).subquery("rows")
    counts = calls.counting(context, rows)[_ANSWERS.get(wanted.figure, wanted.figure)]
    counted = and_(wanted.here(rows.c.grp), counts)
    if wanted.figure in {"companies", "calls_per_company"}:
        return _companies(rows, counted, fewest_first=wanted.figure == "calls_per_company")
    statement = (
        select(
            rows.c.client_id,
            rows.c.started_at.label("at"),
            CLIENT.c.name,
            OPERATOR.c.login.label("operator"),
            rows.c.outcome,
            rows.c.goal,
            rows.c.goal_result,
            rows.c.talk_seconds,
            rows.c.note,
        )
        .select_from(people_of(rows))
        .where(counted)
        .order_by(rows.c.started_at.desc(), rows.c.id.desc())
    )
    return Opening(Kind.CALLS, _CALLS, statement)


def _companies(rows: FromClause, counted: ColumnElement[bool], *, fewest_first: bool) -> Opening:
    """Give each company once: called most, first; for the calls per company, those dropped after one call."""
    called = (
        select(rows.c.client_id, func.count().label("calls"), func.max(rows.c.started_at).label("at"))
        .where(counted)
        .group_by(rows.c.client_id)
        .subquery("called")
    )
    often = called.c.calls
    statement = (
        select(called.c.client_id, *of_client(), often, called.c.at)
        .select_from(clients_of(called))
        .order_by(often if fewest_first else often.desc(), called.c.at.desc(), called.c.client_id)
    )
    return Opening(Kind.CLIENTS, _COMPANIES, statement)
