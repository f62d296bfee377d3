"""The door: how many connections there may be on which nobody has logged in, and for how long."""

import asyncio
from collections.abc import Callable

MOST = 64
SECONDS = 20.0
"""Enough to send a page's worth over a slow line. Whoever types a password holds no connection meanwhile."""


class Door:
    """Makes the protocol of each connection. With one stranger more than may be the oldest is cut off.

    A crowd that says nothing so keeps nobody out: one who logs in is done before it is their turn.
    """

    def __init__(
        self, protocol: Callable[[], asyncio.Protocol], most: int = MOST, seconds: float = SECONDS
    ) -> None:
        self._protocol = protocol
        self._most = most
        self._seconds = seconds
        self._strangers: dict[asyncio.BaseTransport, asyncio.TimerHandle] = {}

    def __call__(self) -> asyncio.Protocol:
        """Give the protocol that a new connection begins with."""
        return _Doorstep(self, self._protocol)

    @property
    def strangers(self) -> int:
        """Count the open connections on which nobody has logged in."""
        return len(self._still_open())

    def arrived(self, transport: asyncio.Transport) -> None:
        """Take note of a new connection."""
        self._strangers = self._still_open()
        while len(self._strangers) >= self._most:
            self._cut_off(next(iter(self._strangers)))
        timer = asyncio.get_running_loop().call_later(self._seconds, self._cut_off, transport)
        self._strangers[transport] = timer

    def known(self, transport: asyncio.BaseTransport | None) -> None:
        """Take note that somebody is logged in on a connection."""
        timer = self._strangers.pop(transport, None) if transport is not None else None
        if timer is not None:
            timer.cancel()

    def _still_open(self) -> dict[asyncio.BaseTransport, asyncio.TimerHandle]:
        return {one: timer for one, timer in self._strangers.items() if not one.is_closing()}

    def _cut_off(self, transport: asyncio.BaseTransport) -> None:
        self.known(transport)
        if isinstance(transport, asyncio.Transport) and not transport.is_closing():
            transport.abort()


class _Doorstep(asyncio.Protocol):
    """Tells the door of a connection, and hands it on to the protocol proper."""

    def __init__(self, door: Door, protocol: Callable[[], asyncio.Protocol]) -> None:
        self._door = door
        self._make = protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if not isinstance(transport, asyncio.Transport):
            raise TypeError("a stream is needed")
        self._door.arrived(transport)
        protocol = self._make()
        transport.set_protocol(protocol)
        protocol.connection_made(transport)
