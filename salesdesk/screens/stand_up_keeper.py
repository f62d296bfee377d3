"""Keeps what is typed on the cards of a stand-up: one write at a time, the latest last."""

import asyncio
from collections.abc import Callable

from salesdesk.errors import NotFoundError, SalesdeskError
from salesdesk.gateway import Gateway

Written = tuple[str, str]
"""A plan and remarks."""


class StandUpKeeper:
    """Writes what each card was told last. What cannot be written is tried again with the next flush.

    It is complained of once, not at every letter.
    """

    def __init__(self, gateway: Gateway, complain: Callable[[SalesdeskError], None]) -> None:
        self._gateway = gateway
        self._complain = complain
        self._waiting: dict[int, Written] = {}
        self._writing = asyncio.Lock()
        self._failed = False

    def note(self, card_id: int, plan: str, remarks: str) -> None:
        """Take this as what the next flush writes."""
        self._waiting[card_id] = (plan, remarks)

    def waiting(self, card_id: int) -> Written | None:
        """Give what of a card is not written yet."""
        return self._waiting.get(card_id)

    async def flush(self) -> bool:
        """Write what is not written yet; tell whether nothing is left."""
        from salesdesk.lead.stand_up import write_down

        async with self._writing:
            for card_id, written in list(self._waiting.items()):
                try:
                    await self._gateway.write(write_down, card_id, *written)
                except NotFoundError as error:
                    # The stand-up was taken back: there is nothing left to write on.
                    self._waiting.pop(card_id, None)
                    self._complain(error)
                    continue
                except SalesdeskError as error:
                    if not self._failed:
                        self._complain(error)
                    self._failed = True
                    return False
                self._failed = False
                if self._waiting.get(card_id) == written:
                    del self._waiting[card_id]
        return not self._waiting
