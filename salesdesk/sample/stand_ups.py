"""The sample base's stand-ups: one with each operator, a working day or two ago, over clients that are there.

Its chance is a stream of its own: who there is and what is owed does not depend on it.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain, islice, zip_longest
from typing import Any

from sqlalchemy import Select, insert, select
from sqlalchemy.engine import Row
from sqlmodel import Session

from salesdesk.codes import CardRule
from salesdesk.models import Client, NextAction, Note, StandUp, StandUpCard
from salesdesk.sample.days import HOUR, MINUTE, Days
from salesdesk.sample.dice import Dice
from salesdesk.sample.staff import Desk
from salesdesk.storage.journal import table_of

_RULES = (
    CardRule.OLDEST_TAIL, CardRule.LARGEST_STUCK, CardRule.LARGEST_STUCK, CardRule.PROMISE_TODAY,
    CardRule.RANDOM,
)  # fmt: skip
_DECIDED = 3
"""On so many of the cards a next action was decided; on the one after them a note was left."""

_PLANS = (
    ("дозвониться до директора, а не до секретаря", "get past the secretary to the director"),
    ("предложить отгрузку двумя партиями", "offer to ship in two lots"),
    ("узнать, кто подписывает счёт", "find out who signs the invoice"),
    ("напомнить про срок цены", "remind them how long the price holds"),
)
_REMARKS = (
    ("начинай с выгоды, не с цены", "begin with what they gain, not with the price"),
    ("назначь точное время, а не «на неделе»", "agree on an hour, not on “some day this week”"),
    ("хорошо разобрался, дожимай", "well found out: now close it"),
)
_NOTES = (
    ("перед звонком перечитай переписку", "read the letters again before you call"),
    ("если откажут — передай мне", "if they refuse, hand it to me"),
)
N, C = table_of(NextAction).c, table_of(Client).c
_OWED = select(N.id, N.client_id, C.name).join(table_of(Client), C.id == N.client_id).where(N.hold.is_(None))


def hold_stand_ups(session: Session, desk: Desk, days: Days, seed: int) -> None:
    """Write them down; what was decided is what is owed now, or what was done since."""
    for place, operator in enumerate(sorted(desk.weights)):
        at = days.back(1 + place % 2) + days.start + (1 + place % 10) * 10 * MINUTE
        owed = [*islice(_talked_about(session, operator, at, days.now), len(_RULES))]
        if len(owed) > _DECIDED:
            _hold(session, Dice(seed * 1_000_003 + place), desk.lead, operator, at, owed)


def _talked_about(session: Session, operator: int, at: int, now: int) -> Iterator[Row[Any]]:
    """Give next actions that could be decided on at an instant: late by now, done, and to come, by turns."""
    then, present = _instant(at), _instant(now)
    theirs = _OWED.where(N.operator_id == operator, N.opened_at <= then, N.due_at > then)
    still = theirs.where(N.closed_at.is_(None))
    of_each = (
        still.where(N.due_at < present).order_by(N.due_at, N.id),
        theirs.where(N.closed_at > then).order_by(N.closed_at, N.id),
        still.where(N.due_at >= present).order_by(N.due_at, N.id),
    )
    read = (_first(session, statement) for statement in of_each)
    seen: set[int] = set()
    for row in chain.from_iterable(zip_longest(*read)):
        if row is not None and row.client_id not in seen:
            seen.add(row.client_id)
            yield row


def _first(session: Session, statement: Select[Any]) -> list[Row[Any]]:
    return [*session.execute(statement.limit(len(_RULES)))]


def _hold(session: Session, dice: Dice, lead: int, operator: int, at: int, owed: list[Row[Any]]) -> None:
    then = _instant(at)
    held = _add(
        session, StandUp, operator_id=operator, lead_id=lead, started_at=then,
        finished_at=_instant(at + dice.between(4, 9) * MINUTE),
    )  # fmt: skip
    for position, (row, rule) in enumerate(zip(owed, _RULES, strict=False), 1):
        english = row.name.isascii()
        note = None
        if position == _DECIDED + 1:
            note = _add(
                session, Note, client_id=row.client_id, operator_id=lead, at=then,
                text=dice.pick(_NOTES)[english], to_operator_id=operator, seen_at=_instant(at + HOUR),
            )  # fmt: skip
        _add(
            session, StandUpCard, stand_up_id=held, client_id=row.client_id, position=position, rule=rule,
            plan=dice.pick(_PLANS)[english],
            remarks=dice.pick(_REMARKS)[english] if dice.chance(0.6) else None,
            next_action_id=row.id if position <= _DECIDED else None, note_id=note,
        )  # fmt: skip


def _add(session: Session, model: type[Any], **values: object) -> int:
    result = session.execute(insert(table_of(model)).values(**values))
    return int(result.inserted_primary_key[0])  # type: ignore[attr-defined]  # an insert's result has it


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
