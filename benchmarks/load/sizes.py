"""How many bytes a row takes, its indexes counted in, and what a logged call adds; on both databases."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

from sqlalchemy import text

from benchmarks.bases import NOW
from benchmarks.load.places import folder_of_our_own
from benchmarks.load.server import running_server
from benchmarks.load.shared import login, on_postgres, on_sqlite
from benchmarks.logging_calls import said
from salesdesk.clock import Clock
from salesdesk.context import context_of
from salesdesk.desk.calls import log_call
from salesdesk.desk.next_client import take_next
from salesdesk.storage.base import Base, open_base

LOGGED = 2_000
MATTERS = 1_000_000

_LITE = """
SELECT CASE WHEN s.tbl_name LIKE 'client_search%' THEN 'client_search' ELSE s.tbl_name END, sum(d.pgsize)
FROM dbstat d JOIN sqlite_master s ON s.name = d.name GROUP BY 1
"""
_SERVER = """
SELECT relname, pg_total_relation_size(oid) FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""
_IN_PLACE = """
SELECT relname, n_tup_hot_upd::float / n_tup_upd FROM pg_stat_user_tables WHERE n_tup_upd > 0
"""


@dataclass(frozen=True)
class Size:
    """What a table takes on both databases: rows and bytes as it stands, and what logged calls added."""

    table: str
    rows: tuple[int, int]
    bytes: tuple[int, int]
    grown: tuple[float, float]
    """Bytes that one logged call adds."""
    in_place: float | None
    """Of the updates that logging made on PostgreSQL, the share that touched no index (HOT)."""


HEAD = (
    "table", "rows", "bytes a row, SQLite", "bytes a row, PostgreSQL",
    "bytes a logged call adds, SQLite", "PostgreSQL", "updates that touch no index, PostgreSQL",
)  # fmt: skip


def table(sizes: Sequence[Size]) -> str:
    """Write the sizes as a Markdown table, the largest first."""
    lines = [HEAD, tuple("---" for _cell in HEAD), *(_cells(size) for size in sizes)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _cells(size: Size) -> tuple[str, ...]:
    rows = (f"{size.bytes[at] / size.rows[at]:,.0f}" if size.rows[at] else "–" for at in (0, 1))
    in_place = "–" if size.in_place is None else f"{size.in_place:.0%}"
    return size.table, f"{size.rows[0]:,}", *rows, *(f"{grown:,.0f}" for grown in size.grown), in_place


def sizes(clients: int) -> list[Size]:
    """Measure a sample, then log calls in it as operators do and measure again."""
    with folder_of_our_own() as folder, running_server() as server:
        lite = _measured(on_sqlite(folder, clients, 1))
        shared = _measured(on_postgres(server, clients, 1))
    found = [
        Size(
            name,
            (lite.rows[name], shared.rows.get(name, lite.rows[name])),
            (before, shared.before.get(name, 0)),
            (lite.added(name), shared.added(name)),
            shared.in_place.get(name),
        )
        for name, before in lite.before.items()
        if name in lite.rows
    ]
    whole = Size(
        "the whole base, for each client",
        (clients, clients),
        (sum(lite.before.values()), sum(shared.before.values())),
        (sum(size.grown[0] for size in found), sum(size.grown[1] for size in found)),
        None,
    )
    return [whole, *sorted(filter(_matters, found), key=lambda size: -size.bytes[1])]


def _matters(size: Size) -> bool:
    """Tell whether a table grows with the clients or with the calls."""
    return max(size.grown) >= 1 or max(size.bytes) > MATTERS


@dataclass(frozen=True)
class _Measured:
    rows: dict[str, int]
    before: dict[str, int]
    after: dict[str, int]
    in_place: dict[str, float]

    def added(self, name: str) -> float:
        return (self.after.get(name, 0) - self.before.get(name, 0)) / LOGGED


def _measured(url: str) -> _Measured:
    with closing(open_base(url)) as base:
        before = dict(_bytes(base))
        rows = {name: _count(base, name) for name in before}
        context = context_of(base, Clock(fixed=NOW), login(0))
        for turn in range(LOGGED):
            with base.write() as session:
                client = take_next(session, context.fresh())
                assert client is not None, "the pool is too small to log so many calls"
                log_call(session, context.fresh(), said(turn, client))
        return _Measured(rows, before, dict(_bytes(base)), _in_place(base))


def _bytes(base: Base) -> Iterator[tuple[str, int]]:
    with base.read() as session:
        for name, size in session.execute(text(_LITE if base.path else _SERVER)):
            yield str(name), int(size)


def _in_place(base: Base) -> dict[str, float]:
    """Tell of each table that was updated on PostgreSQL which share of the updates touched no index."""
    if base.path is not None:
        return {}
    with base.read() as session:
        session.execute(text("SELECT pg_stat_force_next_flush()"))
        session.commit()
        return {str(name): float(share) for name, share in session.execute(text(_IN_PLACE))}


def _count(base: Base, name: str) -> int:
    with base.read() as session:
        return int(session.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one())
