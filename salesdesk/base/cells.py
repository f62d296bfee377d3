"""A cell of a table, and its text."""

import unicodedata
from datetime import date, datetime

Cell = str | int | float | bool | date | datetime | None
"""What a cell holds: files of text hold text only, workbooks everything."""

# A base takes neither: PostgreSQL no NUL, UTF-8 no half of a surrogate pair.
_IMPOSSIBLE = {0: None} | dict.fromkeys(range(0xD800, 0xE000))


def text_of(cell: Cell) -> str:
    """Give a cell as a person would read it: "74951234567" for 74951234567.0, nothing for an empty one."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e17 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="minutes")
    return str(cell)


def line_of(cell: Cell) -> str:
    """Give a cell as one clean line: NFC, no blanks around it, no line breaks within."""
    text = block_of(cell)
    return " ".join(text.splitlines()).replace("\t", " ").strip() if not text.isprintable() else text


def block_of(cell: Cell) -> str:
    """Give a cell as clean text of any number of lines, each ended alike: NFC, no blanks around it."""
    text = text_of(cell).strip().replace("\r\n", "\n")
    if text.isascii() and "\0" not in text:
        return text
    return unicodedata.normalize("NFC", text.translate(_IMPOSSIBLE)).strip()


def is_blank(cell: Cell) -> bool:
    """Tell whether nothing is in a cell."""
    return cell is None or (isinstance(cell, str) and not cell.strip())
