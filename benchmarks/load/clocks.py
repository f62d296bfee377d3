"""A workstation whose clock begins when the sample was made and goes on from there; it can be set wrong.

Only what a person or a network may set is stood in for: the clock that the machine shows. The counter that
carries a desk on is the machine's own, and a server has a clock of its own, which shows the sample's time.
"""

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from benchmarks.bases import NOW
from salesdesk import clock
from salesdesk.storage import common_time
from salesdesk.storage.common_time import ServerTime

LOOKS_EVERY = 1.0
"""Seconds between two looks of a desk at the clock that it goes by: a fault lasts no minutes here."""


class Jump(Protocol):
    """Seconds that a clock is ahead; negative where it is behind."""

    value: float


@dataclass(frozen=True)
class Workstation:
    """The clock of a machine; the same instant for every process that comes from the one that made it."""

    since: float = field(default_factory=time.monotonic)
    jump: Jump | None = None

    def now(self) -> datetime:
        """Tell the true instant."""
        return NOW + timedelta(seconds=time.monotonic() - self.since)

    def shows(self) -> float:
        """Tell what the machine shows, in seconds since 1970."""
        return self.now().timestamp() + (self.jump.value if self.jump is not None else 0)

    def sit_down(self) -> None:
        """Let this process run on this machine from now on, and its server in the sample's time."""
        clock.wall = self.shows
        common_time.AGREES_EVERY = LOOKS_EVERY
        shift = self.now().timestamp() - time.time()

        def told(server: ServerTime, now: float, asked_at: float) -> None:
            _TOLD(server, now + shift, asked_at)

        ServerTime.told = told  # type: ignore[method-assign]  # the server's clock cannot be set from here


_TOLD = ServerTime.told
