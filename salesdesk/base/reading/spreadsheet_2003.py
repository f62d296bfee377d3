"""Tables in XML Spreadsheet 2003, streamed: one XML file, often saved as XLS or XML."""

from collections.abc import Iterator
from pathlib import Path
from xml.parsers.expat import ExpatError

from salesdesk.base.cells import Cell
from salesdesk.base.reading.merged import Span
from salesdesk.base.reading.numbers import clock, iso_moment, number_of
from salesdesk.base.reading.sheet_table import SheetTable, damaged
from salesdesk.base.reading.streamed_xml import NumberedRow, StreamedRows
from salesdesk.base.reading.table import MOST_COLUMNS
from salesdesk.i18n import _

_BLOCK = 1 << 16
_LONGEST_TEXT = 1 << 20
_LAST_ROW = 1 << 20
_NO_DAY = ("1899-12-31T", "1899-12-30T", "1904-01-01T")


class Spreadsheet2003(SheetTable):
    """One worksheet of such a file."""

    faults = (ExpatError, ValueError, OSError)

    def __init__(self, path: Path, sheet: str | None = None) -> None:
        self.path = path
        self.size = path.stat().st_size
        try:
            names, hidden = self._read_names()
            name = self.choose(names, hidden, sheet)
        except self.faults as wrong:
            raise damaged(path) from wrong
        self.format = _("XML spreadsheet, sheet {name}").format(name=name)

    def _read_names(self) -> tuple[list[str], set[int]]:
        reader = _Reader(-1)
        for _row in self._walk(reader):
            pass
        self._merged = reader.spans
        return reader.names, reader.hidden

    def _walk(self, reader: "_Reader") -> Iterator[NumberedRow]:
        self.position = 0
        with self.path.open("rb") as source:
            while not reader.over and (block := source.read(_BLOCK)):
                self.position += len(block)
                yield from reader.feed(block)
            if not reader.over:
                yield from reader.feed(b"", last=True)
        self.position = self.size or 0

    def cells(self, sheet: int) -> Iterator[NumberedRow]:
        """Give each row of a sheet with something in it."""
        return self._walk(_Reader(sheet))

    def spans(self, sheet: int) -> list[Span]:
        """Give the cells merged downwards."""
        return sorted(span for at, span in self._merged if at == sheet)


class _Reader(StreamedRows):
    """Takes blocks of the file and gives the rows of one worksheet that they complete."""

    def __init__(self, sheet: int) -> None:
        super().__init__()
        self._wanted = sheet
        self._row: list[Cell] = []
        self._number = 0
        self._column = 0
        self._across = 0
        self._kind: str | None = None
        self._text: list[str] = []
        self._length = 0
        self._option: list[str] | None = None
        self.names: list[str] = []
        self.hidden: set[int] = set()
        self.spans: list[tuple[int, Span]] = []

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2] if ":" in name else name
        if tag == "Cell":
            self.seen += 1
            self._start_cell({key.rpartition(":")[2]: value for key, value in attributes.items()})
        elif tag == "Data":
            self._kind = next(
                (value for key, value in attributes.items() if key.rpartition(":")[2] == "Type"), "String"
            )
            self._text, self._length = [], 0
        elif tag == "Row":
            self.seen += 1
            said = {key.rpartition(":")[2]: value for key, value in attributes.items()}.get("Index")
            self._number = int(said) if said else self._number + 1
            if not 0 < self._number <= _LAST_ROW:
                raise ValueError(self._number)
            self._row, self._column, self._across = [], -1, 0
        elif tag == "Worksheet":
            local = {key.rpartition(":")[2]: value for key, value in attributes.items()}
            self.names.append(local.get("Name", ""))
            self._number = 0
            self.seen += 1
        elif tag == "Visible":
            self._option = []

    def _start_cell(self, said: dict[str, str]) -> None:
        self._column = int(said["Index"]) - 1 if "Index" in said else self._column + 1 + self._across
        self._across = int(said.get("MergeAcross", 0))
        if not 0 <= self._column < MOST_COLUMNS:
            raise ValueError(self._column)
        down = int(said.get("MergeDown", 0))
        if down > 0:
            self.spans.append((len(self.names) - 1, (self._number, self._number + down, self._column)))

    def _end(self, name: str) -> None:
        tag = name.rpartition(":")[2] if ":" in name else name
        if tag == "Data":
            self._put()
            self._kind = None
        elif tag == "Row":
            if self._row and len(self.names) - 1 == self._wanted:
                self._done.append((self._number, self._row))
            self._row = []
        elif tag == "Worksheet":
            self.over = len(self.names) - 1 == self._wanted
        elif tag == "Visible" and self._option is not None:
            if "".join(self._option).strip() in {"SheetHidden", "SheetVeryHidden"}:
                self.hidden.add(len(self.names) - 1)
            self._option = None

    def _characters(self, text: str) -> None:
        if self._kind is not None:
            self._length += len(text)
            if self._length > _LONGEST_TEXT:
                raise ValueError(self._length)
            self._text.append(text)
        elif self._option is not None:
            self._option.append(text[:100])

    def _put(self) -> None:
        if len(self.names) - 1 != self._wanted:
            return
        value = _meaning(self._kind, "".join(self._text))
        if value is not None:
            self._row.extend([None] * (self._column + 1 - len(self._row)))
            self._row[self._column] = value


def _meaning(kind: str | None, text: str) -> Cell:
    if kind == "Error" or not text:
        return None
    if kind == "Number":
        return number_of(text.strip())
    if kind == "Boolean":
        return text.strip() in {"1", "true"}
    if kind == "DateTime":
        if text.startswith(_NO_DAY):
            hours, minutes, seconds = (text[11:19] + ":0:0").split(":")[:3]
            return clock(int(hours) * 3600 + int(minutes) * 60 + int(float(seconds)))
        return iso_moment(text.strip())
    return text
