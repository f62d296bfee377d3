"""Tables in web pages: many programs save one as XLS."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

from salesdesk.base.cells import Cell
from salesdesk.base.reading.encoding import find_encoding
from salesdesk.base.reading.sheet_table import SheetTable, too_big
from salesdesk.base.reading.streamed_xml import NumberedRow
from salesdesk.base.reading.table import MOST_COLUMNS
from salesdesk.i18n import _

_MOST_BYTES = 48 << 20
_MOST_CELLS = 2_000_000
_MOST_ROWS_SPANNED = 10_000
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
_ASIDE = re.compile(r"<!--|<(script|style)\b", re.IGNORECASE)
_ENDS = {
    "-": re.compile("-->"),
    "script": re.compile(r"</script\b[^<>]*>", re.IGNORECASE),
    "style": re.compile(r"</style\b[^<>]*>", re.IGNORECASE),
}
_TAG = re.compile(r"<(/?)(table|tr|td|th|br|p|div|li)\b([^<>]*)>", re.IGNORECASE)
_OTHER_TAG = re.compile(r"</?[a-zA-Z!][^<>]*>")
_SPANS = re.compile(r"\b(colspan|rowspan)\s*=\s*[\"']?\s*(\d{1,6})", re.IGNORECASE)


class HtmlTable(SheetTable):
    """One table of a page. Tables are numbered; one within a cell of another is one of its own."""

    def __init__(self, path: Path, encoding: str | None = None, sheet: str | None = None) -> None:
        self.path = path
        if path.stat().st_size > _MOST_BYTES:
            raise too_big(path)
        self._tables = _Page(path).read(_without_asides(_text(path, encoding)))
        self.choose([str(at + 1) for at in range(len(self._tables))], (), sheet)
        self.size = len(self._tables[self._sheet])
        self.format = _("web page, table {name}").format(name=self._sheet + 1)

    def cells(self, sheet: int) -> Iterator[NumberedRow]:
        """Give each row with something in it."""
        for number, row in enumerate(self._tables[sheet], 1):
            self.position = number
            if any(value is not None for value in row):
                yield number, list(row)


def _text(path: Path, encoding: str | None) -> str:
    content = path.read_bytes()
    declared = _CHARSET.search(content[:4096])
    names = [encoding] if encoding else []
    if declared and not encoding:
        names.append(declared[1].decode("ascii"))
    for name in names:
        try:
            return content.decode(name)
        except (UnicodeError, LookupError):
            continue
    return content.decode(find_encoding(path), "replace")


class _Open:
    """A table that is being read."""

    def __init__(self) -> None:
        self.rows: list[list[Cell]] = []
        self.row: list[Cell] | None = None
        self.cell: list[str] | None = None
        self.across = self.down = 1
        self.over: dict[int, tuple[int, Cell]] = {}
        """What spans down into this row: rows left and the value, by column."""
        self.next: dict[int, tuple[int, Cell]] = {}

    def start_row(self) -> None:
        self.end_row()
        self.row = []
        self._fill()

    def start_cell(self, attributes: str) -> None:
        self.end_cell()
        if self.row is None:
            self.start_row()
        spans = {name.lower(): int(number) for name, number in _SPANS.findall(attributes)}
        self.across = max(1, min(spans.get("colspan", 1), MOST_COLUMNS))
        self.down = max(1, min(spans.get("rowspan", 1), _MOST_ROWS_SPANNED))
        self.cell = []

    def end_cell(self) -> None:
        if self.cell is None or self.row is None:
            return
        value: Cell = _clean("".join(self.cell)) or None
        at = len(self.row)
        self.row.append(value)
        self.row.extend([None] * (self.across - 1))
        if self.down > 1:
            self.next[at] = (self.down - 1, value)
        self.cell = None
        self._fill()

    def _fill(self) -> None:
        """Put in what spans down from the rows above to this place."""
        while self.row is not None and (found := self.over.pop(len(self.row), None)):
            left, value = found
            if left > 1:
                self.next[len(self.row)] = (left - 1, value)
            self.row.append(value)

    def end_row(self) -> None:
        self.end_cell()
        if self.row is not None:
            self.rows.append(self.row)
            self.over, self.next = self.next, {}
        self.row = None


class _Page:
    """Cuts a page into its tables, rows and cells."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._open: list[tuple[int, _Open]] = []
        self._done: dict[int, list[list[Cell]]] = {}
        self._count = 0
        self._cells = 0

    def read(self, text: str) -> list[list[list[Cell]]]:
        at = 0
        for found in _TAG.finditer(text):
            inner = self._inner
            if inner is not None and inner.cell is not None:
                inner.cell.append(text[at : found.start()])
            at = found.end()
            self._take(bool(found[1]), found[2].lower(), found[3])
        while self._open:
            self._close()
        return [self._done[number] for number in sorted(self._done)]

    @property
    def _inner(self) -> _Open | None:
        return self._open[-1][1] if self._open else None

    def _take(self, closing: bool, tag: str, attributes: str) -> None:  # noqa: FBT001  # as the tag says
        table = self._inner
        if tag == "table":
            if not closing:
                self._open.append((self._count, _Open()))
                self._count += 1
                self._bound(100)
            elif table is not None:
                self._close()
        elif table is None:
            return
        elif tag == "tr":
            table.end_row() if closing else table.start_row()
            self._bound(1)
        elif tag in {"td", "th"}:
            table.end_cell() if closing else table.start_cell(attributes)
            self._bound(table.across)
            if table.row is not None and len(table.row) > MOST_COLUMNS:
                raise too_big(self._path)
        elif table.cell is not None and (tag == "br" or closing):
            table.cell.append("\n")

    def _bound(self, cells: int) -> None:
        self._cells += cells
        if self._cells > _MOST_CELLS:
            raise too_big(self._path)

    def _close(self) -> None:
        number, table = self._open.pop()
        table.end_row()
        self._done[number] = table.rows


def _without_asides(text: str) -> str:
    """Drop remarks, scripts and styles; one that does not end takes all that is left."""
    parts: list[str] = []
    at = 0
    while found := _ASIDE.search(text, at):
        parts.append(text[at : found.start()])
        end = _ENDS[(found[1] or "-").lower()].search(text, found.end())
        if end is None:
            return "".join(parts)
        at = end.end()
    return "".join([*parts, text[at:]])


def _clean(text: str) -> str:
    """Give the text of a cell as a browser shows it."""
    lines = (" ".join(line.split()) for line in unescape(_OTHER_TAG.sub("", text)).split("\n"))
    return "\n".join(line for line in lines if line)
