"""Tables in workbooks of other kinds: XLS, XLSB, ODS. Read whole, so only while they are small."""

import re
from collections.abc import Iterator
from datetime import date, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile, is_zipfile
from zlib import error as ZlibError  # noqa: N812  # an exception, by the name of its kind

from salesdesk.base.cells import Cell
from salesdesk.base.reading.header import find_header, names_of
from salesdesk.base.reading.table import Row, Table, fitted
from salesdesk.base.reading.xlsx import chosen_sheets
from salesdesk.errors import InputError
from salesdesk.i18n import _

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

_MOST_BYTES = 64 << 20
_MOST_UNPACKED = 256 << 20
_MOST_CELLS = 5_000_000


class CalamineTable(Table):
    """One sheet of a workbook that calamine reads."""

    def __init__(self, path: Path, sheet: str | None = None) -> None:
        from python_calamine import CalamineError, PasswordError, SheetVisibleEnum, load_workbook

        from salesdesk.base.reading.opening import protected

        self.path = path
        _check_sizes(path)
        try:
            with load_workbook(str(path)) as workbook:
                hidden = {
                    found.name
                    for found in workbook.sheets_metadata
                    if found.visible is not SheetVisibleEnum.Visible
                }
                names = workbook.sheet_names
                chosen = [
                    at for at in chosen_sheets(names, sheet) if sheet is not None or names[at] not in hidden
                ]
                sheets = (workbook.get_sheet_by_index(at) for at in chosen)
                found = next((each for each in sheets if each.height), None)
        except PasswordError as wrong:
            raise protected(path) from wrong
        except (CalamineError, OSError, ValueError) as wrong:
            raise InputError(
                _("{file} is damaged or cut short; get it anew.").format(file=path.name)
            ) from wrong
        if found is None:
            raise InputError(_("{file} has no rows.").format(file=path.name))
        self._take(found)

    def _take(self, sheet: "CalamineSheet") -> None:
        rows = [[_cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
        filled = [at for at, row in enumerate(rows) if any(value is not None for value in row)]
        at = find_header([rows[each] for each in filled])
        self.header_found = at is not None
        self._first = (filled[0] if filled else 0) if at is None else filled[at] + 1
        self.header = names_of(None if at is None else rows[filled[at]], max(map(len, rows), default=0))
        self._rows = rows
        self.size = len(rows)
        self.format = _("workbook, sheet {name}").format(name=sheet.name)

    def rows(self) -> Iterator[tuple[int, Row]]:
        """Give each row that has anything in it, with its number below the header."""
        width = len(self.header)
        for at in range(self._first, len(self._rows)):
            self.position = at + 1
            row = self._rows[at]
            if any(value is not None for value in row):
                yield at - self._first + 1, fitted(list(row), width)


def _cell(value: str | float | time | date | timedelta) -> Cell:
    if value == "" and isinstance(value, str):
        return None
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    if isinstance(value, time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value


_REPEATED = re.compile(rb'number-(rows|columns)-repeated="(\d+)"')


def _check_sizes(path: Path) -> None:
    """Refuse what would fill the memory: calamine makes every cell of a range, repeated ones too."""
    too_big = path.stat().st_size > _MOST_BYTES
    if not too_big and is_zipfile(path):
        try:
            with ZipFile(path) as archive:
                too_big = sum(part.file_size for part in archive.infolist()) > _MOST_UNPACKED
                if not too_big and "content.xml" in archive.namelist():
                    too_big = _repeated_cells(archive.read("content.xml")) > _MOST_CELLS
        except (BadZipFile, ZlibError, EOFError, RuntimeError) as wrong:
            raise InputError(
                _("{file} is damaged or cut short; get it anew.").format(file=path.name)
            ) from wrong
    if too_big:
        raise InputError(
            _("{file} is too big for this format; save the table as XLSX or CSV.").format(file=path.name)
        )


def _repeated_cells(content: bytes) -> int:
    """Count the cells that an ODS sheet makes by repeating rows that hold something."""
    cells = 0
    for row in re.finditer(rb"<table:table-row\b([^>]*)>(.*?)</table:table-row>", content, re.DOTALL):
        if b"office:value" not in row[2] and b"<text:p" not in row[2]:
            continue
        rows = _REPEATED.search(row[1])
        width = row[2].count(b"<table:") + sum(
            int(n) for kind, n in _REPEATED.findall(row[2]) if kind == b"columns"
        )
        cells += (int(rows[2]) if rows else 1) * min(width, 1 << 14)
    return cells
