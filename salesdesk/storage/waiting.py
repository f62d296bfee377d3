"""Waiting for one's turn to write to a SQLite base, which has one writer at a time.

SQLite itself looks again after 1, 2, 5, 10 and soon after 100 ms: where many write, who has waited long
looks least often, the base stands idle between two of them, and some are not let in for seconds. Here
all look equally often.
"""

import random
import sqlite3
import time

_SOONEST, _LATEST, _GROWS = 0.0005, 0.015, 1.3
"""Seconds between two looks. Longer ones would leave the base idle, shorter ones the others no processor."""


def begin_writing(connection: sqlite3.Connection, seconds: float) -> None:
    """Begin a unit that writes, as soon as no other one does. Raises OperationalError after `seconds`."""
    pause, over = _SOONEST, time.monotonic() + seconds
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        while not _begun(connection, last=time.monotonic() >= over):
            time.sleep(random.uniform(pause / 2, pause))  # noqa: S311  # no secret
            pause = min(pause * _GROWS, _LATEST)
    finally:
        connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")


def _begun(connection: sqlite3.Connection, *, last: bool) -> bool:
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if last or error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True
