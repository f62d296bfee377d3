"""Sales: the deals that were won in a period, when they first came to a won stage."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, case, func, or_, select, true
from sqlalchemy.engine import Row
from sqlmodel import Session

from salesdesk.context import Context
from salesdesk.i18n import N_
from salesdesk.lead.figures import Asked, Column, Report, Unit, Values, placed, ratio
from salesdesk.lead.grouping import CALENDAR, CLIENT_DIMENSIONS, Grouping, grouping, said
from salesdesk.lead.local_time import seconds
from salesdesk.lead.money import in_currency, is_foreign, is_own, other_currencies, together
from salesdesk.lead.people import OPERATORS, operators_of
from salesdesk.lead.totals import grouped_and_whole
from salesdesk.models import Deal, StageChange
from salesdesk.storage.among import among
from salesdesk.storage.existing import there_is
from salesdesk.storage.journal import table_of

CHANGE, DEAL = table_of(StageChange), table_of(Deal)
EARLIER = CHANGE.alias("earlier")
_DAY = 86_400

COLUMNS = (
    Column("won", N_("Deals won"), Unit.COUNT),
    Column("amount", N_("Amount"), Unit.AMOUNT),
    Column("average", N_("Average"), Unit.AMOUNT),
    Column("cycle_days", N_("Cycle, days"), Unit.DAYS),
    Column("other_currencies", N_("Other currencies"), Unit.AMOUNTS),
)
_OWN = {"operator": CHANGE.c.operator_id, "product": said(DEAL.c.product)}
DIMENSIONS = ("operator", *CALENDAR, *CLIENT_DIMENSIONS, "product")


def sales(session: Session, context: Context, asked: Asked) -> Report:
    """Count the deals won in a period."""
    rows, total = sold(session, context, asked)
    names = _grouping(asked).groups(session, context, [*rows])
    return Report(
        "sales",
        asked.by,
        asked.period,
        context.catalogues.team.currency,
        COLUMNS,
        placed([(names[value], values) for value, values in rows.items()], "amount"),
        total,
        main="amount",
    )


def sold(session: Session, context: Context, asked: Asked) -> tuple[dict[object, Values], Values]:
    """Give the figures of each group in which a deal was won, and of all together."""
    currency = context.catalogues.team.currency
    rows = selected(context, asked).cte("rows")
    figures = (
        func.count().label("won"),
        in_currency(rows, currency).label("amount"),
        func.count(case((counting(context, rows)["average"], 1))).label("own"),
        func.coalesce(func.sum(rows.c.cycle), 0).label("cycle"),
    )
    bound = {OPERATORS: operators_of(session, asked.operator_id)}
    groups, whole = grouped_and_whole(session, rows, figures, bound)
    foreign = other_currencies(session, rows, currency, "grp", bound=bound) if whole.own != whole.won else {}
    return {row.grp: _values(row, foreign.get((row.grp,), {})) for row in groups}, _values(
        whole, together(foreign.values())
    )


def _values(row: Row[Any], foreign: Mapping[str, int]) -> Values:
    return {
        "won": int(row.won),
        "amount": int(row.amount),
        "average": round(int(row.amount) / int(row.own)) if row.own else None,
        "cycle_days": ratio(int(row.cycle) / _DAY, row.won, 1),
        "other_currencies": foreign,
    }


def counting(context: Context, rows: FromClause) -> Mapping[str, ColumnElement[bool]]:
    """Say which of the selected deals each figure is counted from."""
    currency = context.catalogues.team.currency
    own = is_own(rows, currency)
    every = true()
    return {
        "won": every,
        "amount": own,
        "average": own,
        "cycle_days": every,
        "other_currencies": is_foreign(rows, currency),
    }


def selected(context: Context, asked: Asked) -> Select[Any]:
    """Select the deals, each with its group: it stands at its first change to a won stage."""
    won = [code for code, entry in context.catalogues.stages.items() if entry.won]
    first = ~there_is(
        EARLIER.c.client_id == CHANGE.c.client_id,
        EARLIER.c.deal_id == CHANGE.c.deal_id,
        EARLIER.c.to_stage.in_(won),
        or_(EARLIER.c.at < CHANGE.c.at, and_(EARLIER.c.at == CHANGE.c.at, EARLIER.c.id < CHANGE.c.id)),
    )
    grouped = _grouping(asked)
    tables = CHANGE.join(DEAL, DEAL.c.id == CHANGE.c.deal_id)
    taken = seconds(CHANGE.c.at) - seconds(DEAL.c.opened_at)
    return (
        select(
            grouped.expression.label("grp"),
            CHANGE.c.id,
            CHANGE.c.client_id,
            CHANGE.c.operator_id,
            CHANGE.c.at,
            DEAL.c.title,
            DEAL.c.product,
            DEAL.c.stage,
            DEAL.c.amount_minor,
            DEAL.c.currency,
            # An import may bring a deal that was opened after it was won.
            case((taken > 0, taken), else_=0).label("cycle"),
        )
        .select_from(grouped.join_client(tables, CHANGE.c.client_id))
        .where(
            CHANGE.c.at >= asked.period.start,
            CHANGE.c.at < asked.period.end,
            CHANGE.c.to_stage.in_(won),
            among(CHANGE.c.operator_id, OPERATORS),
            first,
        )
    )


def _grouping(asked: Asked) -> Grouping:
    return grouping(asked.by, asked.period, CHANGE.c.at, _OWN)


NOTHING: Values = {"won": 0, "amount": 0, "average": None, "cycle_days": None, "other_currencies": {}}
