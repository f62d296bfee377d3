"""Operators at work on one base for some minutes: how long each step takes them, and what went wrong."""

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.figures import Bar, Figure, percentile
from benchmarks.load.ledger import Line, Step, Word, lines
from benchmarks.load.places import folder_of_our_own
from benchmarks.load.proof import Proof, proof
from benchmarks.load.room import room
from benchmarks.load.server import running_server
from benchmarks.load.shared import as_login, give_logins, on_postgres, on_sqlite

THINKING = 2.0
MOST = 50.0
"""Milliseconds at the 95th percentile, of each step."""


def figures(clients: int, operators: dict[str, int], minutes: float) -> list[Figure]:
    """Let a room work on each database."""
    found: list[Figure] = []
    with folder_of_our_own() as folder:
        lite = operators["SQLite"]
        found += _worked("SQLite", on_sqlite(folder, clients, lite), folder / "lite", lite, minutes)
        server = operators["PostgreSQL"]
        with running_server() as postgres:
            url = on_postgres(postgres, clients, server)
            give_logins(url)
            through = as_login(url, "{login}")
            name = "PostgreSQL, each with a login role"
            found += _worked(name, url, folder / "server", server, minutes, through)
            dead = postgres.run(f"SELECT deadlocks FROM pg_stat_database WHERE datname = 'room{clients}'")
            found.append(Figure("… deadlocks", float(str(dead[0][0])), "", bar=Bar(most=0)))
    return found


def _worked(
    database: str, url: str, ledger: Path, operators: int, minutes: float, through: str | None = None
) -> list[Figure]:
    """Let operators work, through another URL than the owner's where that is said."""
    print(f"  {operators} operators on {database}, {minutes:g} minutes …", flush=True)
    with room(through or url, ledger, operators=operators, thinking=THINKING) as at_work:
        time.sleep(minutes * 60)
    proved = proof(url, ledger, at_work.clock)
    for other in proved.others:
        print(f"    {other}", flush=True)
    told = [*lines(ledger)]
    done = [line for line in told if line.word == Word.DONE and line.at >= at_work.begun_at]
    calls = sum(line.step == Step.LOG for line in done)
    failed = [line for line in told if line.word == Word.FAILED]
    for said in _why(failed, at_work.begun_at):
        print(f"    {said}", flush=True)
    return [
        Figure(f"{operators} operators on {database}, calls a second", calls / minutes / 60, ""),
        *_steps(done),
        Figure("… steps that said that the base was busy or away", len(failed), "", bar=Bar(most=0)),
        *_proved(proved),
    ]


def _steps(done: Sequence[Line]) -> Iterator[Figure]:
    """Tell how long each step took."""
    for step in Step:
        # An empty list is no next client.
        times = [line.seconds * 1000 for line in done if line.step == step and line.client]
        for name, share, bar in (("p50", 0.5, None), ("p95", 0.95, Bar(most=MOST)), ("max", 1.0, None)):
            yield Figure(f"… {step}, {name}", percentile(times, share), "ms", bar=bar)


def _why(failed: Sequence[Line], begun_at: float) -> Iterator[str]:
    """Tell what was said where a step failed, and when: in seconds from when everybody was at work."""
    by_words: defaultdict[tuple[Step, str], list[Line]] = defaultdict(list)
    for line in failed:
        by_words[line.step, line.said].append(line)
    for (step, said), those in by_words.items():
        at = [line.at - begun_at for line in those]
        longest = max(line.seconds for line in those)
        when = f"at {min(at):.0f} to {max(at):.0f} s, after {longest:.1f} s at the most"
        yield f"{step} failed {len(those)} times, {when}: {said}"


def _proved(proved: Proof) -> list[Figure]:
    none = Bar(most=0)
    return [
        Figure("… calls saved and not there once", proved.saved - proved.once, "", bar=none),
        Figure("… clients with two operators at once", proved.at_once, "", bar=none),
        Figure("… other errors, rules that do not hold", len(proved.others), "", bar=none),
    ]
