"""What a hundred times more clients cost: the same work on a small base and on the large one."""

from collections.abc import Callable
from pathlib import Path

from benchmarks import logging_calls, searching, today
from benchmarks.bases import sample_base
from benchmarks.figures import Bar, Figure

SMALL = 10_000
ROUNDS = 3

_WORK: dict[str, Callable[[Path], float]] = {
    "first page of Today": lambda path: today.first_page(path)[0],
    "search, p95": searching.p95,
    "logging a call, p95": logging_calls.p95,
}


def figures(path: Path) -> list[Figure]:
    """Measure both by turns, and take the best of each: what else the machine did is not growth."""
    small = sample_base(SMALL)
    found = []
    for name, work in _WORK.items():
        taken = [(work(small), work(path)) for _round in range(ROUNDS)]
        found.append(
            Figure(
                f"{name}, against a base of {SMALL:,} clients",
                min(large for _small, large in taken),
                "ms",
                min(little for little, _large in taken),
                Bar(times=1.5),
            )
        )
    return found
