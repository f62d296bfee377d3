"""Runs a command so that the most memory it takes is its own, none of it the benchmark's.

Linux counts for a new process also what the one it comes from held: the command is started by a small
interpreter, which holds next to nothing.
"""

import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_START = """
import resource, subprocess, sys
with open(sys.argv[1], "wb") as out:
    code = subprocess.run(sys.argv[2:], stdout=out, stderr=subprocess.STDOUT).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a command took."""

    seconds: float
    memory: int
    """The most that was in memory at once, bytes."""


def run_alone(command: Sequence[str], out: Path) -> Taken:
    """Run a command; what it says goes to a file. Raises RuntimeError where it fails."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-S", "-c", _START, str(out), *command],
        check=False,
        stdout=subprocess.PIPE,
        text=True,
    )
    seconds = time.perf_counter() - started
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {out.read_text(encoding='utf-8')[-500:]}")
    return Taken(seconds, int(done.stdout) * 1024)
