"""The statements that a use case sends, caught on their way, to be sent again without it."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from sqlalchemy import Engine, event

from salesdesk.storage import wire

Statement = tuple[str, Any]
"""SQL and its parameters, as the driver gets them."""


class Numbered(str):
    """SQL in which the parameters are `$1`, `$2`, …: what is sent to a server together."""

    __slots__ = ()


@contextmanager
def caught(engine: Engine) -> Iterator[list[Statement]]:
    """Collect what is executed meanwhile."""
    found: list[Statement] = []
    exchange = wire.Wire.exchange

    def one(*about: object) -> None:
        _connection, _cursor, sql, values, *_rest = about
        if not str(sql).startswith("BEGIN"):
            found.append((str(sql), values))

    def together(over: wire.Wire, sent: Sequence[wire.Statement]) -> list[list[tuple[Any, ...]]]:
        # What does not last is the beginning and the end of a transaction.
        found.extend((Numbered(each.text), each.values) for each in sent if each.lasting)
        return exchange(over, sent)

    event.listen(engine, "before_cursor_execute", one)
    try:
        with patch.object(wire.Wire, "exchange", together):
            yield found
    finally:
        event.remove(engine, "before_cursor_execute", one)


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
