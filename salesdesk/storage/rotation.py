"""Which of many backups are kept: the last one of each day, week and month, so many of each."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Rotation:
    """Of how many days, weeks and months the last backup is kept. Days without one do not count."""

    days: int = 7
    weeks: int = 4
    months: int = 6


def kept(moments: Iterable[datetime], rotation: Rotation) -> set[datetime]:
    """Choose which to keep; always the newest. Moments are in the zone whose days count."""
    newest_first = sorted(moments, reverse=True)
    return {
        *newest_first[:1],
        *_last_of_each(newest_first, datetime.date, rotation.days),
        *_last_of_each(newest_first, lambda at: tuple(at.isocalendar())[:2], rotation.weeks),
        *_last_of_each(newest_first, lambda at: (at.year, at.month), rotation.months),
    }


def _last_of_each(
    newest_first: list[datetime], period: Callable[[datetime], Hashable], most: int
) -> list[datetime]:
    last: dict[Hashable, datetime] = {}
    for moment in newest_first:
        last.setdefault(period(moment), moment)
    return [*last.values()][:most]
