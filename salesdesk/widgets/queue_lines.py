"""What a line of the list says: cursor sign, when and why, who, what for, interest, amount."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, NamedTuple

from salesdesk import formatting, wording
from salesdesk.codes import Band
from salesdesk.i18n import _
from salesdesk.widgets.cells import fit, fit_right

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from salesdesk.rows import DayCounts, DayHeader, QueueRow
    from salesdesk.wording import Titled

CURSOR = "▸"
_WHEN = 9
_INTEREST = 5
_AMOUNT = 7
_FIXED = 2 + _WHEN + 1 + 2 + 2 + _INTEREST + 1 + _AMOUNT + 1
_GOAL_LEAST, _GOAL_USUAL, _GOAL_MOST = 12, 24, 34
_ROOMY = 80


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of the list under one heading: a band, or the promises that stand over all bands."""

    band: Band | None


Line = Section | int
"""A line of the list: a heading, or the place of a row."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What lines depend on besides their rows."""

    now: datetime
    zone: tzinfo
    goals: Mapping[str, Titled]
    counts: DayCounts | None = None
    header: DayHeader | None = None
    kept: frozenset[int] = frozenset()
    """The clients of whom something is kept on this workstation, and not sent yet."""


def section_of(row: QueueRow, previous: Section | None) -> Section:
    """Tell under which heading a row stands, after a row of the section before it.

    A promise stands at its time, among whatever is called then: it never begins another band.
    """
    if row.promise:
        return previous or Section(None)
    return Section(row.band)


def lines_of(rows: Sequence[QueueRow], start: int = 0, previous: Section | None = None) -> list[Line]:
    """Lay rows out under headings, from the row at `start` on."""
    lines: list[Line] = []
    for at in range(start, len(rows)):
        section = section_of(rows[at], previous)
        if section != previous:
            lines.append(section)
            previous = section
        lines.append(at)
    return lines


def when_sign(row: QueueRow, around: Surroundings) -> str:
    """Say in few cells when, and why now: `⏰ 10:30`, `! 2 d`, `! 9:30`, `—`. Signs and words, no colours."""
    if row.due_at is None:
        return "—"
    if row.days_late > 0:
        sign = "⏰!" if row.promise else "! "
        return sign + formatting.days_late(row.days_late)
    at = formatting.clock(row.due_at, around.zone)
    if row.promise:
        late = row.due_at + timedelta(minutes=1) <= around.now
        return f"⏰{'!' if late else ' '}{at}"
    return f"! {at}" if row.overdue else "—"


def gone_words() -> str:
    """Say of the row under the cursor that it has left the list under somebody else's hands."""
    return _("✗ gone")


class RowParts(NamedTuple):
    """A row's line in the parts that are styled apart; together as wide as was asked for."""

    sign: str
    when: str
    name: str
    rest: str


def row_parts(
    row: QueueRow, around: Surroundings, width: int, *, chosen: bool, gone: bool = False
) -> RowParts:
    """Lay a row out in so many cells. Where there are too few for it, the end is cut by who shows it."""
    free = max(width - _FIXED, 0)
    goal_width = min(max(free // 2, _GOAL_LEAST), _GOAL_USUAL, free) if free < _ROOMY else _GOAL_MOST
    said = wording.titled(around.goals, row.goal)
    if row.instead_of is not None:
        said = _("for {name} · {goal}").format(name=row.instead_of, goal=said)
    if row.handed is not None:
        # Where there is little room the sign is enough: the card says from whom it came.
        by = f"{row.handed.by} · " if goal_width == _GOAL_MOST else ""
        said = f"{'⇥!' if row.handed.open else '⇥'} {by}{said}"
    if row.client_id in around.kept:
        said = "● " + _("kept here, not sent yet")
    goal = fit(said, goal_width)
    amount = fit_right(formatting.amount_short(row.expected_minor), _AMOUNT)
    return RowParts(
        f"{CURSOR} " if chosen else "  ",
        fit(gone_words() if gone else when_sign(row, around), _WHEN) + " ",
        fit(row.name, free - goal_width),
        f"  {goal}  {formatting.interest(row.interest)} {amount} ",
    )


def heading_text(section: Section, around: Surroundings, width: int) -> str:
    """Give a heading: the band, how many can be called now, and until when it comes first."""
    if section.band is None:
        title, count, until = _("Promises"), around.counts.promises if around.counts else None, ""
    else:
        title = wording.band(section.band)
        count = around.counts.bands.get(section.band) if around.counts else None
        until = _until(section.band, around)
    pieces = [f"▌ {title.upper()}", *([str(count)] if count is not None else []), *([until] if until else [])]
    return fit(" · ".join(pieces), width)


def _until(band: Band, around: Surroundings) -> str:
    """Say until when the new prospects come first: the first half of the day is theirs."""
    header = around.header
    if header is None or band is not Band.NEW or header.now >= header.half_at:
        return ""
    return _("until {time}").format(time=f"{header.half_at:%H:%M}")
