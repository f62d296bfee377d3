"""Tables in binary workbooks: XLS, XLSB. Read whole, so only while they are small."""

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile, is_zipfile
from zlib import error as ZlibError  # noqa: N812  # an exception, by the name of its kind

from salesdesk.base.cells import Cell
from salesdesk.base.reading.binary_size import cells_of_xls, cells_of_xlsb
from salesdesk.base.reading.merged import Span
from salesdesk.base.reading.numbers import clock, number_of
from salesdesk.base.reading.sheet_table import SheetTable, damaged, too_big
from salesdesk.base.reading.streamed_xml import NumberedRow
from salesdesk.i18n import _
from salesdesk.secrecy.redacted import environment_of_children

_MOST_BYTES = 64 << 20
_MOST_UNPACKED = 256 << 20
_MOST_CELLS = 2_500_000
_MOST_SECONDS = 55
_PROGRAM = Path(__file__).with_name("calamine_apart.py")


class CalamineTable(SheetTable):
    """One sheet of a workbook that calamine reads, in a process of its own."""

    def __init__(self, path: Path, sheet: str | None = None) -> None:
        self.path = path
        _check_sizes(path)
        found = _ask(path)
        self._read: dict[int, list[list[Cell]]] = {}
        self._merged: dict[int, list[Span]] = {}
        hidden = [at for at, visible in enumerate(found["visible"]) if not visible]
        name = self.choose(found["names"], hidden, sheet)
        self._read = {self._sheet: self._read[self._sheet]}
        self.size = len(self._read[self._sheet])
        self.format = _("workbook, sheet {name}").format(name=name)

    def _rows_of(self, sheet: int) -> list[list[Cell]]:
        if sheet not in self._read:
            found = _ask(self.path, sheet)
            self._read[sheet] = [[_cell(value) for value in row] for row in found["rows"]]
            self._merged[sheet] = sorted(
                (first[0] + 1, last[0] + 1, first[1]) for first, last in found["merged"] if last[0] > first[0]
            )
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


def _ask(path: Path, *sheet: int) -> dict[str, Any]:
    """Let calamine read the sheets of a workbook, or the cells of one. Raises InputError."""
    from salesdesk.base.reading.opening import protected

    command = [sys.executable, "-P", str(_PROGRAM), str(path.absolute()), *map(str, sheet)]
    environment = environment_of_children(os.environ) | {
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path))
    }
    try:
        done = subprocess.run(  # noqa: S603  # our own program, no shell
            command, env=environment, capture_output=True, timeout=_MOST_SECONDS, check=True
        )
        answer: dict[str, Any] = pickle.loads(done.stdout)  # noqa: S301  # what our own program wrote
    except (OSError, subprocess.SubprocessError, pickle.UnpicklingError, EOFError) as wrong:
        raise damaged(path) from wrong
    if "password" in answer:
        raise protected(path)
    return answer


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
