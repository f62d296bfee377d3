"""Putting a written table into a table of the screen."""

from typing import TYPE_CHECKING

from rich.text import Text

from salesdesk.widgets.cells import fit, plain
from salesdesk.widgets.table_widths import widths

if TYPE_CHECKING:
    from textual.widgets import DataTable

    from salesdesk.lead.written import Written

_SCROLLBAR = 2
_AROUND = 3
"""Lines of a screen that are not its table's: over it, under it, the line of keys."""


def fill(table: "DataTable[Text]", written: "Written", room: int) -> None:
    """Fill the table anew, as wide as there is room; what is of all together is bold."""
    wide = widths(written, room - (_SCROLLBAR if _scrolls(table, len(written.rows)) else 0))
    table.clear(columns=True)
    for place, head in enumerate(written.heads):
        table.add_column(_cell(written, place, head, wide[place]), width=wide[place])
    totals = len(written.rows) - written.totals
    for at, row in enumerate(written.rows):
        style = "bold" if at >= totals else ""
        table.add_row(*(_cell(written, place, cell, wide[place], style) for place, cell in enumerate(row)))


def _scrolls(table: "DataTable[Text]", rows: int) -> bool:
    """Tell whether so many rows under their heads want a scrollbar; before it is laid out, by the screen."""
    return rows + 1 > (table.size.height or table.screen.size.height - _AROUND)


def _cell(written: "Written", place: int, text: str, width: int, style: str = "") -> Text:
    """Write a cell; what may be cut is cut with an ellipsis, so that one sees that more was said."""
    right = place in written.right
    told = fit(text, width).rstrip() if place in written.elastic else plain(text)
    return Text(told, style, justify="right" if right else "left")
