"""What the command line prints: one JSON document, or tables for people. Data is text, never markup."""

import json
import os
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from shutil import get_terminal_size

from rich.cells import cell_len, set_cell_size

GAP = "  "
ELASTIC_LEAST = 12
"""Cells that a column keeps which gives way to the others."""


def emit(document: object) -> None:
    """Print one JSON document in UTF-8, whatever the locale says."""
    indent = 2 if sys.stdout.isatty() else None
    text = json.dumps(document, ensure_ascii=False, indent=indent, allow_nan=False)
    # Half of a surrogate pair, as broken files bring it, is no character of UTF-8.
    _raw(text + "\n")


def say(line: str = "") -> None:
    """Print a line for a person."""
    _raw(one_line(line) + "\n", errors="replace", encoding=sys.stdout.encoding)


def table(
    heads: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    right: Sequence[int] = (),
    elastic: Sequence[int] = (),
    spare: Sequence[int] = (),
) -> None:
    """Print a table, one line a row. `right` are the columns of numbers.

    At a terminal the `elastic` columns are cut and the `spare` ones left out, the first first, until
    a row fits its width; into a pipe or a file everything goes.
    """
    lines = [list(heads), *([one_line("" if cell is None else str(cell)) for cell in row] for row in rows)]
    widths = [max(cell_len(line[place]) for line in lines) for place in range(len(heads))]
    if sys.stdout.isatty():
        _fit(widths, elastic, spare, get_terminal_size().columns)
    shown = [place for place, width in enumerate(widths) if width]
    for number, line in enumerate(lines):
        cells = [_cell(line[place], widths[place], right=place in right) for place in shown]
        _raw(_bold(GAP.join(cells).rstrip(), head=number == 0) + "\n", encoding=sys.stdout.encoding)


def _fit(widths: list[int], elastic: Sequence[int], spare: Sequence[int], room: int) -> None:
    """Leave out spare columns while there is no room for the least of the others; then narrow the elastic."""

    def wanted(least: bool) -> int:  # noqa: FBT001  # a question of this function alone
        kept = [
            min(width, ELASTIC_LEAST) if least and place in elastic else width
            for place, width in enumerate(widths)
            if width
        ]
        return sum(kept) + len(GAP) * (len(kept) - 1)

    for place in spare:
        if wanted(least=True) > room:
            widths[place] = 0
    while wanted(least=False) > room:
        candidates = [place for place in elastic if widths[place] > ELASTIC_LEAST]
        if not candidates:
            return
        widths[max(candidates, key=widths.__getitem__)] -= 1


def _cell(text: str, width: int, *, right: bool) -> str:
    if cell_len(text) > width:
        return set_cell_size(text, width - 1) + "…"
    space = " " * (width - cell_len(text))
    return space + text if right else text + space


def _bold(line: str, *, head: bool) -> str:
    plain = not head or not sys.stdout.isatty() or os.environ.get("TERM", "dumb") == "dumb"
    return line if plain else f"\x1b[1m{line}\x1b[0m"


def one_line(text: str) -> str:
    """Give a text on one line, without what moves a terminal's cursor or turns the direction of writing."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_safe, text))


def _safe(sign: str) -> str:
    kind = unicodedata.category(sign)
    if kind in ("Cc", "Zl", "Zp"):
        return " "
    return "" if kind == "Cf" else "\N{REPLACEMENT CHARACTER}" if kind == "Cs" else sign


def _raw(text: str, *, encoding: str = "utf-8", errors: str = "replace") -> None:
    stream = getattr(sys.stdout, "buffer", None)
    if stream is None:
        sys.stdout.write(text)
        return
    sys.stdout.flush()
    stream.write(text.encode(encoding, errors))
    stream.flush()
