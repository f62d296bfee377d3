"""Measures the desk on a large base and writes the table of figures.

python -m benchmarks [--clients 1000000] [--only today,search,logging,lead,screen,…] [--write FILE]
"""

import argparse
import platform
import sqlite3
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from benchmarks import (
    duplicates,
    filters,
    growth,
    importing,
    lead_desk,
    likeness,
    logging_calls,
    screen,
    searching,
    today,
)
from benchmarks.bases import counts_of, sample_base
from benchmarks.figures import Figure, table
from benchmarks.written import processor, put

CLIENTS = 1_000_000

PARTS: dict[str, Callable[[Path, int], list[Figure]]] = {
    "screen": lambda path, _clients: screen.figures(path),
    "today": lambda path, _clients: today.figures(path),
    "search": lambda path, _clients: searching.figures(path),
    "filters": lambda path, _clients: filters.figures(path),
    "logging": lambda path, _clients: logging_calls.figures(path),
    "lead": lambda path, _clients: lead_desk.figures(path),
    "growth": lambda path, _clients: growth.figures(path),
    "import": lambda _path, clients: importing.figures(clients),
    "likeness": lambda path, _clients: likeness.figures(path),
    "duplicates": lambda _path, clients: duplicates.figures(clients),
}


def main() -> int:
    """Measure what was asked for; tell 1 where a figure misses its bar."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--clients", type=int, default=CLIENTS, help="clients of the base that is measured on"
    )
    parser.add_argument("--only", default=",".join(PARTS), help="parts to measure")
    parser.add_argument("--write", type=Path, help="a Markdown file to put the table into, between its marks")
    given = parser.parse_args()
    path = sample_base(given.clients)
    figures: list[Figure] = []
    for part in given.only.split(","):
        print(f"{part} …", file=sys.stderr, flush=True)
        figures += PARTS[part](path, given.clients)
    text = f"{_conditions(path)}\n\n{table(figures)}"
    print(text)
    if given.write is not None:
        put(given.write, "figures", text)
    missed = [figure.name for figure in figures if figure.passed is False]
    print(f"{len(missed)} of {len(figures)} figures miss their bar: {'; '.join(missed) or 'none'}")
    return 1 if missed else 0


def _conditions(path: Path) -> str:
    """Say on what the figures were taken."""
    counts = counts_of(path)
    return (
        f"{counts.clients:,} clients, {counts.calls:,} calls, {counts.next_actions:,} open next actions; "
        f"{path.stat().st_size / 1e6:,.0f} MB of SQLite {sqlite3.sqlite_version}.\n"
        f"Python {platform.python_version()}, Textual {version('textual')}, "
        f"SQLAlchemy {version('sqlalchemy')}, {processor()}, {platform.system()}."
    )


if __name__ == "__main__":
    sys.exit(main())
