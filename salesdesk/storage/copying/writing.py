"""The base that a copy becomes: made where there is none, empty before, and whole or empty after."""

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import IntegrityError

from salesdesk.errors import BaseError, InputError
from salesdesk.i18n import _
from salesdesk.models import SQLModel
from salesdesk.storage import policies, schema, search_index
from salesdesk.storage.bulk import indexes_after
from salesdesk.storage.copying.reading import Row, lost_row
from salesdesk.storage.copying.refusing import LostRowError, refused_by_server, refused_by_sqlite
from salesdesk.storage.copying.tables import Copied
from salesdesk.storage.engine import make_engine, sqlite_path
from salesdesk.storage.faults import said_plainly
from salesdesk.storage.ids import go_past

_WAIT = "10s"
"""How long a server waits for others to let go of a table of the empty base."""

_STEPS = 1_000_000
"""SQLite asks after so many of its instructions, some hundredths of a second, whether to go on."""

_FOREIGN_KEYS = text(
    "SELECT CAST(CAST(conrelid AS regclass) AS text), quote_ident(conname), pg_get_constraintdef(oid)"
    " FROM pg_constraint WHERE contype = 'f'"
    " AND connamespace = (SELECT relnamespace FROM pg_class WHERE oid = to_regclass('client_search'))"
)

_FRESH = ("journal_mode = OFF", "synchronous = OFF")
"""A file that is thrown away unless it becomes whole needs no journal, and waits for the disk once."""


@contextmanager
def empty_base(url: URL, tables: Sequence[Copied], stopped: Callable[[], bool]) -> Iterator[Connection]:
    """Open a base without clients in one transaction, every table emptied, and commit it at the end.

    Raises InputError for one that has clients, BaseError for one of another program or version.
    """
    path = sqlite_path(url)
    with ExitStack() as stack:
        fresh = path is not None and not path.exists()
        if path is not None and fresh:
            url = url.set(database=str(stack.enter_context(_new_file(path))))
        elif path is not None:
            schema.look_into(path)
        engine = make_engine(url)
        stack.callback(engine.dispose)
        with engine.execution_options(writes=True).connect() as connection:
            if path is not None:
                _prepare_sqlite(connection, _FRESH if fresh else (), stopped)
            with connection.begin():
                _make_empty(connection, tables)
                yield connection


@contextmanager
def _new_file(path: Path) -> Iterator[Path]:
    """Give the name of a file that takes its own name once it is whole and on the disk."""
    partial = path.with_name(path.name + ".partial")
    try:
        # One that was killed may have left its files: an old journal would be played into a new one.
        _remove(partial)
        yield partial
        with partial.open("rb+") as written:
            os.fsync(written.fileno())
        if path.exists():
            raise InputError(_("{path} is there already; give the name of a new file.").format(path=path))
        partial.replace(path)
    except OSError as error:
        raise BaseError(
            _("The copy {path} could not be written: {why}").format(path=path, why=error.strerror)
        ) from error
    finally:
        _remove(partial)


def _remove(path: Path) -> None:
    for suffix in ("", "-journal", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _prepare_sqlite(connection: Connection, settings: Sequence[str], stopped: Callable[[], bool]) -> None:
    """Set what cannot be changed inside a transaction."""
    driver: Any = connection.connection.dbapi_connection
    # Tables come in the order of foreign keys, but an operator's substitute may come after them:
    # all keys are checked at once, at the end. What sorting indexes needs goes to the disk.
    for setting in ("foreign_keys = OFF", "temp_store = FILE", "cache_size = -64000", *settings):
        driver.execute(f"PRAGMA {setting}")
    driver.set_progress_handler(stopped, _STEPS)


def _make_empty(connection: Connection, tables: Sequence[Copied]) -> None:
    sqlite = connection.dialect.name == "sqlite"
    if not sqlite:
        connection.execute(text(f"SET LOCAL lock_timeout = '{_WAIT}'"))
    found = schema.version(connection)
    if found is None:
        schema.migrate(connection)
    elif found != schema.REVISION:
        raise BaseError(
            _(
                "The base to copy into is of version {found}, this program of {wanted}: give a new one."
            ).format(found=found, wanted=schema.REVISION)
        )
    names = [f'"{table.name}"' for table in tables]
    if not sqlite:
        # Before it is looked at: nobody may add a client meanwhile.
        connection.execute(text(f"LOCK TABLE {', '.join(names)} IN ACCESS EXCLUSIVE MODE"))
    if connection.execute(text("SELECT id FROM client LIMIT 1")).first() is not None:
        raise InputError(_("The base to copy into has clients; a copy goes into an empty one."))
    for statement in (
        [f"DELETE FROM {name}" for name in names] if sqlite else [f"TRUNCATE {', '.join(names)}"]
    ):
        connection.execute(text(statement))


@contextmanager
def ready_at_the_end(connection: Connection, given_out: Mapping[str, int]) -> Iterator[None]:
    """Put rows in without indexes and foreign keys; then make them, and tell which ids are taken.

    `given_out` are ids, by table, after which the next one comes even if no row has them any more.
    Raises LostRowError where a row names another that is not there.
    """
    tables = SQLModel.metadata.sorted_tables
    with (
        policies.lifted(connection),
        indexes_after(connection, tables),
        search_index.indexed_after(connection),
        _foreign_keys_after(connection),
    ):
        yield
    go_past(connection, given_out)
    if connection.dialect.name == "sqlite":
        if lost_row(connection) is not None:
            raise LostRowError
    else:
        # A server that has never counted its rows takes the worst way through them.
        connection.execute(text("ANALYZE"))


@contextmanager
def _foreign_keys_after(connection: Connection) -> Iterator[None]:
    """Let a server check foreign keys table by table, not row by row."""
    # Until a table is in, a server remembers every row whose keys it has yet to check.
    if connection.dialect.name == "sqlite":
        yield
        return
    keys = connection.execute(_FOREIGN_KEYS).all()
    for table, name, _made in keys:
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    yield
    try:
        for table, name, made in keys:
            connection.exec_driver_sql(f"ALTER TABLE {table} ADD CONSTRAINT {name} {made}")
    except IntegrityError:
        raise LostRowError from None


@contextmanager
def filling(connection: Connection, table: Copied) -> Iterator[Callable[[Sequence[Row]], None]]:
    """Give what writes rows into a table, in the order of its key.

    Raises RefusedRowError for one that the database does not take.
    """
    fill = _executing if connection.dialect.name == "sqlite" else _copying
    with said_plainly(), fill(connection, table) as put:
        yield put


@contextmanager
def _executing(connection: Connection, table: Copied) -> Iterator[Callable[[Sequence[Row]], None]]:
    driver: Any = connection.connection.dbapi_connection
    columns = table.columns_on(connection)
    names, places = ", ".join(f'"{name}"' for name in columns), ", ".join("?" * len(columns))
    statement = f'INSERT INTO "{table.name}" ({names}) VALUES ({places})'
    before = driver.total_changes

    def put(rows: Sequence[Row]) -> None:
        driver.executemany(statement, rows)

    try:
        yield put
    except sqlite3.IntegrityError as error:
        raise refused_by_sqlite(error, driver.total_changes - before + 1) from None


@contextmanager
def _copying(connection: Connection, table: Copied) -> Iterator[Callable[[Sequence[Row]], None]]:
    driver: Any = connection.connection.dbapi_connection
    dbapi = connection.dialect.loaded_dbapi
    names = ", ".join(f'"{name}"' for name in table.columns)
    sent = 0
    row: Row = ()

    def put(rows: Sequence[Row]) -> None:
        nonlocal sent, row
        for row in rows:
            sent += 1
            copy.write_row(row)

    try:
        with driver.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
            yield put
    except (dbapi.DataError, dbapi.IntegrityError) as error:
        raise refused_by_server(error, sent, _with_zero_sign(table, row)) from None


def _with_zero_sign(table: Copied, row: Row) -> str | None:
    """Name the column of a row that holds U+0000."""
    texts = zip(table.columns, row, strict=False)
    return next((name for name, value in texts if isinstance(value, str) and "\0" in value), None)
