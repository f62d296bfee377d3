"""First frame, list filled, and cursor keys of the desk in a real terminal, beside Textual's own.

python benchmarks/pty_desk.py BASE [--times 7] [--keys 150]
"""

import argparse
import os
import statistics
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pty_harness import Terminal, percentile

HERE = Path(__file__).parent
DOWN, PAGE_DOWN = b"\x1b[B", b"\x1b[6~"


@dataclass
class Program:
    """Something to start, the text of its first frame, and the text by which its list is there."""

    name: str
    command: list[str]
    frame: str
    filled: str


def start_times(programs: list[Program], times: int, environ: Mapping[str, str]) -> None:
    """Start programs by turns, so that a busy moment of the machine is shared; print medians."""
    taken: dict[str, list[tuple[float, float]]] = {program.name: [] for program in programs}
    for _again in range(times + 1):
        for program in programs:
            with Terminal(program.command, environ=environ) as terminal:
                taken[program.name].append(
                    (terminal.wait_for(program.frame), terminal.wait_for(program.filled))
                )
    floor = statistics.median(frame for frame, _list in taken[programs[0].name][1:])
    for name, pairs in taken.items():
        # The first start reads files that the others find in memory.
        frame, filled = (statistics.median(values) for values in zip(*pairs[1:], strict=True))
        print(
            f"{name:8} first frame {frame * 1000:.0f} ms ({frame / floor:.2f}x)"
            f"   list {filled * 1000:.0f} ms ({filled / floor:.2f}x)"
        )


def key_times(command: list[str], ready: str, keys: int, environ: Mapping[str, str]) -> str:
    """Hold keys down in a program; give medians and 95th percentiles until the last byte."""
    with Terminal(command, environ=environ) as terminal:
        terminal.wait_for(ready)
        terminal.wait_quiet(1.0)
        down = [terminal.press(DOWN) for _key in range(keys)]
        page = [terminal.press(PAGE_DOWN) for _key in range(keys // 5)]
        memory = terminal.memory()
    return f"down {spread(down)}   page {spread(page)}   memory {memory >> 20} MB"


def spread(values: list[float]) -> str:
    return f"p50 {percentile(values, 0.5) * 1000:.1f} p95 {percentile(values, 0.95) * 1000:.1f} ms"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base", help="a base with a sample in it")
    parser.add_argument("--times", type=int, default=7)
    parser.add_argument("--keys", type=int, default=150)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        own = {f"XDG_{name}_HOME": folder for name in ("STATE", "CONFIG", "DATA", "CACHE")}
        environ = {**own, "SALESDESK_DB": given.base, "SALESDESK_LANG": "en", "PYTHONPATH": str(HERE.parent)}
        environ |= {name: value for name, value in os.environ.items() if name.startswith("SALESDESK_NOW")}
        minimal = Program("minimal", [sys.executable, str(HERE / "pty_minimal.py")], *["minimal frame"] * 2)
        table = Program("table", [sys.executable, str(HERE / "pty_table.py")], *["table company 000"] * 2)
        desk = Program("desk", [sys.executable, "-m", "salesdesk"], "keys", "▸")
        start_times([minimal, table, desk], given.times, environ)
        for program in (table, desk):
            print(f"{program.name:8}", key_times(program.command, program.filled, given.keys, environ))


if __name__ == "__main__":
    main()
