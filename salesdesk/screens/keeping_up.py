"""A screen that keeps itself up to date: it reads anew what it shows once anybody has committed anything."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import events, on

from salesdesk import formatting
from salesdesk.i18n import _
from salesdesk.screens.desk_screen import DeskScreen
from salesdesk.widgets.changed_line import ChangedLine
from salesdesk.widgets.keys_bar import KeysBar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.worker import Worker

T = TypeVar("T")

ALWAYS_SLOW = 0.0
"""Counted anew only by who asks for it: figures that one reads must not change meanwhile."""

USUALLY_SLOW = 0.3
"""Seconds from which on reading is no longer nothing."""
LOOKS_EVERY = 0.5
"""Seconds between two looks at a number, which asks nobody anything."""
_RESTS = 1.0
"""Seconds at least between two times of reading anew."""
_SHARE = 10
"""How many times as long as the last one took to rest: what is slow must not be at it all the time."""
_AFTER_A_KEY = 0.3
"""Seconds: whoever types would wait for two threads of one Python."""
_GROUP = "catching up"


class KeepingUp(DeskScreen[T]):
    """Says when to read anew; each screen says how, with nothing moving under the cursor.

    It never does so while something else is open over it, while one types into a field, nor while the
    screen reads by itself. What takes long to count is not counted by itself: it is said that it has changed.
    """

    SLOW_FROM: ClassVar[float | None] = None
    """Seconds of reading from which on it is only said that something has changed; None: not even that."""
    COUNTS_ANEW: ClassVar[str] = "r"
    """The key that reads anew."""
    _as_of = 0
    _busy = 0
    _took = 0.0
    _read_before = False
    _rests_until = 0.0
    _said_changed = False
    _catching_up: Worker[None] | None = None

    async def catch_up(self) -> None:
        """Read anew what is shown, and put it in without moving what one looks at. Raises SalesdeskError."""
        raise NotImplementedError

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read, since somebody asked for it, what is known to be as of now."""
        self.workers.cancel_group(self, _GROUP)
        before, begun = self._as_of, time.monotonic()
        self._as_of = self.app.gateway.revision
        self._busy += 1
        try:
            yield
        except BaseException:
            self._as_of = before
            raise
        finally:
            self._busy -= 1
        # The first time imports what it needs: that says nothing of the next.
        self._took = time.monotonic() - begun if self._read_before else 0
        self._read_before = True
        self._say_nothing()

    @on(events.Mount)
    def _begin_to_look(self) -> None:
        self.set_interval(LOOKS_EVERY, self.look)

    @on(events.ScreenResume)
    def look(self) -> None:
        """Catch up where there is reason to, and nothing else is done here."""
        if self._as_of == self.app.gateway.revision or self._reads_now or not self._at_rest:
            return
        if self.SLOW_FROM is None or not self._read_before:
            return
        if self._took >= self.SLOW_FROM:
            self._say_changed()
        elif time.monotonic() >= self._rests_until:
            self._catching_up = self.run_worker(self._catch_up(), group=_GROUP)

    def fall_behind(self) -> None:
        """Take what is shown for old, whatever was committed: time goes by, too."""
        self._as_of = -1
        self.look()

    @property
    def _reads_now(self) -> bool:
        return bool(self._busy) or (self._catching_up is not None and not self._catching_up.is_finished)

    @property
    def _at_rest(self) -> bool:
        """Whether this screen is on top, and nobody is typing."""
        focused = self.focused
        return (
            self.app.screen is self
            and self.app.gateway.opened is not None
            and self.app.gateway.away is None
            and time.monotonic() - self.app.pressed_at >= _AFTER_A_KEY
            and (focused is None or not focused.check_consume_key("a", "a"))
        )

    async def _catch_up(self) -> None:
        begun = time.monotonic()
        self._as_of = self.app.gateway.revision
        try:
            with self.app.errors_said():
                await self.catch_up()
                self._took = time.monotonic() - begun
        finally:
            self._rests_until = time.monotonic() + max(_RESTS, _SHARE * (time.monotonic() - begun))

    def _say_changed(self) -> None:
        if not self._said_changed:
            words = _("changed since {time} · {key} counts anew")
            self.say_below(words.format(time=self.time_now(), key=self.COUNTS_ANEW))

    def time_now(self) -> str:
        """Write this moment as a clock time."""
        return formatting.clock(self.app.clock.now(), self.app.clock.zone)

    def say_below(self, text: str) -> None:
        """Say something over the line of keys, until what is shown is read anew by who asks for it."""
        self._said_changed = True
        lines = self.query(ChangedLine)
        line = lines.first() if lines else ChangedLine()
        if not lines:
            self.mount(line, before=self.query_one(KeysBar))
        line.say(text)

    def _say_nothing(self) -> None:
        self._said_changed = False
        for line in self.query(ChangedLine):
            line.hide()
