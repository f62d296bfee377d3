"""Bases that nobody keeps: they share what is compiled and what is read, and do not wait for the disk.

A statement is put into SQL once a run, not once a base; so are the catalogues read that all begin with, and
so do the migrations run that make a base.
"""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text

from salesdesk.catalogues import Catalogues
from salesdesk.storage import engine as product
from salesdesk.storage import policies, schema
from salesdesk.storage.base import Base, open_base
from salesdesk.storage.common_time import FileTime, ServerTime

_first: dict[str, Engine] = {}
_catalogues: dict[str, Catalogues] = {}
_made_by: dict[tuple[str, Path], list[tuple[str, Any]]] = {}
prepare_as_delivered = product._prepare
migrate_as_delivered = schema.migrate


def sharing_engine(url: Any, **options: Any) -> Engine:
    """Make an engine that stands on the dialect and the statements of the first one of its kind."""
    engine = create_engine(url, **options)
    kind = engine.url.drivername
    first = _first.get(kind)
    if first is None:
        # Only what has connected knows what its server can do.
        event.listen(engine, "connect", lambda *_connection: _first.setdefault(kind, engine), once=True)
        return engine
    engine.dialect = engine.pool._dialect = first.dialect
    engine._compiled_cache = first._compiled_cache
    return engine


def hasty(connection: Any, record: object) -> None:
    """Prepare a connection to SQLite as the desk does, but for what only a loss of power would show."""
    prepare_as_delivered(connection, record)
    connection.execute("PRAGMA synchronous = OFF")


def migrate_once(connection: Connection) -> None:
    """Migrate; let each later new base hear the very statements that the first one of its kind heard."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({schema._LOCK})"))
    if schema.version(connection) is not None:
        migrate_as_delivered(connection)
        return
    kind = (connection.dialect.name, schema.MIGRATIONS)
    if kind in _made_by:
        for statement, values in _made_by[kind]:
            connection.exec_driver_sql(statement, values)
        return
    heard: list[tuple[str, Any]] = []

    def hear(_connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, _many: bool) -> None:
        # What is only asked makes nothing.
        if not statement.lstrip().startswith("SELECT"):
            heard.append((statement, values))

    event.listen(connection, "before_cursor_execute", hear)
    try:
        migrate_as_delivered(connection)
    finally:
        event.remove(connection, "before_cursor_execute", hear)
    _made_by[kind] = heard


def open_as_made(url: str) -> Base:
    """Open a base that is as it was made: of each kind the first in full, the others as what that found."""
    where = product.base_url(url)
    kind = where.get_backend_name()
    if kind not in _catalogues:
        base = open_base(url)
        _catalogues[kind] = base.catalogues
        return base
    path, engine = product.sqlite_path(where), product.make_engine(where)
    if path is not None:
        return Base(engine, _catalogues[kind], FileTime(path))
    time = ServerTime()
    assert policies.login_of(engine, time) is None
    return Base(engine, _catalogues[kind], time)
