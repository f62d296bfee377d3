"""A look through the whole base for duplicates: how long it takes, and in how much memory."""

import json
import subprocess
import sys
from pathlib import Path

from benchmarks.bases import copy_of, sample_base
from benchmarks.figures import Bar, Figure

MEGABYTE = 1 << 20
_BARS = {100_000: 30.0, 1_000_000: 360.0}

# In a process of its own: what it holds at most is its own.
_LOOK = """
import json, resource, sys, time
from benchmarks.bases import NOW, OPERATOR, opened
from salesdesk.base.duplicates.scanning import find, keep
from salesdesk.clock import Clock
from salesdesk.context import context_of
from pathlib import Path
with opened(Path(sys.argv[1])) as base:
    context = context_of(base, Clock(fixed=NOW), OPERATOR)
    started = time.perf_counter()
    with base.read() as session:
        found = find(session, context)
    with base.write() as session:
        pairs = keep(session, context, found)
    taken = time.perf_counter() - started
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"clients": found.clients, "pairs": pairs, "seconds": taken, "bytes": peak * 1024}))
"""


def figures(clients: int) -> list[Figure]:
    """Measure a hundred thousand clients, and as many as the base that is measured on."""
    made = []
    for count in sorted({min(100_000, clients), clients}):
        with copy_of(sample_base(count), f"duplicates-{count}") as path:
            said = _looked_through(path)
        bar = Bar(most=_BARS[count]) if count in _BARS else None
        made += [
            Figure(f"duplicates, {count:,} clients looked through", said["seconds"], "s", bar=bar),
            Figure("… memory", said["bytes"] / MEGABYTE, "MB", bar=Bar(most=1024)),
        ]
    return made


def _looked_through(path: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-c", _LOOK, str(path)], capture_output=True, text=True, check=True
    )
    said: dict[str, float] = json.loads(done.stdout)
    return said
