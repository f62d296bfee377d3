"""Finding the row of column names: below a title and notes, or nowhere."""

import re
from collections import Counter
from collections.abc import Sequence

from salesdesk.base.cells import Cell, is_blank, text_of
from salesdesk.base.columns import is_phone
from salesdesk.base.fields import is_known_column
from salesdesk.base.reading.layouts import find_layout

LOOKED_AT = 40
_LONGEST_NAME = 60
_VALUE = re.compile(r"[\W\d_]*\d[\W\d_]*|\S+@\S+\.\S+|https?://\S+|www\.\S+|true|false", re.IGNORECASE)


def find_header(rows: Sequence[Sequence[Cell]]) -> int | None:
    """Tell which of a file's first rows holds the columns' names; None where none does."""
    if find_layout(rows) is not None:
        return None
    head = rows[:LOOKED_AT]
    widths = [sum(not is_blank(cell) for cell in row) for row in head]
    counted = Counter(width for width in widths if width).most_common(1)
    usual = counted[0][0] if counted else 0
    for at, row in enumerate(head):
        if widths[at] and _known(row, widths[at], usual):
            return at
    if usual < 2:
        return None
    for at, row in enumerate(head):
        # A title or a note stands alone in its row; the names fill most of theirs.
        if widths[at] >= max(2, 0.6 * usual):
            return at if _reads_like_names(row) and at + 1 < len(rows) else None
    return None


def _known(row: Sequence[Cell], width: int, usual: int) -> bool:
    texts = [cell for cell in row if isinstance(cell, str) and cell.strip()]
    if len(texts) < width or any(len(text) > _LONGEST_NAME for text in texts):
        return False
    known = sum(is_known_column(text) for text in texts)
    return known >= 2 or (known == width and width >= 0.6 * usual)


def _reads_like_names(row: Sequence[Cell]) -> bool:
    """Tell whether cells may be names: text, each its own, none a number, a date, a phone or a link."""
    filled = [cell for cell in row if not is_blank(cell)]
    texts = [text_of(cell).strip() for cell in filled]
    if not all(isinstance(cell, str) for cell in filled) or len({text.lower() for text in texts}) < len(
        texts
    ):
        return False
    return not any(len(text) > _LONGEST_NAME or _VALUE.fullmatch(text) or is_phone(text) for text in texts)


def names_of(row: Sequence[Cell] | None, width: int) -> tuple[str, ...]:
    """Give each column its name, or its number (from 1) where it has none."""
    cells = [text_of(cell).strip() for cell in row] if row is not None else []
    return tuple(
        " ".join(cells[at].split()) if at < len(cells) and cells[at] else str(at + 1)
        for at in range(max(width, len(cells)))
    )
