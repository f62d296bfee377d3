"""A field for a password: taken letter by letter as it is typed, shown and given to nobody."""

from textual import events

from salesdesk.i18n import N_, _
from salesdesk.widgets.line_input import LineInput

LATIN, CYRILLIC = N_("EN"), N_("RU")


class PasswordInput(LineInput):
    """A line of dots. What is marked in it cannot be copied out.

    Passwords are what was typed: a letter of another layout is another letter. Which layout the last one
    was of can be told, for nobody sees it from the dots.
    """

    def __init__(self, id: str | None = None) -> None:  # noqa: A002  # Textual's own name
        super().__init__(password=True, id=id)

    @property
    def layout_seen(self) -> str:
        """Name the layout of the last letter; nothing where there is none."""
        last = next((sign for sign in reversed(self.value) if sign.isalpha()), "")
        if not last:
            return ""
        return _(LATIN) if last.isascii() else _(CYRILLIC)

    def on_paste(self, event: events.Paste) -> None:
        """Take what was pasted, without the end of its line."""
        event.prevent_default()
        event.stop()
        self.type_in("".join(event.text.splitlines()))

    def action_copy(self) -> None:
        """Copy nothing."""

    def action_cut(self) -> None:
        """Cut nothing out."""
