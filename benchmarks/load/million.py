"""A large base on PostgreSQL: list, search, tails and reports, beside SQLite and the same SQL alone."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks import lead_desk, searching
from benchmarks.bases import NOW, OPERATOR, sample_base
from benchmarks.figures import milliseconds, number, percentile
from benchmarks.load.driving import Driver, connect, send
from benchmarks.load.server import ADVISED, running_server
from benchmarks.load.shared import as_login, give_logins, on_postgres
from benchmarks.statements import caught
from salesdesk.base.search import search
from salesdesk.clock import Clock
from salesdesk.context import Context, context_of
from salesdesk.desk import queue
from salesdesk.errors import NotAllowedError
from salesdesk.storage.base import Base, open_base
from salesdesk.storage.engine import base_url

TIMES, FEW = 5, 3
SEARCHED = 4
"""Texts of each kind that are searched for, key after key."""

ROLES = ("ivanova", "lead")
"""Who else looks at a base of our own, each under a login of the server, and the same one on SQLite."""

Read = Callable[..., object]
Desk = tuple[Base, Context]


@dataclass(frozen=True)
class Row:
    """Milliseconds of a use case: SQLite, PostgreSQL, its statements alone there, and under login roles.

    Of a role what the same person waits for on SQLite, and here; None where the role may not do it.
    """

    name: str
    lite: float
    server: float
    alone: float
    roles: tuple[tuple[float, float] | None, ...]

    def cells(self) -> tuple[str, ...]:
        """Write its row."""
        taken = [f"{number(value)} ms" for value in (self.lite, self.server, self.alone)]
        ratios = [f"{self.server / floor:.2f}×" if floor else "–" for floor in (self.alone, self.lite)]
        roles = ["–" if role is None else _beside(*role) for role in self.roles]
        return self.name, *taken, *ratios, *roles


def _beside(lite: float, server: float) -> str:
    return f"{number(server)} ms, SQLite {number(lite)} ({server / lite:.2f}×)"


HEAD = ("what", "SQLite", "PostgreSQL", "the same SQL by psycopg alone", "times that", "times SQLite")


def table(rows: Sequence[Row], roles: Sequence[str]) -> str:
    """Write the rows as a Markdown table, with a column for each login role."""
    head = (*HEAD, *(f"as `{role}`" for role in roles))
    lines = [head, tuple("---" for _cell in head), *(row.cells() for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def measured(clients: int, url: str | None = None, roles: Sequence[str] = ()) -> str:
    """Measure on a server of our own that gets a copy of the sample, or on one that has it already.

    `roles` are URLs of login roles of that base; on our own server an operator's and the lead's.
    """
    lite_path = sample_base(clients)
    with ExitStack() as stack:
        if url is None:
            server = stack.enter_context(running_server(buffers=ADVISED))
            url = on_postgres(server, clients, 0)
            give_logins(url)
            roles = [as_login(url, login) for login in ROLES]

        def desk(where: str, login: str | None = None) -> Desk:
            base = stack.enter_context(closing(open_base(where)))
            return base, context_of(base, Clock(fixed=NOW), login or base_url(where).username)

        owners = desk(str(lite_path), OPERATOR), desk(url, OPERATOR)
        limited = [(desk(str(lite_path), base_url(role).username), desk(role)) for role in roles]
        driver = stack.enter_context(closing(connect(url)))
        reads = _reads(owners[0][1], lite_path)
        rows = [_measured(name, read, *owners, driver, limited) for name, read in reads]
        return table(rows, [context.me.login for _lite, (_base, context) in limited])


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


def _measured(
    name: str, reads: list[Read], lite: Desk, server: Desk, driver: Driver, roles: Sequence[tuple[Desk, Desk]]
) -> Row:
    taken: list[list[float]] = []
    allowed = [_may(reads[0], there) for _lite, there in roles]
    desks = [lite, server]
    for both, may in zip(roles, allowed, strict=True):
        desks += both if may else ()
    for read in reads:
        with caught(server[0].engine) as statements:
            _once(read, server)
        runs = [lambda read=read, desk=desk: _once(read, desk) for desk in desks]
        runs.insert(2, lambda statements=statements: send(driver, statements, writes=False))
        taken.append(_by_turns(runs, len(reads)))
    beside, ours, alone, *others = (_of_all(times) for times in zip(*taken, strict=True))
    left = iter(zip(others[::2], others[1::2], strict=True))
    row = Row(name, beside, ours, alone, tuple(next(left) if may else None for may in allowed))
    print("  " + " | ".join(row.cells()), flush=True)
    return row


def _may(read: Read, role: Desk) -> bool:
    try:
        _once(read, role)
    except NotAllowedError:
        return False
    return True


def _by_turns(runs: Sequence[Callable[[], None]], among: int) -> list[float]:
    """Give the median of each; of one among many that are percentiled anyway, fewer times will do."""
    turns = TIMES if among == 1 else FEW
    return [
        median(times)
        for times in zip(*([milliseconds(run)[0] for run in runs] for _turn in range(turns)), strict=True)
    ]


def _of_all(taken: Sequence[float]) -> float:
    return taken[0] if len(taken) == 1 else percentile(taken, 0.95)


def _once(read: Read, at: Desk) -> None:
    base, context = at
    with base.read() as session:
        read(session, context.fresh())
