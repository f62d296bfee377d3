"""The line in which one says which clients: typed, taken with Enter, its wrong place pointed at."""

from typing import ClassVar

from rich.cells import cell_len
from textual import events, getters
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Static

from salesdesk.commands import LIST, Command, bindings
from salesdesk.i18n import N_, _
from salesdesk.widgets.line_input import LineInput

_SIGN = "/ "


class FilterLine(Vertical):
    """Holds the filter that is typed. What is taken, the screen decides."""

    DEFAULT_CSS = """
    FilterLine {
        height: auto;
        Horizontal { height: 1; }
        .filter-sign { width: 2; margin: 0 0 0 2; color: $footer-key-foreground; text-style: bold; }
        LineInput { width: 1fr; height: 1; border: none; padding: 0; background: $background; }
        LineInput:focus { background: $panel; }
        .filter-wrong { display: none; height: auto; padding: 0 2 0 4; color: $error; }
        .filter-wrong.-said { display: block; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        Command("filter.apply", "enter", "apply", N_("take"), N_("Show those that the line says"), LIST),
        Command("filter.leave", "escape", "leave", N_("leave"), N_("Leave the line as it was"), LIST),
        Command(
            "filter.down", "down,tab", "down",
            N_("to the table"), N_("Go to the table"), LIST, footer=False, palette=False,
        ),
    )  # fmt: skip
    input = getters.query_one(LineInput)

    class Applied(Message):
        """The line is to be taken."""

        def __init__(self, text: str) -> None:
            self.text = text
            super().__init__()

    class Left(Message):
        """The line was left as it was."""

    def compose(self) -> ComposeResult:
        """Lay the line out."""
        with Horizontal():
            yield Static(_SIGN, classes="filter-sign", markup=False)
            yield LineInput(compact=True, select_on_focus=False)
        yield Static(classes="filter-wrong", markup=False)

    @property
    def text(self) -> str:
        """What stands in the line."""
        return self.input.value

    def put(self, text: str) -> None:
        """Write another line."""
        self.input.value = text
        self.input.cursor_position = len(text)
        self.clear()

    def relabel(self) -> None:
        """Give an example in the language in use."""
        self.input.placeholder = _("all clients; for example: city=Moscow stage=new not last_call<30d")

    def clear(self) -> None:
        """Say nothing is wrong."""
        self.query_one(".filter-wrong").remove_class("-said")

    def point_at(self, why: str, column: int | None) -> None:
        """Say what is wrong, with a caret under the place (from 1) where one is known."""
        if column is not None:
            self.input.cursor_position = min(column - 1, len(self.text))
        # What the cursor was moved to is scrolled into sight only by the next layout.
        self.call_after_refresh(self._point_at, why, column)

    def _point_at(self, why: str, column: int | None) -> None:
        said = self.query_one(".filter-wrong", Static)
        lines = [why]
        if column is not None:
            before = cell_len(self.text[: column - 1]) - round(self.input.scroll_offset.x)
            lines.insert(0, " " * max(before, 0) + "^")
        said.update("\n".join(lines))
        said.add_class("-said")

    def on_input_changed(self, event: LineInput.Changed) -> None:
        """Take back what was said of a line that is another now."""
        event.stop()
        self.clear()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Go on at the end of the line."""
        del event
        self.input.cursor_position = len(self.text)

    def action_apply(self) -> None:
        """Ask to take the line."""
        self.post_message(self.Applied(self.text))

    def action_leave(self) -> None:
        """Leave the line."""
        self.clear()
        self.post_message(self.Left())

    def action_down(self) -> None:
        """Take the line and go to the table."""
        self.action_apply()
