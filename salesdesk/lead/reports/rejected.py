"""Rejected: what was closed without a sale in a period, why, and what came back since."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, case, exists, func, or_, select, true
from sqlalchemy.engine import Row
from sqlmodel import Session

from salesdesk.context import Context
from salesdesk.i18n import N_
from salesdesk.lead.figures import Asked, Column, Report, Unit, Values, placed, ratio
from salesdesk.lead.grouping import CALENDAR, CLIENT_DIMENSIONS, Grouping, grouping
from salesdesk.lead.money import in_currency, is_foreign, is_own, other_currencies, together
from salesdesk.lead.people import OPERATORS, operators_of
from salesdesk.lead.totals import grouped_and_whole
from salesdesk.models import Deal, StageChange
from salesdesk.storage.among import among
from salesdesk.storage.journal import table_of

CHANGE, DEAL = table_of(StageChange), table_of(Deal)
LATER = CHANGE.alias("later")

COLUMNS = (
    Column("clients", N_("Clients"), Unit.COUNT),
    Column("deals", N_("Deals"), Unit.COUNT),
    Column("amount", N_("Amount"), Unit.AMOUNT),
    Column("won_back", N_("Won back"), Unit.COUNT),
    Column("won_back_share", N_("Won back, share"), Unit.SHARE),
    Column("other_currencies", N_("Other currencies"), Unit.AMOUNTS),
)
_OWN = {"reason": CHANGE.c.reason, "operator": CHANGE.c.operator_id, "stage": CHANGE.c.from_stage}
DIMENSIONS = ("reason", "operator", "stage", *CALENDAR, *CLIENT_DIMENSIONS)


def rejected(session: Session, context: Context, asked: Asked) -> Report:
    """Count the clients rejected in a period."""
    rows, total = _counted(session, context, asked)
    names = _grouping(asked).groups(session, context, [*rows])
    return Report(
        "rejected",
        asked.by,
        asked.period,
        context.catalogues.team.currency,
        COLUMNS,
        placed([(names[value], values) for value, values in rows.items()], "clients"),
        total,
        main="clients",
    )


def _counted(session: Session, context: Context, asked: Asked) -> tuple[dict[object, Values], Values]:
    """Give each group's figures, and those of all together."""
    currency = context.catalogues.team.currency
    rows = selected(context, asked).cte("rows")
    counts = counting(context, rows)
    figures = (
        func.count(rows.c.client_id.distinct()).label("clients"),
        func.count(case((counts["deals"], 1))).label("deals"),
        in_currency(rows, currency).label("amount"),
        func.count(case((counts["other_currencies"], 1))).label("foreign"),
        func.count(case((counts["won_back"], rows.c.client_id)).distinct()).label("back"),
    )
    bound = {OPERATORS: operators_of(session, asked.operator_id)}
    groups, whole = grouped_and_whole(session, rows, figures, bound)
    foreign = other_currencies(session, rows, currency, "grp", bound=bound) if whole.foreign else {}
    return {row.grp: _values(row, foreign.get((row.grp,), {})) for row in groups}, _values(
        whole, together(foreign.values())
    )


def _values(row: Row[Any], foreign: Mapping[str, int]) -> Values:
    return {
        "clients": int(row.clients),
        "deals": int(row.deals),
        "amount": int(row.amount),
        "won_back": int(row.back),
        "won_back_share": ratio(row.back, row.clients),
        "other_currencies": foreign,
    }


def counting(context: Context, rows: FromClause) -> Mapping[str, ColumnElement[bool]]:
    """Say which of the selected rejections each figure is counted from."""
    currency = context.catalogues.team.currency
    every = true()
    return {
        "clients": every,
        "deals": rows.c.deal_id.is_not(None),
        "amount": is_own(rows, currency),
        "won_back": rows.c.back == 1,
        "won_back_share": every,
        "other_currencies": is_foreign(rows, currency),
    }


def selected(context: Context, asked: Asked) -> Select[Any]:
    """Select the rejections, each with its group: the last of each deal, or of a client that had none."""
    stages = context.catalogues.stages
    closing = [code for code, entry in stages.items() if not entry.in_work]
    after = or_(LATER.c.at > CHANGE.c.at, and_(LATER.c.at == CHANGE.c.at, LATER.c.id > CHANGE.c.id))
    again = exists().where(
        LATER.c.client_id == CHANGE.c.client_id,
        _deal(LATER.c) == _deal(CHANGE.c),
        LATER.c.to_stage.in_(closing),
        LATER.c.at < asked.period.end,
        after,
    )
    back = exists().where(
        LATER.c.client_id == CHANGE.c.client_id,
        LATER.c.from_stage.in_(closing),
        LATER.c.to_stage.in_([code for code in stages if code not in closing]),
        LATER.c.at <= context.now,
        after,
    )
    grouped = _grouping(asked)
    tables = CHANGE.outerjoin(DEAL, DEAL.c.id == CHANGE.c.deal_id)
    return (
        select(
            grouped.expression.label("grp"),
            CHANGE.c.id,
            CHANGE.c.client_id,
            CHANGE.c.operator_id,
            CHANGE.c.at,
            CHANGE.c.reason,
            CHANGE.c.from_stage,
            DEAL.c.id.label("deal_id"),
            DEAL.c.title,
            DEAL.c.product,
            DEAL.c.stage,
            DEAL.c.amount_minor,
            DEAL.c.currency,
            case((back, 1), else_=0).label("back"),
        )
        .select_from(grouped.join_client(tables, CHANGE.c.client_id))
        .where(
            CHANGE.c.at >= asked.period.start,
            CHANGE.c.at < asked.period.end,
            CHANGE.c.to_stage.in_(closing),
            among(CHANGE.c.operator_id, OPERATORS),
            ~again,
        )
    )


def _deal(columns: Any) -> ColumnElement[int]:  # noqa: ANN401  # the columns of the table or of its alias
    return func.coalesce(columns.deal_id, 0)


def _grouping(asked: Asked) -> Grouping:
    return grouping(asked.by, asked.period, CHANGE.c.at, _OWN)
