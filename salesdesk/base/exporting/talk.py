"""Calls and deals as rows, with the names that imports know."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select, true
from sqlmodel import Session

from salesdesk.base.exporting.cells import Cell, Pace, Table, local, money, paged, yes
from salesdesk.base.exporting.clients import OURS, external_id_of
from salesdesk.context import Context
from salesdesk.i18n import N_
from salesdesk.models import Call, Client, Deal, Operator, Outcome, Phone
from salesdesk.storage.journal import table_of

CALL, DEAL, CLIENT, OPERATOR = (table_of(model) for model in (Call, Deal, Client, Operator))
PHONE, OUTCOME = table_of(Phone), table_of(Outcome)

CALL_HEADS = (
    N_("External id"), N_("Started"), N_("To"), N_("Talk seconds"), N_("Answered"), N_("Operator"),
    N_("Client"), N_("Source"), N_("Client name"), N_("Outcome"), N_("Goal"), N_("Goal result"),
    N_("Reject reason"), N_("Attempt"), N_("Stage"), N_("Note"),
)  # fmt: skip
DEAL_HEADS = (
    N_("External id"), N_("Source"), N_("Title"), N_("Client"), N_("Client name"), N_("Owner"),
    N_("Product"), N_("Amount"), N_("Currency"), N_("Stage"), N_("Opened"), N_("Closed"), N_("Reject reason"),
)  # fmt: skip

_OF_CLIENT = (
    CLIENT.c.id.label("client"), CLIENT.c.external_id.label("client_external_id"),
    CLIENT.c.source.label("client_source"), CLIENT.c.name.label("client_name"),
)  # fmt: skip
_CALLS: Select[Any] = (
    select(
        CALL, OPERATOR.c.login, OUTCOME.c.answered, *_OF_CLIENT,
        func.coalesce(PHONE.c.e164, PHONE.c.raw).label("number"),
    )
    .join(CLIENT, CLIENT.c.id == CALL.c.client_id)
    .join(OPERATOR, OPERATOR.c.id == CALL.c.operator_id)
    .join(OUTCOME, OUTCOME.c.code == CALL.c.outcome)
    .outerjoin(PHONE, PHONE.c.id == CALL.c.phone_id)
)  # fmt: skip
_DEALS: Select[Any] = (
    select(DEAL, OPERATOR.c.login, *_OF_CLIENT)
    .join(CLIENT, CLIENT.c.id == DEAL.c.client_id)
    .outerjoin(OPERATOR, OPERATOR.c.id == DEAL.c.owner_id)
)


def call_table(
    session: Session,
    context: Context,
    condition: ColumnElement[bool],
    since: datetime | None,
    until: datetime | None,
    pace: Pace | None = None,
) -> Table:
    """Give the table of calls to clients of a condition, made from `since` on and before `until`."""
    starts = true() if since is None else CALL.c.started_at >= since
    ends = true() if until is None else CALL.c.started_at < until
    statement = _CALLS.where(and_(condition, starts, ends))
    return Table(CALL_HEADS, _call_rows(session, context, statement, pace))


def _call_rows(
    session: Session, context: Context, statement: Select[Any], pace: Pace | None
) -> Iterator[Sequence[Cell]]:
    zone = context.catalogues.team.zone
    for page in paged(session, statement, CALL.c.id, pace):
        for row in page:
            yield [
                external_id_of(row.id), local(row.started_at, zone), row.number, row.talk_seconds,
                yes(flag=row.answered), row.login, _client(row), row.client_source or OURS, row.client_name,
                row.outcome, row.goal, _text(row.goal_result), row.reason, row.attempt, row.stage, row.note,
            ]  # fmt: skip


def deal_table(
    session: Session, context: Context, condition: ColumnElement[bool], pace: Pace | None = None
) -> Table:
    """Give the table of deals of clients of a condition."""
    return Table(DEAL_HEADS, _deal_rows(session, context, _DEALS.where(condition), pace))


def _deal_rows(
    session: Session, context: Context, statement: Select[Any], pace: Pace | None
) -> Iterator[Sequence[Cell]]:
    zone = context.catalogues.team.zone
    for page in paged(session, statement, DEAL.c.id, pace):
        for row in page:
            yield [
                row.external_id or external_id_of(row.id), row.source or OURS, row.title or None,
                _client(row), row.client_name, row.login, row.product, money(row.amount_minor),
                row.currency, row.stage, local(row.opened_at, zone), local(row.closed_at, zone),
                row.reject_reason,
            ]  # fmt: skip


def _client(row: Any) -> str:  # noqa: ANN401  # a row
    """Name the client as the export of clients does."""
    return str(row.client_external_id or external_id_of(row.client))


def _text(code: Any) -> str | None:  # noqa: ANN401  # a code, or the string of a newer version
    return None if code is None else str(code)
