"""Cells merged downwards: what stands in the first of them belongs to each row they span."""

import re
from bisect import insort
from collections.abc import Iterable, Iterator
from zipfile import ZipFile

from salesdesk.base.cells import Cell

Span = tuple[int, int, int]
"""First row, last row (from 1), column (from 0)."""

_BLOCK = 1 << 18
_MERGED = re.compile(
    rb"<(?:\w+:)?mergeCell\s[^>]*?ref=[\"']\$?([A-Z]{1,3})\$?(\d{1,7}):\$?[A-Z]{1,3}\$?(\d{1,7})[\"']"
)
_LONGEST = 256
_MOST = 200_000


def read_spans(archive: ZipFile, part: str) -> list[Span]:
    """Find which cells of a worksheet are merged downwards. The sheet says so below its rows."""
    spans: list[Span] = []
    rest = b""
    with archive.open(part) as source:
        while block := source.read(_BLOCK):
            rest += block
            if b"mergeCell" in rest:
                spans += (_span(*found.groups()) for found in _MERGED.finditer(rest))
            rest = rest[max(rest.rfind(b">") + 1, len(rest) - _LONGEST) :]
            if len(spans) > _MOST:
                return []
    return sorted(span for span in spans if span[0] < span[1])


def _span(letters: bytes, first: bytes, last: bytes) -> Span:
    column = 0
    for letter in letters:
        column = column * 26 + letter - 64
    return int(first), int(last), column - 1


def spread_down(
    rows: Iterable[tuple[int, list[Cell]]], spans: list[Span]
) -> Iterator[tuple[int, list[Cell]]]:
    """Give rows with what is merged over them from above put into their empty cells."""
    at = 0
    under_way: list[tuple[int, int, Cell]] = []
    for number, row in rows:
        if under_way and under_way[0][0] < number:
            under_way = [each for each in under_way if each[0] >= number]
        for _last, column, value in under_way:
            if column >= len(row):
                row.extend([None] * (column - len(row) + 1))
            if row[column] is None:
                row[column] = value
        while at < len(spans) and spans[at][0] <= number:
            first, last, column = spans[at]
            at += 1
            if first == number and last > number and column < len(row) and row[column] is not None:
                insort(under_way, (last, column, row[column]), key=lambda each: each[0])
        yield number, row
