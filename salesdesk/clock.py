"""The one source of "now" and of "today"."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Clock:
    """Now, in UTC, and the team's zone, in which days are days.

    A clock with `fixed` set stands still: for tests, and for `--now`.
    """

    zone: tzinfo = field(default_factory=lambda: ZoneInfo("Europe/Moscow"))
    fixed: datetime | None = None

    def now(self) -> datetime:
        """Tell the instant, aware UTC."""
        return (self.fixed or datetime.now(UTC)).astimezone(UTC)

    def local(self) -> datetime:
        """Tell the instant in the team's zone."""
        return self.now().astimezone(self.zone)

    def today(self) -> date:
        """Tell the team's day."""
        return self.local().date()

    def midnight(self, day: date) -> datetime:
        """Tell when a day of the team begins, in UTC."""
        return datetime(day.year, day.month, day.day, tzinfo=self.zone).astimezone(UTC)
