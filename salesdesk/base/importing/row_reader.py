"""What the reading of every kind of row shares: what can be taken is taken, what cannot is named."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from salesdesk.base.cells import Cell, block_of, is_blank, line_of, text_of
from salesdesk.base.column_names import is_own_id
from salesdesk.base.dates import DateColumn
from salesdesk.base.fields import FieldMap
from salesdesk.base.guarding import without_guard
from salesdesk.base.importing.order import Problem
from salesdesk.base.importing.seen import Seen
from salesdesk.base.reading.table import BadRow, Row
from salesdesk.base.values import Words, is_dash, line_said, says_nothing
from salesdesk.context import Context
from salesdesk.errors import InputError, SalesdeskError
from salesdesk.i18n import _
from salesdesk.scheduler import day_start

_LONGEST = {"external_id": 200, "source": 100, "campaign": 80, "tax_id": 64}
MOST_PROBLEMS = 1000
_NO_IS_A_WORD = frozenset(["interest", "do_not_call", "answered"])
"""Fields of which "no" says something."""
_ALL_IS_SAID = frozenset(["name", "client", "title", "external_id", "client.external_id"])
"""What somebody may be called, whatever that looks like."""
# What the reading of a file makes of bytes that are no text.
_DAMAGED = re.compile("[\udc80-\udcff]")


class RowRejectedError(SalesdeskError):
    """A row that cannot be taken; its text says why, `column` (from 0) where."""

    def __init__(self, text: str, column: int = 0) -> None:
        super().__init__(text)
        self.column = column


@dataclass
class RowReader:
    """Reads the cells of one file's rows. Problems are kept up to a thousand, and counted."""

    context: Context
    mapping: FieldMap
    words: Words
    dates: Mapping[int, DateColumn]
    source: str
    problems: list[Problem] = field(default_factory=list, kw_only=True)
    problem_count: int = field(default=0, kw_only=True)
    heading: str = field(default="", kw_only=True)
    """What the last heading of a group of rows says, where the file has any."""
    _seen: Seen = field(default_factory=Seen, kw_only=True)

    def __post_init__(self) -> None:
        # What we wrote ourselves was said, whatever it looks like.
        self._said_line = line_of if any(map(is_own_id, self.mapping.header)) else line_said
        self._at = {name: self.mapping.columns(name) for name in self.mapping.fields if name is not None}

    def _whole(self, row: Row) -> Row:
        """Give a row as it was meant, its texts without what guards them. Raises RowRejectedError."""
        if isinstance(row, BadRow):
            raise RowRejectedError(row.why)
        if len(row) > len(self.mapping.header):
            raise RowRejectedError(_("more cells than columns: a delimiter or a quote too many"))
        if any(isinstance(cell, str) and not cell.isascii() and _DAMAGED.search(cell) for cell in row):
            raise RowRejectedError(_("bytes that are no text in this encoding"))
        if not any(isinstance(cell, str) and "'" in cell for cell in row):
            return row
        return tuple(without_guard(cell) if isinstance(cell, str) else cell for cell in row)

    def _cell(self, row: Row, name: str) -> Cell:
        columns = self._at.get(name)
        return row[columns[0]] if columns else None

    def _line(self, row: Row, name: str) -> str:
        text = ""
        for at in self._at.get(name, ()):
            text = line_of(row[at]) if name in _ALL_IS_SAID else self._said_line(row[at])
            if text:
                break
        longest = _LONGEST.get(name)
        if longest is not None and len(text) > longest:
            raise RowRejectedError(
                _("{field} is longer than {most} characters").format(field=name, most=longest)
            )
        return text

    def problem(self, number: int, column: int, value: Cell, why: str, asks: str = "") -> None:
        """Keep what could not be taken."""
        self.problem_count += 1
        if len(self.problems) < MOST_PROBLEMS:
            name = self.mapping.header[column] if column < len(self.mapping.header) else str(column + 1)
            self.problems.append(Problem(number, name, text_of(value).strip()[:200], why, asks))

    def _value(
        self, number: int, row: Row, name: str, reads: Callable[[Cell], Any], notes: list[str], asks: str = ""
    ) -> Any:  # noqa: ANN401  # what the reader of the field gives
        """Read a cell; what is not understood becomes a problem, and a note: no word of the file is lost."""
        columns = self._at.get(name)
        if not columns or is_blank(row[columns[0]]):
            return None
        cell = row[columns[0]]
        if is_dash(cell) or (says_nothing(cell) and name not in _NO_IS_A_WORD):
            return None
        try:
            return reads(cell)
        except InputError as wrong:
            self.problem(number, columns[0], cell, str(wrong), asks)
            notes.append(f"{self.mapping.header[columns[0]]}: {block_of(cell)}")
            return None

    def _instant(self, found: date | datetime | None) -> tuple[datetime | None, bool]:
        """Give the instant, and whether a clock time was said; a day alone begins as the team's day does."""
        if found is None:
            return None, False
        zone = self.context.catalogues.team.zone
        if not 1970 <= found.year <= 2200:
            raise InputError(_("a date out of all time: {value}").format(value=found.isoformat()))
        if isinstance(found, datetime):
            clock = found.time() != time(0)
            return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC), clock
        return day_start(found, self.context.working, zone), False

    def _numbered(self, mark: int) -> str:
        """Give an id made of what identifies a row, numbered where several are alike."""
        times = self._seen.count(mark)
        return f"~{mark:016x}" + (f"-{times}" if times > 1 else "")
