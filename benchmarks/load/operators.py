"""Operators at work: next, card, log, each through the gateway as from the screens, with a pause between."""

import asyncio
import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.bases import NOW, OPERATOR
from benchmarks.load.clocks import Workstation
from benchmarks.load.ledger import Ledger, Line, Step, Word
from salesdesk.clock import Clock
from salesdesk.codes import GoalResult, StepKind
from salesdesk.context import Context, context_of
from salesdesk.desk.calls import log_call
from salesdesk.desk.card import card
from salesdesk.desk.next_client import take_next
from salesdesk.desk.queue import page
from salesdesk.errors import BaseError, SalesdeskError
from salesdesk.gateway import Gateway
from salesdesk.opening import Opened, Start
from salesdesk.rows import NextStep, WrapUp
from salesdesk.storage.base import open_base

AGAIN = 0.1
"""Seconds until what failed is tried again, and until an empty list is asked once more."""

SHARES = {
    "no_answer": 55, "gatekeeper": 10, "talk_later": 8, "busy": 6, "voicemail": 6, "interested": 5,
    "not_interested": 5, "not_now": 3, "wrong_number": 1, "goal_reached": 1,
}  # fmt: skip
"""What a hundred calls into a cold base come to."""

_CONTACTS = {"talk_later", "interested", "not_now", "goal_reached"}


@dataclass(frozen=True)
class Shift:
    """What a number of operators work at: which base, how long they think between steps, and until when."""

    url: str
    """With `{login}` in it where each operator has a login of the server."""
    machine: Workstation
    ledger: Path
    thinking: float
    """Seconds between two steps, on average; spread evenly from half to one and a half of it."""
    over: Callable[[], bool]
    seated: Callable[[], object] = lambda: None
    """Called by each operator once they sit at an open base and have called their first client."""
    watched: bool = False
    """Whether each desk watches its base, by one connection more: so it learns what time others go by."""
    logged: Callable[[], object] = lambda: None
    """Called after each call that was reported as saved."""


def read_a_card(url: str) -> None:
    """Import all that operators need, and read their catalogues once: processes forked now have it all."""
    base = open_base(url)
    context = context_of(base, Clock(fixed=NOW), OPERATOR)
    with base.read() as session:
        card(session, context, page(session, context, limit=1).rows[0].client_id)
    base.close()


def work(shift: Shift, logins: list[str]) -> None:
    """Let operators work in this process until the shift is over."""
    shift.machine.sit_down()
    asyncio.run(_room(shift, logins))


async def _room(shift: Shift, logins: list[str]) -> None:
    ledger = Ledger(shift.ledger)
    await asyncio.gather(*(_Operator(shift, ledger, login).work() for login in logins))


class _Operator:
    """One operator at a desk of their own, with connections of their own."""

    def __init__(self, shift: Shift, ledger: Ledger, login: str) -> None:
        self.shift, self.ledger, self.login = shift, ledger, login
        self.url = shift.url.format(login=login)
        self.gateway = Gateway(Start(db=self.url, operator=login))
        self.chance = random.Random(f"{login} {time.monotonic_ns()}")
        self.calls = 0

    async def work(self) -> None:
        """Sit down once the base answers; go from client to client until the shift is over."""
        await asyncio.sleep(self.chance.random() * self.shift.thinking)
        await self._until_done(Step.NEXT, 0, "", self._sit_down)
        # With the first client a desk reads its catalogues, and a server plans what that desk will ask.
        await self._client()
        self.shift.seated()
        while not self.shift.over():
            await self._client()
        await self.gateway.close()

    async def _sit_down(self) -> None:
        base = await asyncio.to_thread(open_base, self.url)
        context = await asyncio.to_thread(context_of, base, Clock(), self.login)
        self.gateway.opened = Opened(base, context)
        if self.shift.watched:
            self.gateway.watch(lambda: None)

    async def _client(self) -> None:
        client = await self._until_done(Step.NEXT, 0, "", lambda: self.gateway.write(take_next))
        if client is None:
            await asyncio.sleep(AGAIN)
            return
        await self._think()
        await self._until_done(Step.CARD, client, "", lambda: self.gateway.read(card, client))
        await self._think()
        self.calls += 1
        wrap_up = self._said(client, f"{self.login}.{self.calls}.{time.monotonic_ns()}")
        logged = await self._until_done(
            Step.LOG, client, wrap_up.note, lambda: self.gateway.write(log_call, self._now(wrap_up))
        )
        if logged is not None:
            self.shift.logged()
        await self._think()

    async def _think(self) -> None:
        await asyncio.sleep(self.shift.thinking * self.chance.uniform(0.5, 1.5))

    async def _until_done(self, step: Step, client: int, marker: str, run: Callable[[], Any]) -> Any:  # noqa: ANN401
        """Do a step and write down how it went; again where the base could not be reached."""
        while True:
            started = time.monotonic()

            def write(word: Word, client: int, said: str = "", started: float = started) -> None:
                taken = time.monotonic() - started
                self.ledger.write(Line(step, word, self.login, client, marker, started, taken, said))

            write(Word.BEGUN, client)
            try:
                result = await run()
            except BaseError as error:
                write(Word.FAILED, client, str(error))
            except SalesdeskError as error:
                write(Word.WRONG, client, f"{type(error).__name__}: {error} {error.__cause__ or ''}")
                return None
            else:
                write(Word.DONE, client or (result if isinstance(result, int) else 0))
                return result
            if self.shift.over():
                return None
            await asyncio.sleep(AGAIN)
            await self._look()

    async def _look(self) -> None:
        """See whether a server that went away is back, as the desk does by itself."""
        if self.gateway.away is not None:
            with suppress(BaseError):
                await self.gateway.look()

    def _said(self, client: int, marker: str) -> WrapUp:
        outcome = self.chance.choices([*SHARES], [*SHARES.values()])[0]
        return WrapUp(
            client,
            outcome,
            result=GoalResult.PARTIAL if outcome in _CONTACTS else None,
            reason="no_need" if outcome == "not_interested" else None,
            note=marker,
            token=marker,
            talk_seconds=40 if outcome in _CONTACTS else 0,
        )

    def _now(self, wrap_up: WrapUp) -> WrapUp:
        """Give a wrap-up its next step, where only an operator can say when: tomorrow at this time."""
        if wrap_up.outcome not in {"talk_later", "not_now"}:
            return wrap_up
        context: Context = self.gateway.opened.context.fresh()  # type: ignore[union-attr]
        step = NextStep(StepKind.CALL, "find_need", context.now + timedelta(days=1), promise=True)
        return replace(wrap_up, next_step=step)
