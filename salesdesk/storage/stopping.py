"""Stopping a statement while it runs, from another thread: what each database has for it."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlmodel import Session

from salesdesk.i18n import _
from salesdesk.storage.faults import StoppedError

log = logging.getLogger(__name__)

_GRACE = 0.05
"""Seconds: what is nearly done is left to end by itself."""
_AGAIN = 0.02
"""A unit of work may be between two statements: the next one is stopped, too."""

_SERVER_SECONDS = 10


class Stop:
    """The wish to stop a unit of work: known to the one who waits for it, and to the thread that does it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wanted, self._done = threading.Event(), threading.Event()
        self._interrupt: Callable[[], None] | None = None

    @contextmanager
    def reaching(self, session: Session) -> Iterator[None]:
        """Let the statements of a session be stopped while this lasts, and never those that come after it.

        Raises StoppedError where that was wished for already.
        """
        interrupt = interruption(session)
        with self._lock:
            self._interrupt = interrupt
        try:
            if self._wanted.is_set():
                raise StoppedError(_("It was stopped."))
            yield
        finally:
            with self._lock:
                self._interrupt = None

    def end(self) -> None:
        """Take note that the work is over, however it went."""
        self._done.set()

    def now(self) -> None:
        """Stop the work, from a thread of its own: a server may be slow to hear of it."""
        self._wanted.set()
        threading.Thread(target=self._stop, name="stop", daemon=True).start()

    def _stop(self) -> None:
        pause = _GRACE
        while not self._done.wait(pause):
            with self._lock:
                if self._interrupt is not None and not _done(self._interrupt):
                    return
            pause = _AGAIN


def _done(interrupt: Callable[[], None]) -> bool:
    """Interrupt; where the server cannot even be told, the statement is left to end by itself."""
    try:
        interrupt()
    except Exception:
        log.exception("A statement could not be stopped")
        return False
    return True


def interruption(session: Session) -> Callable[[], None]:
    """Give what stops the statement that a session runs, from any thread; harmless where none does."""
    connection = session.connection()
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        interrupt: Callable[[], None] = driver.interrupt
        return interrupt
    return lambda: driver.cancel_safe(timeout=_SERVER_SECONDS)
