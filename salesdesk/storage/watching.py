"""Notices, as it happens, that somebody has committed something: what each database has for it.

SQLite is asked for its `data_version`, which reads no page and holds no transaction open. PostgreSQL tells by
NOTIFY; where a pooler in between keeps that to itself, the server is asked which transactions are over.
"""

import logging
import secrets
import sqlite3
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from salesdesk.storage import common_time
from salesdesk.storage.announcing import CHANNEL, PROBE

if TYPE_CHECKING:
    import psycopg

    from salesdesk.storage.base import Base

LOOKS_EVERY = 0.5
"""Seconds between two looks into a file."""
ASKS_EVERY = 1.0
"""Seconds between two questions to a server that does not tell by itself."""
_HEARS_FOR = 0.2
"""Seconds after which one that listens looks whether it is still wanted."""
_PROBE_ARRIVES = 2.0
_TRIES_AGAIN = 2.0

log = logging.getLogger(__name__)


class _Sight(ABC):
    """How one connection notices what others commit."""

    def __init__(self, connection: Any) -> None:  # noqa: ANN401  # of either driver
        self.connection = connection

    def close(self) -> None:
        """Let the connection go."""
        self.connection.close()

    @abstractmethod
    def wait(self, over: threading.Event) -> bool:
        """Wait a while for something to be committed; tell whether anything was."""

    def look(self) -> bool:
        """Tell at once whether anything was committed, where it costs nothing to know."""
        return False


class _Asking(_Sight):
    """Asks for a sign that is another one once anything was committed. Threads may ask beside each other."""

    def __init__(self, connection: Any, question: str, every: float) -> None:  # noqa: ANN401  # of either driver
        super().__init__(connection)
        self._question = question
        self._every = every
        self._lock = threading.Lock()
        self._sign = self._ask()

    def _ask(self) -> object:
        return self.connection.execute(self._question).fetchone()

    def wait(self, over: threading.Event) -> bool:
        return not over.wait(self._every) and self.look()

    def look(self) -> bool:
        with self._lock:
            before, self._sign = self._sign, self._ask()
            return self._sign != before


class _Listening(_Sight):
    """Is told by whoever writes; what this process has written itself is no news."""

    def __init__(self, connection: "psycopg.Connection[Any]", sender: str) -> None:
        super().__init__(connection)
        self._sender = sender

    def wait(self, over: threading.Event) -> bool:
        del over
        told = [one.payload for one in self.connection.notifies(timeout=_HEARS_FOR, stop_after=1)]
        return any(words != self._sender and not words.startswith(PROBE) for words in told)


class Watch:
    """Counts the changes that were noticed, in a thread and by a connection of its own.

    `revision` is another number once anybody has committed anything, and on SQLite this process too. A server
    or a disk that went away ends nothing: it is tried again, and whatever was missed counts as a change.
    """

    def __init__(self, base: "Base", noticed: Callable[[], object] | None = None) -> None:
        """`noticed` is called in the thread: once it sees, then at each change that others made."""
        self.revision = 0
        self._noticed = noticed
        self._base = base
        self._over = threading.Event()
        self._sight: _Sight | None = None
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)
        self._thread.start()

    @property
    def sees(self) -> bool:
        """Whether it would notice a change now."""
        return self._sight is not None

    def wrote(self) -> None:
        """Count what this process has just committed: what is read from now on knows of it."""
        sight = self._sight
        if sight is None:
            return
        try:
            self.revision += sight.look()
        except Exception:  # what is committed must not fail of it; the thread meets it too
            log.info("A look at the base failed", exc_info=True)

    def close(self) -> None:
        """Stop watching."""
        self._over.set()
        self._thread.join(_TRIES_AGAIN)

    def _tell(self, changes: int = 1) -> None:
        self.revision += changes
        if self._noticed is not None:
            self._noticed()

    def _run(self) -> None:
        missed = 0
        while not self._over.is_set():
            try:
                with closing(_sight_of(self._base)) as sight:
                    self._sight = sight
                    self._tell(missed)
                    missed = 1
                    agreed_at = -common_time.AGREES_EVERY
                    while not self._over.is_set():
                        if time.monotonic() - agreed_at >= common_time.AGREES_EVERY:
                            self._base.time.agree(sight.connection)
                            agreed_at = time.monotonic()
                        if sight.wait(self._over):
                            self._tell()
            except Exception:  # whatever it was, another connection may do better
                log.info("The base is not watched for a while", exc_info=True)
            finally:
                self._sight = None
            self._over.wait(_TRIES_AGAIN)


def _sight_of(base: "Base") -> _Sight:
    path = base.path
    return _sight_of_file(path) if path is not None else _sight_of_server(base)


def _sight_of_file(path: Path) -> _Sight:
    # A file that is gone must not come back empty.
    place = f"{path.absolute().as_uri()}?mode=rw"
    connection = sqlite3.connect(place, uri=True, isolation_level=None, check_same_thread=False)
    return _Asking(connection, "PRAGMA data_version", LOOKS_EVERY)


def _sight_of_server(base: "Base") -> _Sight:
    pooled = base.engine.raw_connection()
    connection: Any = pooled.driver_connection
    pooled.detach()
    try:
        connection.autocommit = True
        if _hears(connection, base):
            return _Listening(connection, base.announcing.sender)
        return _Asking(connection, "SELECT pg_current_snapshot()::text", ASKS_EVERY)
    except BaseException:
        connection.close()
        raise


def _hears(connection: "psycopg.Connection[Any]", base: "Base") -> bool:
    """Listen, and tell whether what another connection sends arrives: not every pooler lets it through."""
    import psycopg

    try:
        connection.execute(f"LISTEN {CHANNEL}")
    except psycopg.DatabaseError:
        if connection.closed:
            raise
        return False
    words = PROBE + secrets.token_hex(4)
    base.announcing.send(words)
    return any(one.payload == words for one in connection.notifies(timeout=_PROBE_ARRIVES))
