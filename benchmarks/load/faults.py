"""What faults do to a base that is worked in: each many times over, then base and ledgers are compared."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.load.cutting import Cut, Wire
from benchmarks.load.places import filled, folder_of_our_own, small_disk
from benchmarks.load.proof import Proof, proof
from benchmarks.load.room import Room, room
from benchmarks.load.server import Server, running_server
from benchmarks.load.shared import on_postgres, on_sqlite

CLIENTS, OPERATORS, IN_EACH = 60_000, 16, 4
THINKING = 0.15
CALM = 1.0, 2.0
"""Seconds between a fault and the next one; one call for each operator is saved in between as well."""
_DAY = 24 * 3600
_DISK = {"SQLite": 400, "PostgreSQL": 2500}
"""Megabytes of a disk that is filled: room for the base, and for what a few minutes of work add."""


@dataclass(frozen=True)
class Suffered:
    """What a fault came to; `skipped` says why it was not tried."""

    fault: str
    rounds: int
    proof: Proof | None
    skipped: str = ""


@dataclass(frozen=True)
class Place:
    """Where a fault is tried: the room, and whatever stands around it."""

    room: Room
    folder: Path
    server: Server | None = None
    wire: Wire | None = None


Fault = Callable[[Place], None]


def _kill_an_operator(at: Place) -> None:
    at.room.kill_one()


def _kill_the_server(at: Place) -> None:
    assert at.server is not None
    at.server.kill()
    time.sleep(0.2)
    at.server.start()


def _restart_the_server(at: Place) -> None:
    assert at.server is not None
    at.server.restart()


def _fill_the_disk(at: Place) -> None:
    """Fill it for a second. A server may have given up by then, for its log could not be written."""
    with filled(at.folder):
        time.sleep(1)
    if at.server is not None and not at.server.runs():
        at.server.start()


def _cut_the_wire(at: Place) -> None:
    assert at.wire is not None
    at.wire.cut()


def _let_a_clock_jump(at: Place) -> None:
    """Set a clock a day or an hour wrong, or right again; half of the times desks are opened after it.

    A file has desks of one machine only. On a server each row of operators sits at a machine of its own.
    """
    number = random.randrange(len(at.room.jumps))
    shared = at.room.jumps if at.server is None else [at.room.jumps[number]]
    by = random.choice((-_DAY, -3600, 0, 3600, _DAY))
    for jump in shared:
        jump.value = by
    if random.random() < 0.5:
        at.room.kill(number)


_ANYWHERE: dict[str, Fault] = {
    "kill -9 of operators": _kill_an_operator,
    "the clock of a machine jumps, a day or an hour": _let_a_clock_jump,
}
_ON_A_SERVER: dict[str, Fault] = {
    "kill -9 of the server": _kill_the_server,
    "restart of the server": _restart_the_server,
}


def suffered(rounds: int, only: Sequence[str] = ()) -> Iterator[Suffered]:
    """Try every fault on both databases."""
    for database in ("SQLite", "PostgreSQL"):
        faults = _ANYWHERE | (_ON_A_SERVER if database == "PostgreSQL" else {})
        for name, fault in faults.items():
            if _wanted(name, only):
                yield Suffered(f"{name}, {database}", rounds, _tried(database, fault, rounds))
        if _wanted("full disk", only):
            yield _full_disk(database, rounds)
    for where in Cut:
        name = f"connection cut at a commit, {where}"
        if _wanted(name, only):
            yield Suffered(name, rounds, _tried("PostgreSQL", _cut_the_wire, rounds, where=where))


def _wanted(name: str, only: Sequence[str]) -> bool:
    return not only or any(word in name for word in only)


def _full_disk(database: str, rounds: int) -> Suffered:
    name = f"full disk, {database}"
    with small_disk(_DISK[database]) as disk:
        if disk is None:
            return Suffered(name, 0, None, "this process may not mount a small disk")
        return Suffered(name, rounds, _tried(database, _fill_the_disk, rounds, disk=disk))


def _tried(
    database: str, fault: Fault, rounds: int, *, disk: Path | None = None, where: Cut | None = None
) -> Proof:
    """Let a room work, and a fault happen again and again; then look at the base."""
    with ExitStack() as stack:
        notes = stack.enter_context(folder_of_our_own())
        folder = disk or notes
        if database == "SQLite":
            server, url = None, on_sqlite(folder, CLIENTS, OPERATORS)
        else:
            server = stack.enter_context(running_server(folder))
            url = on_postgres(server, CLIENTS, OPERATORS)
        wire, through = None, url
        if server is not None and where is not None:
            wire = Wire(server.port, where)
            stack.callback(wire.close)
            through = server.url(f"room{CLIENTS}", wire.port)
        with room(
            through,
            notes / "ledger",
            operators=OPERATORS,
            in_each=IN_EACH,
            thinking=THINKING,
            watched=fault is _let_a_clock_jump,
        ) as at_work:
            place = Place(at_work, folder, server, wire)
            stuck = 0
            for _round in range(rounds):
                fault(place)
                time.sleep(random.uniform(*CALM))
                stuck += not at_work.goes_on(OPERATORS)
        proved = proof(url, notes / "ledger", at_work.clock)
        if stuck:
            return replace(proved, others=(*proved.others, f"after {stuck} of them nobody went on"))
        return proved


HEAD = (
    "fault", "rounds", "reported as saved", "found once", "lost", "doubled", "saved, answer lost",
    "two at once", "other problems",
)  # fmt: skip


def table(all_suffered: Sequence[Suffered]) -> str:
    """Write what faults came to as a Markdown table."""
    rows = [HEAD, tuple("---" for _cell in HEAD), *(_cells(one) for one in all_suffered)]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _cells(one: Suffered) -> tuple[str, ...]:
    found = one.proof
    if found is None:
        return (one.fault, "–", *("–" for _cell in HEAD[2:-1]), f"not tried: {one.skipped}")
    numbers = (found.saved, found.once, found.lost, found.doubled, found.unreported, found.at_once)
    others = "; ".join(found.others).replace("|", "/") or "none"
    return (one.fault, str(one.rounds), *(f"{number:,}" for number in numbers), others)
