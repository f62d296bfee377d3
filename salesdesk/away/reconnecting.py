"""Finding a server again that went away: by itself, at longer and longer intervals."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from salesdesk.away.backoff import waits
from salesdesk.errors import LoginNeededError, LostError, SalesdeskError

if TYPE_CHECKING:
    from salesdesk.gateway import Gateway


class Reconnecting:
    """Tries until the server answers. `complain` is told once of what else is wrong with it."""

    def __init__(self, gateway: "Gateway", complain: Callable[[SalesdeskError], None]) -> None:
        self._gateway = gateway
        self._complain = complain
        self._hurry = asyncio.Event()
        self.waits: Callable[[], Iterator[float]] = waits

    async def until_back(self) -> bool:
        """Come back when the server is back; tell whether the base was opened only now.

        Raises LoginNeededError where it is back and asks for a password.
        """
        gateway, said = self._gateway, ""
        for wait in self.waits():
            await self._pause(wait)
            first = gateway.opened is None
            try:
                await (gateway.open() if first else gateway.look())
            except LostError:
                continue
            except LoginNeededError:
                # It answers, and asks who is there.
                raise
            except SalesdeskError as error:
                if str(error) != said:
                    self._complain(error)
                said = str(error)
            else:
                return first
        return False

    def hurry(self) -> None:
        """Try at once: somebody asks for it."""
        self._hurry.set()

    async def _pause(self, seconds: float) -> None:
        self._hurry.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._hurry.wait(), seconds)
