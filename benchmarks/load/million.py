"""A large base on PostgreSQL: list, search, tails and reports, beside SQLite and the same SQL alone."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from sqlalchemy.engine import make_url

from benchmarks import lead_desk, searching
from benchmarks.bases import NOW, OPERATOR, sample_base
from benchmarks.figures import milliseconds, number, percentile
from benchmarks.load.driving import Driver, connect, send
from benchmarks.load.server import running_server
from benchmarks.load.shared import on_postgres
from benchmarks.statements import caught
from salesdesk.base.search import search
from salesdesk.clock import Clock
from salesdesk.context import Context, context_of
from salesdesk.desk import queue
from salesdesk.errors import NotAllowedError
from salesdesk.storage.base import Base, open_base

TIMES = 5
SEARCHED = 12
"""Texts of each kind that are searched for, key after key."""

Read = Callable[..., object]


@dataclass(frozen=True)
class Row:
    """Milliseconds of a use case: SQLite, PostgreSQL, its statements alone there, under a login role."""

    name: str
    lite: float
    server: float
    alone: float
    role: float | None

    def cells(self) -> tuple[str, ...]:
        """Write its row."""
        ratio = f"{self.server / self.alone:.2f}×" if self.alone else "–"
        beside = f"{self.server / self.lite:.2f}×" if self.lite else "–"
        taken = [f"{number(value)} ms" for value in (self.lite, self.server, self.alone)]
        return self.name, *taken, ratio, beside, "–" if self.role is None else f"{number(self.role)} ms"


HEAD = (
    "what", "SQLite", "PostgreSQL", "the same SQL by psycopg alone", "times that", "times SQLite",
    "under a login role",
)  # fmt: skip


def table(rows: list[Row]) -> str:
    """Write the rows as a Markdown table."""
    lines = [HEAD, tuple("---" for _cell in HEAD), *(row.cells() for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def measured(clients: int, url: str | None = None, role: str | None = None) -> Iterator[Row]:
    """Measure on a server of our own that gets a copy of the sample, or on one that has it already.

    `role` is the URL of a login role of that base: what it may not do is left out.
    """
    lite_path = sample_base(clients)
    with ExitStack() as stack:
        if url is None:
            server = stack.enter_context(running_server())
            url = on_postgres(server, clients, 0)
        lite = stack.enter_context(closing(open_base(str(lite_path))))
        shared = stack.enter_context(closing(open_base(url)))
        limited = None if role is None else stack.enter_context(closing(open_base(role)))
        driver = stack.enter_context(closing(connect(url)))
        at_role = None if limited is None else _sit(limited, make_url(role or "").username)
        for name, read in _reads(_sit(lite, OPERATOR), lite_path):
            yield _measured(
                name, read, (lite, _sit(lite, OPERATOR)), (shared, _sit(shared, OPERATOR)), driver,
                None if limited is None or at_role is None else (limited, at_role),
            )  # fmt: skip


def _sit(base: Base, login: str | None) -> Context:
    return context_of(base, Clock(fixed=NOW), login)


def _reads(context: Context, path: Path) -> Iterator[tuple[str, list[Callable[..., object]]]]:
    """Give what is read: a use case by itself, or several of which the 95th percentile counts."""
    yield "first page of Today", [lambda session, context: queue.page(session, context, limit=50)]
    for kind, texts in searching.typed(path).items():
        fields = [field for text in texts[:SEARCHED] for field in searching.keystrokes(text)]
        yield (
            f"search after each key, {kind}, p95",
            [
                lambda session, context, field=field: search(session, context, field, limit=20)
                for field in fields
            ],
        )
    for case in lead_desk.cases(context):
        yield (
            case.name,
            [lambda session, context, case=case: case.run(session, context, **case.about)],
        )


Desk = tuple[Base, Context]


def _measured(
    name: str, reads: list[Read], lite: Desk, server: Desk, driver: Driver,
    role: Desk | None,
) -> Row:  # fmt: skip
    taken: list[list[float]] = [[], [], [], []]
    for read in reads:
        with caught(server[0].engine) as statements:
            _once(read, server)
        runs = [
            lambda read=read: _once(read, lite),
            lambda read=read: _once(read, server),
            lambda statements=statements: send(driver, statements, writes=False),
        ]
        if role is not None and _may(read, role):
            runs.append(lambda read=read: _once(read, role))
        for kept, times in zip(taken, _by_turns(runs, len(reads)), strict=False):
            kept.append(times)
    beside, ours, alone, under = (_of_all(times) if times else None for times in taken)
    row = Row(name, beside or 0, ours or 0, alone or 0, under)
    print("  " + " | ".join(row.cells()), flush=True)
    return row


def _may(read: Read, role: Desk) -> bool:
    try:
        _once(read, role)
    except NotAllowedError:
        return False
    return True


def _by_turns(runs: Sequence[Callable[[], None]], among: int) -> list[float]:
    """Give the median of each; of one among many that are percentiled anyway, a second time will do."""
    for run in runs:
        run()
    turns = TIMES if among == 1 else 1
    return [
        median(times)
        for times in zip(*([milliseconds(run)[0] for run in runs] for _turn in range(turns)), strict=True)
    ]


def _of_all(taken: list[float]) -> float:
    return taken[0] if len(taken) == 1 else percentile(taken, 0.95)


def _once(read: Read, at: Desk) -> None:
    base, context = at
    with base.read() as session:
        read(session, context.fresh())
