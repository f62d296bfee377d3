"""What stands in a cell of an export, and a table of such cells."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any, Protocol

from sqlalchemy import Select
from sqlmodel import Session

from salesdesk.errors import StoppedError
from salesdesk.i18n import _

Cell = str | int | Decimal | date | datetime | None
"""Decimal is money; a datetime is naive, of the team's zone; None is an empty cell."""

PAGE = 1000
"""Clients that are read at once: an export of any size takes the memory of one page."""


class ExportStoppedError(StoppedError):
    """Somebody asked to stop; there is no file."""


class Pace:
    """How far an export is, told after each page; it stops there when asked to."""

    def __init__(
        self,
        progress: Callable[[int, int | None], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> None:
        self._progress = progress
        self._cancelled = cancelled
        self._done = 0
        self.total: int | None = None

    def go_on(self, more: int) -> None:
        """Take note of a page that was written. Raises ExportStoppedError."""
        self._done += more
        if self._progress is not None:
            self._progress(self._done, self.total)
        if self._cancelled is not None and self._cancelled():
            raise ExportStoppedError(_("The export was stopped; no file was written."))


class TableFile(Protocol):
    """A file that rows are written to, one after another."""

    def row(self, cells: Sequence[Cell]) -> None:
        """Write a row."""


@dataclass(frozen=True)
class Table:
    """The columns' titles, untranslated, and the rows under them."""

    heads: tuple[str, ...]
    rows: Iterable[Sequence[Cell]]

    def write(self, file: TableFile) -> int:
        """Write it; tell how many rows there were."""
        file.row([_(head) for head in self.heads])
        count = 0
        for row in self.rows:
            file.row(row)
            count += 1
        return count


def money(minor: int) -> Decimal:
    """Give an amount of minor units."""
    return Decimal(minor).scaleb(-2)


def local(moment: datetime | None, zone: tzinfo) -> datetime | None:
    """Give an instant as a clock of the team shows it."""
    return None if moment is None else moment.astimezone(zone).replace(tzinfo=None)


def yes(*, flag: bool) -> str | None:
    """Write a flag; no is an empty cell."""
    return "yes" if flag else None


def paged(
    session: Session,
    statement: Select[Any],
    key: Any,  # noqa: ANN401  # a column
    pace: Pace | None = None,
) -> Iterator[Sequence[Any]]:
    """Give the rows of a statement by pages, in the order of a unique column that is its first."""
    last: Any = None
    while True:
        page = statement if last is None else statement.where(key > last)
        found = session.execute(page.order_by(key).limit(PAGE)).all()
        if found:
            yield found
            if pace is not None:
                pace.go_on(len(found))
        if len(found) < PAGE:
            return
        last = found[-1][0]
