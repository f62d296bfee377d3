"""The time that all who work in one base go by: claims, promises and histories of several desks must agree.

On a server it is the server's, whatever the workstations show. A file has desks of one machine only, which
share its counter: what they add to it is kept in the base, so that whoever opens it while somebody is on a
client goes by the same, even where the machine's clock was set meanwhile.
"""

import json
import logging
import sqlite3
from abc import ABC, abstractmethod
from contextlib import closing, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from salesdesk import clock

if TYPE_CHECKING:
    import psycopg
    from sqlalchemy import Connection

AGREES_EVERY = 60.0
"""Seconds between two looks at the clock that one goes by; so long may two desks differ once it was set."""
SLIGHT = 5.0
"""Seconds that are taken over at once: the network put the clock right, or the counter runs a little fast."""
STANDS = 600.0
"""Seconds that a machine's clock must go on showing another time before running desks take it over.

By then it was no slip, and nothing else will put them right: the machine was halted and its counter with
it, or its clock was wrong when they began. Twice as long as a claim lasts.
"""

log = logging.getLogger(__name__)


class CommonTime(ABC):
    """What the clocks of a base go by; its watch calls `agree`, each minute and on a new connection."""

    def __init__(self) -> None:
        self.steady = clock.Steady()

    @abstractmethod
    def agree(self, connection: Any) -> None:  # noqa: ANN401  # of either driver
        """Put the time right by what holds for all."""


class ServerTime(CommonTime):
    """The server's time. Whatever it says is taken over at once: all the others do, and its own rules."""

    NOW = "CAST(extract(epoch FROM clock_timestamp()) AS double precision)"

    def agree(self, connection: "psycopg.Connection[Any]") -> None:
        """Ask the server."""
        asked_at = clock.since_boot()
        row = connection.execute(f"SELECT {self.NOW}").fetchone()
        self.told(row[0] if row is not None else clock.wall(), asked_at)

    def told(self, now: float, asked_at: float) -> None:
        """Go by what the server has just told; `asked_at` is when, by the machine's counter."""
        # The answer is as old as half of the time that question and answer took.
        self.steady.ahead = now - (asked_at + clock.since_boot()) / 2


class FileTime(CommonTime):
    """The machine's counter, and what was added to it when nobody who works in the file could be misled."""

    _KEPT = "SELECT value FROM setting WHERE key = 'clock'"
    _KEEP = (
        "INSERT INTO setting (key, value) VALUES ('clock', ?)"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value"
    )
    # One that ends far from now was made by a clock that was wrong, and says nothing.
    _HELD = "SELECT 1 FROM claim WHERE expires_at > ? AND expires_at < ? LIMIT 1"

    def __init__(self, path: Path) -> None:
        """Begin by the machine's clock; while somebody is on a client by what was kept, go by that."""
        super().__init__()
        self._told = False
        self._other: tuple[float, float] | None = None
        # What is wrong with the file is said when it is opened.
        with suppress(sqlite3.Error), closing(_reading(path)) as file:
            kept = self._kept(file)
            if kept is not None and _far(kept, self.steady.ahead) and self._somebody_works(file, kept):
                self.steady.ahead = kept

    def agree(self, connection: sqlite3.Connection) -> None:
        """Follow who went over to another time, and the machine's clock where it may be followed."""
        kept, shown = self._kept(connection), clock.wall() - clock.since_boot()
        if self._told and kept is not None and _far(kept, self.steady.ahead):
            self.steady.ahead = kept
        if not _far(shown, self.steady.ahead) or self._stands(shown):
            self.steady.ahead, self._other = shown, None
        if kept is None or abs(kept - self.steady.ahead) > 1:
            self._keep(connection)
        self._told = True

    def _stands(self, shown: float) -> bool:
        """Tell whether the machine's clock has shown the same other time for long enough."""
        if self._other is None or _far(shown, self._other[0]):
            self._other = shown, clock.since_boot()
        return clock.since_boot() - self._other[1] >= STANDS

    def _somebody_works(self, file: sqlite3.Connection, ahead: float) -> bool:
        now = int(ahead + clock.since_boot())
        return file.execute(self._HELD, (now, now + STANDS)).fetchone() is not None

    def _kept(self, file: sqlite3.Connection) -> float | None:
        """Give what others add to the counter; None where it was another one, before the machine started."""
        row = file.execute(self._KEPT).fetchone()
        kept = json.loads(row[0]) if row is not None else {}
        return float(kept["ahead"]) if _boot() is not None and kept.get("boot") == _boot() else None

    def _keep(self, file: sqlite3.Connection) -> None:
        if _boot() is None:
            return
        try:
            file.execute(self._KEEP, (json.dumps({"boot": _boot(), "ahead": self.steady.ahead}),))
        except sqlite3.OperationalError:
            log.info("The time could not be kept; the next look tries again", exc_info=True)


def ahead_of_server(connection: "Connection") -> float:
    """Tell by how many seconds this machine's clock is ahead of a server's; negative where it is behind."""
    before = clock.wall()
    now = float(connection.exec_driver_sql(f"SELECT {ServerTime.NOW}").scalar_one())
    return (before + clock.wall()) / 2 - now


def _far(one: float, other: float) -> bool:
    return abs(one - other) > SLIGHT


def _reading(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


@cache
def _boot() -> str | None:
    """Name this start of the machine, from which it counts; None on systems that have no name for it."""
    with suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return None
