"""What the sample base's operators are to do each month, and what they cost: some are ahead, some behind."""

from datetime import date
from fractions import Fraction

from sqlalchemy import insert, select
from sqlmodel import Session

from salesdesk.base.periods import Kind, Period, whole
from salesdesk.codes import Measure
from salesdesk.context import Context
from salesdesk.lead.pace import PersonPace, pace
from salesdesk.lead.working_time import month_code
from salesdesk.models import OperatorCost, Target
from salesdesk.sample.staff import Desk
from salesdesk.storage.journal import table_of

_MONTHS = 4
"""This one, and those before."""
_DAYS_LEAST = 5
"""Working days after which this month tells what may be asked of it; until then the one before does."""
_EASY, _HARD = Fraction(95, 100), Fraction(118, 100)
_TOO_MUCH = (None, Measure.CALLS, Measure.PROPOSALS, None, Measure.HIT, Measure.WON, Measure.CONTACTS)
"""From which figure on an operator is asked for more than they do, one operator after another."""
_COSTS = (95_000_00, 60_000_00, 80_000_00, 75_000_00, 65_000_00, 110_000_00)


def set_goals(session: Session, context: Context, desk: Desk) -> None:
    """Plan the last months about what was done in them, and say what each operator costs.

    A base that has plans or costs keeps its own.
    """
    if any(
        session.execute(select(table_of(model).c.id).limit(1)).first() for model in (Target, OperatorCost)
    ):
        return
    month = whole(Kind.MONTH, context.today, context.catalogues.team.zone)
    targets: list[dict[str, object]] = []
    for _turn in range(_MONTHS):
        targets += _month(session, context, desk, month)
        month = month.before
    if targets:
        session.execute(insert(table_of(Target)), targets)
    since = month_code(date(context.today.year - 1, 1, 1))
    session.execute(
        insert(table_of(OperatorCost)),
        [
            {"operator_id": who, "month": since, "amount_minor": _COSTS[place % len(_COSTS)]}
            for place, who in enumerate(desk.weights)
        ],
    )


def _month(session: Session, context: Context, desk: Desk, month: Period) -> list[dict[str, object]]:
    found = pace(session, context, month)
    if found.time.gone < min(_DAYS_LEAST, found.time.days):
        found = pace(session, context, month.before)
    done = {one.operator_id: one for one in found.people}
    return [
        {"operator_id": who, "month": month.code, "measure": measure, "value": value}
        for place, who in enumerate(desk.weights)
        if who in done
        for measure, value in _goals(done[who], _TOO_MUCH[place % len(_TOO_MUCH)])
    ]


def _goals(done: PersonPace, too_much_from: Measure | None) -> list[tuple[Measure, int]]:
    """Give round figures, from one on more than what was done."""
    goals, ambition = [], _EASY
    for figure in done.figures:
        ambition = _HARD if figure.measure is too_much_from else ambition
        if figure.forecast:
            goals.append((figure.measure, _rounded(figure.forecast * ambition)))
    return goals


def _rounded(number: Fraction) -> int:
    """Leave two digits, as people plan."""
    size = int("1" + "0" * max(0, len(str(int(number))) - 2))
    return max(1, round(number / size) * size)
