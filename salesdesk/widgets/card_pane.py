"""A part of the card that scrolls: it writes itself anew for each width."""

from collections.abc import Callable

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from salesdesk.commands import LIST, Command, bindings
from salesdesk.i18n import N_

NEAR_END = 12
"""Lines before the end at which more is asked for."""


class CardPane(VerticalScroll):
    """Shows what a writer gives for its width. `NearEnd` is said when one scrolls towards the end."""

    DEFAULT_CSS = """
    CardPane {
        padding: 0 1;
        scrollbar-size-vertical: 1;
        scrollbar-gutter: stable;
        border: round $border-blurred;
        border-title-style: bold;
        border-title-color: $foreground;
        &:focus { border: round $primary; }
        Static { width: 1fr; height: auto; }
    }
    """
    BINDINGS = bindings(  # Textual's own shape
        Command(
            "pane.down", "j", "scroll_down", N_("down"), N_("Scroll down"), LIST, footer=False, palette=False
        ),
        Command("pane.up", "k", "scroll_up", N_("up"), N_("Scroll up"), LIST, footer=False, palette=False),
    )

    class NearEnd(Message):
        """The end of what is loaded is near."""

        def __init__(self, pane: "CardPane") -> None:
            self.pane = pane
            super().__init__()

    def __init__(self, id: str) -> None:  # noqa: A002  # Textual's own name
        super().__init__(id=id)
        self._static = Static(markup=False)
        self._write: Callable[[int], Content] | None = None
        self._width = 0

    def compose(self) -> ComposeResult:
        """Lay the pane out."""
        yield self._static

    def show(self, write: Callable[[int], Content]) -> None:
        """Show another text."""
        self._write = write
        self._lay()

    def text(self, width: int = 80) -> str:
        """Give what is shown as plain text."""
        return self._write(width).plain if self._write is not None else ""

    def _lay(self) -> None:
        width = self.scrollable_content_region.width
        if self._write is not None and width > 0:
            self._width = width
            self._static.update(self._write(width))

    def on_resize(self, event: events.Resize) -> None:
        """Write anew for another width."""
        del event
        if self.scrollable_content_region.width != self._width:
            # Once the new width is laid out: until then the height of the old text would be kept for it.
            self.call_after_refresh(self._lay)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Say when the end is near."""
        super().watch_scroll_y(old_value, new_value)
        if new_value > old_value and new_value >= self.max_scroll_y - NEAR_END:
            self.post_message(self.NearEnd(self))
