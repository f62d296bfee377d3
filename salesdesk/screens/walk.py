"""A list of clients that is worked through card by card: next, previous, and which of how many."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from salesdesk.i18n import _
from salesdesk.widgets.progress_line import grouped

if TYPE_CHECKING:
    from salesdesk.base.listing import After

More = Callable[["After"], Awaitable[tuple[Sequence[int], "After | None"]]]


class Walk:
    """Stands still while one goes along it: who does not fit the filter any more stays in its place."""

    def __init__(
        self, clients: Sequence[int], at: int, total: int, after: "After | None", more: More
    ) -> None:
        """`clients` are those read so far, `more` reads the page after one that ended at `after`."""
        self._clients = [*clients]
        self._at = at
        self._total = total
        self._after = after
        self._more = more

    @property
    def client(self) -> int:
        """The client at whom one is."""
        return self._clients[self._at]

    @property
    def place(self) -> str:
        """Say where one is: “7 of 240”."""
        total = max(self._total, len(self._clients))
        return _("{place} of {total}").format(place=grouped(self._at + 1), total=grouped(total))

    async def step(self, by: int) -> int | None:
        """Go on, or back; give the client there, None at an end. Raises SalesdeskError."""
        wanted = self._at + by
        if wanted >= len(self._clients) and self._after is not None:
            found, self._after = await self._more(self._after)
            known = set(self._clients)
            self._clients += [client for client in found if client not in known]
        if not 0 <= wanted < len(self._clients):
            return None
        self._at = wanted
        return self.client
