"""What the desk's screens and modals have in common."""

from typing import TypeVar

from textual import getters
from textual.messages import Prune
from textual.screen import ModalScreen, Screen
from textual.widget import Widget

from salesdesk.hooks import Hooks
from salesdesk.shell import Shell

T = TypeVar("T")


class LeavesWhole(Widget):
    """Stops its work as soon as it is left: what comes in later must not look for widgets that have gone."""

    being_left = False

    async def on_prune(self, event: Prune) -> None:
        """Stop before the widgets go; Textual, which hears of it next, stops it after them."""
        del event
        self.being_left = True
        self.workers.cancel_node(self)


class DeskScreen(Hooks, Screen[T], LeavesWhole):
    """A whole screen of the desk. `app` is the Shell; see Hooks for what it may listen to."""

    app = getters.app(Shell)

    def on_mount(self) -> None:
        """Label everything."""
        self.relabel()
        self.app.lost_server.show_line()


class DeskModal(Hooks, ModalScreen[T], LeavesWhole):
    """A modal of the desk, dismissed with a result. Keys that were typed while it opened are meant for it."""

    app = getters.app(Shell)

    def on_mount(self) -> None:
        """Label everything, and take the keys."""
        self.relabel()
        self.app.lost_server.show_line()
        self.call_after_refresh(self.app.release_keys)
