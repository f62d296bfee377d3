"""A time as people type it, and beside it what it was understood as, while it is typed."""

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING

from textual import getters, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

from salesdesk import formatting
from salesdesk.errors import InputError, SalesdeskError
from salesdesk.i18n import _
from salesdesk.scheduler import zone_info
from salesdesk.shell import Shell
from salesdesk.widgets.line_input import LineInput

if TYPE_CHECKING:
    from salesdesk.clock import Clock
    from salesdesk.context import Context
    from salesdesk.desk.when import When

DEBOUNCE = 0.12
"""Seconds of quiet before what is typed is read."""


class WhenField(Horizontal):
    """An input for a time. `Changed` tells each new text, `Understood` what came of reading it."""

    DEFAULT_CSS = """
    WhenField {
        height: auto;
        Input { width: 24; border: none; height: 1; padding: 0 1; background: $panel; }
        Input:focus { background: $block-cursor-background; color: $block-cursor-foreground; }
        Static { width: 1fr; height: auto; padding: 0 1; }
        .-refused { color: $error; }
    }
    """
    app = getters.app(Shell)

    class Changed(Message):
        """Something was typed."""

    class Understood(Message):
        """What was typed has been read; None where nothing was typed, or it was not understood."""

        def __init__(self, when: "When | None") -> None:
            self.when = when
            super().__init__()

    def __init__(self, zone: str | None = None, id: str | None = None) -> None:  # noqa: A002  # Textual's own name
        super().__init__(id=id)
        self._zone = zone
        self._unsaid = ""
        self.when: When | None = None

    def compose(self) -> ComposeResult:
        """Lay the field out."""
        yield LineInput(compact=True, select_on_focus=False)
        yield Static(markup=False)

    @property
    def input(self) -> LineInput:
        """The input itself."""
        return self.query_one(LineInput)

    @property
    def text(self) -> str:
        """What is typed."""
        return self.input.value.strip()

    @text.setter
    def text(self, text: str) -> None:
        self.input.value = text
        self.input.cursor_position = len(text)

    def focus_input(self) -> None:
        """Begin typing, over what stands there. At once: letters may be under way already."""
        self.screen.set_focus(self.input)
        self.input.select_all()

    def hint(self, placeholder: str, unsaid: str) -> None:
        """Say what may be typed, and what holds while nothing is."""
        self.input.placeholder = placeholder
        self._unsaid = unsaid
        if not self.text:
            self._say(unsaid)

    async def understood(self) -> "When | None":
        """Read what is typed now; None for nothing. Raises InputError for what is not understood."""
        if not self.text:
            self.when = None
            return None
        return await self._read(self.text)

    async def _read(self, text: str) -> "When":
        context = (await self.app.ready()).context.fresh()
        return await asyncio.to_thread(_read, text, context)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Read what is typed, once the typing pauses."""
        event.stop()
        self.when = None
        self.post_message(self.Changed())
        self._read_soon(event.value.strip())

    @work(exclusive=True, group="when")
    async def _read_soon(self, text: str) -> None:
        if not text:
            self._say(self._unsaid)
            self.post_message(self.Understood(None))
            return
        await asyncio.sleep(DEBOUNCE)
        try:
            self.when = await self._read(text)
        except InputError as error:
            self._say(f"! {error}", refused=True)
        except SalesdeskError as error:
            self.app.complain(error)
        else:
            if self.when is not None:
                self._say(f"→ {self.in_words(self.when)}")
        self.post_message(self.Understood(self.when))

    def in_words(self, when: "When") -> str:
        """Say what was understood: the day, the time, and the client's own time where it differs."""
        return when_in_words(when.at, promise=when.promise, clock=self.app.clock, zone=self._zone)

    def refuse(self, why: str) -> None:
        """Say what is wrong with it, and begin typing."""
        self._say(f"! {why}", refused=True)
        self.focus_input()

    def _say(self, text: str, *, refused: bool = False) -> None:
        # Saved and gone while it was read: the parts of a field leave before it does.
        for said in self.query(Static):
            said.set_class(refused, "-refused")
            said.update(text)


def when_in_words(at: datetime, *, promise: bool, clock: "Clock", zone: str | None = None) -> str:
    """Say a time to come with its day and date: `Tue 24.11, 10:00 · agreed · 12:00 there`."""
    local = at.astimezone(clock.zone)
    day = f"{formatting.weekday(local.date())} {formatting.day_short(local.date(), clock.today())}"
    parts = [f"{day}, {local:%H:%M}"]
    if promise:
        parts.append(_("agreed time"))
    there = at.astimezone(zone_info(zone)) if zone else local
    if there.utcoffset() != local.utcoffset():
        parts.append(_("{time} there").format(time=f"{there:%H:%M}"))
    return " · ".join(parts)


def _read(text: str, context: "Context") -> "When":
    from salesdesk.desk.when import parse_when

    return parse_when(text, context)
