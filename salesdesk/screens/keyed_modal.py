"""A modal whose choices have keys of their own, known only when it opens."""

from collections.abc import Iterable
from typing import TypeVar

from textual.binding import Binding

from salesdesk.commands import DESK, Command
from salesdesk.i18n import N_
from salesdesk.screens.desk_screen import DeskModal
from salesdesk.widgets.cells import plain
from salesdesk.widgets.choices import Choice

T = TypeVar("T")

CHOICES = N_("Choices")
HELP = Command("desk.help", "f1", "app.help", N_("keys"), N_("What the keys of this screen do"), DESK)
"""The desk's own keys do not reach a modal: those that want help name it."""


class KeyedModal(DeskModal[T]):
    """A modal that binds the keys of catalogues: they rule over the letters of its commands."""

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
