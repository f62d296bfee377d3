"""A look through the whole base for duplicates: how long it takes, and in how much memory."""

import json
import sys
from pathlib import Path

from benchmarks.alone import run_alone
from benchmarks.bases import copy_of, sample_base
from benchmarks.figures import Bar, Figure

MEGABYTE = 1 << 20
_BARS = {100_000: 30.0, 1_000_000: 360.0}

_LOOK = """
import json, sys, time
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
print(json.dumps({"clients": found.clients, "pairs": pairs, "seconds": taken}))
"""


def figures(clients: int) -> list[Figure]:
    """Measure a hundred thousand clients, and as many as the base that is measured on."""
    made = []
    for count in sorted({min(100_000, clients), clients}):
        with copy_of(sample_base(count), f"duplicates-{count}") as path:
            seconds, memory = _looked_through(path)
        bar = Bar(most=_BARS[count]) if count in _BARS else None
        made += [
            Figure(f"duplicates, {count:,} clients looked through", seconds, "s", bar=bar),
            Figure("… memory", memory / MEGABYTE, "MB", bar=Bar(most=1024)),
        ]
    return made


def _looked_through(path: Path) -> tuple[float, int]:
    """Look through a base; give the seconds it took, once it was open, and the most memory, bytes."""
    out = path.with_suffix(".json")
    memory = run_alone([sys.executable, "-c", _LOOK, str(path)], out).memory
    said = json.loads(out.read_text(encoding="utf-8"))
    out.unlink()
    return said["seconds"], memory
