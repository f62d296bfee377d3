"""What the desk's screens and modals have in common."""

from typing import Generic, TypeVar

from textual import getters
from textual.await_complete import AwaitComplete
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


class LeavesInTurn(Generic[T]):
    """Leaves once, and only itself: Textual's `dismiss` closes whatever lies on top, a help as well."""

    app: Shell
    _leaves_with: tuple[T | None] | None = None

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        """Close this screen with a result: now, or as soon as nothing lies over it any more."""
        if self.app.is_on_top(self):
            left: AwaitComplete = super().dismiss(result)  # type: ignore[misc]  # of the Screen that it stands before
            return left
        self._leaves_with = (result,)
        return AwaitComplete()

    def on_screen_resume(self) -> None:
        """Go on leaving: what lay over this screen has gone."""
        if self._leaves_with is not None and self.app.is_on_top(self):
            self.dismiss(*self._leaves_with)


class DeskScreen(Hooks, LeavesInTurn[T], Screen[T], LeavesWhole):
    """A whole screen of the desk. `app` is the Shell; see Hooks for what it may listen to."""

    app = getters.app(Shell)

    def on_mount(self) -> None:
        """Label everything."""
        self.relabel()
        self.app.lost_server.show_line()


class DeskModal(Hooks, LeavesInTurn[T], ModalScreen[T], LeavesWhole):
    """A modal of the desk, dismissed with a result. Keys that were typed while it opened are meant for it."""

    app = getters.app(Shell)

    def on_mount(self) -> None:
        """Label everything, and take the keys."""
        self.relabel()
        self.app.lost_server.show_line()
        self.call_after_refresh(self.app.release_keys)
