"""Which clients this desk is on and has a form of open: held while one works, let go of on every way out."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from salesdesk.errors import NotAllowedError, SalesdeskError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from salesdesk.shell import Shell

T = TypeVar("T")

HELD_EACH = 60
"""Seconds; a claim lasts five minutes by itself, so that a crash does not keep a client from others."""
IDLE_AFTER = 15 * 60
"""Seconds without a key after which nothing is held longer: more than most talks take, less than lunch."""


class Holding:
    """The claims of a desk. Each is somebody's who asked for it: a card, a wrap-up; the last one lets go.

    What is asked of the base is asked in turn: a client that is left while it is being taken is let go
    of afterwards, not before.
    """

    def __init__(self, app: Shell) -> None:
        self._app = app
        self._by: dict[object, int] = {}
        self._claimed: set[int] = set()
        self._forms: dict[object, int] = {}
        self._turn = asyncio.Lock()
        self._last_key = time.monotonic()

    def has(self, owner: object) -> bool:
        """Tell whether this one holds a client."""
        return self._by.get(owner) in self._claimed

    async def take(self, owner: object, client_id: int) -> None:
        """Take a client for one who asks. Raises NotAllowedError while somebody else is on it."""
        self._by[owner] = client_id
        try:
            await self._in_turn(partial(self._take, owner, client_id))
        except SalesdeskError:
            self._by.pop(owner, None)
            raise

    async def _take(self, owner: object, client_id: int) -> None:
        from salesdesk.team.claims import claim

        if self._by.get(owner) == client_id and client_id not in self._claimed:
            await self._app.gateway.write(claim, client_id)
            self._claimed.add(client_id)

    async def take_next(self, *, new: bool = False) -> int | None:
        """Take the next client of the list, for whoever asks for it then. Raises SalesdeskError.

        `new`: where the shared pool is given out by count, one of it that was not given yet.
        """
        return await self._in_turn(partial(self._take_next, new=new))

    async def _take_next(self, *, new: bool) -> int | None:
        from salesdesk.desk.next_client import take_next

        client_id = await self._app.gateway.write(take_next, new=new)
        if client_id is not None:
            self._claimed.add(client_id)
        return client_id

    def let_go(self, owner: object) -> None:
        """Let go of what one holds, whether or not they are still there when it is done."""
        client_id = self._by.pop(owner, None)
        if client_id is not None:
            work = self._in_turn(partial(self._release, client_id))
            self._app.run_worker(work, group="claims", exit_on_error=False)

    def logged(self, client_id: int) -> None:
        """Take note that a call was logged: that lets the client go."""
        self._claimed.discard(client_id)
        self._by = {owner: held for owner, held in self._by.items() if held != client_id}

    async def _release(self, client_id: int) -> None:
        from salesdesk.team.claims import release

        if client_id in self._claimed and client_id not in self._by.values():
            self._claimed.discard(client_id)
            await self._app.gateway.write(release, client_id)

    # Forms

    def open_form(self, form: object, client_id: int) -> None:
        """Let others know that somebody here changes a client, as long as its form is open."""
        self._forms[form] = client_id
        self._app.run_worker(self._in_turn(partial(self._hold_form, form)), group="claims")

    def close_form(self, form: object) -> None:
        """Let others know that a form was left."""
        client_id = self._forms.pop(form, None)
        if client_id is not None:
            self._app.run_worker(self._in_turn(partial(self._close_form, client_id)), group="claims")

    async def _hold_form(self, form: object) -> None:
        from salesdesk.desk.open_forms import open_form

        # It is only told to others: where that cannot be, the form goes on without.
        with suppress(SalesdeskError):
            if form in self._forms:
                await self._app.gateway.write(open_form, self._forms[form])

    async def _close_form(self, client_id: int) -> None:
        from salesdesk.desk.open_forms import close_form

        with suppress(SalesdeskError):
            if client_id not in self._forms.values():
                await self._app.gateway.write(close_form, client_id)

    # While somebody works here

    def key_pressed(self) -> None:
        """Take note that somebody works here."""
        self._last_key = time.monotonic()

    async def hold_on(self) -> None:
        """Hold longer what is held; tell the screens of a client that somebody else has taken meanwhile."""
        if time.monotonic() - self._last_key > IDLE_AFTER:
            return
        for client_id in set(self._by.values()) & self._claimed:
            try:
                await self._in_turn(partial(self._hold, client_id))
            except NotAllowedError as error:
                self.logged(client_id)
                self._app.complain(error)
                self._app.client_changed(client_id)
            except SalesdeskError:
                # The base does not answer: whatever is asked of it next says so, and this asks again.
                continue
        for form in tuple(self._forms):
            await self._in_turn(partial(self._hold_form, form))

    async def _hold(self, client_id: int) -> None:
        from salesdesk.team.claims import claim

        if client_id in self._claimed:
            await self._app.gateway.write(claim, client_id)

    async def let_go_of_all(self) -> None:
        """Let go of everything: the desk is being left."""
        self._by.clear()
        forms, self._forms = set(self._forms.values()), {}
        # Where the base cannot be reached the claims lapse by themselves: nobody waits for that.
        with suppress(SalesdeskError):
            # In turn, though nothing may seem to be held: what is being taken or let go of now ends first.
            await self._in_turn(partial(self._release_all, forms))

    async def _release_all(self, forms: set[int]) -> None:
        for client_id in forms:
            await self._close_form(client_id)
        for client_id in tuple(self._claimed):
            await self._release(client_id)

    async def _in_turn(self, work: Callable[[], Awaitable[T]]) -> T:
        return await asyncio.shield(asyncio.ensure_future(self._one(work)))

    async def _one(self, work: Callable[[], Awaitable[T]]) -> T:
        async with self._turn:
            return await work()
