"""Tables in XLSX workbooks, streamed: no more is held than a row and the workbook's shared strings.

What a sheet declares as its range is not believed: only the cells that stand in it are walked.
"""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from zipfile import BadZipFile, ZipFile, ZipInfo
from zlib import error as ZlibError  # noqa: N812  # an exception, by the name of its kind

from salesdesk.base.cells import Cell
from salesdesk.base.reading.header import LOOKED_AT, find_header, names_of
from salesdesk.base.reading.sheet_xml import MalformedError, SheetReader
from salesdesk.base.reading.table import Row, Table, fitted
from salesdesk.base.reading.workbook_xml import SharedStrings, Sheet, date_styles, read_sheets
from salesdesk.errors import InputError
from salesdesk.i18n import _

_BLOCK = 1 << 16
_MOST_UNPACKED = 4 << 30
_MOST_STRINGS = 512 << 20
# Deflate cannot do better than about 1000:1; honest sheets stay below 100:1.
_MOST_PACKED = 400
_SMALL = 16 << 20


class XlsxTable(Table):
    """One sheet of a workbook."""

    def __init__(self, path: Path, sheet: str | None = None) -> None:
        self.path = path
        try:
            with ZipFile(path) as archive:
                _check_sizes(archive, path)
                sheets, self._since_1904 = read_sheets(archive)
                self._dates = date_styles(archive)
                self._strings = SharedStrings(archive)
            self._choose(sheets, sheet)
        except (
            BadZipFile,
            KeyError,
            MalformedError,
            ZlibError,
            EOFError,
            ValueError,
            NotImplementedError,
        ) as wrong:
            raise self._damaged() from wrong
        except RuntimeError as wrong:
            from salesdesk.base.reading.opening import protected

            raise protected(path) from wrong

    def _choose(self, sheets: list[Sheet], wanted: str | None) -> None:
        """Take the sheet asked for, else the first visible one with rows, and find its header."""
        chosen = chosen_sheets([found.name for found in sheets], wanted)
        candidates = [sheets[at] for at in chosen if wanted is not None or sheets[at].visible]
        for candidate in candidates:
            self._part, self.name = candidate.part, candidate.name
            first = list(islice(self._cells(), 2 * LOOKED_AT))
            if first:
                break
        else:
            raise InputError(_("{file} has no rows.").format(file=self.path.name))
        rows = [row for _number, row in first]
        at = find_header(rows)
        self.header_found = at is not None
        self._first = first[0][0] if at is None else first[at][0] + 1
        below = max((len(row) for row in rows[0 if at is None else at :]), default=0)
        self.header = names_of(None if at is None else rows[at], below)
        self.format = _("XLSX, sheet {name}").format(name=self.name)

    def _cells(self) -> Iterator[tuple[int, list[Cell]]]:
        """Give each row of the sheet with something in it, by its number in the sheet."""
        reader = SheetReader(self._strings, self._dates, since_1904=self._since_1904)
        with ZipFile(self.path) as archive, archive.open(self._part) as part:
            self.size = archive.getinfo(self._part).file_size
            self.position = 0
            while block := part.read(_BLOCK):
                self.position += len(block)
                yield from reader.feed(block)
            yield from reader.finish()

    def rows(self) -> Iterator[tuple[int, Row]]:
        """Give each row that has anything in it, with its number below the header."""
        width = len(self.header)
        try:
            for number, row in self._cells():
                if number >= self._first:
                    yield number - self._first + 1, fitted(row, width)
        except (BadZipFile, MalformedError, ZlibError, EOFError) as wrong:
            raise self._damaged() from wrong

    def _damaged(self) -> InputError:
        return InputError(_("{file} is damaged or cut short; get it anew.").format(file=self.path.name))


def chosen_sheets(names: list[str], wanted: str | None) -> list[int]:
    """Tell which sheets may be taken: the one asked for by number (from 1) or name, else all, in order."""
    if wanted is None:
        return list(range(len(names)))
    if wanted in names:
        return [names.index(wanted)]
    if wanted.isdecimal() and 1 <= int(wanted) <= len(names):
        return [int(wanted) - 1]
    raise InputError(
        _("There is no sheet {sheet}. The sheets are: {sheets}.").format(
            sheet=wanted, sheets=", ".join(names)
        ),
        "sheet",
    )


def _check_sizes(archive: ZipFile, path: Path) -> None:
    """Refuse an archive that was made to fill the memory or the day."""

    def is_bomb(part: ZipInfo) -> bool:
        return part.file_size > _SMALL and part.file_size > _MOST_PACKED * max(1, part.compress_size)

    parts = archive.infolist()
    strings = sum(part.file_size for part in parts if part.filename.lower().endswith("sharedstrings.xml"))
    if (
        any(map(is_bomb, parts))
        or sum(part.file_size for part in parts) > _MOST_UNPACKED
        or strings > _MOST_STRINGS
    ):
        raise InputError(
            _("{file} unpacks to more than can be read safely; save the table as CSV.").format(file=path.name)
        )
