"""The lead's desk: tails, reports and the funnel, each beside the same SQL by the driver alone."""

import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from benchmarks.bases import NOW, OPERATOR, opened
from benchmarks.figures import Bar, Figure, milliseconds, percentile
from benchmarks.pty_harness import Terminal
from benchmarks.screen import DESK, DOWN, TABLE, Screens
from benchmarks.statements import caught, raw, read_again
from salesdesk.base.periods import Period, parse_period
from salesdesk.clock import Clock
from salesdesk.context import Context, context_of
from salesdesk.lead import operators_now, tail_history, tails
from salesdesk.lead.funnel import funnel
from salesdesk.lead.reports.asking import report
from salesdesk.storage.base import Base

TIMES = 5
MONTH, YEAR, QUARTER = "2026-10", "2025", "2026Q3"
REPORTS = ("calls", "sales", "rejected", "vip", "operators", "pace", "reviews", "answers")
BY_MONTH = ("calls", "sales", "rejected")
F3, CALLS, QUALITY = b"\x1bOR", b"1", b"6"
ROUNDS, KEYS = 8, 10

UseCase = Callable[..., object]


@dataclass(frozen=True)
class Case:
    """A use case of the lead's, and how long it may take in milliseconds."""

    name: str
    most: float | None
    run: UseCase
    about: Mapping[str, object] = field(default_factory=dict)


def cases(context: Context) -> list[Case]:
    """Give all that is measured."""

    def period(text: str) -> Period:
        return parse_period(text, context.today, context.catalogues.team.zone)

    def told(name: str, days: str, **more: object) -> dict[str, object]:
        return {"name": name, "period": period(days), **more}

    return [
        Case("tails board", 100, tails.board),
        Case("… clients owed nothing", None, tails.unowed),
        Case("… history of 14 days", 300, tail_history.history),
        Case("operators now", 100, operators_now.operators_now),
        *(Case(f"report {name} of a month", 300, report, told(name, MONTH)) for name in REPORTS),
        Case("report quality, of now", None, report, told("quality", MONTH)),
        Case("report calls of a month by region", 300, report, told("calls", MONTH, by="region")),
        *(
            Case(f"report {name} of a year by month", 1500, report, told(name, YEAR, by="month"))
            for name in BY_MONTH
        ),
        Case("funnel of a quarter", 300, funnel, {"period": period(QUARTER)}),
        Case("… by operator", 300, funnel, {"period": period(QUARTER), "by": "operator"}),
        Case("… a cohort", 300, funnel, {"period": period(QUARTER), "cohort": True}),
    ]


def figures(path: Path) -> list[Figure]:
    """Measure the lead's use cases, and keys while one of them counts."""
    found = []
    with opened(path) as base:
        context = context_of(base, Clock(fixed=NOW), OPERATOR)
        for case in cases(context):
            taken, floor = _beside(path, base, context, case)
            print(f"  {case.name}: {taken:.0f} ms, {floor:.0f} ms by the driver alone", flush=True)
            bar = None if case.most is None else Bar(most=case.most)
            found.append(Figure(case.name, taken, "ms", floor, bar))
    return [*found, *_keys(path)]


def _beside(path: Path, base: Base, context: Context, case: Case) -> tuple[float, float]:
    """Give the medians of a use case and of its statements alone, in milliseconds, taken by turns."""

    def once() -> None:
        with base.read() as session:
            case.run(session, context.fresh(), **case.about)

    with caught(base.engine) as statements:
        once()
    taken, floors = [], []
    driver = raw(path)
    for _turn in range(TIMES):
        taken.append(milliseconds(once)[0])
        floors.append(milliseconds(lambda: read_again(driver, statements))[0])
    driver.close()
    return median(taken), median(floors)


def _keys(path: Path) -> list[Figure]:
    """Move the cursor over one report while another, which takes a second or more, is counted."""
    with tempfile.TemporaryDirectory() as home:
        screens = Screens(path, Path(home))
        table, _page, _memory = screens.keys(TABLE)
        with screens.terminal(DESK[0]) as terminal:
            terminal.wait_for(DESK[2])
            terminal.wait_quiet(1.0)
            busy = _while_counting(terminal)
    return [
        Figure(
            "cursor down while a report counts, p95",
            percentile(busy, 0.95),
            "ms",
            percentile(table, 0.95),
            Bar(times=1.2),
        )
    ]


def _while_counting(terminal: Terminal) -> list[float]:
    terminal.press(F3)
    terminal.wait_quiet(1.0)
    taken = []
    for _round in range(ROUNDS):
        os.write(terminal.main, QUALITY)
        taken += [terminal.press(DOWN) * 1000 for _key in range(KEYS)]
        terminal.wait_quiet(2.0)
        terminal.press(CALLS)
        terminal.wait_quiet(1.0)
    return taken
