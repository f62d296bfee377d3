"""The base that is copied: one snapshot of it, while others go on working."""

import sqlite3
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.engine import URL

from salesdesk.errors import BaseError
from salesdesk.i18n import _
from salesdesk.storage import schema
from salesdesk.storage.copying.tables import Copied
from salesdesk.storage.engine import make_engine, sqlite_path
from salesdesk.storage.faults import said_plainly

CHUNK = 1000
"""Rows that are in memory at once, of each of the two bases."""

Row = Sequence[Any]

_NO_TEXT = "Could not decode to UTF-8"
_REPLACED = "\N{REPLACEMENT CHARACTER}"


@contextmanager
def snapshot(url: URL) -> Iterator[Connection]:
    """Open a base as it is at this moment, to be read only.

    Raises BaseError where there is none, or where it is not of this program's version.
    """
    path = sqlite_path(url)
    if path is not None:
        schema.look_into(path)
    engine = make_engine(url)
    if path is None:
        # Whatever others commit meanwhile, each statement sees what the first one saw.
        engine = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    try:
        with engine.connect() as connection, connection.begin():
            _must_be_current(schema.version(connection))
            yield connection
    finally:
        engine.dispose()


def _must_be_current(found: str | None) -> None:
    if found is None:
        raise BaseError(_("There is no base yet where it should be copied from."))
    if found > schema.REVISION:
        raise BaseError(
            _(
                "This base was made by a newer Salesdesk (version {found}); update this program to open it."
            ).format(found=found)
        )
    if found != schema.REVISION:
        raise BaseError(
            _(
                "The base to copy is of version {found}, this program of {wanted}: "
                "bring it up to date first (salesdesk db upgrade)."
            ).format(found=found, wanted=schema.REVISION)
        )


def count(connection: Connection, table: Copied) -> int:
    """Count the rows of a table."""
    return int(connection.execute(text(f'SELECT count(*) FROM "{table.name}"')).scalar_one())


def chunks(connection: Connection, table: Copied) -> Generator[list[Row]]:
    """Give the rows of a table in the order of its key, as the database stores them."""
    with said_plainly(), _cursor(connection) as cursor:
        cursor.execute(table.rows_in_order(connection))
        try:
            while rows := cursor.fetchmany(CHUNK):
                yield rows
        except sqlite3.OperationalError as error:
            if not str(error).startswith(_NO_TEXT):
                raise
            raise BaseError(_no_text(connection, table)) from None


def _no_text(connection: Connection, table: Copied) -> str:
    """Name the row whose text is none; what SQLite says of it quotes it."""
    driver: Any = connection.connection.dbapi_connection
    usual, driver.text_factory = driver.text_factory, partial(str, encoding="utf-8", errors="replace")
    try:
        rows = driver.execute(table.rows_in_order(connection))
        row = next(row for row in rows if any(_REPLACED in value for value in row if isinstance(value, str)))
    finally:
        driver.text_factory = usual
    return _("{row} holds a text that is not readable; put it right and copy again.").format(
        row=table.name_row(row)
    )


@contextmanager
def _cursor(connection: Connection) -> Iterator[Any]:
    """Open a cursor of the driver that never holds all rows: on PostgreSQL the server keeps them."""
    driver: Any = connection.connection.dbapi_connection
    sqlite = connection.dialect.name == "sqlite"
    cursor = driver.cursor() if sqlite else driver.cursor(name="copied", binary=True)
    try:
        yield cursor
    finally:
        cursor.close()


def row_at(connection: Connection, table: Copied, number: int) -> Row:
    """Give a row by its place in the order of the key, from 1 on."""
    statement = f"{table.rows_in_order(connection)} LIMIT 1 OFFSET {number - 1}"
    return tuple(connection.exec_driver_sql(statement).one())


def lost_row(connection: Connection) -> str | None:
    """Name a row that names another one which is not there; only SQLite can have let one in."""
    found = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    return None if found is None else f"{found[0]} {found[1]}"
