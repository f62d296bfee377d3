"""What the desk does while the server is away, and when it is back: the part of the shell about it."""

from __future__ import annotations

from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING

from salesdesk import formatting
from salesdesk.away.keeping import Keeping
from salesdesk.away.reconnecting import Reconnecting
from salesdesk.errors import LoginNeededError, SalesdeskError, UnreachableError
from salesdesk.i18n import _, ngettext
from salesdesk.widgets.away_line import AwayLine
from salesdesk.widgets.cells import plain

if TYPE_CHECKING:
    from salesdesk.opening import Opened
    from salesdesk.shell import Shell

SEND_EVERY = 15
"""Seconds: how often what is kept is tried again where no server tells that it is back."""
LOOK_EVERY = 3
"""Seconds: how soon an idle desk finds that the server is away, once the line that it listens on is cut."""
_SAY_EVERY = 8.0
"""Seconds: whoever presses keys while the server is away is told no oftener."""


class LostServer:
    """Tries to find the server again, sends what was kept, and says on every screen how it stands."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self.gateway = shell.gateway
        self.gateway.on_away = self.went_away
        self.keeping = Keeping(self.gateway, self.changed)
        self.reconnecting = Reconnecting(self.gateway, shell.complain)
        self._looked: Opened | None = None
        self._said = 0.0

    # Going and coming

    def went_away(self) -> None:
        """Say so, and begin to look for it."""
        if self._shell.is_running:
            self.changed()
            self._shell.run_worker(self._until_back(), group="reconnect", exclusive=True)

    def look_soon(self) -> None:
        """Ask whether the server is there, where what watches the base sees nothing any more."""
        if self.gateway.blind and self.gateway.away is None:
            self._shell.run_worker(self._look(), group="look for the server", exclusive=True)

    async def _look(self) -> None:
        # Where it is lost the gateway says so itself.
        with suppress(SalesdeskError):
            await self.gateway.look()

    async def _until_back(self) -> None:
        try:
            opened_only_now = await self.reconnecting.until_back()
        except LoginNeededError as error:
            self.changed()
            await self._shell.ask_who(error)
            return
        self.changed()
        if opened_only_now:
            self._shell.base_is_open()
            return
        await self._send()
        self._shell.client_changed(None)

    def look_for_kept_soon(self) -> None:
        """Look once for each base that is opened what an earlier run of the program has kept."""
        if self.gateway.opened is not self._looked:
            self._looked = self.gateway.opened
            self._shell.run_worker(self._look_for_kept(), group="kept", exclusive=True)

    async def _look_for_kept(self) -> None:
        with self._shell.errors_said():
            await self.keeping.look()
        await self._send_and_tell()

    def send_soon(self) -> None:
        """Send what waits, unless the server is known to be away."""
        if self.keeping.waiting and self.gateway.away is None:
            self._shell.run_worker(self._send_and_tell(), group="kept", exclusive=True)

    async def _send_and_tell(self) -> None:
        if await self._send():
            self._shell.client_changed(None)

    async def _send(self) -> bool:
        """Send what waits; tell whether anything of it waits no more."""
        before = len(self.keeping.waiting)
        try:
            came = await self.keeping.send()
        except UnreachableError:
            # It is tried again; the line says that it is here still.
            return len(self.keeping.waiting) != before
        except SalesdeskError as error:
            self._shell.complain(error)
            return False
        if came:
            count = len(came)
            self._shell.say(
                ngettext(
                    "{count} thing that was kept here has gone in.",
                    "{count} things that were kept here have gone in.",
                    count,
                ).format(count=count)
            )
        return len(self.keeping.waiting) != before

    # What is said

    def say_away(self, error: SalesdeskError) -> None:
        """Answer a key that needs the server: not at each press, for the line says it all the time."""
        if monotonic() - self._said > _SAY_EVERY:
            self._said = monotonic()
            self._shell.notify(str(error), title=_("Not done"), severity="warning", timeout=5, markup=False)

    def say_kept(self, client_name: str) -> None:
        """Say that what was said of a client is kept here, once it is."""
        said = _("Kept here until the server is back; it goes in by itself.")
        self._shell.say(said, title=plain(client_name))

    def changed(self) -> None:
        """Say how it stands on every screen that is open, and mark the clients of whom something is kept."""
        self.show_line()
        for screen in self._shell.desk_screens():
            screen.kept_changed()

    def show_line(self) -> None:
        """Put the line on the screens that lack it; take it away where there is nothing to say."""
        text = self.line()
        for screen in self._shell.screen_stack:
            lines = screen.query(AwayLine)
            if not text:
                lines.remove()
            elif lines:
                lines.first().show(text)
            elif screen.is_running:
                screen.mount(AwayLine(text), before=0)

    def line(self) -> str:
        """Give the line: since when the server is away, how much is kept, and which key shows it."""
        kept, away = self.keeping.kept, self.gateway.away
        if away is not None:
            since = formatting.clock(away.since, self._shell.clock.zone)
            if self.gateway.opened is None:
                said = _("The server does not answer since {time}; it is tried again and again")
                return "▲ " + said.format(time=since)
            said = _("The server does not answer since {time}; what you write is kept here")
            counted = f": {len(kept)} (K)" if kept else ""
            return f"▲ {said.format(time=since)}{counted}"
        if self.keeping.closed:
            return "! " + _("Something is kept here that no key of this workstation opens: {folder}").format(
                folder=self.keeping.folder
            )
        if not kept:
            return ""
        need = len(kept) - len(self.keeping.waiting)
        parts = [self._count(len(kept))]
        if need:
            parts.append(ngettext("{count} needs you", "{count} need you", need).format(count=need))
        return ("! " if need else "● ") + " · ".join((*parts, _("K shows them")))

    def _count(self, count: int) -> str:
        return ngettext("{count} kept here", "{count} kept here", count).format(count=count)
