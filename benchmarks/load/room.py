"""A room of operators: processes forked once everything is imported, several operators in each."""

import multiprocessing
import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.context import ForkProcess
from pathlib import Path

from benchmarks.bases import OPERATOR
from benchmarks.load.clocks import Jump, Workstation
from benchmarks.load.operators import Shift, read_a_card, work
from benchmarks.load.shared import login
from salesdesk.clock import Clock

FORK = multiprocessing.get_context("fork")
SITTING_DOWN, LEAVING = 300, 60
"""Seconds in which everybody has called a client, and in which an operator finishes what it is at."""

GOES_ON = 120
"""Seconds after a fault in which a room must be at work again."""


class Counted:
    """Counts what one process does; another may look."""

    def __init__(self) -> None:
        self._number = FORK.RawValue("q", 0)

    @property
    def number(self) -> int:
        """How often it was done."""
        return int(self._number.value)

    def count(self) -> None:
        """Count one more."""
        self._number.value += 1


class Room:
    """Operators at work on one base until the room is left."""

    def __init__(  # how a room is filled
        self, url: str, ledger: Path, *, operators: int, in_each: int, thinking: float, watched: bool
    ) -> None:
        read_a_card(url.format(login=OPERATOR))
        # Without a lock: who is killed while holding one would keep the others waiting for ever.
        self._over = FORK.RawValue("b", 0)
        self._seated = FORK.Semaphore(0)
        self.jumps: list[Jump] = []
        self._logged: list[Counted] = []
        self._machine = Workstation()
        self._begun_by = os.getpid()
        self._shift = Shift(
            url, self._machine, ledger, thinking, self._left, self._seated.release, watched=watched
        )  # fmt: skip
        ledger.mkdir(exist_ok=True)
        logins = [login(number) for number in range(operators)]
        self._seats = [logins[at : at + in_each] for at in range(0, operators, in_each)]
        self._processes = [self._started(number) for number in range(len(self._seats))]
        for _operator in logins:
            if not self._seated.acquire(timeout=SITTING_DOWN):
                raise RuntimeError("not everybody could sit down")
        self.begun_at = time.monotonic()
        """When everybody was at work, by the machine's own count."""

    def _started(self, number: int) -> ForkProcess:
        """Let the operators of a row sit down, at a machine of their own whose clock can jump."""
        if number == len(self.jumps):
            self.jumps.append(FORK.RawValue("d", 0.0))
            self._logged.append(Counted())
        machine = Workstation(since=self._machine.since, jump=self.jumps[number])
        shift = replace(self._shift, machine=machine, logged=self._logged[number].count)
        process = FORK.Process(target=work, args=(shift, self._seats[number]), daemon=True)
        process.start()
        return process

    def _left(self) -> bool:
        """Tell an operator to go: it is over, or whoever began it is gone."""
        return bool(self._over.value) or os.getppid() != self._begun_by

    @property
    def clock(self) -> Clock:
        """The right time, which stands."""
        return Clock(fixed=self._machine.now())

    def goes_on(self, calls: int) -> bool:
        """Wait until so many more calls were saved; tell whether they were in good time."""
        wanted = sum(one.number for one in self._logged) + calls
        until = time.monotonic() + GOES_ON
        while time.monotonic() < until:
            if sum(one.number for one in self._logged) >= wanted:
                return True
            time.sleep(0.05)
        return False

    def kill_one(self) -> None:
        """Kill a process of operators as it stands, and let others come in its place."""
        self.kill(random.randrange(len(self._processes)))

    def kill(self, number: int) -> None:
        """Kill a certain one, and let others come in its place."""
        self._processes[number].kill()
        self._processes[number].join()
        self._processes[number] = self._started(number)

    def leave(self) -> None:
        """Let everybody finish. Raises RuntimeError where somebody does not, or has failed altogether."""
        self._over.value = 1
        until = time.monotonic() + LEAVING
        for process in self._processes:
            process.join(max(0.0, until - time.monotonic()))
        left = [process for process in self._processes if process.exitcode != 0]
        for process in left:
            process.kill()
        if left:
            raise RuntimeError(f"{len(left)} of {len(self._processes)} processes did not end as they should")


@contextmanager
def room(
    url: str,
    ledger: Path,
    *,
    operators: int,
    in_each: int = 5,
    thinking: float = 2.0,
    watched: bool = False,
) -> Iterator[Room]:
    """Let operators work until the end of the block."""
    opened = Room(url, ledger, operators=operators, in_each=in_each, thinking=thinking, watched=watched)
    try:
        yield opened
    finally:
        opened.leave()
