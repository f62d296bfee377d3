"""Tables in text files: CSV, TSV and their kin."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from salesdesk.base.cells import is_blank
from salesdesk.base.reading.dialect import find_dialect
from salesdesk.base.reading.encoding import find_encoding
from salesdesk.base.reading.header import LOOKED_AT, find_header, names_of
from salesdesk.base.reading.table import Row, Table, fitted
from salesdesk.errors import InputError
from salesdesk.i18n import _

_HEAD = 1 << 21
_LONGEST_CELL = 1 << 20
_MOST_LINES = 1000


class DelimitedTable(Table):
    """A text file, read line by line."""

    def __init__(self, path: Path, encoding: str | None = None, delimiter: str | None = None) -> None:
        self.path = path
        self.size = path.stat().st_size
        self.encoding = encoding or find_encoding(path)
        head = self._head()
        self.dialect = find_dialect(head, delimiter)
        first = self._first_rows()
        at = find_header(first)
        self.header_found = at is not None
        self._skipped = 0 if at is None else at + 1
        width = max((len(row) for row in first[self._skipped :]), default=0) if at is None else 0
        self.header = names_of(None if at is None else first[at], width)
        self.format = f"{self.encoding}, {self.dialect}"

    def _open(self) -> io.TextIOWrapper:
        # Damaged bytes of a UTF-8 file come through as themselves: their row
        # can be refused, and given back whole.
        errors = "surrogateescape" if self.encoding in {"utf-8", "utf-8-sig"} else "strict"
        return self.path.open("r", encoding=self.encoding, errors=errors, newline="")

    def _head(self) -> str:
        try:
            with self._open() as file:
                head = file.read(_HEAD)
        except (UnicodeError, LookupError) as wrong:
            raise _undecodable(self.path, self.encoding, wrong) from wrong
        if len(head) == _HEAD:
            head = head[: head.rfind("\n") + 1] or head
        if not head.strip():
            raise InputError(_("{file} is empty.").format(file=self.path.name))
        return head

    def _first_rows(self) -> list[list[str]]:
        rows: list[list[str]] = []
        for row in self._lists():
            rows.append(row)
            if len(rows) >= 2 * LOOKED_AT:
                break
        return rows

    def _lists(self) -> Iterator[list[str]]:
        csv.field_size_limit(_LONGEST_CELL)
        self.position = 0
        read = 0
        try:
            with self._open() as file:
                span = _Span(file)
                for row in self.dialect.reader(span):
                    span.row_ends()
                    read += 1
                    if read % 256 == 0:
                        self.position = _told(file)
                    yield row
        except csv.Error as wrong:
            raise InputError(
                _(
                    "{file}, after row {row}: a quote is opened there and never closed. Nothing was imported."
                ).format(file=self.path.name, row=read)
            ) from wrong
        except UnicodeError as wrong:
            raise _undecodable(self.path, self.encoding, wrong) from wrong
        self.position = self.size or 0

    def rows(self) -> Iterator[tuple[int, Row]]:
        """Give each row that has anything in it, with its number."""
        width = len(self.header)
        for number, row in enumerate(self._lists(), 1 - self._skipped):
            if number < 1 or not row:
                continue
            if len(row) == width:
                if any(row) and not all(map(is_blank, row)):
                    yield number, tuple(row)
            elif not all(map(is_blank, row)):
                yield number, fitted(list(row), width)


class _Span:
    """Lines of a file, told as they fall into rows: a quote never closed would swallow them all."""

    def __init__(self, file: io.TextIOWrapper) -> None:
        self._file = file
        self._lines = 0
        self._ended = False

    def __iter__(self) -> Iterator[str]:
        for line in self._file:
            self._lines += 1
            if self._lines > _MOST_LINES:
                raise csv.Error
            yield line
        self._ended = True

    def row_ends(self) -> None:
        """Take note that a row is whole. Raises csv.Error where it ended only because the file did."""
        if self._ended:
            raise csv.Error
        self._lines = 0


def _told(file: io.TextIOWrapper) -> int:
    """Tell how many bytes were read: a text file that is being walked does not say it itself."""
    return file.buffer.raw.tell() if isinstance(file.buffer, io.BufferedReader) else 0


def _undecodable(path: Path, encoding: str, wrong: Exception) -> InputError:
    if isinstance(wrong, LookupError) and not isinstance(wrong, UnicodeError):
        return InputError(_("There is no encoding {name}.").format(name=encoding), "encoding")
    return InputError(
        _("{file} is not in the encoding {name}: leave --encoding out, or give another.").format(
            file=path.name, name=encoding
        ),
        "encoding",
    )
