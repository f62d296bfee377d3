"""Tables in binary workbooks: XLS, XLSB. Read whole, so only while they are small."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile, is_zipfile
from zlib import error as ZlibError  # noqa: N812  # an exception, by the name of its kind

from salesdesk.base.cells import Cell
from salesdesk.base.reading.binary_size import cells_of_xls, cells_of_xlsb
from salesdesk.base.reading.merged import Span
from salesdesk.base.reading.numbers import clock, number_of
from salesdesk.base.reading.sheet_table import NumberedRow, SheetTable, damaged, too_big
from salesdesk.i18n import _

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

_MOST_BYTES = 64 << 20
_MOST_UNPACKED = 256 << 20
_MOST_CELLS = 4_000_000


class CalamineTable(SheetTable):
    """One sheet of a workbook that calamine reads."""

    def __init__(self, path: Path, sheet: str | None = None) -> None:
        from python_calamine import SheetVisibleEnum, load_workbook

        self.path = path
        _check_sizes(path)
        with _told(path), load_workbook(str(path)) as workbook:
            hidden = {
                at
                for at, found in enumerate(workbook.sheets_metadata)
                if found.visible is not SheetVisibleEnum.Visible
            }
            self._workbook = workbook
            self._read: dict[int, list[list[Cell]]] = {}
            self._merged: dict[int, list[Span]] = {}
            name = self.choose(workbook.sheet_names, hidden, sheet)
        self._read = {self._sheet: self._read[self._sheet]}
        self.size = len(self._read[self._sheet])
        self.format = _("workbook, sheet {name}").format(name=name)

    def _rows_of(self, sheet: int) -> list[list[Cell]]:
        if sheet not in self._read:
            found = self._workbook.get_sheet_by_index(sheet)
            self._read[sheet] = (
                [[_cell(value) for value in row] for row in found.to_python(skip_empty_area=False)]
                if found.height
                else []
            )
            self._merged[sheet] = _spans(found)
        return self._read[sheet]

    def cells(self, sheet: int) -> Iterator[NumberedRow]:
        """Give each row with something in it."""
        for number, row in enumerate(self._rows_of(sheet), 1):
            self.position = number
            if any(value is not None for value in row):
                yield number, list(row)

    def spans(self, sheet: int) -> list[Span]:
        """Give the cells merged downwards."""
        return self._merged.get(sheet, [])


def _spans(sheet: "CalamineSheet") -> list[Span]:
    merged = sheet.merged_cell_ranges or []
    return sorted((first[0] + 1, last[0] + 1, first[1]) for first, last in merged if last[0] > first[0])


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Say in one line what is wrong with a workbook: what calamine raises, and where it panics."""
    from python_calamine import CalamineError, PasswordError

    from salesdesk.base.reading.opening import protected

    try:
        yield
    except PasswordError as wrong:
        raise protected(path) from wrong
    except (CalamineError, OSError, ValueError, OverflowError, IndexError) as wrong:
        raise damaged(path) from wrong
    except BaseException as wrong:
        if type(wrong).__name__ != "PanicException":
            raise
        raise damaged(path) from wrong


def _cell(value: str | float | time | date | timedelta) -> Cell:
    if isinstance(value, str):
        return value.replace("\0", "") or None
    if isinstance(value, timedelta):
        return clock(round(value.total_seconds()))
    if isinstance(value, time):
        return value.isoformat(timespec="seconds")
    if isinstance(value, datetime):
        return value if value.time().replace(microsecond=0) != time() else value.date()
    if isinstance(value, float):
        return number_of(repr(value))
    return value


def _check_sizes(path: Path) -> None:
    """Refuse what would fill the memory: calamine makes every cell from the first one to the last."""
    if path.stat().st_size > _MOST_BYTES:
        raise too_big(path)
    try:
        if not is_zipfile(path):
            cells = cells_of_xls(path.read_bytes())
        else:
            with ZipFile(path) as archive:
                if sum(part.file_size for part in archive.infolist()) > _MOST_UNPACKED:
                    raise too_big(path)
                cells = cells_of_xlsb(archive)
    except (BadZipFile, ZlibError, EOFError, RuntimeError, NotImplementedError, ValueError) as wrong:
        raise damaged(path) from wrong
    if cells > _MOST_CELLS:
        raise too_big(path)
