"""A table in a file, read from its first row to its last."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Self

from salesdesk.base.cells import Cell
from salesdesk.errors import InputError
from salesdesk.i18n import _

if TYPE_CHECKING:
    from salesdesk.base.reading.layouts import Layout

Row = tuple[Cell, ...]
MOST_COLUMNS = 1 << 14
"""As many as a sheet of any spreadsheet program has."""


class BadRow(Row):
    """A row that the reading of its file found to be wrong; `why` says what is the matter."""

    why: str

    def __new__(cls, cells: Iterable[Cell], why: str) -> Self:
        """Take the row's cells, and what is wrong with them."""
        row = super().__new__(cls, cells)
        row.why = why
        return row


class Table(ABC):
    """What a file holds. `rows` may be asked for many times; each time the file is read anew.

    `format` says how it was understood, in one line; `size` and `position` count the same thing
    (bytes of a text, rows of a workbook): how far the reading is. `size` is None where nobody knows.
    """

    format: str
    header: tuple[str, ...]
    header_found: bool
    layout: "Layout | None" = None
    """What kind of record the file is known to hold: then its columns need not be guessed."""
    size: int | None
    position: int = 0

    @property
    def columns_named(self) -> bool:
        """Whether the columns are called something, by a header or as such records are."""
        return self.header_found or self.layout is not None

    @abstractmethod
    def rows(self) -> Iterator[tuple[int, Row]]:
        """Give each row that has anything in it, with its number: from 1, the header not counted.

        A row is as wide as the header; a wider one keeps what is beyond it. Raises InputError where
        the file cannot be read further.
        """

    def sample(self, count: int = 200) -> list[Row]:
        """Give the first rows."""
        rows = self.rows()
        try:
            return [row for _number, row in islice(rows, count)]
        finally:
            close = getattr(rows, "close", None)
            if close:
                close()


def fitted(row: list[Cell], width: int) -> Row:
    """Make a row as wide as the header, dropping only empty cells."""
    if len(row) < width:
        row = row + [None] * (width - len(row))
    while len(row) > width and (row[-1] is None or row[-1] == ""):
        row.pop()
    return tuple(row)


def too_wide(path: Path, row: int, count: int) -> InputError:
    """Say that a row has more columns than a table can have."""
    return InputError(
        _(
            "{file}, row {row}: it has {count} columns; a table has {most} at most. Nothing was imported."
        ).format(file=path.name, row=row, count=count, most=MOST_COLUMNS)
    )
