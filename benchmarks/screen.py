"""The desk in a real terminal: first frame, list filled, keys, search and memory, beside Textual's own."""

import os
import sys
import tempfile
from contextlib import AbstractContextManager
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.bases import NOW, OPERATOR
from benchmarks.figures import Bar, Figure, percentile
from benchmarks.pty_harness import Terminal

HERE = Path(__file__).parent
DOWN, PAGE_DOWN, TOP, BACKSPACE = b"\x1b[B", b"\x1b[6~", b"\x1b[1;5H", b"\x7f"
STARTS = 9
KEYS = 150
PAGES = 40

MINIMAL = ([sys.executable, str(HERE / "pty_minimal.py")], "minimal frame", "minimal frame")
TABLE = ([sys.executable, str(HERE / "pty_table.py")], "table company 000", "table company 000")
DESK = ([sys.executable, "-m", "salesdesk"], "keys", "▸")
"""The command, a text of its first frame, and a text by which its list is there."""

ROWS_FOLLOW = 0.2
"""Seconds of silence after which nothing more is drawn for a letter."""

TYPED = ("строй", "вектор", "north", "stone", "4951", "9262", "иванова", "smith")


class Screens:
    """Starts programs on a base, with settings of nobody."""

    def __init__(self, path: Path, home: Path) -> None:
        own = {f"XDG_{name}_HOME": str(home) for name in ("STATE", "CONFIG", "DATA", "CACHE")}
        self.environ = {
            **own,
            "SALESDESK_DB": str(path),
            "SALESDESK_LANG": "en",
            "SALESDESK_NOW": NOW.isoformat(),
            "SALESDESK_OPERATOR": OPERATOR,
            "PYTHONPATH": str(HERE.parent),
        }

    def terminal(self, command: list[str]) -> AbstractContextManager[Terminal]:
        """Start a program."""
        return Terminal(command, environ=self.environ)

    def starts(self) -> dict[str, tuple[float, float]]:
        """Give the medians of first frame and filled list in milliseconds, programs started by turns."""
        taken: dict[str, list[tuple[float, float]]] = {"minimal": [], "desk": []}
        for _turn in range(STARTS + 1):
            for name, (command, frame, filled) in (("minimal", MINIMAL), ("desk", DESK)):
                with self.terminal(command) as terminal:
                    first, last = terminal.wait_for(frame), terminal.wait_for(filled)
                    taken[name].append((first * 1000, last * 1000))
        # The first start reads files that the others find in memory.
        return {
            name: (
                median(frame for frame, _list in pairs[1:]),
                median(filled for _frame, filled in pairs[1:]),
            )
            for name, pairs in taken.items()
        }

    def keys(self, program: tuple[list[str], str, str]) -> tuple[list[float], list[float], int]:
        """Give milliseconds of cursor down and next page until the last byte, and the memory then."""
        command, _frame, filled = program
        with self.terminal(command) as terminal:
            terminal.wait_for(filled)
            terminal.wait_quiet(1.0)
            down = [terminal.press(DOWN) * 1000 for _turn in range(KEYS)]
            page = []
            for turn in range(PAGES):
                if program is TABLE and turn % 4 == 0:
                    terminal.press(TOP)  # its 200 rows are five pages
                page.append(terminal.press(PAGE_DOWN) * 1000)
            return down, page, terminal.memory()

    def memory(self, program: tuple[list[str], str, str]) -> int:
        """Give the memory of a program that has just filled its first screen, bytes."""
        command, _frame, filled = program
        with self.terminal(command) as terminal:
            terminal.wait_for(filled)
            terminal.wait_quiet(1.0)
            return terminal.memory()

    def search(self) -> list[float]:
        """Give milliseconds from a key in the search field to the last byte of the rows."""
        taken: list[float] = []
        with self.terminal(DESK[0]) as terminal:
            terminal.wait_for(DESK[2])
            terminal.wait_quiet(1.0)
            terminal.press(b"s")
            terminal.wait_quiet(0.5)
            for text in TYPED:
                taken += [_settled(terminal, letter) * 1000 for letter in text]
                for _letter in text:
                    terminal.press(BACKSPACE)
                terminal.wait_quiet(0.3)
        return taken


def _settled(terminal: Terminal, letter: str) -> float:
    """Type a letter; tell how long until the last byte, when the rows that follow its echo are there too."""
    started = last = perf_counter()
    os.write(terminal.main, letter.encode())
    while terminal.read(ROWS_FOLLOW):
        last = perf_counter()
    return last - started


def figures(path: Path) -> list[Figure]:
    """Measure the running desk on a base."""
    with tempfile.TemporaryDirectory() as home:
        screens = Screens(path, Path(home))
        starts = screens.starts()
        (table_down, table_page, _table), (down, page, worked) = screens.keys(TABLE), screens.keys(DESK)
        minimal, desk = screens.memory(MINIMAL), screens.memory(DESK)
        typed = screens.search()
    floor, (frame, filled) = starts["minimal"][0], starts["desk"]
    return [
        Figure("first frame in a terminal", frame, "ms", floor, Bar(times=1.5)),
        Figure("list filled and keys alive", filled, "ms", floor, Bar(times=3)),
        Figure(
            "cursor down, key to last byte, p95",
            percentile(down, 0.95),
            "ms",
            percentile(table_down, 0.95),
            Bar(times=1.2),
        ),
        Figure(
            "next page, key to last byte, p95",
            percentile(page, 0.95),
            "ms",
            percentile(table_page, 0.95),
            Bar(times=1.2),
        ),
        Figure(
            "search, keystroke to rows in a terminal, p95", percentile(typed, 0.95), "ms", bar=Bar(most=20)
        ),
        Figure("memory of the running desk", desk / 1e6, "MB", minimal / 1e6, Bar(over=90)),
        Figure(f"… after {KEYS + PAGES} keys", worked / 1e6, "MB", minimal / 1e6, Bar(over=90)),
    ]


def main() -> None:
    """Measure the desk on the base that is named, alone."""
    for figure in figures(Path(os.fspath(sys.argv[1]))):
        print("  ".join(figure.cells()))


if __name__ == "__main__":
    main()
