"""Tables in OpenDocument spreadsheets, streamed: ODS, and its flat form of one XML file."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import IO
from xml.parsers.expat import ExpatError
from zipfile import BadZipFile, ZipFile
from zlib import error as ZlibError  # noqa: N812  # an exception, by the name of its kind

from salesdesk.base.cells import Cell
from salesdesk.base.reading.merged import Span
from salesdesk.base.reading.numbers import clock, iso_moment, number_of
from salesdesk.base.reading.sheet_table import SheetTable, damaged, too_big
from salesdesk.base.reading.streamed_xml import NumberedRow, StreamedRows
from salesdesk.base.reading.table import MOST_COLUMNS
from salesdesk.i18n import _

_BLOCK = 1 << 16
_CONTENT = "content.xml"
_MOST_UNPACKED = 2 << 30
_MOST_PACKED = 400
_SMALL = 16 << 20
_LAST_ROW = 1 << 20
_LONGEST_TEXT = 1 << 20
# A cell or a row may stand for thousands like it; so many cells more than are written is a bomb.
_MOST_REPEATED = 2_000_000
_SHEET = re.compile(rb"<(?:\w+:)?table\s([^<>]*)>")
_NAME = re.compile(rb"""(?:\w+:)?name=(?:"([^"]*)"|'([^']*)')""")
_STYLE = re.compile(rb"""(?:\w+:)?style-name=["']([^"']*)["']""")
_HIDDEN = re.compile(
    rb"""<(?:\w+:)?style\s[^<>]*?(?<![-\w])(?:\w+:)?name=["']([^"']*)["'][^<>]*>\s*"""
    rb"""<(?:\w+:)?table-properties\s[^<>]*?display=["']false["']"""
)
_SPANNED = re.compile(rb"""number-rows-spanned=["'](?!1["'])""")
_TIME = re.compile(r"(-?)PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,]\d+)?S)?")


class OdsTable(SheetTable):
    """One sheet of an OpenDocument spreadsheet."""

    faults = (
        OSError,
        BadZipFile,
        ZlibError,
        EOFError,
        ValueError,
        LookupError,
        NotImplementedError,
        ExpatError,
    )

    def __init__(self, path: Path, sheet: str | None = None, *, flat: bool = False) -> None:
        self.path = path
        self._flat = flat
        try:
            if not flat:
                _check(path)
            names, hidden = self._read_names()
            name = self.choose(names, hidden, sheet)
        except self.faults as wrong:
            raise damaged(path) from wrong
        except RuntimeError as wrong:
            from salesdesk.base.reading.opening import protected

            raise protected(path) from wrong
        self.format = _("ODS, sheet {name}").format(name=name)

    @contextmanager
    def _content(self) -> Iterator[IO[bytes]]:
        self.position = 0
        if self._flat:
            self.size = self.path.stat().st_size
            with self.path.open("rb") as file:
                yield file
            return
        with ZipFile(self.path) as archive, archive.open(_CONTENT) as part:
            self.size = archive.getinfo(_CONTENT).file_size
            yield part

    def _read_names(self) -> tuple[list[str], set[int]]:
        """Find the sheets' names, and which are hidden, without reading their cells."""
        names: list[str] = []
        styles: list[bytes] = []
        hidden: set[bytes] = set()
        rest = b""
        self._spanned = False
        with self._content() as source:
            while block := source.read(1 << 20):
                rest += block
                self._spanned = self._spanned or _SPANNED.search(rest) is not None
                hidden |= {found[1] for found in _HIDDEN.finditer(rest)}
                for found in _SHEET.finditer(rest):
                    name = _NAME.search(b" " + _STYLE.sub(b"", found[1]))
                    style = _STYLE.search(found[1])
                    names.append(unescape((name[1] or name[2] or b"").decode("utf-8")) if name else "")
                    styles.append(style[1] if style else b"")
                tail = rest.rfind(b"<")
                # What is looked for stands in one element, or in one and the next.
                tail = rest.rfind(b"<", 0, tail) if tail > 0 else tail
                rest = rest[tail:] if tail >= 0 and len(rest) - tail < _LONGEST_TEXT else b""
        return names, {at for at, style in enumerate(styles) if style in hidden}

    def cells(self, sheet: int) -> Iterator[NumberedRow]:
        """Give each row of a sheet with something in it."""
        reader = _Reader(sheet)
        with self._content() as source:
            while not reader.over and (block := source.read(_BLOCK)):
                self.position += len(block)
                yield from reader.feed(block)
                if reader.repeated > _MOST_REPEATED:
                    raise too_big(self.path)
            if not reader.over:
                yield from reader.feed(b"", last=True)
        self._merged = sorted(reader.spans)
        self.position = self.size or 0

    def spans(self, sheet: int) -> list[Span]:
        """Give the cells merged downwards: the whole sheet is read for that."""
        if not self._spanned:
            return []
        for _row in self.cells(sheet):
            pass
        return self._merged


def _check(path: Path) -> None:
    """Refuse what has a password, and what was made to fill the memory or the day."""
    from salesdesk.base.reading.opening import protected

    with ZipFile(path) as archive:
        parts = archive.infolist()
        if sum(part.file_size for part in parts) > _MOST_UNPACKED or any(
            part.file_size > _SMALL and part.file_size > _MOST_PACKED * max(1, part.compress_size)
            for part in parts
        ):
            raise too_big(path)
        manifest = next((part for part in parts if part.filename == "META-INF/manifest.xml"), None)
        if manifest and manifest.file_size < _SMALL and b"encryption-data" in archive.read(manifest):
            raise protected(path)


class _Reader(StreamedRows):
    """Takes blocks of the content and gives the rows of one sheet that they complete."""

    def __init__(self, sheet: int) -> None:
        super().__init__()
        self._wanted = sheet
        self._at = -1
        self._depth = 0
        self._reading = False
        self._aside = 0
        self._row: list[Cell] = []
        self._number = 0
        self._rows = 1
        self._column = 0
        self._cell: dict[str, str] | None = None
        self._text: list[str] = []
        self._length = 0
        self._paragraphs = 0
        self._inside = False
        self.repeated = 0
        self.spans: list[Span] = []

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2] if ":" in name else name
        if tag == "table":
            self.seen += 1
            self._depth += 1
            if self._depth == 1:
                self._at += 1
                self._reading = self._at == self._wanted
            return
        if not self._reading or self.over:
            self.seen += tag == "table-row"
            return
        # Remarks, drawings and the record of changes hold text that is not the cell's.
        if tag in {"annotation", "frame", "tracked-changes", "shapes", "g", "custom-shape"}:
            self._aside += 1
        if self._aside:
            return
        if tag in {"table-cell", "covered-table-cell"}:
            self.seen += 1
            self._cell = {key.rpartition(":")[2]: value for key, value in attributes.items()}
            self._text, self._length, self._paragraphs = [], 0, 0
        elif tag == "table-row":
            self.seen += 1
            self._rows = max(1, int(_local(attributes, "number-rows-repeated") or 1))
            self._row, self._column = [], 0
            self._number += 1
            if self._number > _LAST_ROW:
                raise ValueError(self._number)
        elif self._cell is not None:
            self._start_text(tag, attributes)

    def _start_text(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "p":
            if self._paragraphs:
                self._text.append("\n")
            self._paragraphs += 1
            self._inside = True
        elif tag == "s":
            self._text.append(" " * min(1000, int(_local(attributes, "c") or 1)))
        elif tag in {"tab", "line-break"}:
            self._text.append("\t" if tag == "tab" else "\n")

    def _end(self, name: str) -> None:
        tag = name.rpartition(":")[2] if ":" in name else name
        if tag == "table":
            self._depth -= 1
            if self._reading and self._depth == 0:
                self.over = True
                self._reading = False
        elif not self._reading:
            return
        elif tag in {"annotation", "frame", "tracked-changes", "shapes", "g", "custom-shape"}:
            self._aside -= 1
        elif self._aside:
            return
        elif tag == "p":
            self._inside = False
        elif tag in {"table-cell", "covered-table-cell"} and self._cell is not None:
            self._put(self._cell)
            self._cell = None
        elif tag == "table-row":
            self._end_row()

    def _characters(self, text: str) -> None:
        if self._inside and not self._aside:
            self._length += len(text)
            if self._length > _LONGEST_TEXT:
                raise ValueError(self._length)
            self._text.append(text)

    def _put(self, cell: dict[str, str]) -> None:
        times = max(1, int(cell.get("number-columns-repeated", 1)))
        value = _meaning(cell, "".join(self._text))
        if value is not None:
            if self._column + times > MOST_COLUMNS:
                raise ValueError(self._column)
            self._row.extend([None] * (self._column - len(self._row)))
            self._row.extend([value] * times)
            self.repeated += times - 1
            rows = int(cell.get("number-rows-spanned", 1))
            if rows > 1:
                self.spans.append((self._number, self._number + rows - 1, self._column))
        self._column += times

    def _end_row(self) -> None:
        if self._row:
            self.repeated += (self._rows - 1) * len(self._row)
            if self.repeated > _MOST_REPEATED or self._number + self._rows - 1 > _LAST_ROW:
                self.repeated = _MOST_REPEATED + 1
                return
            self._done.extend((self._number + at, list(self._row)) for at in range(self._rows))
        self._number += self._rows - 1


def _local(attributes: dict[str, str], name: str) -> str | None:
    return next((value for key, value in attributes.items() if key.rpartition(":")[2] == name), None)


def _meaning(cell: dict[str, str], text: str) -> Cell:
    """Tell what a cell holds. Its attributes: by local names; `value-type` is said twice, equally."""
    kind = cell.get("value-type")
    if kind == "error" or (text.startswith(("#", "Err:")) and cell.get("formula") and "value" not in cell):
        return None
    if kind in _MEANINGS:
        return _MEANINGS[kind](cell, text)
    return cell.get("string-value", text) or None


def _number(cell: dict[str, str], text: str) -> Cell:
    number = number_of(cell.get("value", text))
    # Zeros that a style shows before a number belong to an index or a tax id.
    return text if text[:1] == "0" and text.isdecimal() and int(text) == number else number


def _percentage(cell: dict[str, str], text: str) -> Cell:
    number = number_of(cell.get("value", text))
    return text if isinstance(number, str) else f"{number_of(str(number * 100))}%"


def _time(cell: dict[str, str], text: str) -> Cell:
    found = _TIME.fullmatch(cell.get("time-value", ""))
    if not found:
        return text or None
    hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    return found[1] + clock(hours * 3600 + minutes * 60 + seconds)


_MEANINGS: dict[str, Callable[[dict[str, str], str], Cell]] = {
    "float": _number,
    "currency": _number,
    "percentage": _percentage,
    "date": lambda cell, text: iso_moment(cell.get("date-value", text)),
    "time": _time,
    "boolean": lambda cell, _text: cell.get("boolean-value") == "true",
}
