"""Keeps the draft of a wrap-up while one types: one write at a time, the latest last."""

import asyncio
from collections.abc import Callable, Mapping

from salesdesk.errors import LostError, SalesdeskError
from salesdesk.gateway import Gateway


class DraftKeeper:
    """Writes what it was told last. After `close` nothing is written any more.

    A draft that cannot be written is complained of once, not at every letter.
    """

    def __init__(self, gateway: Gateway, client_id: int, complain: Callable[[SalesdeskError], None]) -> None:
        self._gateway = gateway
        self._client_id = client_id
        self._complain = complain
        self._latest: Mapping[str, object] | None = None
        self._writing = asyncio.Lock()
        self._closed = False
        self.failed = False
        self.lost = False
        """Whether it could not be kept because the server is away."""

    def note(self, body: Mapping[str, object]) -> None:
        """Take this as what the next `flush` writes."""
        if not self._closed:
            self._latest = body

    async def flush(self) -> None:
        """Write what is not written yet."""
        from salesdesk.desk.drafts import keep

        async with self._writing:
            body, self._latest = self._latest, None
            if body is None:
                return
            try:
                await self._gateway.write(keep, self._client_id, body)
            except SalesdeskError as error:
                self.lost = isinstance(error, LostError)
                # Of a server that is away the screen says so all the time.
                if not self.failed and not self.lost:
                    self._complain(error)
                self.failed = True
            else:
                self.failed = self.lost = False

    async def close(self) -> None:
        """Forget what is not written, and wait for what is being written."""
        self._closed, self._latest = True, None
        async with self._writing:
            return

    def reopen(self) -> None:
        """Take notes again: what was to end them did not happen."""
        self._closed = False

    async def drop(self) -> None:
        """Throw the draft away, and write nothing more."""
        from salesdesk.desk.drafts import drop

        await self.close()
        try:
            await self._gateway.write(drop, self._client_id)
        except SalesdeskError as error:
            self._complain(error)
