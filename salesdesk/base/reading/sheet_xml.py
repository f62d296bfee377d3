"""The cells of a worksheet's XML, row by row as the XML comes in."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from xml.parsers.expat import ExpatError, ParserCreate

from salesdesk.base.cells import Cell
from salesdesk.base.reading.workbook_xml import DateKind, SharedStrings

_LAST_ROW = 1 << 20
_LAST_COLUMN = 1 << 14
_LONGEST_TEXT = 1 << 20

_SIGN = re.compile(r"_x(?!D[89A-F])([0-9A-F]{4})_", re.IGNORECASE)


def _as_written(text: str) -> str:
    """Give back the signs that XML cannot hold: a workbook writes them, and what looks so, as `_x000D_`."""
    return _SIGN.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


_PLAIN: dict[str | None, Callable[[str], Cell]] = {
    "str": str,
    "inlineStr": _as_written,
    "b": lambda text: text == "1",
    "e": lambda _text: None,
}


class MalformedError(Exception):
    """XML that no spreadsheet program writes."""


class SheetReader:
    """Takes blocks of a sheet's XML and gives the rows that they complete: (number from 1, cells)."""

    def __init__(self, strings: SharedStrings, dates: list[DateKind | None], *, since_1904: bool) -> None:
        self._strings = strings
        self._dates = dates
        self._epoch = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30)  # noqa: DTZ001  # no zone in a sheet
        self._since_1904 = since_1904
        self._done: list[tuple[int, list[Cell]]] = []
        self._row: list[Cell] = []
        self._number = 0
        self._column = -1
        self._kind: str | None = None
        self._style: str | None = None
        self._text: list[str] | None = None
        self._value = ""
        self._columns: dict[str, int] = {}
        self._parser = ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartDoctypeDeclHandler = _refuse_doctype

    def feed(self, block: bytes) -> list[tuple[int, list[Cell]]]:
        """Read on. Raises MalformedError."""
        return self._read(block, last=False)

    def finish(self) -> list[tuple[int, list[Cell]]]:
        """Read the end. Raises MalformedError where the XML is cut short."""
        return self._read(b"", last=True)

    def _read(self, block: bytes, *, last: bool) -> list[tuple[int, list[Cell]]]:
        try:
            self._parser.Parse(block, last)
        except (ExpatError, ValueError, OverflowError, IndexError) as wrong:
            raise MalformedError(str(wrong)) from wrong
        done, self._done = self._done, []
        return done

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        if tag == "c":
            self._kind, self._style, self._value = attributes.get("t"), attributes.get("s"), ""
            self._column = self._column_of(attributes["r"]) if "r" in attributes else self._column + 1
        elif tag == "v" or (tag == "t" and self._kind == "inlineStr"):
            self._text = []
        elif tag == "row":
            self._number = int(attributes["r"]) if "r" in attributes else self._number + 1
            self._row, self._column = [], -1
            if not 0 < self._number <= _LAST_ROW:
                raise ValueError(self._number)

    def _end(self, name: str) -> None:
        tag = name.rpartition(":")[2]
        if tag == "c":
            if self._value:
                self._put()
            self._kind = None
        elif tag in {"v", "t"}:
            if self._text is not None:
                self._value += "".join(self._text)
                self._text = None
        elif tag == "row" and self._row:
            self._done.append((self._number, self._row))
            self._row = []

    def _characters(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)
            if len(self._text) > _LONGEST_TEXT:
                raise ValueError(len(self._text))

    def _column_of(self, reference: str) -> int:
        letters = reference.rstrip("0123456789")
        column = self._columns.get(letters)
        if column is None:
            column = 0
            for letter in letters:
                column = column * 26 + ord(letter) - 64
            if not 0 < column <= _LAST_COLUMN:
                raise ValueError(reference)
            column -= 1
            self._columns[letters] = column
        return column

    def _put(self) -> None:
        value = self._meaning()
        if value is None or value == "":
            return
        row, column = self._row, self._column
        if column == len(row):
            row.append(value)
            return
        if column > len(row):
            row.extend([None] * (column - len(row) + 1))
        row[column] = value

    def _meaning(self) -> Cell:
        kind, text = self._kind, self._value
        if kind == "s":
            return _as_written(self._strings[int(text)])
        if kind in _PLAIN:
            return _PLAIN[kind](text)
        if kind == "d":
            moment = datetime.fromisoformat(text)
            return moment if "T" in text else moment.date()
        dated = self._dates[int(self._style)] if self._style else None
        if dated is not None:
            return self._moment(float(text), dated)
        return int(text) if text.isdecimal() else float(text)

    def _moment(self, serial: float, kind: DateKind) -> Cell:
        if kind == "elapsed" or serial < 1:
            seconds = round(serial * 86400)
            return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
        # The 1900 system counts a 29 February that never was.
        days = serial + 1 if serial < 60 and not self._since_1904 else serial
        try:
            moment = self._epoch + timedelta(seconds=round(days * 86400))
        except OverflowError:
            return serial
        return moment.date() if float(serial).is_integer() else moment


def _refuse_doctype(*_declared: object) -> None:
    raise ValueError("a document type has no place in a sheet")
