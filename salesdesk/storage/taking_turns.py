"""Imports write one after another: two at once would add the same rows, or wait for each other unsaid."""

from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from salesdesk.i18n import _
from salesdesk.storage.faults import LockedError

_IMPORTING = 7_253_376_002
_WAIT = "10s"


def take_turn(session: Session) -> None:
    """Wait until no other import writes, as long as for any writer of a SQLite base; it ends with the unit.

    Raises LockedError where another one goes on. A unit that writes to SQLite is alone from its beginning.
    """
    if session.get_bind().dialect.name == "sqlite":
        return
    session.execute(text(f"SET LOCAL lock_timeout = '{_WAIT}'"))
    try:
        session.execute(text(f"SELECT pg_advisory_xact_lock({_IMPORTING})"))
    except OperationalError as error:
        if "lock timeout" not in str(error.orig):
            raise
        raise LockedError(
            _("The base is busy: another import is writing to it. Try again when it is done.")
        ) from error
    session.execute(text("SET LOCAL lock_timeout = 0"))
