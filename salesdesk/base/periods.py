"""Periods of the team's days, and how they are written: `2026-11`, `2026-W47`, `last-month`, `FROM..TO`."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from salesdesk.errors import InputError
from salesdesk.i18n import _, language

YEARS = (1980, 2199)
"""The first and the last year that a period may lie in: instants stay positive, and no day overflows."""


class Kind(StrEnum):
    """What a period is: a whole one of the calendar, or any days in a row."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    RANGE = "range"


_NEAR_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}
_NAMED_UNITS = ("week", "month", "quarter", "year")
NAMED = (*_NEAR_DAYS, *(f"{which}-{unit}" for which in ("this", "last") for unit in _NAMED_UNITS))
"""Periods that are named from the day they are asked on."""
_LENGTHS = {
    Kind.DAY: relativedelta(days=1),
    Kind.WEEK: relativedelta(weeks=1),
    Kind.MONTH: relativedelta(months=1),
    Kind.QUARTER: relativedelta(months=3),
    Kind.YEAR: relativedelta(years=1),
}


@dataclass(frozen=True, slots=True)
class Period:
    """Days in a row of a zone, the last one included."""

    kind: Kind
    first: date
    last: date
    zone: tzinfo

    @property
    def start(self) -> datetime:
        """Tell when the first day begins, UTC."""
        return _midnight(self.first, self.zone)

    @property
    def end(self) -> datetime:
        """Tell when the last day is over, UTC: the first instant that does not belong to it."""
        return _midnight(self.last + timedelta(days=1), self.zone)

    @property
    def days(self) -> int:
        """Count the days."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Period":
        """Give the period of the same kind before this one; before any days, as many days."""
        if self.kind == Kind.RANGE:
            first = self.first - timedelta(days=self.days)
        else:
            first = self.first - _LENGTHS[self.kind]
        return Period(self.kind, first, self.first - timedelta(days=1), self.zone)

    @property
    def after(self) -> "Period":
        """Give the period of the same kind after this one; after any days, as many days."""
        first = self.last + timedelta(days=1)
        if self.kind == Kind.RANGE:
            return Period(self.kind, first, self.last + timedelta(days=self.days), self.zone)
        return whole(self.kind, first, self.zone)

    @property
    def code(self) -> str:
        """Write it as `parse_period` reads it."""
        return code_of(self.kind, self.first) if self.kind != Kind.RANGE else f"{self.first}..{self.last}"

    @property
    def title(self) -> str:
        """Name it for a person."""
        return title_of(self.kind, self.first, self.last)


def code_of(kind: Kind, first: date) -> str:
    """Write the period of a kind that begins with a day: `2026-W47`."""
    if kind == Kind.WEEK:
        year, week, _day = first.isocalendar()
        return f"{year}-W{week:02}"
    if kind == Kind.MONTH:
        return f"{first:%Y-%m}"
    if kind == Kind.QUARTER:
        return f"{first.year}Q{_quarter(first)}"
    return str(first.year) if kind == Kind.YEAR else first.isoformat()


def title_of(kind: Kind, first: date, last: date) -> str:
    """Name a period for a person: `November 2026`."""
    if kind == Kind.DAY:
        return f"{first:%d.%m.%Y}"
    if kind == Kind.WEEK:
        year, week, _day = first.isocalendar()
        return _("week {week} of {year}").format(week=week, year=year)
    if kind == Kind.MONTH:
        from babel.dates import format_date

        return format_date(first, "LLLL y", locale=language())
    if kind == Kind.QUARTER:
        return _("quarter {quarter} of {year}").format(quarter=_quarter(first), year=first.year)
    return str(first.year) if kind == Kind.YEAR else f"{first:%d.%m.%Y} – {last:%d.%m.%Y}"


def whole(kind: Kind, day: date, zone: tzinfo) -> Period:
    """Give the day, week, month, quarter or year that a day lies in."""
    first = first_of(kind, day)
    return Period(kind, first, first + _LENGTHS[kind] - timedelta(days=1), zone)


def of_next_length(period: Period, today: date) -> Period:
    """Go on from a day to the week, month, quarter and year about it, and from that to a day.

    A period with today in it leads to one with today in it.
    """
    kinds = [*_LENGTHS]
    following = kinds[(kinds.index(period.kind) + 1) % len(kinds)] if period.kind in kinds else Kind.MONTH
    return whole(following, min(period.last, max(period.first, today)), period.zone)


def first_of(kind: Kind, day: date) -> date:
    """Tell with which day the week, month, quarter or year of a day begins."""
    if kind == Kind.WEEK:
        return day - timedelta(days=day.weekday())
    if kind == Kind.MONTH:
        return day.replace(day=1)
    if kind == Kind.QUARTER:
        return date(day.year, 3 * _quarter(day) - 2, 1)
    return date(day.year, 1, 1) if kind == Kind.YEAR else day


def parse_period(text: str, today: date, zone: tzinfo) -> Period:
    """Understand a period as it is written. Raises InputError for what is none."""
    typed = text.strip().lower()
    from_text, dots, to_text = typed.partition("..")
    if not dots:
        return _one(typed, text, today, zone)
    from_, to = (_one(side.strip(), text, today, zone) for side in (from_text, to_text))
    if to.last < from_.first:
        raise InputError(_("The period “{text}” ends before it begins.").format(text=text.strip()), "period")
    if to.first < from_.first or from_.last > to.last:
        # A side that lies around the other: the whole of both is what is meant.
        return Period(Kind.RANGE, min(from_.first, to.first), max(from_.last, to.last), zone)
    return Period(Kind.RANGE, from_.first, to.last, zone)


def _one(side: str, text: str, today: date, zone: tzinfo) -> Period:
    found = read_period(side, today, zone)
    if found is None:
        raise InputError(
            _(
                "“{text}” is no period. Write 2026-11-23, 2026-W47, 2026-11, 2026Q4, 2026, today, "
                "last-week, this-month or FROM..TO."
            ).format(text=text.strip()),
            "period",
        )
    if not YEARS[0] <= found.first.year <= found.last.year <= YEARS[1]:
        raise InputError(
            _("A period lies in the years {first} to {last}.").format(first=YEARS[0], last=YEARS[1]), "period"
        )
    return found


def read_period(code: str, today: date, zone: tzinfo) -> Period | None:
    """Read one period in lower case, as it is written; None for what is none."""
    try:
        return _named(code, today, zone) or _written(code, zone)
    except (ValueError, OverflowError):  # a month 13, a week 54, a year without an end
        return None


def _named(side: str, today: date, zone: tzinfo) -> Period | None:
    """Understand `today`, `yesterday`, `tomorrow`, `this-…` and `last-…`."""
    if side in _NEAR_DAYS:
        return whole(Kind.DAY, today + timedelta(days=_NEAR_DAYS[side]), zone)
    which, _dash, unit = side.partition("-")
    if which not in {"this", "last"} or unit not in _NAMED_UNITS:
        return None
    found = whole(Kind(unit), today, zone)
    return found if which == "this" else found.before


_FORMS: tuple[tuple[Kind, re.Pattern[str], Callable[..., date]], ...] = (
    (Kind.DAY, re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII), date),
    (Kind.WEEK, re.compile(r"(\d{4})-?w(\d\d?)", re.ASCII), lambda y, w: date.fromisocalendar(y, w, 1)),
    (Kind.MONTH, re.compile(r"(\d{4})-(\d\d)", re.ASCII), lambda y, m: date(y, m, 1)),
    (Kind.QUARTER, re.compile(r"(\d{4})-?q(\d)", re.ASCII), lambda y, q: date(y, 3 * q - 2, 1)),
    (Kind.YEAR, re.compile(r"(\d{4})", re.ASCII), lambda y: date(y, 1, 1)),
)


def _written(side: str, zone: tzinfo) -> Period | None:
    for kind, form, first in _FORMS:
        if match := form.fullmatch(side):
            return whole(kind, first(*map(int, match.groups())), zone)
    return None


def _quarter(day: date) -> int:
    return (day.month + 2) // 3


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
