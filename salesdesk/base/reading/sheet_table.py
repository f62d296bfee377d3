"""A table on a sheet of a workbook, whatever the workbook's format."""

from abc import abstractmethod
from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from pathlib import Path

from salesdesk.base.reading.choosing_sheet import chosen_sheets, likeness, most_like
from salesdesk.base.reading.header import LOOKED_AT, Header, read_header
from salesdesk.base.reading.merged import Span, spread_down
from salesdesk.base.reading.streamed_xml import NumberedRow
from salesdesk.base.reading.table import Row, Table, fitted
from salesdesk.errors import InputError
from salesdesk.i18n import _


class SheetTable(Table):
    """One sheet. A format gives the rows of each of its sheets, by the sheet's place."""

    path: Path
    sheets: tuple[str, ...] = ()
    faults: tuple[type[Exception], ...] = ()
    """What reading raises where the file is damaged."""

    @abstractmethod
    def cells(self, sheet: int) -> Iterator[NumberedRow]:
        """Give each row with something in it, by its number in the sheet (from 1)."""

    def spans(self, _sheet: int) -> list[Span]:
        """Give the cells merged downwards, in order of their rows."""
        return []

    def choose(self, names: Sequence[str], hidden: Collection[int], wanted: str | None) -> str:
        """Take the sheet asked for, else the first visible one that holds a table; give its name."""
        self.sheets = tuple(names)
        chosen = chosen_sheets(self.sheets, wanted)
        trials = (self._try(at) for at in chosen if wanted is not None or at not in hidden)
        self._sheet, self._header, self._first = most_like(trials, self.path)
        self._spans = self.spans(self._sheet)
        self.header_found, self.header = self._header.found, self._header.names
        return self.sheets[self._sheet]

    def _try(self, sheet: int) -> tuple[int, tuple[int, Header, int]]:
        """Read the beginning of a sheet: how like a table it is, and what is found in it."""
        rows = self.cells(sheet)
        first = list(islice(rows, 2 * LOOKED_AT))
        close = getattr(rows, "close", None)
        if close:
            close()
        header = read_header([row for _number, row in first], wider=True)
        start = 1
        if first:
            start = first[header.below - 1][0] + 1 if header.found else first[0][0]
        return likeness(header, [row for _number, row in first]), (sheet, header, start)

    def rows(self) -> Iterator[tuple[int, Row]]:
        """Give each row that has anything in it, with its number below the header."""
        width = len(self.header)
        repeated = self._header.row[0] if self._header.row else None
        try:
            cells = self.cells(self._sheet)
            for number, row in spread_down(cells, self._spans) if self._spans else cells:
                if number < self._first or (row[0] == repeated and self._header.repeats(row)):
                    continue
                yield number - self._first + 1, fitted(row, width)
        except self.faults as wrong:
            raise damaged(self.path) from wrong


def damaged(path: Path) -> InputError:
    """Say that a file cannot be read to its end."""
    return InputError(_("{file} is damaged or cut short; get it anew.").format(file=path.name))


def too_big(path: Path) -> InputError:
    """Say that a file of a format that is read whole would fill the memory."""
    return InputError(
        _("{file} is too big for this format; save the table as XLSX or CSV.").format(file=path.name)
    )
