"""Instants of the base as times of a zone, inside a statement: days and hours, whatever the clocks did."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, case, literal, type_coerce

from salesdesk.base.periods import Kind, Period, first_of, whole

SLOT = "slot"
"""An hour of a weekday: 168 of them, from Monday's first."""
_DAY = 86_400
_HOUR = 3_600
_EPOCH = date(1970, 1, 1)
_MONDAY = 3
"""1970 began on a Thursday: so many days after a Monday."""


def seconds(column: ColumnElement[Any]) -> ColumnElement[int]:
    """Give an instant as the number that it is in the base."""
    return type_coerce(column, BigInteger)


def bucket(column: ColumnElement[Any], unit: str, period: Period) -> ColumnElement[int]:
    """Tell the number of the day, week, hour, weekday, slot, month, quarter or year of an instant."""
    if unit in {Kind.MONTH, Kind.QUARTER, Kind.YEAR}:
        return _between_edges(column, Kind(unit), period)
    local = _local(seconds(column), period)
    if unit == "hour":
        return local % _DAY // _HOUR
    day = local // _DAY
    if unit == SLOT:
        return (day + _MONDAY) % 7 * 24 + local % _DAY // _HOUR
    if unit == "weekday":
        return (day + _MONDAY) % 7
    return (day + _MONDAY) // 7 if unit == Kind.WEEK else day


def day_number(at: ColumnElement[int], period: Period) -> ColumnElement[int]:
    """Tell the number of the day of an instant that is given in seconds, days since 1970 began."""
    return _local(at, period) // _DAY


def first_day(number: int, unit: Kind, period: Period) -> date:
    """Tell with which day a numbered day, week, month, quarter or year begins."""
    if unit == Kind.DAY:
        return _EPOCH + timedelta(days=number)
    if unit == Kind.WEEK:
        return _EPOCH + timedelta(days=7 * number - _MONDAY)
    return [*_firsts(unit, period)][number]


def number_of(day: date, unit: Kind, period: Period) -> int | None:
    """Give the number of what begins with a day; None where nothing of the period does."""
    if unit in {Kind.DAY, Kind.WEEK}:
        return _number(unit, day)
    return {first: number for number, first in enumerate(_firsts(unit, period))}.get(day)


def _number(unit: Kind, day: date) -> int | None:
    """Give the number that a day or a week has for good; the longer ones are numbered in their period."""
    days = (day - _EPOCH).days
    return days if unit == Kind.DAY else (days + _MONDAY) // 7 if unit == Kind.WEEK else None


def each_of(unit: Kind, period: Period) -> Iterator[tuple[int, Period]]:
    """Give the number of each day, week, month, quarter or year, and what of it lies in the period."""
    for place, first in enumerate(_firsts(unit, period)):
        last = whole(unit, first, period.zone).last
        number = _number(unit, first)
        part = Period(unit, max(first, period.first), min(last, period.last), period.zone)
        yield place if number is None else number, part


def _between_edges(column: ColumnElement[Any], unit: Kind, period: Period) -> ColumnElement[int]:
    edges = [Period(Kind.DAY, first, first, period.zone).start for first in _firsts(unit, period)]
    branches = [
        (seconds(column) < int(edge.timestamp()), literal(number)) for number, edge in enumerate(edges[1:])
    ]
    last = literal(len(edges) - 1)
    return case(*branches, else_=last) if branches else last


def _firsts(unit: Kind, period: Period) -> Iterator[date]:
    first = first_of(unit, period.first)
    while first <= period.last:
        yield first
        first = whole(unit, first, period.zone).last + timedelta(days=1)


def _local(at: ColumnElement[int], period: Period) -> ColumnElement[int]:
    """Give the seconds that the clocks of the zone had counted: UTC and the offset that held then."""
    offsets = _offsets(period)
    *changes, (_start, last) = offsets
    ends = [int(start.timestamp()) for start, _offset in offsets[1:]]
    branches = [(at < end, literal(offset)) for end, (_begin, offset) in zip(ends, changes, strict=True)]
    return at + (case(*branches, else_=literal(last)) if branches else literal(last))


@lru_cache(maxsize=32)
def _offsets(period: Period) -> tuple[tuple[datetime, int], ...]:
    """Give the zone's offsets from UTC in the period, each with the instant from which it holds."""
    return (*_walk(period),)


def _walk(period: Period) -> Iterator[tuple[datetime, int]]:
    at, end = period.start, period.end
    held = _offset(at, period.zone)
    yield at, held
    while at < end:
        after = min(at + timedelta(days=1), end)
        offset = _offset(after, period.zone)
        if offset != held:
            yield _change(at, after, period.zone), offset
            held = offset
        at = after


def _change(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """Find the second from which the later offset holds."""
    offset, low, high = _offset(after, zone), int(before.timestamp()), int(after.timestamp())
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(datetime.fromtimestamp(middle, UTC), zone) == offset:
            high = middle
        else:
            low = middle
    return datetime.fromtimestamp(high, UTC)


def _offset(at: datetime, zone: tzinfo) -> int:
    return int((at.astimezone(zone).utcoffset() or timedelta()).total_seconds())
