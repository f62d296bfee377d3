"""A table whose rows come up to date by themselves, with nothing moving under the cursor."""

from abc import abstractmethod
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from typing import ClassVar, Generic, TypeVar

from rich.cells import cell_len
from rich.text import Text
from textual import on
from textual.widgets import DataTable

from salesdesk.screens.keeping_up import USUALLY_SLOW
from salesdesk.screens.table_screen import TableScreen
from salesdesk.widgets.cells import fit
from salesdesk.widgets.queue_lines import gone_words
from salesdesk.widgets.steady import steady

R = TypeVar("R")


class SteadyRows(TableScreen, Generic[R]):
    """Puts what was found anew in the place of what is shown; each screen says what its rows are.

    A row that went while the cursor stood on it stays there, dimmed and with a word, until the cursor
    leaves it: whoever presses a key means the row that they saw.
    """

    SLOW_FROM = USUALLY_SLOW
    NAME_COLUMN: ClassVar[int] = 1
    """The column in which it is said that a row has gone."""
    _gone: Hashable = None

    @property
    @abstractmethod
    def rows_shown(self) -> Sequence[R]:
        """The rows of the table, in their order."""

    @abstractmethod
    def take_rows(self, rows: list[R]) -> None:
        """Have other rows; they are written by whoever asks for it."""

    @abstractmethod
    def row_key(self, row: R) -> Hashable:
        """Tell a row from all others, whatever else of it changes."""

    @abstractmethod
    def row_cells(self, row: R) -> list[Text]:
        """Write a row."""

    @abstractmethod
    async def find_rows(self) -> Sequence[R]:
        """Read anew as many rows as are shown. Raises SalesdeskError."""

    @abstractmethod
    def write_anew(self) -> None:
        """Write everything, with the columns and whatever stands around the table."""

    @abstractmethod
    def write_around(self) -> None:
        """Write what stands around the table."""

    def has_rows(self, rows: Sequence[R]) -> bool:
        """Tell whether there is anything to show as a table."""
        return bool(rows)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read what was asked for: what had gone is not among it."""
        self._gone = None
        with super().reading():
            yield

    async def catch_up(self) -> None:
        """Read anew, and put it in with nothing moving under the cursor."""
        found = await self.find_rows()
        shown, at = self.rows_shown, self.table.cursor_coordinate.row
        put = steady(shown, found, at, self.row_key)
        self._gone = self.row_key(shown[at]) if put.gone else None
        self.take_rows(put.rows)
        if shown and self.table.row_count and self.has_rows(put.rows):
            self._rewrite(put.at)
        else:
            self.write_anew()

    @property
    def gone(self) -> int:
        """How many of the rows shown have gone: one, or none."""
        return sum(map(self._has_gone, self.rows_shown))

    def _has_gone(self, row: R) -> bool:
        return self._gone is not None and self.row_key(row) == self._gone

    def _rewrite(self, at: int) -> None:
        self.write_around()
        self.table.renew([self.line_of(row) for row in self.rows_shown], at)

    def line_of(self, row: R) -> list[Text]:
        """Write a row, and say of one that has gone that it has."""
        cells = self.row_cells(row)
        if not self._has_gone(row):
            return cells
        cells = [Text(cell.plain, "dim", justify=cell.justify) for cell in cells]
        name = cells[self.NAME_COLUMN].plain
        cells[self.NAME_COLUMN] = Text(fit(f"{gone_words()} · {name}", cell_len(name)), "dim")
        return cells

    @on(DataTable.RowHighlighted)
    @on(DataTable.CellHighlighted)
    def _leave(self) -> None:
        """Take the row out that had gone, once the cursor stands on another one."""
        rows, at = list(self.rows_shown), self.table.cursor_coordinate.row
        gone = next((place for place, row in enumerate(rows) if self._has_gone(row)), None)
        if self._gone is None or gone == at:
            return
        self._gone = None
        if gone is not None:
            del rows[gone]
            self.take_rows(rows)
            self._rewrite(at - (gone < at))
