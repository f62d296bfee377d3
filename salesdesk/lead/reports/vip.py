"""VIP dialogues: what was said to the clients of the first class in a period, word for word."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session

from salesdesk.codes import ClientClass
from salesdesk.context import Context
from salesdesk.i18n import N_, _
from salesdesk.lead.figures import Asked, Column, Report, ReportRow, Unit, Value
from salesdesk.lead.grouping import CLIENT, OPERATOR
from salesdesk.lead.people import OPERATORS, operators_of
from salesdesk.models import Call, Message
from salesdesk.storage.among import among
from salesdesk.storage.journal import table_of

CALL, MESSAGE = table_of(Call), table_of(Message)

COLUMNS = (
    Column("at", N_("At"), Unit.INSTANT),
    Column("kind", N_("What"), Unit.TEXT),
    Column("client", N_("Client"), Unit.COUNT),
    Column("name", N_("Name"), Unit.TEXT),
    Column("operator", N_("Operator"), Unit.TEXT),
    Column("outcome", N_("Outcome"), Unit.TEXT),
    Column("goal", N_("Goal"), Unit.TEXT),
    Column("goal_result", N_("Result"), Unit.TEXT),
    Column("talk_seconds", N_("Talk time"), Unit.SECONDS),
    Column("text", N_("Text"), Unit.TEXT),
)
DIMENSIONS: tuple[str, ...] = ()


def vip(session: Session, context: Context, asked: Asked) -> Report:
    """Give the calls with a note and the messages, in the order in which they happened."""
    rows = sorted(
        [*_calls(session, context, asked), *_messages(session, context, asked)],
        key=lambda row: (row["at"], row["kind"], row["id"]),
    )
    total: dict[str, Value] = {
        "calls": sum(row["kind"] == "call" for row in rows),
        "messages": sum(row["kind"] != "call" for row in rows),
        "clients": len({row["client"] for row in rows}),
    }
    return Report(
        "vip",
        None,
        asked.period,
        context.catalogues.team.currency,
        COLUMNS,
        tuple(ReportRow(None, kind(row["kind"]), row) for row in rows),
        total,
    )


def _calls(session: Session, context: Context, asked: Asked) -> Iterator[dict[str, Any]]:
    statement = (
        select(
            CALL.c.id, CALL.c.started_at, CALL.c.outcome, CALL.c.goal, CALL.c.goal_result,
            CALL.c.talk_seconds, CALL.c.note, CLIENT.c.id.label("client"), CLIENT.c.name, OPERATOR.c.login,
        )
        .select_from(
            CALL.join(CLIENT, CLIENT.c.id == CALL.c.client_id).join(
                OPERATOR, OPERATOR.c.id == CALL.c.operator_id
            )
        )
        .where(
            among(CALL.c.operator_id, OPERATORS),
            CALL.c.started_at >= asked.period.start,
            CALL.c.started_at < asked.period.end,
            func.trim(CALL.c.note) != "",
            CLIENT.c.client_class == ClientClass.VIP,
        )
    )  # fmt: skip
    del context
    for row in session.execute(statement, {OPERATORS: operators_of(session, asked.operator_id)}):
        yield {
            "id": row.id, "at": row.started_at, "kind": "call", "client": row.client, "name": row.name,
            "operator": row.login, "outcome": row.outcome, "goal": row.goal,
            "goal_result": None if row.goal_result is None else str(row.goal_result),
            "talk_seconds": row.talk_seconds, "text": row.note,
        }  # fmt: skip


def _messages(session: Session, context: Context, asked: Asked) -> Iterator[dict[str, Any]]:
    # Only the clients of one class, each by its own messages: there is no index of messages by time.
    statement = (
        select(
            MESSAGE.c.id, MESSAGE.c.at, MESSAGE.c.incoming, MESSAGE.c.text, CLIENT.c.id.label("client"),
            CLIENT.c.name, OPERATOR.c.login,
        )
        .select_from(
            MESSAGE.join(CLIENT, CLIENT.c.id == MESSAGE.c.client_id).join(
                OPERATOR, OPERATOR.c.id == MESSAGE.c.operator_id
            )
        )
        .where(
            among(MESSAGE.c.operator_id, OPERATORS),
            MESSAGE.c.at >= asked.period.start,
            MESSAGE.c.at < asked.period.end,
            CLIENT.c.client_class == ClientClass.VIP,
        )
    )  # fmt: skip
    del context
    for row in session.execute(statement, {OPERATORS: operators_of(session, asked.operator_id)}):
        yield {
            "id": row.id, "at": row.at, "kind": "message_in" if row.incoming else "message_out",
            "client": row.client, "name": row.name, "operator": row.login, "outcome": None, "goal": None,
            "goal_result": None, "talk_seconds": None, "text": row.text,
        }  # fmt: skip


def kind(code: str) -> str:
    """Name what a row is."""
    titles = {"call": N_("call"), "message_in": N_("message from them"), "message_out": N_("message to them")}
    return _(titles[code])
