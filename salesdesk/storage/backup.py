"""Copies of a SQLite base: taken while it is in use, read back before they are called good."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from salesdesk.errors import BaseError, DamagedError, InputError, StoppedError
from salesdesk.i18n import _
from salesdesk.storage.open_elsewhere import processes_with

_PAGES = 2000
"""So many pages are copied before it is asked whether to go on: 8 MB."""
_STEPS = 100_000
"""So many steps of the database are done before it is asked, while a copy is read back."""
PARTIAL = ".partial"
_PARTS = ("", "-wal", "-shm", "-journal")
"""What a base consists of while it is open, or was not closed in order."""


class NotWholeError(InputError):
    """What was to be copied is damaged, or is no base."""


def back_up(base: Path, target: Path, stopped: Callable[[], bool] | None = None) -> None:
    """Copy the base itself into a new file. Raises DamagedError where it is found not to be whole."""
    try:
        copy_sqlite(base, target, stopped)
    except NotWholeError as error:
        raise DamagedError(str(error)) from error


def copy_sqlite(source: Path, target: Path, stopped: Callable[[], bool] | None = None) -> None:
    """Copy a base while others work on it, as it is at one moment; nobody waits for it.

    `stopped` is asked now and then whether nobody wants it any more. Raises NotWholeError, BaseError where
    the copy cannot be written, and StoppedError; leaves no half of a copy.
    """
    if target.exists():
        raise InputError(_("{path} is there already; give the name of a new file.").format(path=target))
    partial = target.with_name(target.name + PARTIAL)
    forget(partial)
    stopped = stopped or _never
    try:
        with closing(sqlite3.connect(source)) as base, closing(sqlite3.connect(partial)) as copy:
            copy.set_progress_handler(stopped, _STEPS)
            _copy(base, copy, stopped)
        with partial.open("rb+") as written:
            os.fsync(written.fileno())
        partial.replace(target)
    except (sqlite3.OperationalError, OSError) as error:
        if stopped():
            raise StoppedError(_("It was stopped.")) from error
        raise BaseError(
            _("The copy {path} could not be written: {why}").format(path=target, why=error)
        ) from error
    except (sqlite3.DatabaseError, _NotWhole) as error:
        raise NotWholeError(
            _("{path} is not a whole Salesdesk base: {why}").format(path=source, why=error)
        ) from error
    finally:
        forget(partial)


class _NotWhole(Exception):  # noqa: N818  # turned into an error for a person where the file's name is known
    """What is wrong with a base, as the database says it."""


def _never() -> bool:
    return False


def _copy(base: sqlite3.Connection, copy: sqlite3.Connection, stopped: Callable[[], bool]) -> None:
    def ask(_status: int, _remaining: int, _total: int) -> None:
        if stopped():
            raise StoppedError(_("It was stopped."))

    # One snapshot from the first row that is counted to the last page: whoever writes meanwhile does not
    # wait, and the copy need not begin anew.
    base.execute("BEGIN")
    counted = _rows(base)
    base.backup(copy, pages=_PAGES, progress=ask)
    _read_back(copy)
    if _rows(copy) != counted:
        raise _NotWhole(_("the copy holds other rows than the base"))


def _rows(base: sqlite3.Connection) -> dict[str, int]:
    """Count the rows of each table; those of the search follow from the others."""
    tables = base.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0"
        " AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'client_search%'"
    ).fetchall()
    return {name: base.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in tables}


def _read_back(copy: sqlite3.Connection) -> None:
    verdict = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
    if verdict != "ok":
        raise _NotWhole(verdict.replace("\n", " "))
    try:
        copy.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError as error:
        raise _NotWhole(str(error)) from error


def forget(partial: Path) -> None:
    """Remove what an unfinished copy has left."""
    for suffix in _PARTS:
        _with(partial, suffix).unlink(missing_ok=True)


def restore_sqlite(backup: Path, target: Path) -> Path | None:
    """Put a backup in the base's place; tell where the base that stood there was set aside.

    The backup is read back whole before. Raises InputError for a file that is no whole base, BaseError
    where it cannot be written, or while another program has the base open: it would go on writing to
    what is set aside.
    """
    if not backup.is_file():
        raise InputError(_("There is no file {path}.").format(path=backup))
    _must_be_a_base(backup)
    _must_be_alone(target)
    fresh = target.with_name(target.name + ".restoring")
    fresh.unlink(missing_ok=True)
    copy_sqlite(backup, fresh)
    aside = _set_aside(target)
    fresh.replace(target)
    return aside


def _must_be_alone(target: Path) -> None:
    others = processes_with(target)
    if others:
        raise BaseError(
            _("Others have this base open (process {who}). Let them leave it, then restore.").format(
                who=", ".join(map(str, others))
            )
        )


def _set_aside(target: Path) -> Path | None:
    """Move what stands there out of the way; tell where it is, None for nothing."""
    number = 1
    while _there(_aside(target, number)):
        number += 1
    moved = None
    # A log belongs to the file it was written for, and holds its last commits: it goes first, and along.
    for suffix in reversed(_PARTS):
        part = _with(target, suffix)
        if part.exists():
            moved = part.replace(_with(_aside(target, number), suffix))
    return moved


def _aside(target: Path, number: int) -> Path:
    return target.with_name(f"{target.name}.replaced-{number}")


def _there(base: Path) -> bool:
    return any(_with(base, suffix).exists() for suffix in _PARTS)


def _with(base: Path, suffix: str) -> Path:
    return base.with_name(base.name + suffix)


def _must_be_a_base(backup: Path) -> None:
    try:
        with closing(sqlite3.connect(f"{backup.absolute().as_uri()}?mode=ro", uri=True)) as base:
            base.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        raise NotWholeError(
            _("{path} is not a whole Salesdesk base: {why}").format(path=backup, why=error)
        ) from error
