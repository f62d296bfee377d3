"""A grid of weekdays and hours: the share that answered is written in each cell, with a shade behind it."""

from typing import TYPE_CHECKING, ClassVar

from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import BindingType
from textual.color import Color
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from salesdesk import formatting
from salesdesk.commands import LIST, Command, bindings
from salesdesk.i18n import N_, _, ngettext

if TYPE_CHECKING:
    from collections.abc import Sequence

    from salesdesk.lead.answer_rate import AnswerCell, AnswerGrid

_NAME = 8
_CELL = (4, 8)
_TALL = 3
_SHADE = 0.75
"""How much of the colour the fullest cell has: the figure in it stays legible."""


def _move(name: str, key: str) -> Command:
    hint = N_("To another hour or weekday")
    return Command(f"heat.{name}", key, name, N_("move"), hint, LIST, footer=False, palette=False)


class HeatMap(Widget, can_focus=True):
    """Shows the grid, all together at its right and its foot, and in words what is under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(
        _move("up", "up"), _move("down", "down"), _move("left", "left"), _move("right", "right")
    )
    COMPONENT_CLASSES: ClassVar[set[str]] = {"heat-map--cursor", "heat-map--head"}
    DEFAULT_CSS = """
    HeatMap {
        width: 1fr;
        height: 1fr;
        padding: 0 1;
        background: $background;
        .heat-map--cursor {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: bold;
        }
        .heat-map--head { color: $secondary; }
    }
    """

    row: reactive[int] = reactive(0)
    column: reactive[int] = reactive(0)

    class Picked(Message):
        """A cell was clicked once more."""

    def __init__(self) -> None:
        super().__init__()
        self._grid: AnswerGrid | None = None

    def show(self, grid: "AnswerGrid") -> None:
        """Show a grid; the cursor stays on its hour where it can."""
        self._grid = grid
        self.column = min(self.column, len(grid.hours))
        self.refresh()

    @property
    def cell(self) -> "tuple[int | None, int | None]":
        """The weekday and the hour under the cursor; None for all of them."""
        hours = self._grid.hours if self._grid is not None else ()
        return (
            self.row + 1 if self.row < 7 else None,
            hours[self.column] if self.column < len(hours) else None,
        )

    # Moving

    def action_up(self) -> None:
        """Go to the day before."""
        self.row = max(self.row - 1, 0)

    def action_down(self) -> None:
        """Go to the day after; beneath Sunday stand all days together."""
        self.row = min(self.row + 1, 7)

    def action_left(self) -> None:
        """Go to the hour before."""
        self.column = max(self.column - 1, 0)

    def action_right(self) -> None:
        """Go to the hour after; behind the last stand all hours together."""
        self.column = min(self.column + 1, len(self._grid.hours) if self._grid is not None else 0)

    def on_click(self, event: events.Click) -> None:
        """Go to the cell under the pointer; a click on the one under the cursor opens it."""
        if self._grid is None:
            return
        at = event.get_content_offset(self)
        if at is None or at.x < _NAME or at.y < 1:
            return
        place = ((at.y - 1) // self._tall, (at.x - _NAME) // self._wide)
        if place[0] > 7 or place[1] > len(self._grid.hours):
            return
        if place == (self.row, self.column):
            self.post_message(self.Picked())
        self.row, self.column = place

    # How it looks

    @property
    def _wide(self) -> int:
        count = len(self._grid.hours) + 1 if self._grid is not None else 1
        least, most = _CELL
        return max(least, min(most, (self.size.width - _NAME) // count))

    @property
    def _tall(self) -> int:
        return max(1, min(_TALL, (self.size.height - 3) // 8))

    def render(self) -> Text:
        """Lay the grid out."""
        grid = self._grid
        text = Text(no_wrap=True, overflow="crop")
        if grid is None:
            return text
        wide, tall = self._wide, self._tall
        head = self.get_component_rich_style("heat-map--head", partial=True)
        hours = [f"{hour:02}" for hour in grid.hours]
        text.append(" " * _NAME + "".join(name.center(wide) for name in [*hours, _("all")]) + "\n", head)
        names = [formatting.weekday_name(number) for number in range(1, 8)] + [_("all")]
        for row, name in enumerate(names):
            for line in range(tall):
                middle = line == tall // 2
                text.append((name if middle else "").ljust(_NAME)[:_NAME], head)
                for column in range(len(hours) + 1):
                    told, style = self._told(grid, row, column)
                    text.append((told if middle else "").center(wide), style)
                text.append("\n")
        text.append("\n" + self._words(grid))
        return text

    def _told(self, grid: "AnswerGrid", row: int, column: int) -> tuple[str, Style]:
        """Write a cell: percent without its sign, the shade, and what marks the cursor."""
        cell = _together(grid, row, column)
        told = "·" if cell.rate is None else str(round(cell.rate * 100))
        if (row, column) == (self.row, self.column) and self.has_focus:
            return f"›{told}‹", self.get_component_rich_style("heat-map--cursor", partial=False)
        if cell.rate is None:
            return told, Style()
        variables = self.app.theme_variables
        shade = Color.parse(variables["background"]).blend(
            Color.parse(variables["primary"]), cell.rate * _SHADE
        )
        return told, Style(color=shade.get_contrast_text(1).rich_color, bgcolor=shade.rich_color)

    def _words(self, grid: "AnswerGrid") -> str:
        cell = _together(grid, self.row, self.column)
        weekday, hour = self.cell
        where = " ".join(
            [
                *([formatting.weekday_name(weekday)] if weekday is not None else []),
                *([f"{hour:02}:00–{hour:02}:59"] if hour is not None else []),
            ]
        )
        calls = ngettext("{count} call", "{count} calls", cell.calls).format(count=cell.calls)
        answered = ngettext("{count} answered", "{count} answered", cell.answered).format(count=cell.answered)
        rate = "–" if cell.rate is None else f"{round(cell.rate * 100)} %"
        place = where or _("all")
        return f"{place}: {calls}, {answered}, {rate}"


def _together(grid: "AnswerGrid", row: int, column: int) -> "AnswerCell":
    """Add up the hours and weekdays that a cell stands for."""
    from salesdesk.lead.answer_rate import WEEKDAYS, together

    days: Sequence[int] = WEEKDAYS if row >= 7 else [row + 1]
    hours = grid.hours if column >= len(grid.hours) else grid.hours[column : column + 1]
    return together(grid.cell(day, hour) for day in days for hour in hours)
