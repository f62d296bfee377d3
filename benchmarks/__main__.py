"""Measures the desk on a large base and writes the table of figures.

python -m benchmarks [--clients 1000000] [--only today,search,logging,lead,screen,…] [--write FILE]
"""

import argparse
import os
import platform
import sqlite3
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from benchmarks import (
    duplicates,
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

CLIENTS = 1_000_000
RESULTS = Path(__file__).parents[1] / "docs" / "benchmarks.md"
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"

PARTS: dict[str, Callable[[Path, int], list[Figure]]] = {
    "screen": lambda path, _clients: screen.figures(path),
    "today": lambda path, _clients: today.figures(path),
    "search": lambda path, _clients: searching.figures(path),
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
        _put(given.write, text)
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
        f"SQLAlchemy {version('sqlalchemy')}, {_processor()}, {platform.system()}."
    )


def _processor() -> str:
    """Name the processor and how many of it this process may use."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return f"{os.cpu_count()} × {names[0] if names else platform.processor() or platform.machine()}"


def _put(file: Path, text: str) -> None:
    """Replace what stands between the marks."""
    old = file.read_text(encoding="utf-8")
    head, rest = old.split(BEGIN, 1)
    tail = rest.split(END, 1)[1]
    file.write_text(f"{head}{BEGIN}\n\n{text}\n\n{END}{tail}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
