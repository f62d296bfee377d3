"""What the command line prints: one JSON document, or tables for people. Data is text, never markup."""

import json
import sys
import unicodedata
from collections.abc import Iterable, Sequence

NO_TERMINAL_WIDTH = 4000
"""Into a pipe or a file nothing is cut or wrapped."""


def emit(document: object) -> None:
    """Print one JSON document in UTF-8, whatever the locale says."""
    indent = 2 if sys.stdout.isatty() else None
    text = json.dumps(document, ensure_ascii=False, indent=indent, allow_nan=False)
    # Half of a surrogate pair, as broken files bring it, is no character of UTF-8.
    _raw(text + "\n")


def say(line: str = "") -> None:
    """Print a line for a person."""
    _raw(one_line(line) + "\n", errors="replace", encoding=sys.stdout.encoding)


def table(heads: Sequence[str], rows: Iterable[Sequence[object]], *, right: Sequence[int] = ()) -> None:
    """Print a table; `right` are the columns of numbers. Without a terminal it is plain and uncut."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    terminal = sys.stdout.isatty()
    made = Table(box=None, pad_edge=False, header_style="bold" if terminal else "", show_edge=False)
    for place, head in enumerate(heads):
        made.add_column(Text(head), justify="right" if place in right else "left", overflow="fold")
    for row in rows:
        made.add_row(*(Text(one_line("" if cell is None else str(cell))) for cell in row))
    console = Console(
        file=sys.stdout,
        width=None if terminal else NO_TERMINAL_WIDTH,
        markup=False,
        emoji=False,
        highlight=False,
    )
    with console.capture() as captured:
        console.print(made)
    for line in captured.get().splitlines():
        _raw(line.rstrip() + "\n", errors="replace", encoding=sys.stdout.encoding)


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
