"""The desk is told to end from outside: the machine shuts down, the terminal or the line to it is gone."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from salesdesk.shell import Shell

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")
_GRACE = 5.0
"""Seconds for what is being written and let go of; a terminal that is gone must not keep the desk."""


def end_when_told(app: Shell) -> None:
    """Leave the desk as by its key when the system asks for it; against SIGKILL there is no help."""
    loop = asyncio.get_running_loop()
    for name in _SIGNALS:
        number = getattr(signal, name, None)
        if number is None:
            continue
        try:
            loop.add_signal_handler(number, _leave, app)
        except (NotImplementedError, RuntimeError, ValueError):
            # Signals come to the first thread alone, and on some systems to no loop.
            return


def _leave(app: Shell) -> None:
    late = threading.Timer(_GRACE, os._exit, (1,))
    late.daemon = True
    late.start()
    app.exit()
