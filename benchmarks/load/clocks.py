"""A clock that begins when the sample was made and goes on from there; it can jump."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

from benchmarks.bases import NOW
from salesdesk.clock import Clock


class Jump(Protocol):
    """Seconds that a clock is ahead; negative where it is behind."""

    value: float


@dataclass(frozen=True)
class RunningClock(Clock):
    """The same instant for every process that comes from the one that made it."""

    since: float = field(default_factory=time.monotonic)
    jump: Jump | None = None

    def now(self) -> datetime:
        """Tell the instant, aware UTC."""
        ahead = self.jump.value if self.jump is not None else 0
        return NOW.astimezone(UTC) + timedelta(seconds=time.monotonic() - self.since + ahead)
