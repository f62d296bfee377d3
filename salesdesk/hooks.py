"""What the shell tells its screens: each listens to what concerns it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from salesdesk.rows import Logged


class Hooks:
    """What a screen of the desk may want to hear of; each does nothing until a screen overrides it."""

    over_clients = True
    """Whether there is something for a lead to look at from here."""
    being_left = False
    """Whether its widgets are going already; from then on it hears of nothing."""

    def relabel(self) -> None:
        """Put every kept text into the language in use now. Called on mount and at each switch."""

    def base_opened(self) -> None:
        """Take note that the base is open, or is another one."""

    def call_logged(self, logged: Logged) -> None:
        """Take note of a call that was just logged."""

    def call_kept(self, client_id: int) -> None:
        """Take note of a call that could not be logged and is kept here."""

    def kept_changed(self) -> None:
        """Take note that the server went or came, or that something else is kept here."""

    def client_changed(self, client_id: int | None) -> None:
        """Take note that a client was changed elsewhere; None where it may be any."""

    def look(self) -> None:
        """Look whether anybody has committed anything since this was read."""

    async def keep_unfinished(self) -> None:
        """Keep what is half-typed: this desk is closed, and somebody else sits down."""

    def desk_left(self) -> None:
        """Show nothing any more of what was read for who sat here."""
