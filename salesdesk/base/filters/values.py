"""What a condition compares with: numbers, times that are told from now, days, and ranges of them."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from salesdesk.base.folding import fold
from salesdesk.base.periods import NAMED, read_period
from salesdesk.context import Context
from salesdesk.errors import InputError
from salesdesk.i18n import _

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_UNITS = {"h": _HOUR, "d": _DAY, "w": 7 * _DAY, "mo": 30 * _DAY, "y": 365 * _DAY}
_UNIT_WORDS = {
    "h": "h", "hour": "h", "hours": "h", "ч": "h", "час": "h", "часа": "h", "часов": "h",
    "d": "d", "day": "d", "days": "d", "д": "d", "дн": "d", "день": "d", "дня": "d", "дней": "d",
    "w": "w", "week": "w", "weeks": "w", "н": "w", "нед": "w", "неделя": "w", "недели": "w", "недель": "w",
    "mo": "mo", "month": "mo", "months": "mo", "мес": "mo", "месяц": "mo", "месяца": "mo", "месяцев": "mo",
    "y": "y", "year": "y", "years": "y", "г": "y", "год": "y", "года": "y", "лет": "y",
}  # fmt: skip
_NAMED_WORDS = {fold(name): name for name in NAMED} | {
    "вчера": "yesterday", "сегодня": "today", "завтра": "tomorrow",
    "эта неделя": "this-week", "этот месяц": "this-month", "этот квартал": "this-quarter",
    "этот год": "this-year", "прошлая неделя": "last-week", "прошлый месяц": "last-month",
    "прошлый квартал": "last-quarter", "прошлый год": "last-year",
}  # fmt: skip
_SPAN = re.compile(r"(\d{1,5})\s*([^\W\d_]+)\.?")
_YEAR_FIRST = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_LONGEST = 36_500 * _DAY
_YEARS = range(1970, 2201)
_ANY_DAY = date(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class Span:
    """So long ago, or so long from now: `30d`. A month is thirty days here, a year 365."""

    count: int
    unit: str

    def __str__(self) -> str:
        return f"{self.count}{self.unit}"

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return self.count * _UNITS[self.unit]


@dataclass(frozen=True, slots=True)
class Days:
    """Days of the team, as periods are written: `2026-11-01`, `2026-W47`, `2026Q4`, `last-month`, `today`."""

    text: str

    def __str__(self) -> str:
        return self.text

    def within(self, context: Context) -> tuple[datetime, datetime]:
        """Give the instants at which it begins and at which what comes after it does."""
        period = read_period(self.text.lower(), context.today, context.clock.zone)
        if period is None:
            raise ValueError(self.text)
        return period.start, period.end


@dataclass(frozen=True, slots=True)
class Range:
    """From a value to another, both belonging to it; an end that is None is open."""

    low: "int | Span | Days | None"
    high: "int | Span | Days | None"


Value = str | int | Span | Days | Range | None
"""None is what is not there: `none`, `never`."""


def read_time(text: str) -> Span | Days:
    """Read a time of a condition. Raises InputError."""
    typed = text.strip().lower()
    span = _SPAN.fullmatch(typed)
    if span and span[2] in _UNIT_WORDS:
        found = Span(int(span[1]), _UNIT_WORDS[span[2]])
        if found.length <= _LONGEST:
            return found
    days = _read_days(typed)
    if days is None:
        raise InputError(
            _("“{value}” is not a time: write 30d, today, last-month, 2026-11-01, 2026-11, 2026Q4").format(
                value=text[:60]
            )
        )
    return days


def _read_days(typed: str) -> Days | None:
    named = _NAMED_WORDS.get(fold(typed))
    code = named or _code(typed)
    # Which day it is decides nothing of what is written.
    period = read_period(code, _ANY_DAY, UTC)
    if period is None or period.first.year not in _YEARS:
        return None
    return Days(named or period.code)


def _code(typed: str) -> str:
    """Write a day or a month as periods are written, where the month stands last or lacks its zero."""
    year_first, day_first = _YEAR_FIRST.fullmatch(typed), _DAY_FIRST.fullmatch(typed)
    if day_first:
        return f"{int(day_first[3]):04}-{int(day_first[2]):02}-{int(day_first[1]):02}"
    if year_first:
        year, *rest = (int(part) for part in year_first.groups() if part is not None)
        return "-".join([f"{year:04}", *(f"{part:02}" for part in rest)])
    return typed


def parse_period(text: str) -> Range:
    """Read a period of days that may be open: `2026-11`, `2026-11-01..2026-11-15`, `2026Q4..`.

    Raises InputError.
    """
    low, dots, high = text.partition("..")
    ends = [_read_days(end.strip().lower()) for end in ((low, high) if dots else (low, low))]
    wrong = any(end is None and typed.strip() for end, typed in zip(ends, (low, high), strict=True))
    if wrong or ends == [None, None]:
        raise InputError(
            _("“{value}” is not a period: write 2026-11, or 2026-11-01..2026-11-15").format(value=text[:60]),
            "period",
        )
    return Range(ends[0], ends[1])


def period_ends(period: Range, context: Context) -> tuple[datetime | None, datetime | None]:
    """Give the instants between which a period of days lies; None where it is open."""
    starts = period.low.within(context)[0] if isinstance(period.low, Days) else None
    ends = period.high.within(context)[1] if isinstance(period.high, Days) else None
    return starts, ends
