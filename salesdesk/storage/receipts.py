"""What came in under a token of its sender's: done once, however often it is sent.

A sender makes the token before the first try. Where the answer was lost on the way, it cannot know whether
that try was committed, and sends the same again.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, select, update
from sqlmodel import Session

from salesdesk.models import Receipt
from salesdesk.storage.among import among
from salesdesk.storage.answers import Answer
from salesdesk.storage.journal import table_of
from salesdesk.storage.made_once import MadeOnce
from salesdesk.storage.taking import insert_into

if TYPE_CHECKING:
    from salesdesk.storage.base import Base

KEPT_FOR = timedelta(days=90)
"""What a workstation has not sent again for so long, it sends no more."""
_AT_ONCE = 5000

RECEIPT = table_of(Receipt)
_OLD = select(RECEIPT.c.token).where(RECEIPT.c.at < bindparam("since", type_=RECEIPT.c.at.type))
_TAKE = MadeOnce(
    lambda dialect: insert_into(RECEIPT, dialect.name).on_conflict_do_nothing().returning(RECEIPT.c.token),
    columns=[column.name for column in RECEIPT.c],
)
_RESULT = select(RECEIPT.c.result).where(RECEIPT.c.token == bindparam("wanted"))
_FILL = MadeOnce(
    lambda _dialect: update(RECEIPT).where(RECEIPT.c.token == bindparam("wanted")), columns=["result"]
)


def new_token() -> str:
    """Make a token that nobody else makes."""
    return secrets.token_urlsafe(16)


def take(session: Session, token: str, *, operator_id: int, at: datetime) -> Mapping[str, object] | None:
    """Take a token. None: it is the first time; else what the first time gave back.

    Of two at once the second waits here for the first's end.
    """
    return given_before(session, token, ask_for(session, token, operator_id=operator_id, at=at))


def ask_for(session: Session, token: str, *, operator_id: int, at: datetime) -> Answer:
    """Take a token; `given_before` tells of the answer what `take` does."""
    given = {"token": token, "operator_id": operator_id, "at": at, "result": {}}
    return _TAKE.run(session, given)


def given_before(session: Session, token: str, asked: Answer) -> Mapping[str, object] | None:
    """Tell what the first time gave back; None where this is the first time."""
    if asked.first() is not None:
        return None
    found: Mapping[str, object] = session.connection().execute(_RESULT, {"wanted": token}).scalar_one()
    return found


def fill(session: Session, token: str, result: Mapping[str, object]) -> None:
    """Write what was done under a token, in the unit of work that does it."""
    _FILL.run(session, {"wanted": token, "result": dict(result)})


def drop_old(base: "Base", now: datetime) -> int:
    """Drop the receipts that nobody asks for any more, so many at a time that nobody waits; tell how many.

    Where people have logins of the server, an operator's desk drops their own.
    """
    given, dropped = {"since": now - KEPT_FOR}, 0
    while True:
        with base.read() as session:
            tokens = session.connection().execute(_OLD.limit(_AT_ONCE), given).scalars().all()
        if not tokens:
            return dropped
        with base.write() as session:
            session.execute(delete(RECEIPT).where(among(RECEIPT.c.token, "tokens")), {"tokens": tokens})
        dropped += len(tokens)
