"""How many cells a binary workbook makes when it is read whole: all from its first cell to its last."""

import struct
from collections.abc import Iterator
from zipfile import ZipFile

_FREE = 0xFFFFFFFA
"""From here on, numbers of sectors mean that a chain ends or a sector is not used."""
_SHEET_BEGINS = {0x0009, 0x0209, 0x0409, 0x0809}
_MANY_NUMBERS = 0x00BD
_XLS_CELLS = {
    0x0002, 0x0003, 0x0004, 0x0005, 0x0006, _MANY_NUMBERS, 0x007E, 0x00D6, 0x00FD, 0x0203, 0x0204, 0x0205,
    0x0206, 0x0406,
}  # fmt: skip
_XLSB_CELLS = range(2, 12)


class _Range:
    """The smallest range that holds all cells of a sheet; `most` is the greatest of all sheets so far."""

    def __init__(self) -> None:
        self.most = 0
        self.start()

    def start(self) -> None:
        self._top = self._left = 1 << 32
        self._bottom = self._right = -1

    def add(self, row: int, column: int) -> None:
        self._top, self._bottom = min(self._top, row), max(self._bottom, row)
        self._left, self._right = min(self._left, column), max(self._right, column)

    def end(self) -> None:
        if self._bottom >= 0:
            cells = (self._bottom - self._top + 1) * (self._right - self._left + 1)
            self.most = max(self.most, cells)
        self.start()


def cells_of_xls(content: bytes) -> int:
    """Tell how many cells the greatest sheet of an XLS makes. Raises ValueError where it is damaged."""
    try:
        stream = _stream(content)
    except (struct.error, IndexError, UnicodeError) as wrong:
        raise ValueError from wrong
    found = _Range()
    at, end = 0, len(stream)
    while at + 4 <= end:
        kind, size = struct.unpack_from("<HH", stream, at)
        at += 4
        if kind in _XLS_CELLS and size >= 6 and at + size <= end:
            row, column = struct.unpack_from("<HH", stream, at)
            found.add(row, column)
            if kind == _MANY_NUMBERS:
                found.add(row, *struct.unpack_from("<H", stream, at + size - 2))
        elif kind in _SHEET_BEGINS:
            found.end()
        at += size
    found.end()
    return found.most


def _stream(content: bytes) -> bytes:
    """Take the workbook out of the compound file that an XLS is."""
    sector = 1 << min(16, struct.unpack_from("<H", content, 30)[0])
    if sector < 64:
        raise ValueError(sector)

    def part(number: int) -> bytes:
        return content[(number + 1) * sector : (number + 2) * sector]

    places = [place for place in struct.unpack_from("<109I", content, 76) if place < _FREE]
    more, seen = struct.unpack_from("<I", content, 68)[0], 0
    while more < _FREE and seen * sector < len(content):
        *others, more = struct.unpack(f"<{sector // 4}I", part(more))
        places += [place for place in others if place < _FREE]
        seen += 1
    if len(places) * sector > len(content):
        raise ValueError(len(places))
    table = _numbers(b"".join(map(part, places)))
    folder = b"".join(part(at) for at in _chain(table, struct.unpack_from("<I", content, 48)[0]))
    small = _numbers(b"".join(part(at) for at in _chain(table, struct.unpack_from("<I", content, 60)[0])))
    entries = [folder[at : at + 128] for at in range(0, len(folder) - 127, 128)]
    for entry in entries:
        name = entry[: max(0, struct.unpack_from("<H", entry, 64)[0] - 2)].decode("utf-16-le", "replace")
        if name.lower() not in {"workbook", "book"}:
            continue
        start, size = struct.unpack_from("<II", entry, 116)
        if size >= struct.unpack_from("<I", content, 56)[0]:
            return b"".join(part(at) for at in _chain(table, start))[:size]
        root = b"".join(part(at) for at in _chain(table, struct.unpack_from("<I", entries[0], 116)[0]))
        return b"".join(root[at * 64 : at * 64 + 64] for at in _chain(small, start))[:size]
    raise ValueError("no workbook in it")


def _numbers(content: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(content) // 4}I", content[: len(content) // 4 * 4])


def _chain(table: tuple[int, ...], start: int) -> Iterator[int]:
    """Walk a chain of sectors. Raises ValueError for one that goes round."""
    for _step in range(len(table) + 1):
        if start >= _FREE:
            return
        yield start
        start = table[start]
    raise ValueError(start)


def cells_of_xlsb(archive: ZipFile) -> int:
    """Tell how many cells the greatest sheet of an XLSB makes. Raises ValueError where it is damaged."""
    found = _Range()
    for part in archive.infolist():
        name = part.filename.replace("\\", "/").lower()
        if name.startswith("xl/worksheets/") and name.endswith(".bin"):
            try:
                _walk(archive.read(part), found)
            except (struct.error, IndexError) as wrong:
                raise ValueError(name) from wrong
            found.end()
    return found.most


def _walk(content: bytes, found: _Range) -> None:
    at, end, row = 0, len(content), 0
    while at < end:
        kind = content[at]
        at += 1
        if kind & 0x80:
            kind = kind & 0x7F | content[at] << 7
            at += 1
        size = shift = 0
        while True:
            byte = content[at]
            at += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80 or shift > 21:
                break
        if kind == 0:
            row = struct.unpack_from("<I", content, at)[0]
        elif kind in _XLSB_CELLS:
            found.add(row, struct.unpack_from("<I", content, at)[0])
        at += size
