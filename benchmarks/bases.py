"""The sample bases that are measured on: made once for each schema, size and seed, then kept."""

import hashlib
import os
import shutil
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from salesdesk.sample import SampleCounts, fill
from salesdesk.storage.base import Base, open_base

FOLDER = Path(__file__).parents[1] / ".build" / "bench"
NOW = datetime.fromisoformat("2026-11-24T10:24:00+03:00")
"""The moment at which everything is measured: a Tuesday morning, every band of the list is full."""

SEED = 1
OPERATOR = "anna"


def sample_base(clients: int) -> Path:
    """Give the base of so many clients, made now where there is none yet."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{clients}-{SEED}-{_schema()}.sqlite"
    if path.exists():
        _warm(path)
        return path
    being_made = path.with_suffix(".making")
    _remove(being_made)
    started = time.perf_counter()
    base = open_base(str(being_made), operator=OPERATOR)
    counts = fill(base, clients=clients, seed=SEED, now=NOW, progress=_tell)
    base.close()
    print(
        f"{_said(counts)} in {time.perf_counter() - started:.0f} s, {_megabytes(being_made)}",
        file=sys.stderr,
    )
    being_made.rename(path)
    return path


def counts_of(path: Path) -> SampleCounts:
    """Count what a base holds."""
    with sqlite3.connect(path) as connection:
        numbers = (
            connection.execute(f"SELECT count(*) FROM {what}").fetchone()[0]
            for what in ("client", "call", "next_action WHERE closed_at IS NULL")
        )
        return SampleCounts(*numbers)


@contextmanager
def opened(path: Path) -> Iterator[Base]:
    """Open a base as the desk does."""
    base = open_base(str(path))
    try:
        yield base
    finally:
        base.close()


@contextmanager
def copy_of(path: Path, name: str) -> Iterator[Path]:
    """Give a copy to write into; it is removed afterwards."""
    copy = FOLDER / f"{name}-{os.getpid()}.sqlite"
    shutil.copyfile(path, copy)
    with copy.open("rb+") as file:
        # What is still on its way to the disk would be waited for by the first commits.
        os.fsync(file.fileno())
    try:
        yield copy
    finally:
        _remove(copy)


def _warm(path: Path) -> None:
    """Read the file once: what is measured is the desk, not the disk."""
    with path.open("rb") as file:
        while file.read(1 << 24):
            pass


def _schema() -> str:
    """Give a short sum of the schema and its version: a base of another one is of no use."""
    empty = FOLDER / f"schema-{os.getpid()}.sqlite"
    open_base(str(empty), operator=OPERATOR).close()
    with sqlite3.connect(empty) as connection:
        lines = connection.execute(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name"
        ).fetchall()
        lines += connection.execute("SELECT version_num FROM alembic_version").fetchall()
    _remove(empty)
    return hashlib.sha256(repr(lines).encode()).hexdigest()[:10]


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        Path(f"{path}{ending}").unlink(missing_ok=True)


def _tell(done: int, of: int) -> None:
    if done % (of // 20) == 0:
        print(f"making the sample: {done:,} of {of:,}", file=sys.stderr, flush=True)


def _said(counts: SampleCounts) -> str:
    return f"{counts.clients:,} clients, {counts.calls:,} calls, {counts.next_actions:,} next actions"


def _megabytes(path: Path) -> str:
    return f"{path.stat().st_size / 1e6:,.0f} MB"
