"""Calls of many years as one table, and the same cut by month: the desk's own statements on each.

The copies stand in schemas of their own, before the real one in the search path, so that not a word of the
desk's SQL changes.
"""

from collections.abc import Callable
from contextlib import closing
from statistics import median
from urllib.parse import quote

from benchmarks.bases import NOW, OPERATOR
from benchmarks.figures import milliseconds, number
from benchmarks.load.server import Server, running_server
from benchmarks.load.shared import on_postgres
from salesdesk.base.periods import parse_period
from salesdesk.clock import Clock
from salesdesk.context import Context, context_of
from salesdesk.desk.card import card
from salesdesk.lead import operators_now
from salesdesk.lead.funnel import funnel
from salesdesk.lead.reports.asking import report
from salesdesk.storage.base import Base, open_base

CLIENTS, COPIES, TIMES = 20_000, 20, 5
"""The sample has a hundred thousand calls of three months; each is there so many times, a quarter apart."""

_FLAT = """
CREATE SCHEMA flat;
CREATE TABLE flat.call (LIKE public.call INCLUDING DEFAULTS INCLUDING IDENTITY);
INSERT INTO flat.call OVERRIDING SYSTEM VALUE
SELECT {columns} FROM public.call c CROSS JOIN generate_series(0, {copies} - 1) AS copy;
ALTER TABLE flat.call ADD PRIMARY KEY (id);
CREATE INDEX ON flat.call (client_id, started_at);
CREATE INDEX ON flat.call (operator_id, started_at, client_id, outcome, goal_result, talk_seconds, goal);
"""

_PARTED = """
CREATE SCHEMA parted;
CREATE TABLE parted.call (LIKE public.call INCLUDING DEFAULTS INCLUDING IDENTITY)
    PARTITION BY RANGE (started_at);
CREATE TABLE parted.call_rest PARTITION OF parted.call DEFAULT;
DO $$ DECLARE month date; BEGIN
    FOR month IN SELECT generate_series(date '2021-06-01', date '2026-12-01', interval '1 month') LOOP
        EXECUTE format('CREATE TABLE parted.call_%s PARTITION OF parted.call FOR VALUES FROM (%s) TO (%s)',
            to_char(month, 'YYYY_MM'), extract(epoch FROM month)::bigint,
            extract(epoch FROM month + interval '1 month')::bigint);
    END LOOP;
END $$;
INSERT INTO parted.call OVERRIDING SYSTEM VALUE SELECT * FROM flat.call;
ALTER TABLE parted.call ADD PRIMARY KEY (id, started_at);
CREATE INDEX ON parted.call (client_id, started_at);
CREATE INDEX ON parted.call (operator_id, started_at, client_id, outcome, goal_result, talk_seconds, goal);
"""

HEAD = ("what", "one table", "cut by month", "times")


def table(rows: list[tuple[str, float, float]]) -> str:
    """Write the rows as a Markdown table."""
    cells = [
        (name, f"{number(flat)} ms", f"{number(parted)} ms", f"{parted / flat:.2f}×")
        for name, flat, parted in rows
    ]
    lines = [HEAD, tuple("---" for _cell in HEAD), *cells]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def measured(copies: int = COPIES) -> list[tuple[str, float, float]]:
    """Measure the same use cases on both, by turns: name, and milliseconds of each."""
    with running_server() as server:
        url = on_postgres(server, CLIENTS, 0)
        database = url.rsplit("/", 1)[1]
        _fill(server, database, copies)
        with closing(_on("flat", url)) as flat, closing(_on("parted", url)) as parted:
            contexts = [context_of(base, Clock(fixed=NOW), OPERATOR) for base in (flat, parted)]
            return [(name, *_by_turns(read, (flat, parted), contexts)) for name, read in _reads(contexts[0])]


def _fill(server: Server, database: str, copies: int) -> None:
    columns = [
        str(name)
        for (name,) in server.run(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' "
            "AND table_name = 'call' ORDER BY ordinal_position",
            database,
        )
    ]
    apart = {
        "id": "c.id + copy * 100000000",
        "started_at": "c.started_at - copy * 7776000",
        "external_id": "NULL",
    }
    chosen = ", ".join(apart.get(name, f"c.{name}") for name in columns)
    for script in (_FLAT, _PARTED):
        server.run(script.format(columns=chosen, copies=copies) if script is _FLAT else script, database)
    for schema in ("flat", "parted"):
        server.run(f"VACUUM ANALYZE {schema}.call", database)


def _on(schema: str, url: str) -> Base:
    return open_base(f"{url}?options={quote(f'-csearch_path={schema},public')}")


Read = Callable[..., object]


def _reads(context: Context) -> list[tuple[str, Read]]:
    def told(name: str, days: str, by: str | None = None) -> Read:
        period = parse_period(days, context.today, context.catalogues.team.zone)
        return lambda session, context: report(session, context, name=name, period=period, by=by)

    quarter = parse_period("2026Q3", context.today, context.catalogues.team.zone)
    return [
        ("report calls of a month", told("calls", "2026-10")),
        ("report answers of a month", told("answers", "2026-10")),
        ("report operators of a month", told("operators", "2026-10")),
        ("report calls of a year by month", told("calls", "2025", by="month")),
        ("funnel of a quarter", lambda session, context: funnel(session, context, period=quarter)),
        ("operators now", operators_now.operators_now),
        ("a card, with its last 50", lambda session, context: card(session, context, client_id=77)),
    ]


def _by_turns(read: Read, bases: tuple[Base, Base], contexts: list[Context]) -> tuple[float, float]:
    taken: tuple[list[float], list[float]] = ([], [])
    for turn in range(TIMES + 1):
        for kept, base, context in zip(taken, bases, contexts, strict=True):
            took = milliseconds(lambda base=base, context=context: _once(read, base, context))[0]
            if turn:
                kept.append(took)
    return median(taken[0]), median(taken[1])


def _once(read: Read, base: Base, context: Context) -> None:
    with base.read() as session:
        read(session, context.fresh())
