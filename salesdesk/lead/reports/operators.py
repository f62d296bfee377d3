"""Operators: what each one did, and what money it brought."""

from collections.abc import Mapping

from sqlmodel import Session

from salesdesk.context import Context
from salesdesk.i18n import N_
from salesdesk.lead.figures import Asked, Column, Report, Unit, Values, placed
from salesdesk.lead.grouping import literal_grouping
from salesdesk.lead.reports import calls, sales

COLUMNS = (
    *(column for column in calls.COLUMNS if column.key not in {"answered", "partial", "missed"}),
    *(column for column in sales.COLUMNS if column.key in {"won", "amount"}),
    Column("other_currencies", N_("Other currencies"), Unit.AMOUNTS),
)
DIMENSIONS = ("operator",)


def operators(session: Session, context: Context, asked: Asked) -> Report:
    """Put each person's calls beside the deals they won in a period."""
    said = calls.counted(session, context, asked)
    sold = sales.sold(session, context, asked)
    names = literal_grouping("operator", asked.period).groups(session, context, [*said, *sold])
    whole = Asked(asked.period, None, asked.operator_id)
    rows = [(names[who], _beside(said.get(who), sold.get(who))) for who in names]
    return Report(
        "operators",
        asked.by,
        asked.period,
        context.catalogues.team.currency,
        COLUMNS,
        placed(rows, "amount"),
        _beside(calls.summed(session, asked, said), _only(sales.sold(session, context, whole))),
        main="amount",
    )


def _beside(said: Values | None, sold: Values | None) -> Values:
    both = {**(said or calls.NOTHING), **(sold or sales.NOTHING)}
    return {column.key: both[column.key] for column in COLUMNS}


def _only(rows: Mapping[object, Values]) -> Values | None:
    return next(iter(rows.values()), None)
