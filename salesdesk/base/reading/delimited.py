"""Tables in text files: CSV, TSV and their kin."""

import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from salesdesk.base.cells import is_blank
from salesdesk.base.reading.choosing import find_dialect
from salesdesk.base.reading.dialect import said_delimiter
from salesdesk.base.reading.encoding import find_encoding
from salesdesk.base.reading.header import LOOKED_AT, read_header
from salesdesk.base.reading.lines import Rows, TooLongError, UnclosedError, read_lines
from salesdesk.base.reading.table import MOST_COLUMNS, Row, Table, fitted, too_wide
from salesdesk.errors import InputError
from salesdesk.i18n import _

_HEAD = 1 << 21
# The end of a text in the days of DOS.
_END = "\x1a"


class DelimitedTable(Table):
    """A text file, read line by line."""

    def __init__(self, path: Path, encoding: str | None = None, delimiter: str | None = None) -> None:
        self.path = path
        self.size = path.stat().st_size
        self._lenient = encoding is None
        self.encoding = encoding or find_encoding(path)
        head = self._head()
        first, _end, rest = head.partition("\n")
        said = said_delimiter(first)
        self._says = said is not None
        self.dialect = find_dialect(rest if self._says and rest.strip() else head, delimiter or said)
        self._skipped = 0
        self._header = read_header(self._first_rows())
        self.header_found = self._header.found
        self._skipped = self._header.below
        self.header = self._header.names
        self.format = f"{self.encoding}, {self.dialect}"

    def _open(self) -> io.TextIOWrapper:
        # Damaged bytes come through as themselves: their row can be refused, and given back whole.
        # Where a person said the encoding, they are told that it is another.
        errors = "strict"
        if self.encoding in {"utf-8", "utf-8-sig"}:
            errors = "surrogateescape"
        elif self._lenient:
            wide = self.encoding.startswith(("utf-16", "utf-32"))
            errors = "replace" if wide else "surrogateescape"
        return self.path.open("r", encoding=self.encoding, errors=errors, newline="")

    def _head(self) -> str:
        try:
            with self._open() as file:
                head = file.read(_HEAD)
        except (UnicodeError, LookupError) as wrong:
            raise _undecodable(self.path, self.encoding, wrong) from wrong
        if len(head) == _HEAD:
            head = head[: max(head.rfind("\n"), head.rfind("\r")) + 1] or head
        head = head.replace("\0", "").replace("\ufeff", "")
        if not head.strip():
            raise InputError(_("{file} is empty.").format(file=self.path.name))
        return head

    def _first_rows(self) -> list[list[str]]:
        """Read the rows that the header is looked for in. A fault below them is told when it is come to."""
        rows: list[list[str]] = []
        try:
            for row in islice(self._lists(), 2 * LOOKED_AT):
                rows.append(row)  # noqa: PERF402  # what was read before a fault stays
        except InputError:
            if not rows:
                raise
        return rows

    def _lists(self) -> Iterator[list[str]]:
        self.position = 0
        rows: Rows | None = None
        try:
            with self._open() as file:
                lines = read_lines(file)
                if self._says:
                    next(lines, None)
                rows = Rows(lines, self.dialect)
                for row in rows:
                    if rows.count % 256 == 0:
                        self.position = _told(file)
                    if len(row) > MOST_COLUMNS:
                        raise too_wide(self.path, rows.count - self._skipped, len(row))
                    yield row
        except UnclosedError as wrong:
            raise InputError(
                _(
                    "{file}, row {row} (line {line}): a quote is opened there and never closed. "
                    "Nothing was imported."
                ).format(file=self.path.name, row=wrong.row - self._skipped, line=wrong.line + self._says)
            ) from wrong
        except TooLongError as wrong:
            raise InputError(
                _(
                    "{file}, row {row} (line {line}): more text stands there than a table's row can hold. "
                    "Nothing was imported."
                ).format(file=self.path.name, row=wrong.row - self._skipped, line=wrong.line + self._says)
            ) from wrong
        except UnicodeError as wrong:
            raise _undecodable(self.path, self.encoding, wrong) from wrong
        self.position = self.size or 0

    def rows(self) -> Iterator[tuple[int, Row]]:
        """Give each row that has anything in it, with its number."""
        width = len(self.header)
        first = self._header.row[0] if self._header.row else None
        for number, row in enumerate(self._lists(), 1 - self._skipped):
            if number < 1 or not row or (row[0] == first and self._header.repeats(row)):
                continue
            if len(row) == width:
                if any(row) and not all(map(is_blank, row)):
                    yield number, tuple(row)
            elif not all(map(is_blank, row)) and row != [_END]:
                yield number, fitted(list(row), width)


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
