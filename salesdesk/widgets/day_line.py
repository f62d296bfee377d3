"""The line over everything: the day and its clock, who sits here, what the day has come to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text
from textual.widget import Widget

from salesdesk import formatting, wording
from salesdesk.i18n import _
from salesdesk.widgets.cells import fit, plain

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from salesdesk.context import Me
    from salesdesk.rows import DayCounts, DayHeader

_BAR = 10
_GAP = 2


@dataclass(frozen=True, slots=True)
class DayState:
    """What the line tells; what is not known yet is None."""

    now: datetime
    zone: tzinfo
    me: Me | None = None
    header: DayHeader | None = None
    counts: DayCounts | None = None


class DayLine(Widget):
    """One line; on a narrow terminal it says less, never half a word."""

    DEFAULT_CSS = """
    DayLine {
        dock: top;
        height: 1;
        background: $panel;
        color: $foreground;
    }
    """
    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__()
        self._state: DayState | None = None

    def show(self, state: DayState) -> None:
        """Show the day as it is now."""
        if state != self._state:
            self._state = state
            self.refresh()

    def render(self) -> Text:
        """Lay out as much as there is room for."""
        width = self.size.width
        return Text("" if self._state is None else line_text(self._state, width), no_wrap=True)


def line_text(state: DayState, width: int) -> str:
    """Give the line in so many cells; the counters go last when room runs out."""
    local = state.now.astimezone(state.zone)
    title = formatting.day_title(local.date())
    day = f" {title[:1].upper()}{title[1:]} · {local:%H:%M}"
    pairs = [(middle, right) for middle in _people(state) for right in _counters(state)]
    for middle, right in (*pairs, ("", _notes(state))):
        free = width - cell_len(day) - cell_len(middle) - cell_len(right)
        if free >= 2 * _GAP:
            left = max((width - cell_len(middle)) // 2 - cell_len(day), _GAP)
            left = min(left, free - _GAP)
            return f"{day}{' ' * left}{middle}{' ' * (free - left)}{right}"
    return fit(day, width)


def _notes(state: DayState) -> str:
    """Say what waits for who sits here, clients and notes: that goes last of all, whatever the room."""
    counts = state.counts
    if counts is None:
        return ""
    clients = f"{wording.to_confirm(counts.to_confirm)}  " if counts.to_confirm else ""
    return clients + (f"{wording.from_lead(counts.from_lead)}  " if counts.from_lead else "")


def _people(state: DayState) -> tuple[str, ...]:
    if state.me is None:
        return ("",)
    name = plain(state.me.name)
    return (f"{name} · {wording.role(state.me.role)}", name, "")


def _counters(state: DayState) -> tuple[str, ...]:
    counts, header = state.counts, state.header
    if counts is None or header is None:
        return ("",)
    plan = counts.calls_today + header.calls_left
    done = _("calls {done}/{plan}").format(done=counts.calls_today, plan=plan)
    full = round(_BAR * counts.calls_today / plan) if plan else 0
    bar = "█" * full + "░" * (_BAR - full)
    tails = _("tails {count}").format(count=counts.tails) + (" ▲ " if counts.tails else " ")
    owed = ""
    if counts.no_next_action:
        owed = _("no next step {count}").format(count=counts.no_next_action) + " !  "
    notes = _notes(state)
    return (
        f"{notes}{done} {bar}  {owed}{tails}",
        f"{notes}{done} {bar}  {tails}",
        f"{notes}{done}  {tails}",
        f"{notes}{tails}",
    )
