"""Keys on their way in: put on the Latin layout, and each done with before the next one is looked at."""

import time
from collections import deque
from typing import TYPE_CHECKING

from textual import events
from textual.app import App
from textual.events import Event
from textual.message import Message

from salesdesk.keyboard import latin_key

if TYPE_CHECKING:
    from textual.timer import Timer

_LOST_AFTER = 0.5
"""Seconds after which a key counts as done although nothing came back: what it was sent to has gone."""


class TakesLetters:
    """A screen on which any letter begins typing: letters come to it as they are."""


class Passed(Message, bubble=True):
    """Follows a key through the widgets; where it arrives, the key has been dealt with."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__()


class KeysInOrder(App[object]):
    """An application that loses no key and mixes up none, however fast one types.

    Textual sends a key to what has the focus when it arrives, and the keys of fast hands or of a slow
    line arrive together: those that are meant for the screen that the first one opens, or for the field
    that it begins, would go to what was there before. Here a key waits until the one before it has been
    dealt with, and as long as a screen says that it is opening.

    A Cyrillic letter is pressed as the Latin one of its key, unless the field that has the focus takes it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._waiting: deque[events.Key] = deque()
        self._under_way = 0
        self._number = 0
        self._holding = False
        self._lost: Timer | None = None
        self.pressed_at = 0.0
        """When the last key came, by the monotonic clock: what can wait lets it be dealt with first."""

    def hold_keys(self) -> None:
        """Keep the keys that come from now on: a screen is opening, and they are meant for it."""
        self._holding = True

    async def release_keys(self) -> None:
        """Let the keys that were kept go where the focus is now."""
        self._holding = False
        await self._next_key()

    async def on_event(self, event: Event) -> None:
        """Let a key wait for its turn; go on to the next one when it has come all the way back."""
        if not isinstance(event, events.Key):
            await super().on_event(event)
        elif event.is_forwarded:
            await super().on_event(event)
            await self._done(self._under_way)
        else:
            self.pressed_at = time.monotonic()
            self._waiting.append(event)
            await self._next_key()

    async def on_passed(self, message: Passed) -> None:
        """Go on after a key that somebody has taken."""
        await self._done(message.number)

    async def _next_key(self) -> None:
        if self._under_way or self._holding or not self._waiting:
            return
        key = self._latin(self._waiting.popleft())
        self._number += 1
        self._under_way = number = self._number
        target = self.focused or self.screen
        self._lost = self.set_timer(_LOST_AFTER, lambda: self._done(number))
        await super().on_event(key)
        target.post_message(Passed(number).set_sender(self))

    async def _done(self, number: int) -> None:
        if not number or number != self._under_way:
            return
        self._under_way = 0
        if self._lost is not None:
            self._lost.stop()
        await self._next_key()

    def _latin(self, event: events.Key) -> events.Key:
        latin = latin_key(event.key)
        if latin is None or (event.is_printable and self._takes_letter(event)):
            return event
        # From the application, whoever let the keys go: a message does not rise above its sender.
        return events.Key(latin, latin if len(latin) == 1 else None).set_sender(self)

    def _takes_letter(self, event: events.Key) -> bool:
        if isinstance(self.screen, TakesLetters):
            return True
        focused = self.focused
        return focused is not None and focused.check_consume_key(event.key, event.character)
