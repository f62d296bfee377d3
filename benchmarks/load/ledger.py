"""What operators say of their own work, kept outside the base: what it holds is compared with this."""

import os
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple


class Step(StrEnum):
    """What an operator does, over and over."""

    NEXT = "next"
    CARD = "card"
    LOG = "log"


class Word(StrEnum):
    """What became of it."""

    BEGUN = "begun"
    DONE = "done"
    FAILED = "failed"
    """It was said that nothing was saved, or that the base is away: it is tried again."""
    WRONG = "wrong"
    """It failed in a way that should not be."""


class Line(NamedTuple):
    """One thing that an operator did or met. `at` is when, in seconds of the machine's own count."""

    step: Step
    word: Word
    operator: str
    client: int
    marker: str
    at: float
    seconds: float
    said: str = ""


class Ledger:
    """A file of a process: a line that is written stays, whatever becomes of the process."""

    def __init__(self, folder: Path) -> None:
        self._file = os.open(folder / f"{os.getpid()}.ledger", os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def write(self, line: Line) -> None:
        """Write a line, at once and whole."""
        said = " ".join(line.said.split())
        os.write(self._file, ("\t".join(map(str, line._replace(said=said))) + "\n").encode())


def lines(folder: Path) -> Iterator[Line]:
    """Read what every process wrote."""
    for file in sorted(folder.glob("*.ledger")):
        for text in file.read_text(encoding="utf-8").splitlines():
            step, word, operator, client, marker, at, seconds, said = text.split("\t")
            yield Line(Step(step), Word(word), operator, int(client), marker, float(at), float(seconds), said)
