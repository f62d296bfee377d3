"""Keys on their way in: put on the Latin layout, and kept in order while what they are meant for opens."""

from textual import events
from textual.app import App
from textual.events import Event

from salesdesk.keyboard import latin_key


class TakesLetters:
    """A screen that reads letters itself, each only after the one before it has moved the focus."""


class KeysInOrder(App[object]):
    """An application that loses no key and mixes up none, however fast one types.

    A Cyrillic letter is pressed as the Latin one of its key, unless the field that has the focus
    takes it. It is exchanged here, before anything else sees it: pressed anew later, it would come
    after the keys that followed it.
    """

    _held: list[Event] | None = None

    def hold_keys(self) -> None:
        """Keep the keys that come from now on: a screen is opening, and they are meant for it."""
        if self._held is None:
            self._held = []

    async def release_keys(self) -> None:
        """Let the keys that were kept go where the focus is now."""
        while self._held:
            await super().on_event(self._held.pop(0))
        self._held = None

    async def on_event(self, event: Event) -> None:
        """Translate a key, and keep it where keys are held."""
        if not isinstance(event, events.Key) or event.is_forwarded:
            await super().on_event(event)
            return
        key = self._latin(event)
        if self._held is not None:
            self._held.append(key)
        else:
            await super().on_event(key)

    def _latin(self, event: events.Key) -> events.Key:
        latin = latin_key(event.key)
        if latin is None or (event.is_printable and self._takes_letters(event)):
            return event
        return events.Key(latin, latin if len(latin) == 1 else None)

    def _takes_letters(self, event: events.Key) -> bool:
        if isinstance(self.screen, TakesLetters):
            return True
        focused = self.focused
        return focused is not None and focused.check_consume_key(event.key, event.character)
