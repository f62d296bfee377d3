"""What a database says when it fails, put into one line for a person."""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DatabaseError, InterfaceError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft

from salesdesk.errors import (
    BaseError,
    DamagedError,
    InputError,
    LostError,
    NotAllowedError,
    SalesdeskError,
    ServerPasswordError,
    UnreachableError,
)
from salesdesk.i18n import _

__all__ = ["TAKEN", "TOO_LONG", "LockedError", "LostError", "StoppedError", "lost", "said_plainly"]

TAKEN, TOO_LONG = "this login is a role of the server already", "this login is too long for a role"
"""What `storage.policies` says of a login that cannot be made."""


class LockedError(UnreachableError):
    """Another writer holds the base: worth another try."""


class StoppedError(BaseError):
    """Nobody waits for it any more: it was stopped on the way."""


_REFUSED = (
    "authentication failed", "pg_hba.conf", 'fatal:  role "', "no password supplied",
    "not permitted to log in",
)  # fmt: skip
"""How a server says that it does not let somebody in: all of it stands after "connection failed"."""
_AFTER_A_RIGHT_ONE = (
    'fatal:  database "', "too many", "connection slots", "starting up", "shutting down", "recovery mode",
)  # fmt: skip
"""What may be wrong once a password was right."""


def is_refused_password(error: BaseException) -> bool:
    """Tell whether a server did not let somebody in, in whatever language it says so.

    While it connects libpq gives no SQLSTATE, and `lc_messages` is no login's to set. What it does tell is
    whether the server asked for a password: one that was missing, or that was given before all was over.
    A server of another language that ends it for another reason after a right one is misread.
    """
    text = str(error).lower()
    if any(sign in text for sign in _REFUSED):
        return True
    # Only of a connection that did not come about does an error name it.
    tried = getattr(error, "pgconn", None)
    if tried is None or any(sign in text for sign in _AFTER_A_RIGHT_ONE):
        return False
    return bool(tried.needs_password or tried.used_password)


def _refused() -> SalesdeskError:
    return ServerPasswordError(_("The server does not let this login in. Check the login and its password."))


def _said(error: BaseException | None, *, gone: bool = False) -> SalesdeskError | None:
    said = _line(str(error), gone=gone)
    lost_or_unknown = said is None or isinstance(said, LostError)
    return _refused() if lost_or_unknown and error is not None and is_refused_password(error) else said


def _line(text: str, *, gone: bool = False) -> SalesdeskError | None:
    text = text.lower()
    known: tuple[tuple[tuple[str, ...], SalesdeskError], ...] = (
        (("database is locked", "could not serialize", "deadlock", "lock timeout"),
         LockedError(_("The base is busy: another program is writing to it. Try again in a moment."))),
        (("interrupted", "canceling statement due to user request"), StoppedError(_("It was stopped."))),
        (("malformed", "not a database", "file is encrypted"),
         DamagedError(_("The base is damaged. Restore a backup: salesdesk db restore FILE"))),
        (("read-only transaction",), lost()),
        (("readonly", "read-only"),
         BaseError(_("The base can be read but not written. Check who may write to its file and folder."))),
        (("disk is full", "no space left"),
         UnreachableError(_("The disk is full: nothing was saved. Free some space and try again."))),
        (("disk i/o error",), UnreachableError(
            _("The disk cannot be written: nothing was saved. Check it, and how large a file may be."))),
        (("unable to open",),
         UnreachableError(_("The base cannot be opened. Check its path, its folder and who may read it."))),
        (('fatal:  database "',),
         BaseError(_("The server has no such database, or does not let this login into it."))),
        ((TAKEN,), NotAllowedError(
            _("The server has a role of this name already, not of this base: choose another login."))),
        ((TOO_LONG,), InputError(_("This login is too long for the server: at most 63 bytes."), "login")),
        (("permission denied", "must be owner", "row-level security"),
         NotAllowedError(_("The server does not let this login do that."))),
        (_REFUSED, _refused()),
        (_SIGNS_OF_LOSS, lost()),
    )  # fmt: skip
    for signs, said in known:
        if any(sign in text for sign in signs):
            return said
    return lost() if gone else None


_SIGNS_OF_LOSS = (
    "connection", "server closed", "terminating", "timeout expired", "starting up", "shutting down",
    "recovery mode", "consuming input failed", "could not receive data", "could not send data",
)  # fmt: skip


def lost() -> LostError:
    """Give the error that says that the server does not answer."""
    return LostError(_("The server of the base does not answer. Check the network and try again."))


def _drivers() -> tuple[type[Exception], ...]:
    """Give what the databases' own programs raise: very many rows are written by them alone."""
    psycopg = sys.modules.get("psycopg")
    return (sqlite3.DatabaseError, *([psycopg.Error] if psycopg is not None else []))


@contextmanager
def said_plainly() -> Iterator[None]:
    """Turn a failure of the database into a BaseError with one line; a programming error passes through."""
    try:
        yield
    except NoConnectionLeft as error:
        raise LockedError(
            _("The base is busy: another program is writing to it. Try again in a moment.")
        ) from error
    except (DatabaseError, InterfaceError) as error:
        said = _said(error.orig, gone=error.connection_invalidated)
        if said is None:
            raise
        raise said from error
    except Exception as error:
        said = _said(error) if isinstance(error, _drivers()) else None
        if said is None:
            raise
        raise said from error
