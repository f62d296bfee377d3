"""Finding how a text file cuts its rows: the delimiter, and the quotes around cells, if any are."""

import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from salesdesk.i18n import N_, _

DELIMITERS = ",;\t|"
_NAMES = {",": N_("comma"), ";": N_("semicolon"), "\t": N_("tab")}
_MOST_ROWS = 5000


@dataclass(frozen=True)
class Dialect:
    """How cells are cut; `quote` None: quotes are but letters."""

    delimiter: str
    quote: str | None = '"'
    escape: str | None = None

    def reader(self, lines: Iterable[str]) -> Iterable[list[str]]:
        """Cut lines into rows of cells. Raises csv.Error for a cell beyond the size limit."""
        if self.quote is None:
            return csv.reader(lines, delimiter=self.delimiter, quoting=csv.QUOTE_NONE)
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            quotechar=self.quote,
            escapechar=self.escape,
            doublequote=self.escape is None,
        )

    def __str__(self) -> str:
        said = _(_NAMES[self.delimiter]) if self.delimiter in _NAMES else self.delimiter
        if self.quote is None:
            return said + ", " + _("no quotes")
        return said if self.quote == '"' else said + ", " + _("quotes {sign}").format(sign=self.quote)


def find_dialect(text: str, delimiter: str | None = None) -> Dialect:
    """Choose the dialect by which the beginning of a file falls into rows of one width.

    `text` ends with a whole line. A delimiter given is taken.
    """
    candidates = [
        Dialect(mark, quote, escape)
        for mark in (delimiter or DELIMITERS)
        for quote, escape in _quotes(text, mark)
    ]
    return max(candidates, key=lambda dialect: _fitness(text, dialect))


def _quotes(text: str, mark: str) -> list[tuple[str | None, str | None]]:
    """Tell which ways of quoting there may be: only a quote at the edge of a cell can be one."""
    edged = {
        quote for quote in "\"'" if f"{mark}{quote}" in text or f"\n{quote}" in text or text.startswith(quote)
    }
    ways: list[tuple[str | None, str | None]] = [(None, None)] if '"' in edged else []
    for quote in "\"'":
        if quote in edged:
            ways.append((quote, None))
            if f"\\{quote}" in text:
                ways.append((quote, "\\"))
    return ways if '"' in edged else [('"', None), *ways]


def _fitness(text: str, dialect: Dialect) -> tuple[float, float, float]:
    """Score a dialect: share of rows of the usual width, then how well quotes stand, then how wide it is."""
    lines = text.splitlines(keepends=True)
    widths: Counter[int] = Counter()
    wrapped = cells = 0
    broken = _broken_quotes(lines, dialect)
    try:
        for number, row in enumerate(dialect.reader(lines)):
            if number >= _MOST_ROWS:
                break
            if row:
                widths[len(row)] += 1
                cells += len(row)
                wrapped += sum(len(cell) > 1 and cell[0] == cell[-1] and cell[0] in "\"'" for cell in row)
    except csv.Error:
        return (0.0, 0.0, 0.0)
    usual = max(widths, key=lambda width: (widths[width] * (width > 1), width), default=1)
    total = sum(widths.values()) or 1
    if usual < 2:
        return (0.01 if dialect.delimiter == "," else 0.0, -broken - wrapped, 0.0)
    return ((widths[usual] - broken) / total, -wrapped / cells, usual)


def _broken_quotes(lines: list[str], dialect: Dialect) -> int:
    """Count rows in which a quote closes before its cell ends: the sign that quotes are but letters."""
    if dialect.quote is None:
        return 0
    strict = csv.reader(
        lines,
        delimiter=dialect.delimiter,
        quotechar=dialect.quote,
        escapechar=dialect.escape,
        doublequote=dialect.escape is None,
        strict=True,
    )
    broken = 0
    for _number in range(_MOST_ROWS):
        try:
            next(strict)
        except StopIteration:
            break
        except csv.Error:
            broken += 1
    return broken
