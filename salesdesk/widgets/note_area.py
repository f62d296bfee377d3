"""A note that grows with what is typed; Enter is left to its screen, and pasted lines are all kept."""

from textual import events
from textual.widgets import TextArea


class NoteArea(TextArea):
    """A text of a few lines. Enter does not break the line: it does what it does on the screen."""

    DEFAULT_CSS = """
    NoteArea {
        height: auto;
        min-height: 1;
        max-height: 6;
        width: 1fr;
        border: none;
        padding: 0 1;
        background: $panel;
        scrollbar-size-vertical: 1;
        &:focus { border: none; background: $boost; }
    }
    """

    def __init__(self, id: str | None = None) -> None:  # noqa: A002  # Textual's own name
        super().__init__(
            id=id, soft_wrap=True, show_line_numbers=False, compact=True, highlight_cursor_line=False
        )
        # These keys are the screens', as in every other field.
        for key in ("f6", "f7"):
            self._bindings.key_to_bindings.pop(key, None)

    async def on_key(self, event: events.Key) -> None:
        """Leave Enter to the screen."""
        if event.key == "enter":
            event.prevent_default()

    def end(self) -> None:
        """Put the cursor after the last letter."""
        self.move_cursor(self.document.end)
