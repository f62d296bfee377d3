"""The list of the day as a widget that paints lines: as fast with a hundred thousand rows as with ten."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from salesdesk.commands import LIST, Command, bindings
from salesdesk.i18n import N_
from salesdesk.widgets.queue_lines import Line, Section, Surroundings, heading_text, lines_of, row_parts
from salesdesk.widgets.steady import steady

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from textual import events
    from textual.binding import BindingType

    from salesdesk.rows import QueueRow

P = TypeVar("P", int, None)

NEAR_END = 120
"""Rows before the end at which the next page is asked for: three screens of a large terminal."""

_KEPT_STRIPS = 300


def _move(name: str, key: str, title: str, hint: str) -> Command:
    return Command(f"list.{name}", key, name, title, hint, LIST, footer=False, palette=False)


@dataclass(frozen=True, slots=True)
class _Anchor:
    """A row that one looks at: its place, and its line on the screen."""

    place: int
    offset: int
    of_cursor: bool


class QueueList(ScrollView, can_focus=True):
    """Rows under band headings, with a cursor that stays on its client whatever is loaded anew."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "queue-list--cursor",
        "queue-list--heading",
        "queue-list--late",
        "queue-list--rest",
    }
    DEFAULT_CSS = """
    QueueList {
        background: $background;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-gutter: stable;
        scrollbar-size-vertical: 1;
        .queue-list--cursor { background: $block-cursor-background; color: $block-cursor-foreground;
                              text-style: bold; }
        .queue-list--heading { color: $primary; text-style: bold; }
        .queue-list--late { color: $warning; text-style: bold; }
        .queue-list--rest { color: $secondary; }
    }
    """
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        _move("down", "down,j", N_("next"), N_("To the next client")),
        _move("up", "up,k", N_("previous"), N_("To the previous client")),
        _move("page_down", "pagedown", N_("page down"), N_("A screen further")),
        _move("page_up", "pageup", N_("page up"), N_("A screen back")),
        _move("first", "home", N_("first"), N_("To the first client")),
        _move("last", "end", N_("last"), N_("To the last client loaded")),
    )

    class Chosen(Message):
        """The cursor stands on another client, or on none."""

        def __init__(self, row: QueueRow | None) -> None:
            self.row = row
            super().__init__()

    class Opened(Message):
        """A client was opened with the mouse."""

        def __init__(self, row: QueueRow) -> None:
            self.row = row
            super().__init__()

    class NearEnd(Message):
        """The cursor nears the end of what is loaded, and there is more."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[QueueRow] = []
        self._lines: list[Line] = []
        self._row_lines: list[int] = []
        self._around = Surroundings(datetime.fromtimestamp(0, UTC), UTC, {})
        self._at = 0
        self._more = False
        self._asked = False
        self._gone = False
        """Whether the row under the cursor has left the list: it stays until the cursor leaves it."""
        self._strips: dict[tuple[int, bool], Strip] = {}

    # What it shows

    @property
    def rows(self) -> Sequence[QueueRow]:
        """The rows that are loaded."""
        return self._rows

    @property
    def chosen(self) -> QueueRow | None:
        """The row under the cursor."""
        return self._rows[self._at] if self._at < len(self._rows) else None

    @property
    def chosen_place(self) -> int:
        """How many rows stand before the cursor."""
        return self._at

    @property
    def reach(self) -> int:
        """How many rows it takes to show what is on the screen, and the cursor."""
        seen = bisect_left(self._row_lines, round(self.scroll_y) + self.scrollable_content_region.height)
        return max(seen, self._at + 1) if self._rows else 0

    def show(self, rows: Sequence[QueueRow], *, more: bool, keep: bool = False) -> None:
        """Show other rows. The cursor stays on its client, or goes to the one after it; nothing jumps.

        With `keep` it stays even on a client that has gone: nobody asked for the rows, and Enter must open
        whom one sees.
        """
        before, was, anchor = self._rows, self.chosen, self._anchor()
        self._more, self._asked = more, False
        put = steady(before, rows, self._at, _client)
        self._rows, self._gone = (put.rows, put.gone) if keep else (list(rows), False)
        places = {row.client_id: at for at, row in enumerate(self._rows)}
        self._at = max(0, min(_first_there(before[self._at :], places, self._at), len(self._rows) - 1))
        self._lay_out()
        self._hold(anchor, _first_there(before[anchor.place :], places, None) if anchor else None)
        if was is None or self.chosen is None or was.client_id != self.chosen.client_id or was != self.chosen:
            self.post_message(self.Chosen(self.chosen))

    def append(self, rows: Sequence[QueueRow], *, more: bool) -> None:
        """Show a further page beneath."""
        known = {row.client_id for row in self._rows}
        start = len(self._rows)
        self._rows.extend(row for row in rows if row.client_id not in known)
        self._more, self._asked = more, False
        last = next((line for line in reversed(self._lines) if isinstance(line, Section)), None)
        before = len(self._lines)
        self._add_lines(lines_of(self._rows, start, last))
        if before < self.scroll_y + self.scrollable_content_region.height:
            self._fit()
            self.refresh()
        else:
            # Out of sight: nothing moves while one reads; the scrollbar learns of it with the next step.
            self.set_reactive(QueueList.virtual_size, self._extent)

    def drop(self, client_id: int) -> None:
        """Take a client out; the one after it comes under the cursor if the cursor stood on it."""
        place = next((at for at, row in enumerate(self._rows) if row.client_id == client_id), None)
        if place is None:
            return
        was, anchor = self.chosen, self._anchor()
        del self._rows[place]
        self._gone = self._gone and place != self._at
        if place < self._at or self._at >= len(self._rows):
            self._at = max(self._at - 1, 0)
        self._lay_out()
        self._hold(
            anchor, anchor.place - (place < anchor.place) if anchor and place != anchor.place else None
        )
        if was is not self.chosen:
            self.post_message(self.Chosen(self.chosen))

    def surround(self, around: Surroundings) -> None:
        """Take the time, the counters and the titles that lines are made with."""
        if around != self._around:
            self._around = around
            self.repaint()

    def repaint(self) -> None:
        """Make every line anew: another language, another theme, another minute."""
        self._strips.clear()
        self.refresh()

    def choose(self, place: int) -> None:
        """Put the cursor on the row at a place, and bring it into view."""
        if not self._rows:
            return
        place = max(0, min(place, len(self._rows) - 1))
        old = self._at
        if place != old:
            self._at = place
            self.refresh_line(self._row_lines[old])
            self.refresh_line(self._row_lines[place])
            self.post_message(self.Chosen(self.chosen))
        if self._gone and place != old:
            self._let_go(old)
        self._bring_into_view()
        self._ask_for_more(place)

    def _let_go(self, gone: int) -> None:
        """Take the row out that was kept only while the cursor stood on it."""
        anchor, self._gone = self._anchor(), False
        del self._rows[gone]
        self._at -= gone < self._at
        self._lay_out()
        self._hold(anchor, self._at)

    # How it lies

    @property
    def _line_width(self) -> int:
        return self.scrollable_content_region.width

    def _lay_out(self) -> None:
        self._strips.clear()
        self._lines, self._row_lines = [], []
        self._add_lines(lines_of(self._rows))
        self._fit()
        self.refresh()

    def _add_lines(self, lines: list[Line]) -> None:
        for line in lines:
            if not isinstance(line, Section):
                self._row_lines.append(len(self._lines))
            self._lines.append(line)

    @property
    def _extent(self) -> Size:
        return Size(self._line_width, len(self._lines))

    def _fit(self) -> None:
        size = self._extent
        if not self.show_vertical_scrollbar or size.height <= self.container_size.height:
            self.virtual_size = size
            return
        # Nothing but the scrollbar changes: to lay the whole screen out anew would make the next key wait.
        self.set_reactive(QueueList.virtual_size, size)
        self.vertical_scrollbar.window_virtual_size = size.height
        self.set_scroll(None, min(self.scroll_y, self.max_scroll_y))

    def _anchor(self) -> _Anchor | None:
        """Tell which row must not move: the cursor's, or the first one seen where that is out of view."""
        if not self._row_lines:
            return None
        top, height = round(self.scroll_y), self.scrollable_content_region.height
        place = self._at
        if not top <= self._row_lines[place] < top + height:
            place = min(bisect_left(self._row_lines, top), len(self._row_lines) - 1)
        return _Anchor(place, self._row_lines[place] - top, of_cursor=place == self._at)

    def _hold(self, anchor: _Anchor | None, place: int | None) -> None:
        """Scroll so that the anchor's row, now at another place, stands where it stood on the screen."""
        if not self._row_lines:
            return
        if anchor is not None:
            line = self._row_lines[self._at if place is None else place]
            self.scroll_to(y=max(line - anchor.offset, 0), animate=False, force=True)
        if anchor is None or anchor.of_cursor or place is None:
            self._bring_into_view()

    def _bring_into_view(self) -> None:
        line, height = self._row_lines[self._at], self.scrollable_content_region.height
        # The heading over the first row of a band is worth seeing with it.
        above = line - 1 if line and isinstance(self._lines[line - 1], Section) else line
        if above < self.scroll_y:
            self.scroll_to(y=above, animate=False, force=True)
        elif height and line >= self.scroll_y + height:
            self.scroll_to(y=line - height + 1, animate=False, force=True)

    def _ask_for_more(self, place: int) -> None:
        if self._more and not self._asked and place >= len(self._rows) - NEAR_END:
            self._asked = True
            self.post_message(self.NearEnd())

    def on_resize(self) -> None:
        """Make the lines for another width, and keep the cursor in view."""
        self._strips.clear()
        self._fit()
        self.refresh()
        if self._row_lines:
            self._bring_into_view()

    def notify_style_update(self) -> None:
        """Forget the lines painted in other colours."""
        super().notify_style_update()
        self._strips.clear()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Ask for more also where the wheel, not the cursor, comes to the end."""
        if self.show_vertical_scrollbar:
            self.vertical_scrollbar.window_virtual_size = self.virtual_size.height
        super().watch_scroll_y(old_value, new_value)
        if self._lines and new_value > old_value:
            last = round(new_value) + self.scrollable_content_region.height
            self._ask_for_more(bisect_left(self._row_lines, last))

    # How it paints

    def render_line(self, y: int) -> Strip:
        """Paint one line of the widget."""
        number = y + round(self.scroll_y)
        if number >= len(self._lines):
            return Strip.blank(self._line_width, self.rich_style)
        line = self._lines[number]
        chosen = line == self._at and not isinstance(line, Section)
        strip = self._strips.get((number, chosen))
        if strip is None:
            if len(self._strips) >= _KEPT_STRIPS:
                self._strips.clear()
            strip = self._strips[number, chosen] = self._paint(line, chosen=chosen)
        return strip

    def _paint(self, line: Line, *, chosen: bool) -> Strip:
        width, base = self._line_width, self.rich_style
        if isinstance(line, Section):
            text = heading_text(line, self._around, width)
            return Strip([Segment(text, base + self._style("queue-list--heading"))], width)
        row = self._rows[line]
        parts = row_parts(row, self._around, width, chosen=chosen, gone=chosen and self._gone)
        if chosen:
            style = base + self._style("queue-list--cursor") + Style(dim=self._gone)
            return Strip([Segment("".join(parts), style)]).crop_extend(0, width, style)
        late = row.overdue or row.days_late > 0 or row.promise
        styles = (
            base,
            base + self._style("queue-list--late") if late else base,
            base,
            base + self._style("queue-list--rest"),
        )
        segments = [Segment(part, style) for part, style in zip(parts, styles, strict=True)]
        return Strip(segments).crop_extend(0, width, base)

    def _style(self, component: str) -> Style:
        return self.get_component_rich_style(component, partial=True)

    # Keys and the mouse

    def action_down(self) -> None:
        """Go to the next client."""
        self.choose(self._at + 1)

    def action_up(self) -> None:
        """Go to the previous client."""
        self.choose(self._at - 1)

    def action_page_down(self) -> None:
        """Go a screen further."""
        self.choose(self._at + max(self.scrollable_content_region.height - 1, 1))

    def action_page_up(self) -> None:
        """Go a screen back."""
        self.choose(self._at - max(self.scrollable_content_region.height - 1, 1))

    def action_first(self) -> None:
        """Go to the first client."""
        self.choose(0)

    def action_last(self) -> None:
        """Go to the last client that is loaded."""
        self.choose(len(self._rows) - 1)

    def on_click(self, event: events.Click) -> None:
        """Choose with one click, open with two."""
        number = event.y + round(self.scroll_y)
        line = self._lines[number] if 0 <= number < len(self._lines) else None
        if line is None or isinstance(line, Section):
            return
        self.choose(line)
        if event.chain == 2:
            self.post_message(self.Opened(self._rows[line]))


def _client(row: QueueRow) -> int:
    return row.client_id


def _first_there(rows: Sequence[QueueRow], places: Mapping[int, int], otherwise: P) -> int | P:
    """Give the place of the first of some rows that is there."""
    return next((places[row.client_id] for row in rows if row.client_id in places), otherwise)
