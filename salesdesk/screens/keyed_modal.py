"""A modal whose choices have keys of their own, known only when it opens."""

from collections.abc import Iterable
from typing import TypeVar

from textual import events
from textual.binding import Binding

from salesdesk.commands import DESK, Command
from salesdesk.i18n import N_
from salesdesk.keyboard import latin_key
from salesdesk.screens.desk_screen import DeskModal
from salesdesk.typing_ahead import TakesLetters
from salesdesk.widgets.cells import plain
from salesdesk.widgets.choices import Choice
from salesdesk.widgets.line_input import LineInput
from salesdesk.widgets.note_area import NoteArea

T = TypeVar("T")

CHOICES = N_("Choices")
HELP = Command("desk.help", "f1", "app.help", N_("keys"), N_("What the keys of this screen do"), DESK)
"""The desk's own keys do not reach a modal: those that want help name it."""


class KeyedModal(TakesLetters, DeskModal[T]):
    """A modal that binds the keys of catalogues: they rule over the letters of its commands.

    Letters are taken here one after another: over a slow line several come at once, and those after
    the one that begins a field were sent to what had the focus before it. They belong to the field.
    """

    async def on_key(self, event: events.Key) -> None:
        """Do what a letter is bound to, or type it where one types."""
        field = self.focused
        if event.character is None or not event.is_printable:
            return
        if isinstance(field, LineInput | NoteArea):
            # The field stops what is sent to it: this letter was sent elsewhere, a moment too early.
            event.stop()
            event.prevent_default()
            field.type_in(event.character)
            return
        found = self._bindings.key_to_bindings.get(latin_key(event.key) or event.key)
        if found:
            event.stop()
            event.prevent_default()
            await self.run_action(found[0].action)

    def bind_choices(self, choices: Iterable[Choice], action: str) -> None:
        """Let each choice's key do an action with its code, on this one screen."""
        for one in choices:
            title = plain(one.title) or one.code
            if one.key.strip():
                # A list of its own: those of the class are shared by all its screens.
                self._bindings.key_to_bindings[one.key] = [
                    Binding(
                        one.key,
                        f"{action}({one.code!r})",
                        title,
                        show=False,
                        tooltip=title,
                        id=f"{action}.{one.code}",
                        system=True,
                        group=Binding.Group(CHOICES),
                    )
                ]
