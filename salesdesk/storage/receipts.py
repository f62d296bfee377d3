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
from salesdesk.storage.journal import table_of
from salesdesk.storage.missing import add_missing_row

if TYPE_CHECKING:
    from salesdesk.storage.base import Base

KEPT_FOR = timedelta(days=90)
"""What a workstation has not sent again for so long, it sends no more."""
_AT_ONCE = 5000

RECEIPT = table_of(Receipt)
_OLD = select(RECEIPT.c.token).where(RECEIPT.c.at < bindparam("since", type_=RECEIPT.c.at.type))
_RESULT = select(RECEIPT.c.result).where(RECEIPT.c.token == bindparam("wanted"))
_FILL = update(RECEIPT).where(RECEIPT.c.token == bindparam("wanted"))


def new_token() -> str:
    """Make a token that nobody else makes."""
    return secrets.token_urlsafe(16)


def take(session: Session, token: str, *, operator_id: int, at: datetime) -> Mapping[str, object] | None:
    """Take a token. None: it is the first time; else what the first time gave back.

    Of two at once the second waits here for the first's end.
    """
    if add_missing_row(session, Receipt, token=token, operator_id=operator_id, at=at, result={}):
        return None
    found: Mapping[str, object] = session.connection().execute(_RESULT, {"wanted": token}).scalar_one()
    return found


def fill(session: Session, token: str, result: Mapping[str, object]) -> None:
    """Write what was done under a token, in the unit of work that does it."""
    session.connection().execute(_FILL, {"wanted": token, "result": dict(result)})


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
