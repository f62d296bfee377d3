"""Copies of a SQLite base: taken while it is in use, read back before they are called good."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from salesdesk.errors import BaseError, InputError
from salesdesk.i18n import _


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a base page by page while others work on it. Raises BaseError; leaves no half of a copy."""
    if target.exists():
        raise InputError(_("{path} is there already; give the name of a new file.").format(path=target))
    partial = target.with_name(target.name + ".partial")
    try:
        with closing(sqlite3.connect(source)) as base, closing(sqlite3.connect(partial)) as copy:
            base.backup(copy)
            _good(copy, partial)
        with partial.open("rb+") as written:
            os.fsync(written.fileno())
        partial.replace(target)
    except (sqlite3.Error, OSError) as error:
        raise BaseError(
            _("The copy {path} could not be written: {why}").format(path=target, why=error)
        ) from error
    finally:
        partial.unlink(missing_ok=True)


def restore_sqlite(backup: Path, target: Path) -> Path | None:
    """Put a backup in the base's place; tell where the base that stood there was set aside.

    Raises InputError for a file that is no base, BaseError where it cannot be written.
    """
    if not backup.is_file():
        raise InputError(_("There is no file {path}.").format(path=backup))
    _must_be_a_base(backup)
    fresh = target.with_name(target.name + ".restoring")
    fresh.unlink(missing_ok=True)
    copy_sqlite(backup, fresh)
    aside = _set_aside(target) if target.exists() else None
    fresh.replace(target)
    return aside


def _set_aside(target: Path) -> Path:
    number = 1
    while (aside := target.with_name(f"{target.name}.replaced-{number}")).exists():
        number += 1
    for suffix in ("-wal", "-shm"):
        sidecar = target.with_name(target.name + suffix)
        if sidecar.exists():
            # The write-ahead log belongs to the file it was written for, and holds its last commits.
            sidecar.replace(aside.with_name(aside.name + suffix))
    target.replace(aside)
    return aside


def _must_be_a_base(backup: Path) -> None:
    try:
        with closing(sqlite3.connect(f"{backup.absolute().as_uri()}?mode=ro", uri=True)) as base:
            base.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        raise InputError(
            _("{path} is not a whole Salesdesk base: {why}").format(path=backup, why=error)
        ) from error


def _good(copy: sqlite3.Connection, path: Path) -> None:
    try:
        verdict = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
        copy.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError as error:
        raise InputError(
            _("{path} is not a whole Salesdesk base: {why}").format(path=path, why=error)
        ) from error
    if verdict != "ok":
        raise InputError(_("{path} is not a whole Salesdesk base: {why}").format(path=path, why=verdict))
