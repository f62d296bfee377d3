"""The sample base's time: working days about the nearest working moment. Instants are UTC seconds."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from salesdesk.catalogues import Team
from salesdesk.scheduler import WorkCalendar, zone_info

MINUTE, HOUR = 60, 3600
DAYS_LEAST = 160
"""Working days that the history of any sample base goes back."""


@dataclass(frozen=True, slots=True)
class Days:
    """`past` and `future` are the midnights of whole working days, the nearest first.

    `anchor` is now while the team works, else the beginning of its next working day, of which
    `today` is the midnight; `worked` says how long it has worked on that day.
    """

    now: int
    anchor: int
    today: int
    past: tuple[int, ...]
    future: tuple[int, ...]
    start: int
    end: int
    calling_start: int
    calling_end: int
    zone: ZoneInfo

    @property
    def worked(self) -> int:
        """Seconds since the team's day began; 0 out of hours."""
        return self.anchor - self.today - self.start

    @property
    def stretch(self) -> float:
        """How much seldomer a client is called than where there are operators enough: 1 for a small base.

        A base that is large for its operators has a long past: none of them makes more calls a day for it.
        """
        return len(self.past) / DAYS_LEAST

    def window(self, zone: str) -> tuple[int, int]:
        """Give from when to when a zone is called, in seconds of the team's day; its last hour if never."""
        at = datetime.fromtimestamp(self.anchor, self.zone)
        ahead = (at.astimezone(zone_info(zone)).utcoffset() or timedelta()) - (at.utcoffset() or timedelta())
        shift = int(ahead.total_seconds())
        opens, closes = max(self.start, self.calling_start - shift), min(self.end, self.calling_end - shift)
        return (opens, closes) if closes - opens >= HOUR else (self.end - HOUR, self.end)

    def back(self, days: int) -> int:
        """Give the midnight of the working day so many before the anchor's, from 1 on."""
        return self.past[min(days, len(self.past)) - 1]

    def ahead(self, days: int) -> int:
        """Give the midnight of the working day so many after the anchor's, from 1 on."""
        return self.future[min(days, len(self.future)) - 1]


def days_around(now: datetime, team: Team, *, back: int, ahead: int = 70) -> Days:
    """Lay out so many working days to both sides of now."""
    calendar = WorkCalendar(team.country, team.days)
    local = now.astimezone(team.zone)
    today = local.date()
    working = calendar.works(today) and local.time() < team.end
    day = today if working else calendar.after(today + timedelta(days=1), 0)
    midnight = _midnight(day, team.zone)
    start = team.start.hour * HOUR + team.start.minute * MINUTE
    end = team.end.hour * HOUR + team.end.minute * MINUTE
    return Days(
        now=int(now.timestamp()),
        anchor=max(int(now.timestamp()), midnight + start),
        today=midnight,
        past=tuple(_midnight(found, team.zone) for found in _walk(calendar, day, -1, back)),
        future=tuple(_midnight(found, team.zone) for found in _walk(calendar, day, 1, ahead)),
        start=start,
        end=end,
        calling_start=team.calling_start.hour * HOUR + team.calling_start.minute * MINUTE,
        calling_end=team.calling_end.hour * HOUR + team.calling_end.minute * MINUTE,
        zone=team.zone,
    )


def _walk(calendar: WorkCalendar, day: date, step: int, count: int) -> list[date]:
    found: list[date] = []
    while len(found) < count:
        day += timedelta(days=step)
        if calendar.works(day):
            found.append(day)
    return found


def _midnight(day: date, zone: ZoneInfo) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())
