"""Dates of a table. Whether 03/04 is April or March is decided by the whole column, never by a row."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from salesdesk.base.cells import Cell, text_of
from salesdesk.base.folding import fold
from salesdesk.errors import InputError
from salesdesk.i18n import _

_CLOCK = r"(?:[Tt\s,]+(?:в\s+|at\s+)?(\d{1,2})(?::|ч)(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*([AaPp]\.?[Mm]\.?)?)?"
_ZONE = r"\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_CLOCK}{_ZONE}")
_YEAR_LAST = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}|\d{{2}})(?:\s*г\.?)?{_CLOCK}")
_COMPACT = re.compile(r"(19|20)(\d{2})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?(Z)?)?")
_NAMED = re.compile(
    rf"(\d{{1,2}})[\s./-]+([^\W\d_]{{3,}})\.?[\s.,/-]+(\d{{4}}|\d{{2}})(?:\s*(?:г|года)\.?)?{_CLOCK}{_ZONE}"
)
_NAMED_FIRST = re.compile(rf"([^\W\d_]{{3,}})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}}){_CLOCK}")
_WEEKDAY = re.compile(
    r"(?:mon|tue|wed|thu|fri|sat|sun|пн|вт|ср|чт|пт|сб|вс|понедельник|вторник|среда|четверг|пятница|суббота"
    r"|воскресенье)[a-z]*\.?,?\s+",
    re.IGNORECASE,
)
_CLOCK_FIRST = re.compile(r"(\d{1,2}:\d{2}(?::\d{2})?)[\s,]+(\S.*)", re.DOTALL)
_SERIAL = re.compile(r"([2-7]\d{4})(?:[.,](\d+))?")
_EPOCH = re.compile(r"(\d{10})(\d{3})?")
_FIRST_SERIAL, _LAST_SERIAL = 20000, 80000
_SERIALS_FROM = datetime(1899, 12, 30)  # noqa: DTZ001  # a spreadsheet knows no zone
_NONE = frozenset(
    ["", "нет", "н д", "нд", "не закрыта", "не закрыт", "не закрыто", "не указана", "не указано", "никогда",
     "not closed", "open", "none", "null", "nil", "n a", "na", "never", "nan", "nat", "0", "0000 00 00",
     "0000 00 00 00 00 00", "00 00 0000", "00 00 0000 00 00 00"]
)  # fmt: skip
_MONTHS = {
    name: number
    for number, names in enumerate(
        ["янв jan", "фев feb", "мар mar", "апр apr", "май мая may", "июн jun", "июл jul", "авг aug",
        "сен sep",
         "окт oct", "ноя nov", "дек dec"], 1,
    )
    for name in names.split()
}  # fmt: skip
_PIVOT = 70
ORDERS = ("dmy", "mdy", "ymd")


class DateColumn:
    """Reads one column of dates once it has seen the column.

    Points mean day first (12.03.2024); slashes and dashes are day first or month first as the column's
    own dates show (a part above twelve is a day). An `order` said by a person, one of ORDERS, settles it:
    "ymd" is for years of two digits in front.
    """

    def __init__(self, samples: Iterable[Cell] = (), *, order: str | None = None) -> None:
        self._year_first = order == "ymd"
        self._said = None if order is None or self._year_first else order == "dmy"
        self._day_first = self._month_first = False
        self.unclear = ""
        """A date of the column that can be read in two ways, as it is written; the first one met."""
        for cell in samples:
            self.learn(cell)

    def learn(self, cell: Cell) -> None:
        """See one more cell of the column."""
        found = _YEAR_LAST.fullmatch(cell.strip()) if isinstance(cell, str) else None
        if found is None or found[2] == "." or self._is_year_first(found):
            return
        first, second = int(found[1]), int(found[3])
        self._day_first |= first > 12 >= second
        self._month_first |= second > 12 >= first
        if not self.unclear and first <= 12 and second <= 12 and first != second:
            self.unclear = found[0]

    @property
    def decided(self) -> bool:
        """Whether the order was said, so that no cell can change anything."""
        return self._said is not None

    @property
    def ambiguous(self) -> bool:
        """Whether there are dates that can be read in two ways, and nothing in the column tells which."""
        return self._said is None and bool(self.unclear) and self._day_first == self._month_first

    def parse(self, cell: Cell) -> date | datetime | None:
        """Read a date, or a date with a time (naive unless a zone was written); None for an empty cell.

        Raises InputError for text that is no date, a day that no month has, and a date that stays ambiguous.
        """
        if isinstance(cell, date):
            return cell
        if isinstance(cell, (int, float)) and not isinstance(cell, bool):
            return _counted(cell)
        text = _WEEKDAY.sub("", text_of(cell).strip(), count=1)
        if fold(text) in _NONE:
            return None
        try:
            found = self._read(text)
        except ValueError as wrong:
            raise InputError(_("there is no such date: {value}").format(value=text[:60])) from wrong
        if found is None:
            raise InputError(_("not a date: {value}").format(value=text[:60]))
        return found

    def _read(self, text: str) -> date | datetime | None:
        if match := _YEAR_FIRST.fullmatch(text):
            return _moment(date(int(match[1]), int(match[2]), int(match[3])), match, 4, match[8])
        if match := _YEAR_LAST.fullmatch(text):
            return _moment(self._ordered(match, text), match, 5)
        if match := _COMPACT.fullmatch(text):
            return _compact(match)
        if match := _NAMED.fullmatch(text):
            year = int(match[3])
            year = _century(year) if len(match[3]) == 2 else year
            return _moment(date(year, _month(match[2]), int(match[1])), match, 4, match[8])
        return self._read_otherwise(text)

    def _read_otherwise(self, text: str) -> date | datetime | None:
        if match := _NAMED_FIRST.fullmatch(text):
            return _moment(date(int(match[3]), _month(match[1]), int(match[2])), match, 4)
        if match := _CLOCK_FIRST.fullmatch(text):
            return None if ":" in match[2] else self._read(f"{match[2]} {match[1]}")
        return _written_number(text)

    def _is_year_first(self, match: re.Match[str]) -> bool:
        return self._year_first and len(match[4]) == 2

    def _ordered(self, match: re.Match[str], text: str) -> date:
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        if self._is_year_first(match):
            return date(_century(first), second, year)
        if len(match[4]) == 2:
            year = _century(year)
        if match[2] == "." and self._said is None:
            return date(year, second, first)
        if first > 12 or second > 12 or first == second:
            return date(year, second, first) if first > 12 or second <= 12 else date(year, first, second)
        if self.ambiguous or (self._said is None and not self._day_first and not self._month_first):
            raise InputError(
                _("{value} can be read in two ways: write the dates as YYYY-MM-DD or DD.MM.YYYY").format(
                    value=text
                )
            )
        day_first = self._said if self._said is not None else self._day_first
        return date(year, second, first) if day_first else date(year, first, second)


def _compact(match: re.Match[str]) -> date | datetime:
    day = date(int(match[1] + match[2]), int(match[3]), int(match[4]))
    if match[5] is None:
        return day
    zone = UTC if match[8] else None
    return datetime.combine(day, time(int(match[5]), int(match[6]), int(match[7] or 0)), zone)


def _counted(number: float) -> date | datetime:
    """Read a date that is a number: of a spreadsheet's days, or of seconds or milliseconds since 1970.

    Raises InputError.
    """
    found = _written_number(text_of(number))
    if found is None and float(number).is_integer() and _COMPACT.fullmatch(str(int(number))):
        found = DateColumn().parse(str(int(number)))
    if found is None:
        raise InputError(_("not a date: {value}").format(value=text_of(number)[:60]))
    return found


def _written_number(text: str) -> date | datetime | None:
    if match := _SERIAL.fullmatch(text):
        days = int(match[1])
        if not _FIRST_SERIAL <= days <= _LAST_SERIAL:
            return None
        moment = _SERIALS_FROM + timedelta(days=days)
        if match[2] is None or not match[2].strip("0"):
            return moment.date()
        seconds = round(float(f"0.{match[2]}") * 86400)
        return moment + timedelta(seconds=seconds)
    if match := _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(match[1]), UTC)
    return None


def _century(year: int) -> int:
    return year + (2000 if year < _PIVOT else 1900)


def _month(name: str) -> int:
    number = _MONTHS.get(name[:3].lower())
    if number is None:
        raise ValueError(name)
    return number


def _moment(day: date, match: re.Match[str], at: int, zone: str | None = None) -> date | datetime:
    """Add the clock time, whose four groups begin at `at`, if one was written."""
    if match[at] is None:
        return day
    hour, minute, second = int(match[at]), int(match[at + 1]), int(match[at + 2] or 0)
    half = (match[at + 3] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(hour)
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    moment = datetime.combine(day, time(hour, minute, second))
    if zone is None:
        return moment
    return datetime.fromisoformat(moment.isoformat() + ("+00:00" if zone.isalpha() else zone))
