"""The desk is told to end from outside: the machine shuts down, the terminal or the line to it is gone."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
import threading
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from salesdesk.shell import Shell

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")
_GRACE = 5.0
"""Seconds for what is being written and let go of; a terminal that is gone must not keep the desk."""


def end_when_told(app: Shell) -> None:
    """Leave the desk as by its key when the system asks for it; against SIGKILL there is no help."""
    loop = asyncio.get_running_loop()
    if sys.__stdin__ is not None and sys.__stdin__.isatty() and hasattr(select, "poll"):
        # A terminal that closes tells whom it was opened for: that may be one who waits for the desk to end.
        told = partial(loop.call_soon_threadsafe, _leave, app)
        threading.Thread(target=when_hung_up, args=(sys.__stdin__.fileno(), told), daemon=True).start()
    for name in _SIGNALS:
        number = getattr(signal, name, None)
        if number is None:
            continue
        try:
            loop.add_signal_handler(number, _leave, app)
        except (NotImplementedError, RuntimeError, ValueError):
            # Signals come to the first thread alone, and on some systems to no loop.
            return


def when_hung_up(terminal: int, told: Callable[[], object]) -> None:
    """Wait until a terminal is gone, and tell; what is typed meanwhile is left to others."""
    poll = select.poll()
    poll.register(terminal, 0)
    if any(event & select.POLLHUP for _terminal, event in poll.poll()):
        told()


def _leave(app: Shell) -> None:
    late = threading.Timer(_GRACE, os._exit, (1,))
    late.daemon = True
    late.start()
    app.exit()
