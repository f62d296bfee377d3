"""The files that tables are written to: CSV and XLSX."""

import csv
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from salesdesk.base.exporting.cells import Cell
from salesdesk.base.guarding import guard, guard_typed
from salesdesk.errors import InputError
from salesdesk.i18n import _

ROWS_MOST = 1_048_576
LETTERS_MOST = 32_767
_WIDTH = 18
# What XML holds none of: readers would show `_x0001_` in its place, or no workbook at all.
_NOT_IN_XML = dict.fromkeys([0xFFFE, 0xFFFF, *({*range(32)} - {9, 10, 13})], "\ufffd")


class CsvFile:
    """CSV in UTF-8 with a BOM, cut by semicolons, every cell in quotes.

    A Russian Windows has the comma for decimals and the semicolon for lists: its Excel opens such a
    file in columns by a double click, and one with commas in a single column. Without the BOM it would
    read UTF-8 as cp1251. Our own import finds both by itself. With every cell in quotes no text can
    make it doubt what the delimiter is.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file, delimiter=";", quoting=csv.QUOTE_ALL)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def row(self, cells: Sequence[Cell]) -> None:
        """Write a row."""
        self._writer.writerow([_text(cell) for cell in cells])


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return guard(cell)
    if isinstance(cell, Decimal):
        # Whole amounts read the same everywhere; kopecks as the Excel that the file is for reads them.
        return str(int(cell)) if cell == int(cell) else str(cell).replace(".", ",")
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    return str(cell)


class WorkbookFile:
    """XLSX, a row at a time: text is text, numbers and dates are numbers and dates."""

    def __init__(self, path: Path) -> None:
        import xlsxwriter

        self._book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
        self._sheet = self._book.add_worksheet()
        self._head = self._book.add_format({"bold": True})
        self._money = self._book.add_format({"num_format": "#,##0.00"})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._moment = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._at = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._close()
            return
        # What went wrong is on its way already; closing only lets go of the files in between.
        with suppress(Exception):
            self._book.close()

    def _close(self) -> None:
        from xlsxwriter.exceptions import FileCreateError

        try:
            self._book.close()
        except FileCreateError as wrong:
            raise OSError(*wrong.args[0].args) from wrong

    def row(self, cells: Sequence[Cell]) -> None:
        """Write a row; the first are the heads. Raises InputError for what no sheet can hold."""
        if self._at == 0:
            self._sheet.set_column(0, len(cells) - 1, _WIDTH)
            self._sheet.freeze_panes(1, 0)
        if self._at == ROWS_MOST:
            raise InputError(
                _(
                    "A sheet holds {most} rows and these are more: export them as CSV, or fewer with --where."
                ).format(most=ROWS_MOST)
            )
        for column, cell in enumerate(cells):
            if cell is not None:
                self._put(column, cell)
        self._at += 1

    def _put(self, column: int, cell: str | int | Decimal | date | datetime) -> None:
        place: tuple[int, int] = (self._at, column)
        if isinstance(cell, str):
            self._sheet.write_string(*place, self._fitting(cell), self._head if self._at == 0 else None)
        elif isinstance(cell, datetime):
            self._sheet.write_datetime(*place, cell, self._moment)
        elif isinstance(cell, date):
            self._sheet.write_datetime(*place, _midnight(cell), self._day)
        else:
            money: Any = self._money if isinstance(cell, Decimal) else None
            self._sheet.write_number(*place, float(cell) if isinstance(cell, Decimal) else cell, money)

    def _fitting(self, text: str) -> str:
        if len(text) >= LETTERS_MOST:
            raise InputError(
                _("Row {row} has a text longer than a cell of a workbook holds: export it as CSV.").format(
                    row=self._at
                )
            )
        # A line ends in one way there; others are shown as a sign of their own.
        lines = text.replace("\r\n", "\n").replace("\r", "\n")
        return guard_typed(lines).translate(_NOT_IN_XML)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001  # a workbook knows no zones
