"""Working time of a period: its days, what has gone of it, and which share of each month lies in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from salesdesk.base.periods import Kind, Period, first_of, whole
from salesdesk.context import Context
from salesdesk.scheduler import WorkCalendar

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """The working days of a period and how many of them have gone; one that runs counts by its hours.

    `share` is None while nothing can be said of a period that has no working day.
    """

    days: int
    gone: Fraction
    share: Fraction | None


def working_time(context: Context, period: Period) -> WorkingTime:
    """Tell how much of a period has gone by now."""
    days = working_days(context.calendar, period.first, period.last)
    if context.now >= period.end:
        return WorkingTime(days, Fraction(days), Fraction(1))
    today = context.now.astimezone(period.zone).date()
    gone = Fraction(working_days(context.calendar, period.first, today - _DAY))
    if today >= period.first:
        gone += _part_of_day(context, today, period)
    return WorkingTime(days, gone, gone / days if days else None)


def _part_of_day(context: Context, day: date, period: Period) -> Fraction:
    window = context.working.window(day, period.zone)
    if window is None:
        return Fraction(0)
    opens, closes = window
    length = _seconds(opens, closes)
    if not length:  # hours that the clocks left out
        return Fraction(context.now >= closes)
    return min(Fraction(1), max(Fraction(0), Fraction(_seconds(opens, context.now), length)))


def _seconds(since: datetime, until: datetime) -> int:
    return (until - since) // _SECOND


def working_days(calendar: WorkCalendar, first: date, last: date) -> int:
    """Count the working days from a day to another, both included."""
    return sum(calendar.works(first + timedelta(days=at)) for at in range((last - first).days + 1))


def months(first: date, last: date) -> Iterator[str]:
    """Give the months that days in a row lie in: `2026-11`."""
    month = first_of(Kind.MONTH, first)
    while month <= last:
        yield month_code(month)
        month = first_of(Kind.MONTH, month + timedelta(days=31))


def month_code(day: date) -> str:
    """Write the month of a day."""
    return f"{day:%Y-%m}"


def share_of_month(context: Context, month: str, first: date, last: date) -> Fraction:
    """Tell which share of a month's working days lies from a day to another, both included.

    A month that has none is shared by all its days.
    """
    of = whole(Kind.MONTH, date.fromisoformat(f"{month}-01"), context.catalogues.team.zone)
    since, until = max(first, of.first), min(last, of.last)
    if until < since:
        return Fraction(0)
    days = working_days(context.calendar, of.first, of.last)
    if not days:
        return Fraction((until - since).days + 1, of.days)
    return Fraction(working_days(context.calendar, since, until), days)
