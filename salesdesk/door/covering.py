"""A cover over all screens, so that nothing of a desk is seen or reached until it is taken off.

What goes on beneath goes on: jobs run, screens open and close there, and are found as they are then.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from textual import events

from salesdesk.door.idle import Idle
from salesdesk.typing_ahead import KeysInOrder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.await_complete import AwaitComplete
    from textual.notifications import SeverityLevel
    from textual.screen import Screen

_WHILE_COVERED = {"quit", "next_language", "next_theme", "focus_next", "focus_previous"}
"""What the desk's own keys still do."""


class Covering(KeysInOrder):
    """An application that can be covered."""

    def __init__(self) -> None:
        super().__init__()
        self.idle = Idle()
        self._cover: Screen[Any] | None = None
        self._unsaid: list[dict[str, Any]] = []

    @property
    def covered(self) -> bool:
        """Whether a cover lies over the desk."""
        return self._cover is not None

    def is_on_top(self, screen: object) -> bool:
        """Tell whether a screen lies on top of all, but for a cover."""
        return screen is next((one for one in reversed(self._screen_stack) if one is not self._cover), None)

    def lay_over(self, cover: Screen[Any]) -> None:
        """Cover every screen; keys that were typed before are not meant for the cover."""
        if self._cover is not None:
            return
        self._waiting.clear()
        self.hold_keys()
        self.clear_notifications()
        self.push_screen(cover)
        self._cover = cover

    def take_off(self) -> None:
        """Uncover the desk, and say what was not said meanwhile."""
        if self._cover is None:
            return
        self._cover = None
        self.pop_screen()
        unsaid, self._unsaid = self._unsaid, []
        for one in unsaid:
            self.notify(**one)
        self.uncovered()

    def uncovered(self) -> None:
        """Take note that the desk is seen again."""

    async def on_event(self, event: events.Event) -> None:
        """Take note of whoever is there."""
        if isinstance(event, events.InputEvent | events.Paste):
            self.idle.touch()
        await super().on_event(event)

    # Beneath the cover

    def push_screen(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  # Textual has a shape for each way to wait
        """Open a screen: beneath the cover, where there is one."""
        with self._beneath():
            return super().push_screen(*args, **kwargs)

    def pop_screen(self) -> AwaitComplete:
        """Close the screen on top: of those beneath the cover, where there is one."""
        with self._beneath():
            return super().pop_screen()

    @contextmanager
    def _beneath(self) -> Iterator[None]:
        cover = self._cover
        if cover is None:
            yield
            return
        stack = self._screen_stack
        stack.remove(cover)
        try:
            yield
        finally:
            # Nothing is painted between these lines: the screen beneath is never on top for the terminal.
            stack[-1].post_message(events.ScreenSuspend())
            stack.append(cover)
            cover.post_message(events.ScreenResume())

    # What is said meanwhile

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """Say something in passing; names of clients stand in it, so under a cover it waits."""
        said = {
            "message": message, "title": title, "severity": severity, "timeout": timeout, "markup": markup,
        }  # fmt: skip
        if self._cover is not None:
            self._unsaid.append(said)
        else:
            super().notify(**said)  # type: ignore[arg-type]  # the very same, by their names

    def _refresh_notifications(self) -> None:
        if self._cover is None:
            super()._refresh_notifications()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keep the desk's own keys away from what is covered."""
        if self._cover is not None and action not in _WHILE_COVERED:
            return False
        return super().check_action(action, parameters)
