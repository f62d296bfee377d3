"""A table whose rows change while one reads it, and which does not move for that."""

from collections.abc import Sequence

from rich.text import Text
from textual.coordinate import Coordinate
from textual.widgets import DataTable

from salesdesk.widgets.steady import top_of


class SteadyTable(DataTable[Text]):
    """Rows of one line each. `renew` writes others in their place, cell by cell, where they differ."""

    def renew(self, lines: Sequence[Sequence[Text]], at: int) -> None:
        """Write other rows, with the cursor on one of them, on the line of the screen where it stands."""
        on_line = self.cursor_coordinate.row - round(self.scroll_y)
        seen = 0 <= on_line < self._lines_seen
        column = self.cursor_coordinate.column
        if len(lines) < self.row_count // 2:
            self.clear()
        for place in range(self.row_count - 1, len(lines) - 1, -1):
            self.remove_row(self.coordinate_to_cell_key(Coordinate(place, 0)).row_key)
        for place, line in enumerate(lines):
            if place >= self.row_count:
                self.add_row(*line)
            else:
                self._rewrite(place, line)
        head = self.header_height if self.show_header else 0
        self.virtual_size = self.virtual_size.with_height(len(lines) + head)
        self.cursor_coordinate = Coordinate(at, column)
        if seen:
            top = top_of(at, on_line, len(lines), self._lines_seen)
            self.scroll_to(y=top, animate=False, force=True)

    def _rewrite(self, place: int, line: Sequence[Text]) -> None:
        for column, cell in enumerate(line):
            here = Coordinate(place, column)
            stands = self.get_cell_at(here)
            if stands != cell or stands.style != cell.style:
                self.update_cell_at(here, cell)

    @property
    def _lines_seen(self) -> int:
        """How many rows there is room for."""
        return self.scrollable_content_region.height - (self.header_height if self.show_header else 0)
