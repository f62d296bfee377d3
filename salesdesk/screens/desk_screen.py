"""What the desk's screens and modals have in common."""

from typing import TypeVar

from textual import getters
from textual.screen import ModalScreen, Screen

from salesdesk.shell import Hooks, Shell

T = TypeVar("T")


class DeskScreen(Hooks, Screen[T]):
    """A whole screen of the desk. `app` is the Shell; see Hooks for what it may listen to."""

    app = getters.app(Shell)

    def on_mount(self) -> None:
        """Label everything."""
        self.relabel()


class DeskModal(Hooks, ModalScreen[T]):
    """A modal of the desk, dismissed with a result. Keys that were typed while it opened are meant for it."""

    app = getters.app(Shell)

    def on_mount(self) -> None:
        """Label everything, and take the keys."""
        self.relabel()
        self.call_after_refresh(self.app.release_keys)
