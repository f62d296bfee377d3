"""The one source of "now" and of "today"."""

import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from zoneinfo import ZoneInfo


def wall() -> float:
    """Tell what the machine's clock shows, in seconds since 1970: anybody may set it, at any moment."""
    return time.time()


def since_boot() -> float:
    """Tell the seconds since the machine was started, those that it slept among them."""
    counter = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return time.clock_gettime(counter)


class Steady:
    """Seconds since 1970 that go on evenly, whatever becomes of the machine's clock meanwhile.

    The clock is read once, and the machine's counter carries it on. `ahead` is what that gives for the moment
    when the counter began.
    """

    def __init__(self) -> None:
        self.ahead = wall() - since_boot()

    def now(self) -> float:
        """Tell the seconds since 1970."""
        return self.ahead + since_boot()


@dataclass(frozen=True)
class Clock:
    """Now, in UTC, and the team's zone, in which days are days.

    A clock with `fixed` set stands still: for tests, and for `--now`. Any other goes by `steady`, which a
    base gives to all who work in it.
    """

    zone: tzinfo = field(default_factory=lambda: ZoneInfo("Europe/Moscow"))
    fixed: datetime | None = None
    steady: Steady = field(default_factory=Steady, compare=False, repr=False)

    def now(self) -> datetime:
        """Tell the instant, aware UTC."""
        return (self.fixed or datetime.fromtimestamp(self.steady.now(), UTC)).astimezone(UTC)

    def local(self) -> datetime:
        """Tell the instant in the team's zone."""
        return self.now().astimezone(self.zone)

    def today(self) -> date:
        """Tell the team's day."""
        return self.local().date()

    def midnight(self, day: date) -> datetime:
        """Tell when a day of the team begins, in UTC."""
        return datetime(day.year, day.month, day.day, tzinfo=self.zone).astimezone(UTC)
