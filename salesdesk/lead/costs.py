"""What operators cost in a period, against the money that they brought."""

from collections import defaultdict
from fractions import Fraction

from sqlalchemy import bindparam, select
from sqlmodel import Session

from salesdesk.base.periods import Period
from salesdesk.context import Context
from salesdesk.lead.people import OPERATORS, operators_of
from salesdesk.lead.working_time import month_code, months, share_of_month
from salesdesk.models import OperatorCost
from salesdesk.storage.among import among
from salesdesk.storage.journal import table_of
from salesdesk.team.rights import leads

COST = table_of(OperatorCost)
_SAID = (
    select(COST.c.operator_id, COST.c.month, COST.c.amount_minor)
    .where(among(COST.c.operator_id, OPERATORS), COST.c.month <= bindparam("month"))
    .order_by(COST.c.month)
)


def spent(
    session: Session, context: Context, period: Period, operator_id: int | None = None
) -> dict[object, int]:
    """Tell what each operator has cost in a period until today, in minor units; no one of whom nobody said.

    A month's cost is spread over its working days. It is not for operators to know.
    """
    if not leads(context):
        return {}
    last = min(period.last, context.today)
    said: dict[int, dict[str, int]] = defaultdict(dict)
    people = operators_of(session, operator_id)
    for row in session.execute(_SAID, {OPERATORS: people, "month": month_code(period.last)}):
        said[row.operator_id][row.month] = int(row.amount_minor)
    if not said:
        return {}
    since = min(min(months_of_one) for months_of_one in said.values())
    shares = {
        month: share_of_month(context, month, period.first, last)
        for month in months(period.first, last)
        if month >= since
    }
    return {who: round(_sum(costs, shares)) for who, costs in said.items()}


def _sum(costs: dict[str, int], shares: dict[str, Fraction]) -> Fraction:
    """Add the months up: each costs what was said last before or in it."""
    total, held = Fraction(0), 0
    for month in sorted({*costs, *shares}):
        held = costs.get(month, held)
        total += held * shares.get(month, Fraction(0))
    return total
