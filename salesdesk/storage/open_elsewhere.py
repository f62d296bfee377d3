"""Who else has a base open, as far as this machine and the database can tell."""

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy import Connection, text

PATIENCE = 3.0
"""Seconds for what only looks into a base, as every start does, to be done with it."""

_OTHERS = text(
    "SELECT usename, host(client_addr) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND application_name LIKE 'salesdesk%' AND application_name <> current_setting('application_name')"
    " ORDER BY usename, client_addr"
)


def is_open_elsewhere(path: Path) -> bool:
    """Tell whether any other connection has a SQLite base open, of this program or of another.

    A connection to a base with a write-ahead log shares a lock on the file as long as it is open.
    """
    with closing(sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)) as alone:
        alone.execute("PRAGMA locking_mode = EXCLUSIVE")
        try:
            alone.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                return True
            raise
        alone.execute("ROLLBACK")
    return False


def processes_with(path: Path) -> tuple[int, ...]:
    """Name the other processes that have a file open, where the system lets one look; else nobody."""
    return tuple(sorted(number for number in _processes() if number != os.getpid() and _has(number, path)))


def _processes() -> list[int]:
    with suppress(OSError):
        return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return []


def _has(process: int, path: Path) -> bool:
    # Processes end while one looks, and those of other people do not show what they have open.
    with suppress(OSError):
        return any(_same(handle, path) for handle in Path(f"/proc/{process}/fd").iterdir())
    return False


def _same(handle: Path, path: Path) -> bool:
    with suppress(OSError):
        return handle.samefile(path)
    return False


def sessions_beside(connection: Connection) -> tuple[str, ...]:
    """Name who works on a PostgreSQL base by a Salesdesk of another version: `login at address`.

    Sessions of this very version do not count: they wait to upgrade the base as well.
    """
    return tuple(
        f"{login} ({address})" if address else str(login) for login, address in connection.execute(_OTHERS)
    )
