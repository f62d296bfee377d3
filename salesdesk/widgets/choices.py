"""A handful of choices, each with its key, laid out in even columns; one of them may be chosen.

The choice is told by a sign besides its colour. Keys are bound by the screen that asks; here are the
arrows and the mouse.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import BindingType
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from salesdesk.commands import CALL, Command, bindings
from salesdesk.i18n import N_
from salesdesk.widgets.cells import fit

CHOSEN = "▸"
_GAP = 2


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several: a code, the key that chooses it, and its words."""

    code: str
    key: str
    title: str


def _step(name: str, key: str, title: str, hint: str) -> Command:
    return Command(f"choices.{name}", key, name, title, hint, CALL, footer=False, palette=False)


class Choices(Widget, can_focus=True):
    """Shows choices in columns and says which one was picked."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"choices--key", "choices--chosen"}
    DEFAULT_CSS = """
    Choices {
        height: auto;
        width: 1fr;
        .choices--key { color: $footer-key-foreground; text-style: bold; }
        .choices--chosen { background: $block-cursor-background; color: $block-cursor-foreground;
                           text-style: bold; }
        &.-one-line { height: 1; }
    }
    """
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        _step("next", "right", N_("next"), N_("The next choice")),
        _step("previous", "left", N_("previous"), N_("The choice before")),
        _step("below", "down", N_("below"), N_("The choice beneath")),
        _step("above", "up", N_("above"), N_("The choice above")),
    )

    class Picked(Message):
        """A choice was picked with the arrows or the mouse."""

        def __init__(self, choices: "Choices", code: str, *, clicked: bool) -> None:
            self.choices = choices
            self.code = code
            self.clicked = clicked
            super().__init__()

        @property
        def control(self) -> "Choices":
            """The widget, so that handlers can be chosen by its id."""
            return self.choices

    def __init__(self, id: str | None = None, *, focusable: bool = True) -> None:  # noqa: A002  # Textual's own name
        super().__init__(id=id)
        self.can_focus = focusable
        self._options: tuple[Choice, ...] = ()
        self._chosen: str | None = None

    @property
    def chosen(self) -> str | None:
        """The code that is chosen, if any is."""
        return self._chosen

    def offer(self, options: Sequence[Choice], chosen: str | None = None) -> None:
        """Offer these choices."""
        self._options, self._chosen = tuple(options), chosen
        self.refresh(layout=True)

    def choose(self, code: str | None) -> None:
        """Show a code as chosen."""
        if code != self._chosen:
            self._chosen = code
            self.refresh()

    # How it lies

    def _columns(self, width: int) -> list[int]:
        """Give the widths of as many columns as there is room for."""
        widths = [cell_len(_words(one)) for one in self._options]
        for count in range(len(widths), 1, -1):
            columns = [max(widths[at::count]) for at in range(count)]
            if sum(columns) + _GAP * (count - 1) <= width:
                return columns
        return [min(max(widths, default=1), max(width, 1))]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002  # Textual's own
        """Tell how many lines the choices take."""
        return max(-(-len(self._options) // len(self._columns(width))), 1)

    def render(self) -> Text:
        """Lay the choices out in columns, row by row."""
        columns = self._columns(self.content_size.width)
        key_style = self.get_component_rich_style("choices--key", partial=True)
        chosen_style = self.get_component_rich_style("choices--chosen", partial=True)
        text = Text(no_wrap=True, overflow="crop")
        for at, one in enumerate(self._options):
            if at:
                text.append("\n" if at % len(columns) == 0 else " " * _GAP)
            chosen = one.code == self._chosen
            line = fit(_words(one, CHOSEN if chosen else " "), columns[at % len(columns)])
            text.append(line, chosen_style if chosen else Style())
            if not chosen:
                start = len(text) - len(line) + 1
                text.stylize(key_style, start, start + len(one.key))
        return text

    # The arrows and the mouse

    def _at(self) -> int | None:
        return next((at for at, one in enumerate(self._options) if one.code == self._chosen), None)

    def _go(self, step: int) -> None:
        if not self._options:
            return
        at = self._at()
        self._pick(0 if at is None else at + step)

    def _pick(self, at: int, *, clicked: bool = False) -> None:
        if 0 <= at < len(self._options):
            self.choose(self._options[at].code)
            self.post_message(self.Picked(self, self._options[at].code, clicked=clicked))

    def action_next(self) -> None:
        """Go to the next choice."""
        self._go(1)

    def action_previous(self) -> None:
        """Go to the choice before."""
        self._go(-1)

    def action_below(self) -> None:
        """Go to the choice beneath."""
        self._go(len(self._columns(self.content_size.width)))

    def action_above(self) -> None:
        """Go to the choice above."""
        self._go(-len(self._columns(self.content_size.width)))

    def on_click(self, event: events.Click) -> None:
        """Pick what is under the pointer."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        across, start = 0, 0
        columns = self._columns(self.content_size.width)
        while across < len(columns) and offset.x >= start + columns[across] + _GAP:
            start += columns[across] + _GAP
            across += 1
        if across < len(columns):
            self._pick(offset.y * len(columns) + across, clicked=True)


def _words(one: Choice, sign: str = " ") -> str:
    key = f"{one.key} " if one.key else ""
    return f"{sign}{key}{one.title}"
