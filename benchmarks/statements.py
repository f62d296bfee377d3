"""The statements that a use case sends, caught on their way, to be sent again without it."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

Statement = tuple[str, Any]
"""SQL and its parameters, as the driver gets them."""


@contextmanager
def caught(engine: Engine) -> Iterator[list[Statement]]:
    """Collect what is executed meanwhile."""
    found: list[Statement] = []

    def catch(*about: object) -> None:
        _connection, _cursor, sql, values, *_rest = about
        if not str(sql).startswith("BEGIN"):
            found.append((str(sql), values))

    event.listen(engine, "before_cursor_execute", catch)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", catch)


def raw(path: object) -> sqlite3.Connection:
    """Open a base by the driver alone, with the settings that the desk gives it."""
    connection = sqlite3.connect(str(path), isolation_level=None)
    for pragma in ("foreign_keys = ON", "journal_mode = WAL", "synchronous = FULL", "temp_store = MEMORY",
                   "cache_size = -8000"):  # fmt: skip
        connection.execute(f"PRAGMA {pragma}")
    return connection


def read_again(connection: sqlite3.Connection, statements: Sequence[Statement]) -> None:
    """Send statements in one read, and fetch all of what they bring."""
    connection.execute("BEGIN")
    for sql, values in statements:
        connection.execute(sql, values).fetchall()
    connection.execute("COMMIT")


def write_again(connection: sqlite3.Connection, statements: Sequence[Statement]) -> None:
    """Send the writing statements among these in one committed transaction."""
    connection.execute("BEGIN IMMEDIATE")
    for sql, values in statements:
        if sql.lstrip()[:6].upper() in {"INSERT", "UPDATE", "DELETE"}:
            connection.execute(sql, values).fetchall()
    connection.execute("COMMIT")
