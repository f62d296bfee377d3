"""Measures how much a shared base holds and what faults do to it, on SQLite and on a PostgreSQL server.

python -m benchmarks.load [--only room,claims,faults,million,sizes,partitions] [--small] [--write [FILE]]
"""

import argparse
import os
import platform
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

from benchmarks.figures import Figure, table
from benchmarks.load import faults, million, partitions, sizes, throttle, working_day
from benchmarks.written import RESULTS, processor, put


@dataclass(frozen=True)
class Scale:
    """How much of everything is measured."""

    clients: int = 150_000
    operators: int = 200
    """On PostgreSQL."""
    sharing_a_file: int = 50
    """Operators on one SQLite file."""
    minutes: float = 10
    processes: int = 50
    claims: int = 100_000
    rounds: int = 30
    million: int = 1_000_000
    sample: int = 50_000
    copies: int = 20


SMALL = Scale(
    clients=20_000, operators=20, sharing_a_file=10, minutes=0.5, processes=8, claims=2_000, rounds=3,
    million=20_000, sample=20_000, copies=3,
)  # fmt: skip
"""Whether it works, in some ten minutes; the figures say little."""


@dataclass(frozen=True)
class Told:
    """What a part came to: its table, and what in it should not be."""

    text: str
    wrong: tuple[str, ...] = ()


def main() -> int:
    """Measure what was asked for; tell 1 where something is wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--only", default=",".join(_PARTS), help="parts to measure")
    parser.add_argument("--small", action="store_true", help="try everything on little, in some ten minutes")
    parser.add_argument("--minutes", type=float, help="how long operators work")
    parser.add_argument("--rounds", type=int, help="how often each fault happens")
    parser.add_argument(
        "--url", help="a PostgreSQL base with the million clients already, of a server of yours"
    )
    parser.add_argument(
        "--role", action="append", default=[], help="the URL of a login role of that base; may be repeated"
    )
    parser.add_argument(
        "--write",
        type=Path,
        nargs="?",
        const=RESULTS,
        help="put the tables into a Markdown file, by its marks",
    )
    given = parser.parse_args()
    scale = _scale(given)
    wrong: list[str] = []
    for part in given.only.split(","):
        print(f"{part} …", file=sys.stderr, flush=True)
        started = time.perf_counter()
        told = _PARTS[part](scale, given)
        text = f"{_conditions(time.perf_counter() - started)}\n\n{told.text}"
        print(text, flush=True)
        if given.write is not None:
            put(given.write, f"load: {part}", text)
        wrong += told.wrong
    print(f"{len(wrong)} things are not as they should be: {'; '.join(wrong) or 'none'}")
    return 1 if wrong else 0


def _scale(given: argparse.Namespace) -> Scale:
    chosen = SMALL if given.small else Scale()
    said = {name: getattr(given, name) for name in ("minutes", "rounds") if getattr(given, name) is not None}
    return replace(chosen, **said)


def _figures(figures: list[Figure]) -> Told:
    return Told(table(figures), tuple(figure.name for figure in figures if figure.passed is False))


def _room(scale: Scale, _given: argparse.Namespace) -> Told:
    operators = {"SQLite": scale.sharing_a_file, "PostgreSQL": scale.operators}
    told = _figures(working_day.figures(scale.clients, operators, scale.minutes))
    return Told(f"{scale.clients:,} clients, {scale.minutes:g} minutes each.\n\n{told.text}", told.wrong)


def _claims(scale: Scale, _given: argparse.Namespace) -> Told:
    return _figures(throttle.figures(scale.processes, scale.claims))


def _faults(scale: Scale, _given: argparse.Namespace) -> Told:
    suffered = []
    for one in faults.suffered(scale.rounds):
        suffered.append(one)
        print(faults.table([one]).splitlines()[-1], file=sys.stderr, flush=True)
    return Told(
        faults.table(suffered), tuple(one.fault for one in suffered if one.proof and not one.proof.holds)
    )


def _million(scale: Scale, given: argparse.Namespace) -> Told:
    return Told(f"{scale.million:,} clients.\n\n{million.measured(scale.million, given.url, given.role)}")


def _sizes(scale: Scale, _given: argparse.Namespace) -> Told:
    return Told(sizes.table(sizes.sizes(scale.sample)))


def _partitions(scale: Scale, _given: argparse.Namespace) -> Told:
    rows = partitions.measured(scale.copies)
    return Told(
        f"{scale.copies} times the calls of {partitions.CLIENTS:,} clients.\n\n{partitions.table(rows)}"
    )


_PARTS: dict[str, Callable[[Scale, argparse.Namespace], Told]] = {
    "room": _room,
    "claims": _claims,
    "faults": _faults,
    "million": _million,
    "sizes": _sizes,
    "partitions": _partitions,
}


def _conditions(seconds: float) -> str:
    """Say on what the figures were taken."""
    return (
        f"Python {platform.python_version()}, SQLAlchemy {version('sqlalchemy')}, "
        f"psycopg {version('psycopg')}, {processor()}, {platform.system()}; "
        f"{seconds / 60:.0f} minutes, load average of the last 15 {os.getloadavg()[2]:.1f}."
    )


if __name__ == "__main__":
    sys.exit(main())
