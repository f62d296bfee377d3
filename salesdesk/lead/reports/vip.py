"""VIP dialogues: what was said to the clients of the first class in a period, word for word."""

from typing import Any

from sqlmodel import Session

from salesdesk.context import Context
from salesdesk.i18n import N_, _
from salesdesk.lead.figures import Asked, Column, Report, ReportRow, Unit, Value
from salesdesk.lead.said import Dialogue, Said
from salesdesk.lead.vip_dialogues import said_to_vips

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
    said = said_to_vips(session, context, asked.period, asked.operator_id)
    total: dict[str, Value] = {
        "calls": sum(one.kind is Said.CALL for one in said),
        "messages": sum(one.kind is not Said.CALL for one in said),
        "clients": len({one.client_id for one in said}),
        "unread": sum(not one.read for one in said),
    }
    return Report(
        "vip",
        None,
        asked.period,
        context.catalogues.team.currency,
        COLUMNS,
        tuple(ReportRow(None, kind(one.kind), _values(one)) for one in said),
        total,
    )


def _values(one: Dialogue) -> dict[str, Any]:
    return {
        "id": one.id, "at": one.at, "kind": one.kind.value, "client": one.client_id, "name": one.name,
        "operator": one.login, "outcome": one.outcome, "goal": one.goal,
        "goal_result": None if one.goal_result is None else str(one.goal_result),
        "talk_seconds": one.talk_seconds, "text": one.text, "read": one.read,
    }  # fmt: skip


def kind(code: str) -> str:
    """Name what a row is."""
    titles = {
        Said.CALL: N_("call"),
        Said.MESSAGE_IN: N_("message from them"),
        Said.MESSAGE_OUT: N_("message to them"),
    }
    return _(titles[Said(code)])
