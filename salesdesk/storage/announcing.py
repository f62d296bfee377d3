"""Tells whoever listens on a server that this process has written; SQLite's file says that by itself.

Never as a part of what is written: a server lets those that notify commit one after another, each with its
wait for the disk. What is sent after the commit waits for no disk, and is sent a few times a second at most:
by whoever wrote, over the connection that they have just given back. One more connection would cost the
server more than a hundred such messages.
"""

import logging
import secrets
import threading
import time

from sqlalchemy import Engine, bindparam, func, select
from sqlalchemy.exc import SQLAlchemyError

CHANNEL = "salesdesk"
PROBE = "?"
"""Begins what is sent only to hear whether it arrives: it tells of no change."""

_EVERY = 0.5
"""Seconds between two that a process sends: what is written meanwhile is told of by the next one."""
_LATER = 0.4
"""Seconds more, after which what nobody wrote behind is told of all the same, by a thread of its own."""

_TELL = select(func.pg_notify(CHANNEL, bindparam("words")))

log = logging.getLogger(__name__)


class Announcing:
    """Sends on behalf of one open base; `sender` is how it knows its own words again."""

    def __init__(self, engine: Engine) -> None:
        self.sender = secrets.token_hex(4)
        self._engine = engine
        self._on_server = engine.dialect.name == "postgresql"
        self._lock, self._sending = threading.Lock(), threading.Lock()
        self._untold, self._sent_at = False, -_EVERY
        self._waiting: threading.Timer | None = None

    def wrote(self) -> None:
        """Tell of what was just committed, now or soon."""
        if not self._on_server:
            return
        with self._lock:
            self._untold = True
            pause = self._sent_at + _EVERY - time.monotonic()
            if pause > 0 and self._waiting is None:
                self._waiting = threading.Timer(pause + _LATER, self._tell)
                self._waiting.daemon = True
                self._waiting.start()
        if pause <= 0:
            self._tell()

    def settle(self) -> None:
        """Tell at once of what was not told of yet: nothing comes after it."""
        self._tell()
        # Nor may what is being sent already outlive the connections.
        with self._sending:
            return

    def _tell(self) -> None:
        with self._sending:
            self._tell_once()

    def _tell_once(self) -> None:
        with self._lock:
            if self._waiting is not None:
                self._waiting.cancel()
                self._waiting = None
            if not self._untold:
                return
            self._untold, self._sent_at = False, time.monotonic()
        try:
            self.send(self.sender)
        except SQLAlchemyError:
            # It is committed all the same, and whoever cannot be told finds it when they look.
            log.info("Nobody could be told of a change", exc_info=True)

    def send(self, words: str) -> None:
        """Send to all who listen. Raises SQLAlchemyError."""
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(_TELL, {"words": words})
