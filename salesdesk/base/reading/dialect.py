"""How a text file cuts its rows: the delimiter, and the quotes around cells, if any are."""

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from operator import methodcaller

from salesdesk.i18n import N_, _

# What a file of one column is cut by: a sign that no text holds.
ONE_COLUMN = "\x1c"
_NAMES = {
    ",": N_("comma"),
    ";": N_("semicolon"),
    "\t": N_("tab"),
    " ": N_("space"),
    ONE_COLUMN: N_("one column"),
}
_STAND_IN = "\ue000"
_MOST_LOOSE = 1 << 16
_SEP_LINE = re.compile(r'"?sep=(\S|\t| )"?[;,\t]*\s*', re.IGNORECASE)


@dataclass(frozen=True)
class Dialect:
    """How cells are cut; `quote` None: quotes are but letters."""

    delimiter: str
    quote: str | None = '"'
    escape: str | None = None
    spaced: bool = False
    nulls: bool = False
    wrapped: bool = False
    """Each line as a whole is put in quotes: so it is where a table was taken for one column."""

    def reader(self, lines: Iterator[str]) -> Iterator[list[str]]:
        """Cut lines into rows of cells. Raises csv.Error for quotes out of order and for huge cells."""
        if self.wrapped:
            lines = map(unwrapped, lines)
        if self.nulls:
            null = re.compile(rf"(^|{re.escape(self.delimiter)})\\N(?={re.escape(self.delimiter)}|[\r\n]|$)")
            lines = map(partial(null.sub, r"\1"), lines)
        if len(self.delimiter) > 1:
            lines = map(methodcaller("replace", self.delimiter, _STAND_IN), lines)
        return csv.reader(
            lines,
            delimiter=self._sign,
            quotechar=self.quote,
            quoting=csv.QUOTE_MINIMAL if self.quote else csv.QUOTE_NONE,
            escapechar=self.escape,
            doublequote=self.escape is None,
            skipinitialspace=self.spaced,
            strict=True,
        )

    @property
    def _sign(self) -> str:
        return self.delimiter if len(self.delimiter) == 1 else _STAND_IN

    @property
    def restored(self) -> Callable[[list[str]], list[str]] | None:
        """Give what puts a delimiter of several signs back into the cells that held it in quotes."""
        if len(self.delimiter) == 1:
            return None
        return lambda row: [cell.replace(_STAND_IN, self.delimiter) for cell in row]

    def cut_loosely(self, line: str) -> list[str]:
        """Cut one line whose quotes are out of order: one closes only where its cell ends."""
        if self.wrapped:
            line = unwrapped(line)
        if len(self.delimiter) > 1:
            line = line.replace(self.delimiter, _STAND_IN)
        line = line.rstrip("\r\n")
        if self.quote is None or len(line) > _MOST_LOOSE:
            return line.split(self._sign)
        row: list[str] = []
        at = 0
        while True:
            end, cell = self._loose_cell(line, at)
            row.append(cell)
            if end >= len(line):
                return row
            at = end + 1

    def _loose_cell(self, line: str, at: int) -> tuple[int, str]:
        """Give a cell that begins at a place of a line, and where the delimiter behind it stands."""
        quote, sign = self.quote or "", self._sign
        start = len(line) - len(line[at:].lstrip(" ")) if self.spaced else at
        if line.startswith(quote, start):
            close = start
            while (close := line.find(quote, close + 1)) > 0:
                behind = close + 1
                while behind < len(line) and line[behind] == " ":
                    behind += 1
                if behind >= len(line) or line[behind] == sign:
                    return behind, line[start + 1 : close].replace(quote * 2, quote)
        end = line.find(sign, at)
        end = len(line) if end < 0 else end
        return end, line[at:end]

    def __str__(self) -> str:
        said = _(_NAMES[self.delimiter]) if self.delimiter in _NAMES else self.delimiter
        if not said.isprintable():
            said = repr(said)[1:-1]
        if self.quote is None:
            return said + ", " + _("no quotes")
        return said if self.quote == '"' else said + ", " + _("quotes {sign}").format(sign=self.quote)


def unwrapped(line: str) -> str:
    """Take off the quotes around a whole line."""
    bare = line.strip()
    whole = len(bare) > 1 and bare[0] == bare[-1] == '"'
    return bare[1:-1].replace('""', '"') + "\n" if whole else line


def said_delimiter(line: str) -> str | None:
    """Tell which delimiter a file names in its first line, as Excel reads it: `sep=;`."""
    found = _SEP_LINE.fullmatch(line.rstrip("\r\n")) or _SEP_LINE.fullmatch(line)
    return found[1] if found else None
