"""Behind the figures of sales and of what was rejected: the deals, or the clients."""

from sqlalchemy import ColumnElement, FromClause, Select, and_, func, select

from salesdesk.context import Context
from salesdesk.i18n import N_
from salesdesk.lead.behind.opening import (
    AMOUNT,
    NAME,
    OF_CLIENT,
    STAGE,
    TITLE,
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
from salesdesk.lead.money import is_own
from salesdesk.lead.reports import rejected, sales
from salesdesk.lead.won_back import won_since

_CURRENCY = Column("currency", N_("Currency"), Unit.TEXT)
_REASON = Column("reason", N_("Reason"), Unit.TEXT)
_FROM = Column("from_stage", N_("From stage"), Unit.TEXT)
_WON = (
    NAME,
    TITLE,
    Column("product", N_("Product"), Unit.TEXT),
    AMOUNT,
    _CURRENCY,
    STAGE,
    Column("at", N_("Won on"), Unit.INSTANT),
    WHO,
    Column("cycle_days", N_("Cycle, days"), Unit.DAYS),
)
_WON_SINCE = (NAME, TITLE, AMOUNT, _CURRENCY, STAGE, Column("at", N_("Won on"), Unit.INSTANT), WHO)
_BOUGHT = (
    *OF_CLIENT,
    Column("at", N_("Won on"), Unit.INSTANT),
    Column("deals", N_("Deals"), Unit.COUNT),
)
_LOST = (NAME, TITLE, AMOUNT, _CURRENCY, _FROM, _REASON, Column("at", N_("Rejected on"), Unit.INSTANT), WHO)
_CLIENTS = (
    *OF_CLIENT,
    Column("at", N_("Rejected on"), Unit.INSTANT),
    _FROM,
    _REASON,
    WHO,
    Column("rejections", N_("Rejections"), Unit.COUNT),
    Column("won_back", N_("Won back"), Unit.FLAG),
)


def won(context: Context, wanted: Wanted) -> Opening:
    """Open a figure of sales: the deals, the largest first."""
    rows = sales.selected(context, wanted.asked).subquery("rows")
    counted = and_(wanted.here(rows.c.grp), sales.counting(context, rows)[wanted.figure])
    largest = rows.c.cycle if wanted.figure == "cycle_days" else rows.c.amount_minor
    statement = _deals(rows, rows.c.product, rows.c.stage, rows.c.cycle.label("cycle_days"))
    return Opening(
        Kind.DEALS, _WON, statement.where(counted).order_by(largest.desc(), rows.c.at.desc(), rows.c.id)
    )


def lost(context: Context, wanted: Wanted) -> Opening:
    """Open a figure of what was rejected: the deals, or the clients, each once."""
    rows = rejected.selected(context, wanted.asked).subquery("rows")
    counted = and_(wanted.here(rows.c.grp), rejected.counting(context, rows)[wanted.figure])
    if wanted.figure in {"won_after_return", "amount_after_return"}:
        return _since(context, wanted, rows, counted)
    if wanted.figure in {"clients", "won_back", "won_back_share", "reviewed", "returned"}:
        return _clients(rows, counted)
    statement = _deals(rows, rows.c.from_stage, rows.c.reason)
    return Opening(
        Kind.DEALS,
        _LOST,
        statement.where(counted).order_by(rows.c.amount_minor.desc(), rows.c.at.desc(), rows.c.id),
    )


def _since(context: Context, wanted: Wanted, rows: FromClause, returned: ColumnElement[bool]) -> Opening:
    """Open what rejected clients have bought since a lead sent them back: the deals, or the clients."""
    back = select(rows.c.client_id, rows.c.returned_at).where(returned).subquery("back")
    won = won_since(context, back).subquery("won")
    if wanted.figure == "amount_after_return":
        statement = _deals(won, won.c.stage).where(is_own(won, context.catalogues.team.currency))
        return Opening(Kind.DEALS, _WON_SINCE, statement.order_by(won.c.amount_minor.desc(), won.c.id))
    bought = (
        select(won.c.client_id, func.max(won.c.at).label("at"), func.count().label("deals"))
        .group_by(won.c.client_id)
        .subquery("bought")
    )
    clients = (
        select(bought.c.client_id, *of_client(), bought.c.at, bought.c.deals)
        .select_from(clients_of(bought))
        .order_by(bought.c.at.desc(), bought.c.client_id)
    )
    return Opening(Kind.CLIENTS, _BOUGHT, clients)


def _deals(rows: FromClause, *more: ColumnElement[object]) -> Select[tuple[object, ...]]:
    return select(
        rows.c.client_id,
        CLIENT.c.name,
        rows.c.title,
        rows.c.amount_minor.label("amount"),
        rows.c.currency,
        rows.c.at,
        OPERATOR.c.login.label("operator"),
        *more,
    ).select_from(people_of(rows))


def _clients(rows: FromClause, counted: ColumnElement[bool]) -> Opening:
    """Give each client once, at its last rejection; the last one first."""
    last = (
        select(
            rows,
            func.row_number()
            .over(partition_by=rows.c.client_id, order_by=(rows.c.at.desc(), rows.c.id.desc()))
            .label("nth"),
            func.count().over(partition_by=rows.c.client_id).label("rejections"),
            func.max(rows.c.back).over(partition_by=rows.c.client_id).label("won_back"),
        )
        .where(counted)
        .subquery("last")
    )
    statement = (
        select(
            last.c.client_id,
            *of_client(),
            last.c.at,
            last.c.from_stage,
            last.c.reason,
            OPERATOR.c.login.label("operator"),
            last.c.rejections,
            last.c.won_back,
        )
        .select_from(clients_of(last).outerjoin(OPERATOR, OPERATOR.c.id == last.c.operator_id))
        .where(last.c.nth == 1)
        .order_by(last.c.at.desc(), last.c.client_id)
    )
    return Opening(Kind.CLIENTS, _CLIENTS, statement)
