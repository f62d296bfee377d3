"""Operators: what each one did, what money it brought, and what they cost."""

from collections.abc import Iterable
from typing import cast

from sqlmodel import Session

from salesdesk.context import Context
from salesdesk.i18n import N_
from salesdesk.lead.costs import spent
from salesdesk.lead.figures import Asked, Column, Report, Unit, Values, placed, ratio
from salesdesk.lead.grouping import literal_grouping
from salesdesk.lead.reports import calls, sales

COLUMNS = (
    *(column for column in calls.COLUMNS if column.key not in {"answered", "partial", "missed"}),
    *(column for column in sales.COLUMNS if column.key in {"won", "amount"}),
    Column("cost", N_("Cost"), Unit.AMOUNT),
    Column("return", N_("Return"), Unit.RATIO),
    Column("cost_per_won", N_("Cost per deal won"), Unit.AMOUNT),
    Column("other_currencies", N_("Other currencies"), Unit.AMOUNTS),
)
DIMENSIONS = ("operator",)


def operators(session: Session, context: Context, asked: Asked) -> Report:
    """Put each person's calls beside the deals they won in a period, and beside their cost."""
    said = calls.counted(session, context, asked)
    sold, in_all = sales.sold(session, context, asked)
    costs = spent(session, context, asked.period, asked.operator_id)
    people = dict.fromkeys([*said, *sold, *(who for who, cost in costs.items() if cost)])
    names = literal_grouping("operator", asked.period).groups(session, context, [*people])
    rows = {who: _beside(said.get(who), sold.get(who)) for who in names}
    total = _beside(calls.summed(session, asked, said), in_all)
    known = [row for who, row in rows.items() if who in costs]
    return Report(
        "operators",
        asked.by,
        asked.period,
        context.catalogues.team.currency,
        COLUMNS,
        placed(
            [(names[who], {**row, **_against([row], costs.get(who))}) for who, row in rows.items()],
            "amount",
        ),
        {**total, **_against(known, sum(costs.values()) if costs else None)},
        main="amount",
    )


def _beside(said: Values | None, sold: Values | None) -> Values:
    both: Values = {**(said or calls.NOTHING), **(sold or sales.NOTHING)}
    return {column.key: both[column.key] for column in COLUMNS if column.key in both}


def _against(rows: Iterable[Values], cost: int | None) -> Values:
    """Hold a cost against what those brought whose cost it is."""
    if cost is None:
        return {"cost": None, "return": None, "cost_per_won": None}
    amount, won = (sum(cast("int", row[key]) for row in rows) for key in ("amount", "won"))
    return {
        "cost": cost,
        "return": ratio(amount, cost, 2),
        "cost_per_won": round(cost / won) if won else None,
    }
