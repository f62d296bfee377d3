"""The last days of the sample base as a lead meets them: letters of VIP clients, notes for an operator."""

from sqlalchemy import insert, select
from sqlmodel import Session

from salesdesk.codes import ClientClass
from salesdesk.models import Client, Message, NextAction, Note
from salesdesk.models.types import Instant
from salesdesk.sample import talk_en, talk_ru
from salesdesk.sample.days import HOUR, MINUTE, Days
from salesdesk.storage.journal import table_of

CLIENT, ACTION = table_of(Client), table_of(NextAction)
_VIPS = 4


def tell_last_days(session: Session, days: Days, me: int, lead: int) -> None:
    """Let the VIP clients who were last called write, and the lead leave the first operator two notes."""
    _letters(session, days)
    _notes(session, days, me, lead)


def _letters(session: Session, days: Days) -> None:
    """Send each its letter on one of the last working days; every other one answers the next hour."""
    vips = session.execute(
        select(CLIENT.c.id, CLIENT.c.name, CLIENT.c.owner_id)
        .where(CLIENT.c.client_class == ClientClass.VIP, CLIENT.c.stage.is_not(None))
        .order_by(CLIENT.c.last_call_at.desc(), CLIENT.c.id)
        .limit(_VIPS)
    ).all()
    rows = []
    for turn, vip in enumerate(vips):
        words = talk_en if vip.name.isascii() else talk_ru
        # The proposal names a product that is not asked for here: the texts after it fit everybody.
        sent, received = words.SENT[1 + turn % 2], words.RECEIVED[turn % len(words.RECEIVED)]
        at = days.back(1 + turn // 2) + days.start + (1 + turn) * HOUR
        rows.append(_letter(vip.id, vip.owner_id, at, sent, incoming=False))
        if turn % 2 == 0:
            rows.append(_letter(vip.id, vip.owner_id, at + 40 * MINUTE, received, incoming=True))
    if rows:
        session.execute(insert(table_of(Message)), rows)


def _letter(client: int, operator: int, at: int, text: str, *, incoming: bool) -> dict[str, object]:
    return {
        "client_id": client, "operator_id": operator, "at": Instant.revive(at), "incoming": incoming,
        "channel": "email", "text": text,
    }  # fmt: skip


def _notes(session: Session, days: Days, me: int, lead: int) -> None:
    """Leave two notes about the largest clients that this operator has to call now."""
    largest = session.execute(
        select(CLIENT.c.id, CLIENT.c.name)
        .join(ACTION, ACTION.c.client_id == CLIENT.c.id)
        .where(
            ACTION.c.operator_id == me, ACTION.c.closed_at.is_(None), ACTION.c.hold.is_(None),
            ACTION.c.due_at <= Instant.revive(days.anchor),
        )
        .order_by(CLIENT.c.expected_minor.desc(), CLIENT.c.id)
        .limit(len(talk_ru.FROM_LEAD))
    ).all()  # fmt: skip
    rows = [
        {
            "client_id": client.id, "operator_id": lead, "to_operator_id": me, "seen_at": None,
            "at": Instant.revive(days.back(1) + days.end - (turn + 1) * 20 * MINUTE),
            "text": (talk_en if client.name.isascii() else talk_ru).FROM_LEAD[turn],
        }
        for turn, client in enumerate(largest)
    ]  # fmt: skip
    if rows:
        session.execute(insert(table_of(Note)), rows)
