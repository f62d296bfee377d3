"""Connections to a PostgreSQL server: few, quick to notice that it is gone, and to be cut from outside."""

import os
import select
import socket
import weakref
from contextlib import suppress
from functools import cache
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DisconnectionError

from salesdesk.storage.answers import answer_together

CONNECT_SECONDS = 4
"""How long a connection may take, for each address of the server."""

_NOTICED = {
    "connect_timeout": CONNECT_SECONDS,
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    # Milliseconds: what was sent and nobody took note of for so long was sent to nobody.
    "tcp_user_timeout": 15_000,
}
"""What libpq is told, unless the URL says it: within half a minute a silent network is a lost one."""

# One connection stays at an idle desk; the others, one for each thread that reads or writes, go as soon as
# they are given back.
_POOL = {"pool_size": 1, "max_overflow": 3, "pool_timeout": 10, "pool_use_lifo": True}

# A desk asks the same few dozen statements all day, a command most of its own once: prepared the second time.
_PREPARE, _SOON = "prepare_threshold", 1
_PREPARED = 300


def for_server(url: URL, name: str) -> tuple[URL, dict[str, Any]]:
    """Give the URL and the options to make an engine with; `name` is what this program calls itself there."""
    given = {"application_name": name, **_NOTICED}
    arguments: dict[str, Any] = {key: value for key, value in given.items() if key not in url.query}
    arguments[_PREPARE] = _SOON
    if _PREPARE in url.query:
        # Where each transaction may have another session of the server, none may stand on what one prepared.
        said = str(url.query[_PREPARE]).lower()
        arguments[_PREPARE] = None if said in ("none", "off") else int(said) if said.isdigit() else _SOON
        url = url.difference_update_query([_PREPARE])
    return url, {**_POOL, "connect_args": arguments}


_open: "weakref.WeakKeyDictionary[Engine, weakref.WeakSet[Any]]" = weakref.WeakKeyDictionary()


def look_after(engine: Engine) -> None:
    """Look at each connection before it is used, and know those that are open."""
    wires: weakref.WeakSet[Any] = weakref.WeakSet()
    _open[engine] = wires

    def connected(connection: Any, _record: object) -> None:  # noqa: ANN401  # psycopg is an extra
        wires.add(connection)
        _prepare_each_once(connection)

    event.listen(engine, "connect", connected)
    event.listen(engine, "checkout", _refuse_closed)
    answer_together(engine)


def _prepare_each_once(connection: Any) -> None:  # noqa: ANN401  # psycopg is an extra
    """Let a statement be the same for a server whatever is given in it, and keep all that a day asks.

    By itself psycopg sends a whole number as the smallest that holds it, and nothing as of no type: with each
    mixture of these a statement is another one, to be planned anew. Each says of what type it takes it.
    """
    connection.adapters.register_dumper(int, _whole_numbers())
    connection.prepared_max = _PREPARED


@cache
def _whole_numbers() -> Any:  # noqa: ANN401  # psycopg is an extra
    from psycopg.adapt import Dumper

    class Whole(Dumper):
        """Sends a whole number as of no type."""

        def dump(self, obj: int) -> bytes:
            return b"%d" % obj

        def quote(self, obj: int) -> bytes:
            return b" %d" % obj

    return Whole


def ask(engine: Engine, statement: str) -> str | None:
    """Ask for one value over a new connection, whatever becomes of those that are open."""
    pool = engine.pool.recreate()
    try:
        connection = pool.connect()
        try:
            cursor = connection.cursor()
            cursor.execute(statement)
            found = cursor.fetchone()
            cursor.close()
        finally:
            connection.close()
    finally:
        pool.dispose()
    return None if found is None else str(found[0])


def cut(engine: Engine) -> None:
    """Cut every connection to a server: whoever waits for an answer there hears of it at once."""
    import psycopg

    for connection in list(_open.get(engine, ())):
        with (
            suppress(OSError, psycopg.Error),
            # The number is the driver's: what is closed here is a second one of the same wire.
            socket.socket(fileno=os.dup(connection.pgconn.socket)) as wire,
        ):
            wire.shutdown(socket.SHUT_RDWR)


def _refuse_closed(connection: Any, _record: object, _proxy: object) -> None:  # noqa: ANN401
    """Let nobody have a connection that the server has closed: that lies there to be read, unasked."""
    if not _still_there(connection):
        raise DisconnectionError


def _still_there(connection: Any) -> bool:  # noqa: ANN401
    import psycopg

    try:
        wire = select.poll()
        wire.register(connection.pgconn.socket, select.POLLIN)
        if not wire.poll(0):
            return True
        # A server says unasked that it leaves, or something that no desk listens for.
        connection.pgconn.consume_input()
        return not connection.closed and not wire.poll(0)
    except psycopg.Error:
        return False
