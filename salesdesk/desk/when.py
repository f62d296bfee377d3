"""Dates as people type them, in both languages: `завтра 10`, `пн 14:30`, `+3d`, `1.12 9:00`, `tomorrow 10am`.

The time of day and the day are told apart first; days that have a strict form are read here, words
by dateparser, which takes `завтра 10` for the hour of now and `1.12` for a clock time.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from salesdesk.context import Context
from salesdesk.errors import InputError
from salesdesk.i18n import _, language
from salesdesk.scheduler import day_start

YEARS_MOST = 5


@dataclass(frozen=True, slots=True)
class When:
    """What a typed time was understood as. `at` is aware UTC; `promise`: a clock time was given."""

    at: datetime
    promise: bool


_RELATIVE = re.compile(r"\+\s*(\d{1,3})\s*([a-zа-я]*)\.?", re.IGNORECASE)
_UNITS = {
    "m": timedelta(minutes=1), "min": timedelta(minutes=1),
    "м": timedelta(minutes=1), "мин": timedelta(minutes=1),
    "h": timedelta(hours=1), "ч": timedelta(hours=1), "час": timedelta(hours=1),
    "": timedelta(days=1), "d": timedelta(days=1), "д": timedelta(days=1), "дн": timedelta(days=1),
    "w": timedelta(weeks=1), "н": timedelta(weeks=1), "нед": timedelta(weeks=1),
}  # fmt: skip
_CLOCK = re.compile(
    r"(?:^|\s)(?:(?:в|к|at|by|@)\s*)?"
    r"(?P<hour>\d{1,2})(?:[:.\-](?P<minute>\d{2}))?\s*"
    r"(?P<half>am|pm|a\.m\.|p\.m\.|утра|дня|вечера|ночи|ч\.?|час(?:а|ов)?|h|o'clock)?$",
    re.IGNORECASE,
)
_DAY = re.compile(r"(?P<day>\d{1,2})[.](?P<month>\d{1,2})(?:[.](?P<year>\d{4}|\d{2}))?\.?")
_SLASHED = re.compile(r"(?P<first>\d{1,2})/(?P<second>\d{1,2})(?:/(?P<year>\d{4}|\d{2}))?")
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})")
_MONTH_LAST = re.compile(
    r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек)\w*$",
    re.IGNORECASE,
)
_HOURS = re.compile(r"\b(час|часа|часов|ч|мин\w*|hours?|minutes?|min)\b", re.IGNORECASE)
_PART_OF_DAY = re.compile(
    r"\s+(утром|днём|днем|вечером|in the (morning|afternoon|evening)|morning|afternoon)$"
)
_TODAY = {"сегодня", "today", "сейчас", "now"}
_AFTERNOON = {"pm", "p.m.", "дня", "вечера"}


def parse_when(text: str, context: Context) -> When:
    """Understand a typed time, in the team's zone. Raises InputError for one not understood, or past."""
    typed = " ".join(text.lower().replace(",", " ").split())
    if not typed:
        raise InputError(_("Say when: “tomorrow 10”, “mon 14:30”, “+3d”, “1.12 9:00”."), "next")
    found = _relative(typed, context) or _worded(typed, context)
    if found is None:
        raise InputError(
            _(
                "“{text}” is not understood as a time. Try “tomorrow 10”, “mon 14:30”, “+3d”, “1.12 9:00”."
            ).format(text=text.strip()),
            "next",
        )
    return _to_come(found, context)


def _to_come(found: When, context: Context) -> When:
    if found.at < context.now - timedelta(minutes=1) and (
        found.promise or found.at.astimezone(context.catalogues.team.zone).date() < context.today
    ):
        raise InputError(_("This time has passed: give a time to come."), "next")
    if found.at > context.now + timedelta(days=366 * YEARS_MOST):
        raise InputError(_("This is more than {years} years away.").format(years=YEARS_MOST), "next")
    # A day without a clock time may be today, whose working hours have begun: due from now on.
    return When(max(found.at, context.now.replace(microsecond=0)), found.promise)


def _relative(typed: str, context: Context) -> When | None:
    match = _RELATIVE.fullmatch(typed)
    unit = _UNITS.get(match[2].lower()) if match else None
    if match is None or unit is None:
        return None
    span = int(match[1]) * unit
    if unit < timedelta(days=1):
        return When((context.now + span).replace(second=0, microsecond=0), promise=True)
    return _day(context.today + span, context)


def _worded(typed: str, context: Context) -> When | None:
    typed = _PART_OF_DAY.sub("", typed)
    whole = _strict_day(typed, context)
    if whole is not None:
        return _day(whole, context)
    match = _CLOCK.search(typed)
    before = typed[: match.start()].strip() if match else ""
    # "dec 1" is a day; after "1 dec" stands a clock time.
    month_first = _MONTH_LAST.search(before) and not re.search(r"\d", before)
    clock = _clock(match) if match and not month_first else None
    if clock is None:
        found = _said(typed, context)
        # "fri 27" names a day; "tomorrow 10:75" names nothing, though the words before it do.
        return found if not match or not before or _names(found, match, context) else None
    day = _some_day(before, context) if before else context.today
    if day is None:
        return _said(typed, context)
    at = datetime.combine(day, clock, context.catalogues.team.zone).astimezone(UTC)
    if not before and at < context.now:
        at = datetime.combine(day + timedelta(days=1), clock, context.catalogues.team.zone).astimezone(UTC)
    return When(at, promise=True)


def _said(typed: str, context: Context) -> When | None:
    """Understand words that are a day, or a number of hours from now."""
    found = _by_words(typed, context)
    if found is None:
        return None
    if _HOURS.search(typed) or re.search(r"\d:\d\d", typed):
        return When(found.astimezone(UTC).replace(second=0, microsecond=0), promise=True)
    return _day(found.date(), context)


def _names(found: When | None, match: re.Match[str], context: Context) -> bool:
    """Tell whether the number at the end, which is no clock time, is the day or the year understood."""
    if found is None or match["minute"]:
        return False
    day = found.at.astimezone(context.catalogues.team.zone).date()
    return int(match["hour"]) in {day.day, day.year % 100}


def _clock(match: re.Match[str]) -> time | None:
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    half = (match["half"] or "").lower()
    if half == "дня" and match.start() == 0:
        return None  # "3 дня" alone is a number of days; after a day it is three in the afternoon
    if half in _AFTERNOON and hour < 12:  # noon
        hour += 12
    if hour == 12 and half in {"am", "a.m.", "ночи"}:
        hour = 0
    try:
        return time(hour, minute)
    except ValueError:
        return None


def _some_day(typed: str, context: Context) -> date | None:
    typed = re.sub(r"\s+(в|к|at|by|на)$", "", typed)
    strict = _strict_day(typed, context)
    if strict is not None:
        return strict
    match = _RELATIVE.fullmatch(typed)
    unit = _UNITS.get(match[2].lower()) if match else None
    if match and unit and unit >= timedelta(days=1):
        return context.today + int(match[1]) * unit
    found = _by_words(typed, context)
    return found.date() if found else None


def _strict_day(typed: str, context: Context) -> date | None:
    if typed in _TODAY:
        return context.today
    match = _DAY.fullmatch(typed) or _ISO.fullmatch(typed)
    if match:
        return _dated(match["year"], int(match["month"]), int(match["day"]), context)
    match = _SLASHED.fullmatch(typed)
    if match:
        first, second = int(match["first"]), int(match["second"])
        month, day = (second, first) if language() == "ru" or first > 12 else (first, second)
        return _dated(match["year"], month, day, context)
    return None


def _dated(year: str | None, month: int, day: int, context: Context) -> date | None:
    try:
        if year:
            return date(int(year) + (2000 if len(year) == 2 else 0), month, day)  # two digits
        near = date(context.today.year, month, day)
        return near if near >= context.today else date(near.year + 1, month, day)
    except ValueError:
        return None


def _by_words(typed: str, context: Context) -> datetime | None:
    import dateparser  # here: its import takes longer than a key press may

    now = context.now.astimezone(context.catalogues.team.zone)
    found: datetime | None = dateparser.parse(
        typed,
        languages=["ru", "en"],
        settings={
            "RELATIVE_BASE": now.replace(tzinfo=None),
            "PREFER_DATES_FROM": "future",
            "DATE_ORDER": "DMY" if language() == "ru" else "MDY",
            "PARSERS": ["relative-time", "absolute-time", "custom-formats"],
        },
    )
    return found.replace(tzinfo=context.catalogues.team.zone) if found else None


def _day(day: date, context: Context) -> When:
    return When(day_start(day, context.working, context.catalogues.team.zone), promise=False)
