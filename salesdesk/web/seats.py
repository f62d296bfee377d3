"""Seats: how many desks run at once, and whose they are."""

import asyncio
from dataclasses import dataclass, field

from aiohttp.web import WebSocketResponse

from salesdesk.web.sessions import LoggedIn

_PATIENCE = 15.0
"""Seconds for an own older desk to leave: it is given less than that to end."""


@dataclass(eq=False, slots=True)
class Seat:
    """A desk that runs for a session, on a connection."""

    session: LoggedIn
    socket: WebSocketResponse
    left: asyncio.Event = field(default_factory=asyncio.Event)


class Seats:
    """The seats of this server."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken: list[Seat] = []

    def room_for(self, session: LoggedIn) -> bool:
        """Tell whether this session may have a desk: where all are taken, it has to give up its own."""
        return len(self._taken) < self._most or self._oldest_of(session) is not None

    @property
    def taken(self) -> int:
        """Count the desks that run."""
        return len(self._taken)

    async def take(self, session: LoggedIn, socket: WebSocketResponse) -> Seat | None:
        """Take a seat, the session's own older one where there is no other; None where there is none."""
        if len(self._taken) >= self._most:
            await self._give_up_own(session)
        if len(self._taken) >= self._most:
            return None
        seat = Seat(session, socket)
        self._taken.append(seat)
        return seat

    def leave(self, seat: Seat) -> None:
        """Let others have the seat; its desk has ended."""
        self._taken.remove(seat)
        seat.left.set()

    async def send_home(self, session: LoggedIn | None = None) -> None:
        """Close the desks of a session, or all."""
        going = [seat for seat in self._taken if session is None or seat.session is session]
        await asyncio.gather(*(seat.socket.close() for seat in going))

    async def _give_up_own(self, session: LoggedIn) -> None:
        own = self._oldest_of(session)
        if own is None:
            return
        await own.socket.close()
        try:
            await asyncio.wait_for(own.left.wait(), _PATIENCE)
        except TimeoutError:
            return

    def _oldest_of(self, session: LoggedIn) -> Seat | None:
        return next((seat for seat in self._taken if seat.session is session), None)
