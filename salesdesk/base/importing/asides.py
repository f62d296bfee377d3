"""Rows of a table that are nobody: totals, the headings of groups, who made the table."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from salesdesk.base.cells import Cell, is_blank, line_of, text_of
from salesdesk.base.column_names import known, sign
from salesdesk.base.fields import FieldMap
from salesdesk.base.reading.table import BadRow, Row
from salesdesk.base.zones import is_place
from salesdesk.codes import ImportKind
from salesdesk.i18n import _

_TOTAL = re.compile(
    r"(?:(?:общий|промежуточный)\s+итог|подитог|итоги?|итого|всего|(?:grand|sub)?\s*-?total)"
    r"(?:\s+(?:по|за|на|в|клиент|компани|контакт|организаци|запис|строк|сделок|сумм|of|for|rows|records)\b.*"
    r"|\s+(?:клиент|компани|контакт|организаци|запис|строк)\w*.*)?"
    r"[\s:.=–—-]*[\d\s.,]*(?:руб|р|₽|шт|чел)?\.?",
    re.IGNORECASE,
)
_MAKER = re.compile(
    r"(?:исполнитель|ответственн\w+ (?:лицо|исполнитель)|составил\w*|подготовил\w*"
    r"|(?:отч[её]т )?сформирован\w*|дата (?:формирования|выгрузки|печати)"
    r"|prepared by|(?:generated|printed) (?:on|by|at))\b.*",
    re.IGNORECASE,
)
_SUM = re.compile(r"[\d\s.,+-]*\d[\d\s.,]*(?:руб|р|₽)?\.?", re.IGNORECASE)
_AMOUNTS = frozenset(["expected_amount", "amount"])
_NAMES = frozenset(["name", "client", "contact.name", "title"])
_TELLING = frozenset(["phone", "contact.phone", "email", "contact.email", "tax_id", "external_id", "website"])
_KINDS = frozenset([ImportKind.CLIENTS, ImportKind.CONTACTS, ImportKind.DEALS])
_NARROW = 3
_NUMBERED = 0.8
_LONE_PARTS = 3


@dataclass(frozen=True, slots=True)
class Aside:
    """A row that is nobody. `heading` is what it says of the rows below it."""

    why: str
    heading: str = ""


class Asides:
    """Tells such rows of a table: what is not surely one is somebody.

    A lone name is a heading where it is a place and few rows are so bare, or where the others are numbered
    and it is not.
    """

    def __init__(self, mapping: FieldMap, sample: Sequence[Row]) -> None:
        self._fields = mapping.fields
        self._looks = mapping.kind in _KINDS and len(mapping.header) >= _NARROW
        lone = sum(len(_filled(row)) == 1 for row in sample)
        self._lone_are_odd = lone * _LONE_PARTS <= len(sample)
        self._numbered = [at for at in range(len(mapping.header)) if self._is_number(mapping, at, sample)]

    def _is_number(self, mapping: FieldMap, at: int, sample: Sequence[Row]) -> bool:
        """Tell whether a column numbers the rows of the table: those that say more than one thing."""
        if mapping.fields[at] != "external_id" and sign(mapping.header[at]) not in known().row_numbers:
            return False
        rows = [row for row in sample if at < len(row) and self._says_more(row)]
        return len(rows) > 1 and sum(not is_blank(row[at]) for row in rows) >= _NUMBERED * len(rows)

    def _says_more(self, row: Row) -> bool:
        filled = _filled(row)
        return len(filled) > 1 and not self._is_total(row, filled, line_of(row[filled[0]]))

    def of(self, row: Row) -> Aside | None:
        """Tell what a row is that is nobody; None for one that is somebody."""
        if not self._looks or isinstance(row, BadRow) or len(row) > len(self._fields):
            return None
        filled = _filled(row)
        if not filled or any(self._fields[at] in _TELLING for at in filled):
            return None
        first = line_of(row[filled[0]])
        if self._is_total(row, filled, first):
            return Aside(_("a row of totals: left out"))
        return self._of_lone(row, filled[0], first) if len(filled) == 1 else None

    def _of_lone(self, row: Row, at: int, text: str) -> Aside | None:
        if _MAKER.fullmatch(text):
            return Aside(_("says who made the table: left out"))
        if (self._fields[at] in _NAMES or at == 0) and self._is_heading(row, text):
            return Aside(_("the heading of a group: left out"), text)
        return None

    def _is_total(self, row: Row, filled: Sequence[int], first: str) -> bool:
        if _TOTAL.fullmatch(first):
            return True
        sums = all(self._fields[at] in _AMOUNTS or self._fields[at] is None for at in filled)
        return sums and all(_is_sum(row[at]) for at in filled) and any(self._fields[at] for at in filled)

    def _is_heading(self, row: Row, text: str) -> bool:
        if not any(letter.isalpha() for letter in text):
            return False
        return (self._lone_are_odd and is_place(text)) or any(is_blank(row[at]) for at in self._numbered)


def _filled(row: Row) -> list[int]:
    return [at for at, cell in enumerate(row) if not is_blank(cell)]


def _is_sum(cell: Cell) -> bool:
    return not isinstance(cell, bool) and _SUM.fullmatch(text_of(cell).strip()) is not None
