"""Text in terminal cells: cleaned of what would break a line, cut and padded by width, not by letters."""

import unicodedata
from functools import lru_cache

from rich.cells import cell_len, set_cell_size

_BREAKING = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Co"})


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Give a text on one line, in NFC, without what moves the cursor, reorders or joins characters.

    Controls and line breaks become spaces; joiners, direction marks and variation selectors go, since
    terminals disagree about their width.
    """
    if text.isascii() and text.isprintable():
        return text
    text = unicodedata.normalize("NFC", text)
    return "".join(_plain_character(character) for character in text)


def _plain_character(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Cc", "Zl", "Zp", "Zs"):
        return " "
    if category == "Cs":
        return "\N{REPLACEMENT CHARACTER}"
    if category in _BREAKING or 0xFE00 <= ord(character) <= 0xFE0F:
        return ""
    return character


def fit(text: str, width: int) -> str:
    """Give a text exactly so many cells wide: padded, or cut with an ellipsis."""
    if width <= 0:
        return ""
    text = plain(text)
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(set_cell_size(text, width - 1).rstrip() + "…", width)


def fit_right(text: str, width: int) -> str:
    """Give a text exactly so many cells wide, at the right of them."""
    text = plain(text)
    missing = width - cell_len(text)
    return " " * missing + text if missing >= 0 else fit(text, width)
