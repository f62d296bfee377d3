"""The lines of a text file, and how they fall into the rows of a table."""

import csv
from collections.abc import Callable, Iterator
from typing import TextIO

from salesdesk.base.reading.dialect import Dialect

LONGEST_LINE = 1 << 22
LONGEST_CELL = 1 << 20
_MOST_LINES = 1000
_MOST_TRIED = 50
# A marker of the byte order stands inside of files that were put together from several.
_ORDER_MARK = "\ufeff"


class UncutError(Exception):
    """A row that cannot be cut into cells; `line` and `row` count from 1."""

    def __init__(self, line: int, row: int) -> None:
        super().__init__(line, row)
        self.line = line
        self.row = row


class UnclosedError(UncutError):
    """A quote that is opened and never closed."""


class TooLongError(UncutError):
    """A cell or a line that holds more than any table does."""


def read_lines(file: TextIO) -> Iterator[str]:
    """Give a file's lines without marks and NULs; one beyond all measure comes in pieces that long."""
    read = file.readline
    while line := read(LONGEST_LINE):
        if "\0" in line:
            bare = line.replace("\0", "")
            # What goes on with nothing else is told as too long, not passed over for hours.
            line = line if not bare and len(line) == LONGEST_LINE else bare
        if line[:1] == _ORDER_MARK:
            line = line.lstrip(_ORDER_MARK)
        yield line


class Rows:
    """Rows cut from lines by a dialect. `mended` counts those whose quotes were not in order.

    Such a row is cut anew, more loosely. Where a quote runs over to the next lines and does not end as a
    cell's does, UnclosedError is raised; `trial`: that line is cut by itself, and the next ones as they come.
    """

    def __init__(self, lines: Iterator[str], dialect: Dialect, *, trial: bool = False) -> None:
        self._source = lines
        self._dialect = dialect
        self._trial = trial
        self._back: list[str] = []
        self._row: list[str] = []
        self._before = 0
        self._run_over = 0
        self._source_ended = False
        self.count = 0
        self.mended = 0

    def __iter__(self) -> Iterator[list[str]]:
        csv.field_size_limit(LONGEST_CELL)
        reader = self._dialect.reader(_Feed(self._next))
        row_lines = self._row
        restored = self._dialect.restored
        while True:
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as wrong:
                row = self._mend(wrong)
            self.count += 1
            self._before += len(row_lines)
            row_lines.clear()
            yield row if restored is None else restored(row)

    def _next(self) -> str:
        if self._back:
            line = self._back.pop()
        else:
            try:
                line = next(self._source)
            except StopIteration:
                self._source_ended = True
                raise
            if len(line) >= LONGEST_LINE:
                raise TooLongError(self._before + len(self._row) + 1, self.count + 1)
        self._row.append(line)
        if len(self._row) > _MOST_LINES:
            raise csv.Error
        return line

    def _mend(self, wrong: csv.Error) -> list[str]:
        """Read the row by its first line alone."""
        if "limit" in str(wrong):
            raise TooLongError(self._before + 1, self.count + 1) from wrong
        self.mended += 1
        row = self._dialect.cut_loosely(self._row[0])
        if len(self._row) > 1:
            self._run_over += 1
            if not self._trial or self._run_over > _MOST_TRIED:
                raise UnclosedError(self._before + 1, self.count + 1) from wrong
            self._back.extend(reversed(self._row[1:]))
            del self._row[1:]
        elif self._source_ended and not self._trial:
            raise UnclosedError(self._before + 1, self.count + 1) from wrong
        return row


class _Feed:
    """An iterator of a function's answers that an exception does not end, as it would a generator."""

    def __init__(self, give: Callable[[], str]) -> None:
        self._give = give

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        return self._give()
