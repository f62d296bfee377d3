"""Finding the rows of column names: below a title and notes, under names of groups, or nowhere."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest

from salesdesk.base.cells import Cell, is_blank, text_of
from salesdesk.base.column_names import is_known_column
from salesdesk.base.columns import is_phone
from salesdesk.base.reading.layouts import find_layout

LOOKED_AT = 100
_LONGEST_NAME = 60
# A cell that lies further off is no column: all rows would be filled up to it.
_MOST_NAMELESS = 200
_VALUE = re.compile(r"[\W\d_]*\d[\W\d_]*|\S+@\S+\.\S+|https?://\S+|www\.\S+|true|false", re.IGNORECASE)
_COMPANY = re.compile(
    r"(?:ООО|ОАО|ЗАО|ПАО|АО|ИП|ТОО|ГУП|МУП)\b.+|.+\b(?:Ltd|Inc|LLC|GmbH|Corp)\b\.?", re.IGNORECASE
)
# Signs that are not seen and stand in names that were copied from a page.
_UNSEEN = dict.fromkeys((0x00, 0xAD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF))


@dataclass(frozen=True)
class Header:
    """The columns' names, and which of the first rows is the first below them."""

    names: tuple[str, ...]
    below: int
    found: bool
    known: int = 0
    row: tuple[str, ...] | None = None
    """The row of names as it stands: where it comes again, a page begins or another file was added."""

    def repeats(self, row: Sequence[Cell]) -> bool:
        """Tell whether a row is the header once more."""
        return self.row is not None and _as_written(row) == self.row


def read_header(rows: Sequence[Sequence[Cell]], *, wider: bool = False) -> Header:
    """Find the columns' names in a file's first rows; numbers (from 1) where there are none.

    `wider`: rows may be wider than the names, as in a workbook; in a text that is a delimiter too many.
    """
    at = find_header(rows)
    if at is None:
        return Header(_names([], max(map(len, rows), default=0)), 0, found=False)
    last = at
    while last + 1 < len(rows) and last < at + 2 and _is_under(rows[last], rows[last + 1]):
        last += 1
    names: Sequence[Cell] = rows[last]
    for above in range(last - 1, max(-1, last - 3), -1):
        if above >= at or _parts(rows[above], names):
            names = _joined(rows[above], names)
    below = last + 1
    known = sum(is_known(text_of(cell)) for cell in names if not is_blank(cell))
    if known > 1 and below < len(rows) and _numbers_columns(rows[below]):
        below += 1
    under = rows[below : below + LOOKED_AT]
    named = _filled_width(names)
    width = min(max(map(_filled_width, under), default=0), named + _MOST_NAMELESS)
    return Header(
        _names(names, max(named, width if wider else min(width, len(names)))),
        below,
        found=True,
        known=known,
        row=_as_written(rows[last]),
    )


def find_header(rows: Sequence[Sequence[Cell]]) -> int | None:
    """Tell which of a file's first rows holds the columns' names; None where none does."""
    if find_layout(rows) is not None:
        return None
    head = rows[:LOOKED_AT]
    widths = [sum(not is_blank(cell) for cell in row) for row in head]
    usual = _usual(widths)
    for at, row in enumerate(head):
        if widths[at] and _known(row, widths[at], usual):
            return at
    if usual < 2:
        return None
    for at, row in enumerate(head):
        # A title or a note stands alone in its row; the names fill most of theirs.
        if widths[at] >= max(2, 0.6 * usual):
            named = (
                at + 1 < len(rows) and _reads_like_names(row) and not _reads_like_data(row, rows[at + 1 :])
            )
            return at if named else None
    return None


def known_names(row: Sequence[Cell]) -> int:
    """Count the cells of a row that are known names of columns; 0 where it holds what is no name."""
    texts = [text_of(cell).strip() for cell in row if not is_blank(cell)]
    if any(len(text) > _LONGEST_NAME or _VALUE.fullmatch(text) for text in texts):
        return 0
    return sum(is_known(text) for text in texts)


@lru_cache(4096)
def is_known(text: str) -> bool:
    """Tell whether a cell reads like a column's name that imports know."""
    return is_known_column(_clean(text))


def _usual(widths: Sequence[int]) -> int:
    """Give how many cells most rows fill, the notes on top not counted."""
    start = next((at for at, width in enumerate(widths) if width > 1), 0)
    counted = Counter(width for width in widths[start:] if width).most_common(1)
    return counted[0][0] if counted else 0


def _known(row: Sequence[Cell], width: int, usual: int) -> bool:
    texts = [cell for cell in row if isinstance(cell, str) and cell.strip()]
    if len(texts) < width or any(len(text) > _LONGEST_NAME for text in texts):
        return False
    known = sum(map(is_known, texts))
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


def _reads_like_data(row: Sequence[Cell], below: Sequence[Sequence[Cell]]) -> bool:
    """Tell whether cells that may be names are values: a company, or a word that comes again below."""
    if any(isinstance(cell, str) and _COMPANY.fullmatch(cell.strip()) for cell in row):
        return True
    written = _as_written(row)
    others = [other for other in map(_as_written, below[:LOOKED_AT]) if other != written]
    return any(
        text and any(at < len(other) and other[at] == text for other in others)
        for at, text in enumerate(written)
    )


def _is_under(upper: Sequence[Cell], lower: Sequence[Cell]) -> bool:
    """Tell whether a row of names stands under a row of their groups: it fills what is left open there."""
    filled = [cell for cell in lower if not is_blank(cell)]
    if len(filled) < 2 or any(
        not isinstance(cell, str) or len(cell) > _LONGEST_NAME or _VALUE.fullmatch(cell.strip())
        for cell in filled
    ):
        return False
    spread = _spread(upper)
    opened = [at for at, cell in enumerate(lower) if not is_blank(cell) and not _at(spread, at)[1]]
    left_open = any(
        not _at(spread, at)[1] and is_blank(cell) for at, cell in enumerate(lower[: _filled_width(lower)])
    )
    known = sum(
        is_known(text_of(cell)) or is_known(text_of(name))
        for cell, name in zip_longest(lower, _joined(upper, lower)[: len(lower)])
        if not is_blank(cell)
    )
    return bool(opened) and not left_open and known >= 2


def _parts(upper: Sequence[Cell], lower: Sequence[Cell]) -> bool:
    """Tell whether a row above the names names groups of them: fewer cells, in at least two places."""
    filled = [at for at, cell in enumerate(upper) if not is_blank(cell)]
    return (
        2 <= len(filled) < sum(not is_blank(cell) for cell in lower)
        and _reads_like_names(upper)
        and all(at < len(lower) and not is_blank(lower[at]) for at in filled)
    )


def _spread(upper: Sequence[Cell]) -> list[tuple[str, bool]]:
    """Give for each column the name of its group, and whether it stands in this very column."""
    group = ""
    spread = []
    for cell in upper:
        own = not is_blank(cell)
        group = text_of(cell).strip() if own else group
        spread.append((group, own))
    return spread


def _at(spread: Sequence[tuple[str, bool]], at: int) -> tuple[str, bool]:
    return spread[at] if at < len(spread) else (spread[-1][0] if spread else "", False)


def _joined(upper: Sequence[Cell], lower: Sequence[Cell]) -> list[Cell]:
    """Give each column one name out of its group's and its own: its own where that says enough."""
    spread = _spread(upper)
    names: list[Cell] = []
    often = Counter(text_of(cell).strip().lower() for cell in lower)
    for at in range(max(len(upper), len(lower))):
        group, own = _at(spread, at)
        name = text_of(lower[at]).strip() if at < len(lower) else ""
        together = f"{group} {name}"
        if not name:
            names.append(group if own else "")
        elif not group or is_known(name) or group == name:
            names.append(name)
        else:
            names.append(together if is_known(together) or often[name.lower()] > 1 else name)
    return names


def _numbers_columns(row: Sequence[Cell]) -> bool:
    """Tell whether a row only counts the columns, 1, 2, 3 and on, as printed forms do."""
    texts = [text_of(cell).strip() for cell in row]
    while texts and not texts[-1]:
        texts.pop()
    return len(texts) > 2 and texts == [str(at) for at in range(1, len(texts) + 1)]


def _filled_width(row: Sequence[Cell]) -> int:
    """Tell how wide a row is without the empty cells at its end."""
    width = len(row)
    while width and is_blank(row[width - 1]):
        width -= 1
    return width


def _as_written(row: Sequence[Cell]) -> tuple[str, ...]:
    return tuple(text_of(cell).strip() for cell in row[: _filled_width(row)])


def _clean(text: str) -> str:
    return " ".join(text.translate(_UNSEEN).split())


def _names(row: Sequence[Cell], width: int) -> tuple[str, ...]:
    cells = [_clean(text_of(cell)) for cell in row[:width]]
    return tuple(cells[at] if at < len(cells) and cells[at] else str(at + 1) for at in range(width))
