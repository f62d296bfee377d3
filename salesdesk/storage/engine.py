"""Engines: how each database is opened, and how a unit of work begins."""

import sqlite3
from pathlib import Path

from sqlalchemy import Connection, Engine, FromClause, create_engine, event
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from salesdesk.errors import BaseError, InputError
from salesdesk.i18n import _
from salesdesk.storage.beginning import ALONE
from salesdesk.storage.server import for_server, look_after
from salesdesk.storage.server_passwords import find_passwords
from salesdesk.storage.waiting import begin_writing

BUSY_SECONDS = 10


def base_url(where: str) -> URL:
    """Read a path or a URL; a plain path is a SQLite file. Raises InputError for a URL of another kind."""
    if "://" not in where:
        return URL.create("sqlite", database=str(Path(where).expanduser()))
    try:
        url = make_url(where)
    except (ArgumentError, ValueError):
        # Its cause would quote pieces of the URL, and so of a password, into the log.
        raise InputError(_("This is not the URL of a base; give a file or postgresql://…")) from None
    if url.get_backend_name() == "postgresql":
        return _password_in_place(url.set(drivername="postgresql+psycopg"))
    if url.get_backend_name() == "sqlite" and url.database:
        return url
    raise InputError(_("Salesdesk keeps its base in SQLite or PostgreSQL; give a file or postgresql://…"))


def _password_in_place(url: URL) -> URL:
    """Put a password of the query where it is hidden when the URL is written."""
    named = url.query.get("password")
    if not isinstance(named, str):
        return url
    return url.difference_update_query(["password"]).set(password=url.password or named)


def sqlite_path(url: URL) -> Path | None:
    """Tell the file of a SQLite base; None on PostgreSQL."""
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def base_name(url: URL) -> str:
    """Name a base as it is reached, without a login or a password."""
    path = sqlite_path(url)
    if path is not None:
        return str(path.absolute())
    return f"{url.host or url.query.get('host') or ''}:{url.port or ''}/{url.database or ''}"


def make_engine(url: URL) -> Engine:
    """Make the engine. Exceptions never print bound values: they hold people's data."""
    if sqlite_path(url) is None:
        url, options = for_server(url, application_name())
        try:
            engine = create_engine(url, hide_parameters=True, **options)
        except ImportError as error:
            raise BaseError(
                _("PostgreSQL needs one more package: pip install 'salesdesk[postgres]'")
            ) from error
        look_after(engine)
        find_passwords(engine, url)
        return engine
    engine = create_engine(
        url,
        hide_parameters=True,
        # The connection used last has the pages that are asked for next; others keep theirs for nothing.
        pool_use_lifo=True,
        connect_args={"isolation_level": None, "timeout": BUSY_SECONDS, "check_same_thread": False},
    )
    engine.dialect.statement_compiler = _Compiler
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def application_name() -> str:
    """Name this program to a server, with the version of the base that it works on."""
    from salesdesk.storage.schema import REVISION

    return f"salesdesk {REVISION}"


class _Compiler(SQLiteCompiler):
    """Writes the hints of statements too, which SQLAlchemy leaves out for SQLite."""

    def get_from_hint_text(self, table: FromClause, text: str | None) -> str | None:
        del table
        return text


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    for pragma in (
        f"busy_timeout = {BUSY_SECONDS * 1000}",
        "foreign_keys = ON",
        "journal_mode = WAL",
        # FULL: a commit that was reported as saved survives the loss of power.
        "synchronous = FULL",
        "temp_store = MEMORY",
        "cache_size = -8000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    driver = connection.connection.dbapi_connection
    options = connection.get_execution_options()
    if options.get(ALONE, False):
        return
    # A write that began as a read could not wait for another writer: it would fail at once.
    if options.get("writes", False) and isinstance(driver, sqlite3.Connection):
        begin_writing(driver, BUSY_SECONDS)
    else:
        connection.exec_driver_sql("BEGIN")
