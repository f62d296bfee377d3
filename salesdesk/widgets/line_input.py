"""An input of one line that loses nothing of what is pasted into it, and leaves Enter to its screen."""

from textual import events
from textual.widgets import Input

from salesdesk.widgets.cells import plain


class LineInput(Input):
    """An input that joins pasted lines; a plain Input keeps only the first of them.

    Enter does what it does on the screen, and so stands in the line of keys.
    """

    def on_mount(self) -> None:
        """Leave Enter to the screen."""
        self._bindings.key_to_bindings.pop("enter", None)

    def on_paste(self, event: events.Paste) -> None:
        """Put all that was pasted on one line."""
        event.prevent_default()
        event.stop()
        self.type_in(" ".join(plain(piece) for piece in event.text.splitlines()))

    def type_in(self, text: str) -> None:
        """Put a text where the cursor is, in place of what is marked."""
        if self.selection.is_empty:
            self.insert_text_at_cursor(text)
        else:
            self.replace(text, *self.selection)
