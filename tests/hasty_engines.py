"""Engines for bases that nobody keeps: they share what is compiled, and do not wait for the disk.

A statement is put into SQL once a run, not once a base.
"""

from typing import Any

from sqlalchemy import Engine, create_engine, event

from salesdesk.storage import engine as product

_first: dict[str, Engine] = {}
prepare_as_delivered = product._prepare


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
