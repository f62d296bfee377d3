"""The clients that a search found: as many lines as there is room for, painted and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from salesdesk import formatting, wording
from salesdesk.i18n import N_, _
from salesdesk.widgets.cells import fit, plain
from salesdesk.widgets.claimed import name_and_who
from salesdesk.widgets.queue_lines import CURSOR

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rich.style import Style
    from textual import events

    from salesdesk.rows import SearchRow
    from salesdesk.wording import Titled

_MATCHED = {
    "contact": N_("contact"),
    "phone": N_("phone"),
    "tax_id": N_("tax id"),
    "email": N_("e-mail"),
    "city": N_("city"),
}
_SAID = frozenset(["tax_id", "email"])
"""What is on the line only when it is by this that a client was found."""

_NUMBER, _STAGE, _WHAT = 17, 14, 9
_ROOMY = 40
"""Cells for the name and what is about it, from which on the place and the person stand side by side."""


class FoundList(Widget):
    """Lines with a cursor that is moved by the screen: the keys belong to the field above."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "found-list--cursor", "found-list--name", "found-list--rest", "found-list--found",
    }  # fmt: skip
    DEFAULT_CSS = """
    FoundList {
        height: 1fr;
        background: $surface;
        .found-list--cursor { background: $block-cursor-background; color: $block-cursor-foreground;
                              text-style: bold; }
        .found-list--name { text-style: bold; }
        .found-list--rest { color: $secondary; }
        .found-list--found { text-style: bold underline; }
    }
    """
    ALLOW_SELECT = False

    class Opened(Message):
        """A client was clicked."""

        def __init__(self, row: SearchRow) -> None:
            self.row = row
            super().__init__()

    def __init__(self) -> None:
        super().__init__()
        self._rows: Sequence[SearchRow] = ()
        self._stages: Mapping[str, Titled] = {}
        self._marks: Sequence[str] = ()
        self.place = 0

    @property
    def chosen(self) -> SearchRow | None:
        """The client under the cursor."""
        return self._rows[self.place] if self.place < len(self._rows) else None

    def show(
        self, rows: Sequence[SearchRow], stages: Mapping[str, Titled], marks: Sequence[str] = ()
    ) -> None:
        """Show what was found, the cursor on the best of it, with `marks` marked where they stand."""
        if rows or self._rows:
            self._rows, self._stages, self._marks, self.place = rows, stages, marks, 0
            self.refresh()

    def choose(self, place: int) -> None:
        """Put the cursor on a line that is seen."""
        last = min(len(self._rows), self.size.height) - 1
        place = max(0, min(place, last))
        if place != self.place:
            self.refresh_line(self.place)
            self.refresh_line(place)
            self.place = place

    def refresh_line(self, y: int) -> None:
        """Paint one line anew."""
        self.refresh(Region(0, y, self.size.width, 1))

    def render_line(self, y: int) -> Strip:
        """Paint one line of the widget."""
        width, base = self.size.width, self.rich_style
        if y >= len(self._rows):
            return Strip.blank(width, base)
        parts = self._parts(self._rows[y], width, chosen=y == self.place)
        if y == self.place:
            style = base + self.get_component_rich_style("found-list--cursor", partial=True)
            return Strip(self._marked("".join(parts), style)).crop_extend(0, width, style)
        name, rest = (
            base + self.get_component_rich_style(f"found-list--{part}", partial=True)
            for part in ("name", "rest")
        )
        segments = [
            *self._marked(parts[0], name), *self._marked(parts[1], base), Segment(parts[2], rest),
        ]  # fmt: skip
        return Strip(segments).crop_extend(0, width, base)

    def _marked(self, text: str, style: Style) -> Iterator[Segment]:
        """Give a text with what was looked for underlined."""
        from salesdesk.base.search_marks import spans

        found = style + self.get_component_rich_style("found-list--found", partial=True)
        at = 0
        for start, end in spans(text, self._marks):
            yield Segment(text[at:start], style)
            yield Segment(text[start:end], found)
            at = end
        yield Segment(text[at:], style)

    def _parts(self, row: SearchRow, width: int, *, chosen: bool) -> tuple[str, str, str]:
        """Write a client: who; where, whom to ask for, the number; the stage, what matched."""
        number = formatting.phone(row.phone) if row.phone else ""
        stage = wording.titled(self._stages, row.stage) or _("cold")
        matched = _(_MATCHED[row.matched]) if row.matched in _MATCHED else ""
        value = row.matched_text if row.matched in _SAID else None
        rest = max(width, 50) - _NUMBER - _STAGE - _WHAT - 6
        parts = [plain(part) for part in (value, row.city, row.contact) if part]
        # Where there is room for one of them only, a beginning of the next would cost the first its end.
        about = " · ".join(parts if rest > _ROOMY else parts[:1])
        name = rest * 2 // 3
        return (
            f"{CURSOR if chosen else ' '} {self._named(row, name)} ",
            f"{fit(about, rest - name)} {fit(number, _NUMBER)} ",
            f"{fit(stage, _STAGE)} {fit(matched, _WHAT)}",
        )

    def _named(self, row: SearchRow, width: int) -> str:
        return (
            self._fit(row.name, width)
            if row.claimed_by is None
            else name_and_who(row.name, row.claimed_by, width)
        )

    def _fit(self, text: str, width: int) -> str:
        """Fit a text; of one that is too long, the part in which something was found."""
        from salesdesk.base.search_marks import spans

        text = plain(text)
        if len(text) > width:
            found = spans(text, self._marks)
            begin = found[0][0] - width // 3 if found and found[0][1] >= width else 0
            if begin > 0:
                text = "…" + text[begin:].lstrip()
        return fit(text, width)

    def on_click(self, event: events.Click) -> None:
        """Open what was clicked."""
        event.stop()
        if event.y < len(self._rows):
            self.choose(event.y)
            self.post_message(self.Opened(self._rows[event.y]))
