"""Choosing the sheet of a workbook: the one that was asked for, else the first that holds a table."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from salesdesk.base.cells import Cell, is_blank
from salesdesk.base.reading.header import Header
from salesdesk.errors import InputError
from salesdesk.i18n import _

_T = TypeVar("_T")
_SURE = 4
# A cover tells a few things of a report, a table goes on.
_MANY_ROWS = 30


def chosen_sheets(names: Sequence[str], wanted: str | None) -> list[int]:
    """Tell which sheets may be taken: the one asked for by number (from 1) or name, else all, in order."""
    if wanted is None:
        return list(range(len(names)))
    if wanted in names:
        return [names.index(wanted)]
    if wanted.isdecimal() and 1 <= int(wanted) <= len(names):
        return [int(wanted) - 1]
    raise InputError(
        _("There is no sheet {sheet}. The sheets are: {sheets}.").format(
            sheet=wanted, sheets=", ".join(names)
        ),
        "sheet",
    )


def likeness(header: Header, rows: Sequence[Sequence[Cell]]) -> int:
    """Tell how like a table a sheet's first rows are: 0 for an empty sheet, 4 for a table without doubt."""
    below = len(rows) - header.below
    if not rows:
        return 0
    if not header.found:
        wide = sum(sum(not is_blank(cell) for cell in row) > 1 for row in rows)
        return 2 if wide > 2 else 1
    if below < 1:
        return 2 if header.known > 1 else 1
    return _SURE if header.known > 1 or below > _MANY_ROWS else 3


def most_like(sheets: Iterable[tuple[int, _T]], path: Path) -> _T:
    """Give the first sheet that is surely a table, else the first of those most like one."""
    best: tuple[int, _T] | None = None
    for sheet in sheets:
        if best is None or sheet[0] > best[0]:
            best = sheet
        if best[0] >= _SURE:
            break
    if best is None or not best[0]:
        raise InputError(_("{file} has no rows.").format(file=path.name))
    return best[1]
