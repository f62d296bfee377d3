"""Plans and costs: what each operator and the team are to do in a month, and what each operator costs.

Only a lead sets them; each use case is one line of the trail, and one undo takes it back.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Row
from sqlmodel import Session

from salesdesk.base.amounts import parse_amount
from salesdesk.base.folding import name_key
from salesdesk.base.periods import Kind, parse_period
from salesdesk.codes import Measure
from salesdesk.context import Context
from salesdesk.errors import InputError
from salesdesk.i18n import _
from salesdesk.lead.grouping import OPERATOR
from salesdesk.lead.people import operator_id_of
from salesdesk.lead.rows import PlanRow, Plans
from salesdesk.lead.working_time import month_code
from salesdesk.models import OperatorCost, Target
from salesdesk.storage.journal import Journal, table_of
from salesdesk.team.rights import leads, only_for_leads

SET_PLAN = "set_plan"
COPY_PLANS = "copy_plans"
SET_COST = "set_cost"

TARGET, COST = table_of(Target), table_of(OperatorCost)
_COUNT_MOST = 10**9

Values = dict[Measure, int]
_Kept = dict[Measure, Row[Any]]

_OF_MONTH = select(TARGET).where(TARGET.c.month == bindparam("month")).order_by(TARGET.c.id)
_COSTS_UNTIL = select(COST).where(COST.c.month <= bindparam("month")).order_by(COST.c.month)
_COST = select(COST).where(COST.c.operator_id == bindparam("who"), COST.c.month == bindparam("month"))
_PEOPLE = select(OPERATOR.c.id, OPERATOR.c.login, OPERATOR.c.name, OPERATOR.c.active).order_by(OPERATOR.c.id)


def plans(session: Session, context: Context, month: str | None = None) -> Plans:
    """Give the plans and costs of a month, of this one where none is said; an operator sees their own.

    Those who have left have a row where something was planned for them. Raises InputError.
    """
    month = read_month(context, month)
    kept = _kept(session, month)
    costs = _costs(session, month) if leads(context) else {}
    rows = tuple(
        PlanRow(
            row.id, row.login, row.name, _values(kept.get(row.id, {})),
            costs[row.id].amount_minor if row.id in costs else None,
            costs[row.id].month if row.id in costs else None,
        )
        # Not by the database, whose order of letters is its own.
        for row in sorted(session.execute(_PEOPLE), key=lambda row: name_key(row.name))
        if row.active or row.id in kept
    )  # fmt: skip
    own = _values(kept.get(None, {}))
    team = PlanRow(None, None, _("Team"), of_team(own, [row.values for row in rows]), _sum_of_costs(rows))
    return Plans(
        month,
        context.catalogues.team.currency,
        tuple(row for row in rows if leads(context) or row.operator_id == context.me.id),
        team,
        frozenset(own),
    )


def set_plan(
    session: Session, context: Context, login: str | None, month: str, values: Mapping[Measure, int | None]
) -> int:
    """Plan a month of an operator, or of the team (None); None takes a plan away. Give how many changed.

    Raises NotFoundError for an operator that there is not, InputError, NotAllowedError.
    """
    only_for_leads(context)
    _not_negative(*values.values())
    month, who = read_month(context, month), operator_id_of(session, login)
    journal = Journal(session)
    kept = _kept(session, month).get(who, {})
    changed = sum(_put(journal, kept.get(one), who, month, one, value) for one, value in values.items())
    if changed:
        journal.close(SET_PLAN, at=context.now, operator_id=context.me.id)
    return changed


def copy_plans(session: Session, context: Context, from_month: str, to_month: str) -> int:
    """Plan a month as another one was, for those who work here now and the team. Give how many were copied.

    What is planned for that month already stays. Raises InputError, NotAllowedError.
    """
    only_for_leads(context)
    source, month = read_month(context, from_month), read_month(context, to_month)
    working = {row.id for row in session.execute(_PEOPLE) if row.active} | {None}
    there = _kept(session, month)
    journal = Journal(session)
    copied = 0
    for who, kept in _kept(session, source).items():
        for measure, row in kept.items():
            if who in working and measure not in there.get(who, {}):
                copied += _put(journal, None, who, month, measure, row.value)
    if copied:
        journal.close(COPY_PLANS, at=context.now, operator_id=context.me.id)
    return copied


def set_cost(
    session: Session, context: Context, login: str, amount_minor: int | None, month: str | None = None
) -> bool:
    """Say what an operator costs from a month on; None takes back what was said from that month on.

    Tells whether anything changed. Raises NotFoundError, InputError, NotAllowedError.
    """
    only_for_leads(context)
    _not_negative(amount_minor)
    month, who = read_month(context, month), operator_id_of(session, login)
    row = session.execute(_COST, {"who": who, "month": month}).first()
    journal = Journal(session)
    if row is not None and amount_minor is not None:
        changed = journal.change(OperatorCost, row, amount_minor=amount_minor)
    else:
        changed = row is not None or amount_minor is not None
        if row is not None:
            journal.remove(OperatorCost, row)
        elif amount_minor is not None:
            journal.add(OperatorCost, operator_id=who, month=month, amount_minor=amount_minor)
    if changed:
        journal.close(SET_COST, at=context.now, operator_id=context.me.id)
    return changed


# -- what people write ----------------------------------------------------------------------------


def read_month(context: Context, text: str | None) -> str:
    """Read a month: `2026-11`, `this-month`; None for this one. Raises InputError."""
    if text is None:
        return month_code(context.today)
    period = parse_period(text, context.today, context.catalogues.team.zone)
    if period.kind != Kind.MONTH:
        raise InputError(_("“{text}” is no month. Write 2026-11.").format(text=text.strip()), "month")
    return period.code


def read_value(context: Context, measure: Measure, text: str) -> int | None:
    """Read a plan as people write it, `1 200`, `1.5 млн`; None for nothing. Raises InputError."""
    if measure is Measure.AMOUNT:
        return read_money(context, text)
    if not text.strip():
        return None
    amount = parse_amount(text)
    count, rest = divmod(amount.minor, 100)
    if rest or amount.currency is not None or count > _COUNT_MOST:
        raise InputError(_("not a whole number: {value}").format(value=text.strip()[:60]), measure)
    return count


def read_cost(context: Context, text: str) -> int:
    """Read what somebody costs, in minor units. Raises InputError for nothing, too."""
    cost = read_money(context, text)
    if cost is None:
        raise InputError(_("not an amount: {value}").format(value=text), "amount")
    return cost


def read_money(context: Context, text: str) -> int | None:
    """Read an amount in the team's currency, in minor units; None for nothing. Raises InputError."""
    if not text.strip():
        return None
    amount, own = parse_amount(text), context.catalogues.team.currency
    if amount.currency not in {None, own}:
        raise InputError(_("Plans and costs are in {currency}.").format(currency=own), "amount")
    return amount.minor


def _not_negative(*values: int | None) -> None:
    if any(value is not None and value < 0 for value in values):
        raise InputError(_("A plan or a cost is nothing or more."), "value")


# -- what is kept ---------------------------------------------------------------------------------


def of_team(own: Mapping[Measure, int], others: list[Mapping[Measure, int]]) -> Values:
    """Tell the team's plan of a month: what was set for it, else the sum of the operators'."""
    planned: Values = {}
    for one in Measure:
        of_people = [values[one] for values in others if one in values]
        if one in own or of_people:
            planned[one] = own.get(one, sum(of_people))
    return planned


def _kept(session: Session, month: str) -> dict[int | None, _Kept]:
    found: dict[int | None, _Kept] = defaultdict(dict)
    for row in session.execute(_OF_MONTH, {"month": month}):
        found[row.operator_id][row.measure] = row
    return found


def _values(kept: _Kept) -> Values:
    return {one: kept[one].value for one in Measure if one in kept}


def _costs(session: Session, month: str) -> dict[int, Row[Any]]:
    """Give what holds in a month: the last that was said of each operator until then."""
    return {row.operator_id: row for row in session.execute(_COSTS_UNTIL, {"month": month})}


def _sum_of_costs(rows: tuple[PlanRow, ...]) -> int | None:
    known = [row.cost_minor for row in rows if row.cost_minor is not None]
    return sum(known) if known else None


def _put(
    journal: Journal, row: Row[Any] | None, who: int | None, month: str, measure: Measure, value: int | None
) -> bool:
    """Write a plan; None removes it. Tell whether anything changed."""
    if row is not None and value is not None:
        return journal.change(Target, row, value=value)
    if row is not None:
        journal.remove(Target, row)
    elif value is not None:
        journal.add(Target, operator_id=who, month=month, measure=measure, value=value)
    return row is not None or value is not None
