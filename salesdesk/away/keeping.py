"""What could not be sent is kept on this workstation, and goes in when the base is back.

Nothing of the database is imported here at module level: the first frame is painted before.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from salesdesk.errors import SalesdeskError, UnreachableError
from salesdesk.i18n import _

if TYPE_CHECKING:
    from pathlib import Path

    from salesdesk.context import Context
    from salesdesk.gateway import Gateway
    from salesdesk.kept.rows import Kept, Way
    from salesdesk.kept.store import Store
    from salesdesk.opening import Opened
    from salesdesk.rows import Card, KeptHere, Logged, NextStep, WrapUp


class Keeping:
    """What is kept here of who sits at the desk, the oldest first.

    `closed` counts what lies there and no key of this workstation opens. `on_change` is called, in the event
    loop, whenever either is another one.
    """

    def __init__(self, gateway: "Gateway", on_change: Callable[[], None] = lambda: None) -> None:
        self._gateway = gateway
        self._on_change = on_change
        self._sending = asyncio.Lock()
        self._store: Store | None = None
        self._of: Opened | None = None
        self._kept: tuple[Kept, ...] = ()
        self.closed = 0

    @property
    def kept(self) -> "tuple[Kept, ...]":
        """All that is kept of who sits here now; nothing before it was looked for."""
        return self._kept if self._of is self._gateway.opened else ()

    @property
    def waiting(self) -> "tuple[Kept, ...]":
        """What goes in by itself."""
        return tuple(one for one in self.kept if one.waits)

    @property
    def clients(self) -> frozenset[int]:
        """The clients of whom something is kept."""
        return frozenset(one.client_id for one in self.kept)

    @property
    def folder(self) -> "Path | None":
        """Where it is kept; None before the base was open."""
        return None if self._store is None else self._store.folder

    async def look(self) -> None:
        """Find what is kept of who sits here: an earlier run may have left it. Raises SalesdeskError."""
        store = await self._ready()
        if self._opened().base.path is None:
            # A server may go away: whoever looks for the key only then might not find it.
            await asyncio.to_thread(lambda: store.seal)
        await self._find(store)

    # Keeping

    async def log(self, card: "Card", wrap_up: "WrapUp") -> "Logged | KeptHere":
        """Log a call, or keep it here where the base cannot be reached: then it is on the disk already.

        Raises SalesdeskError where neither can be done.
        """
        from salesdesk.desk.calls import completed, log_call
        from salesdesk.kept.rows import Kept, seen_on
        from salesdesk.rows import KeptHere

        try:
            return await self._gateway.write(log_call, wrap_up)
        except UnreachableError:
            context, client = self._context(), card.client
            said = await asyncio.to_thread(
                completed, context, wrap_up,
                goal=card.goal, stage=client.stage, attempt=client.attempts + 1, zone=client.zone,
            )  # fmt: skip
            token, at = said.token or _new_token(), said.at or context.now
            said = replace(said, token=token, at=at)
            await self._put(
                Kept(*self._whose(), token, at, client.id, client.name, seen_on(card), wrap_up=said)
            )
            return KeptHere(client.id)

    async def move(self, card: "Card", step: "NextStep", token: str) -> bool:
        """Move what is owed, or keep that here; tell whether it is kept. Raises SalesdeskError."""
        from salesdesk.desk.calls import check_step
        from salesdesk.kept.rows import Kept, seen_on

        context, client = self._context(), card.client
        check_step(context, step)
        return await self._send_or_keep(
            Kept(*self._whose(), token, context.now, client.id, client.name, seen_on(card), step=step)
        )

    async def note(self, client_id: int, name: str, text: str, token: str) -> bool:
        """Write a note down, or keep it here; tell whether it is kept. Raises SalesdeskError."""
        from salesdesk.desk.editing import note_text
        from salesdesk.kept.rows import Kept

        return await self._send_or_keep(
            Kept(*self._whose(), token, self._context().now, client_id, name, text=note_text(text))
        )

    async def _send_or_keep(self, kept: "Kept") -> bool:
        from salesdesk.desk.coming_in import come_in
        from salesdesk.kept.rows import Way

        try:
            await self._gateway.write(come_in, kept, Way.AS_SAID, at_once=True)
        except UnreachableError:
            await self._put(kept)
            return True
        return False

    # Sending

    async def send(self) -> tuple[int, ...]:
        """Send what waits, the oldest first; give the clients to whom something came in.

        What clashes or is refused is put down as such and stays. Raises UnreachableError where the base
        cannot be reached, with the rest as it was.
        """
        came: list[int] = []
        async with self._sending:
            for one in self.waiting:
                client = await self._send(one)
                came += [client] if client is not None else []
        return tuple(came)

    async def _send(self, one: "Kept") -> int | None:
        from salesdesk.desk.coming_in import ClashError, NotYetError, come_in
        from salesdesk.kept.rows import State

        store = await self._ready()
        if not await asyncio.to_thread(store.is_kept, one.token):
            self._forget(one)
            return None
        try:
            client = await self._gateway.write(come_in, one)
        except UnreachableError:
            raise
        except NotYetError:
            return None
        except ClashError as clash:
            await self._put(replace(one, state=State.CLASHED, theirs=clash.theirs))
        except SalesdeskError as error:
            await self._put(replace(one, state=State.REFUSED, why=str(error)))
        else:
            await self.throw_away(one)
            return client
        return None

    async def settle(self, one: "Kept", way: "Way") -> int:
        """Send one in the way that a person chose; give the client it went to. Raises SalesdeskError."""
        from salesdesk.desk.coming_in import come_in

        async with self._sending:
            client = await self._gateway.write(come_in, one, way)
            await self.throw_away(one)
        return client

    async def wait_again(self, one: "Kept") -> None:
        """Let one go in by itself after all, where it can by then."""
        from salesdesk.kept.rows import State

        await self._put(replace(one, state=State.WAITING, why="", theirs=None))

    async def throw_away(self, one: "Kept") -> None:
        """Keep one no longer: it has come in, or a person has said so."""
        store = await self._ready()
        await asyncio.to_thread(store.remove, one.token)
        self._forget(one)

    # What is kept

    async def _put(self, kept: "Kept") -> None:
        store = await self._ready()
        await asyncio.to_thread(store.put, kept)
        others = [one for one in self._kept if one.token != kept.token]
        self._kept = tuple(sorted((*others, kept), key=lambda one: (one.at, one.token)))
        self._on_change()

    def _forget(self, kept: "Kept") -> None:
        self._kept = tuple(one for one in self._kept if one.token != kept.token)
        self._on_change()

    async def _ready(self) -> "Store":
        opened = self._opened()
        if self._store is None or self._of is not opened:
            store = await asyncio.to_thread(_store_of, opened)
            await self._find(store)
            self._store, self._of = store, opened
        return self._store

    async def _find(self, store: "Store") -> None:
        found = await asyncio.to_thread(store.find)
        self._kept, self.closed = found.kept, found.closed
        self._on_change()

    def _opened(self) -> "Opened":
        if self._gateway.opened is None:
            raise SalesdeskError(_("The base is not open yet. Wait a moment."))
        return self._gateway.opened

    def _whose(self) -> tuple[str, str]:
        opened = self._opened()
        return opened.base.name, opened.context.me.login

    def _context(self) -> "Context":
        return self._opened().context.fresh()


def _store_of(opened: "Opened") -> "Store":
    from salesdesk.kept.store import Store

    return Store(opened.base.name, opened.context.me.login)


def _new_token() -> str:
    from salesdesk.storage.receipts import new_token

    return new_token()
