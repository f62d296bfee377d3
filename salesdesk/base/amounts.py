"""Amounts of money as people of both languages write them, made into minor units."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from salesdesk.base.cells import Cell, text_of
from salesdesk.base.folding import fold
from salesdesk.errors import InputError
from salesdesk.i18n import _


@dataclass(frozen=True, slots=True)
class Amount:
    """Minor units (kopecks, cents), and the currency (ISO 4217) if one was written."""

    minor: int
    currency: str | None = None


_CURRENCIES = {
    "₽": "RUB", "руб": "RUB", "рублей": "RUB", "рубля": "RUB", "рубль": "RUB", "р": "RUB", "rub": "RUB",
    "rur": "RUB",
    "$": "USD", "usd": "USD", "долл": "USD", "us$": "USD", "€": "EUR", "eur": "EUR", "евро": "EUR",
    "£": "GBP",
    "gbp": "GBP", "₸": "KZT", "kzt": "KZT", "тенге": "KZT", "₴": "UAH", "uah": "UAH", "byn": "BYN",
    "¥": "CNY",
    "cny": "CNY",
    "сум": "UZS", "uzs": "UZS", "grn": "UAH", "грн": "UAH", "тг": "KZT", "доллар": "USD", "долларов": "USD",
}  # fmt: skip
_NAMED = {
    "российский рубль": "RUB", "рубль рф": "RUB", "рубли": "RUB",
    "russian ruble": "RUB", "russian rouble": "RUB",
    "доллар сша": "USD", "us dollar": "USD", "u s dollar": "USD", "dollar": "USD", "dollars": "USD",
    "доллары": "USD", "евро": "EUR", "euro": "EUR", "гривна": "UAH", "казахстанский тенге": "KZT",
    "белорусский рубль": "BYN", "узбекский сум": "UZS", "юань": "CNY", "китайский юань": "CNY",
    "pound sterling": "GBP", "british pound": "GBP", "фунт стерлингов": "GBP",
}  # fmt: skip
_TIMES = {
    "тыс": 10**3, "т": 10**3, "тысяч": 10**3, "тысячи": 10**3, "k": 10**3, "к": 10**3, "thousand": 10**3,
    "млн": 10**6, "миллион": 10**6, "миллиона": 10**6, "миллионов": 10**6, "m": 10**6, "м": 10**6,
    "mln": 10**6,
    "mm": 10**6, "million": 10**6, "млрд": 10**9, "миллиард": 10**9, "миллиарда": 10**9, "bn": 10**9,
    "b": 10**9,
    "billion": 10**9,
}  # fmt: skip
_SHAPE = re.compile(r"([^\d.,+-]*)([+-]?)\s*([\d][\d.,]*)\s*(?:[eE]\+?(\d{1,2}))?\s*(.*)", re.DOTALL)
_GROUPED = {mark: re.compile(rf"\d{{1,3}}(?:\{mark}\d{{3}})+") for mark in ".,"}
_IN_BRACKETS = re.compile(r"([^\d(]*)\(([^()]*\d[^()]*)\)\D*")
_KOPECKS = re.compile(
    r"(\d)\s*(?:р|руб|рублей|рубля|рубль)\.?\s*(\d{1,2})\s*(?:к|коп|копеек|копейки|копейка)\.?$"
)
_DASHED = re.compile(r"(\d)(?:[-–—=]|[.,]-+|[.,][–—])(?=\s|$|\D*$)")
_BLANKS = re.compile(r"(?<=\d)[\s\u00a0\u202f\u2009'’](?=\d{3})")
_MOST = 10**17


def parse_amount(cell: Cell) -> Amount:
    """Read an amount. Raises InputError for text that is none, a negative one, or one beyond any base."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return Amount(_minor(_decimal(repr(cell), cell), cell))
    text = _BLANKS.sub("", text_of(cell).strip().lower().replace("−", "-"))
    if _IN_BRACKETS.fullmatch(text):
        raise _negative(cell)
    text = _DASHED.sub(r"\1", _KOPECKS.sub(_with_kopecks, text))
    shape = _SHAPE.fullmatch(text)
    if shape is None:
        raise _refused(cell)
    if shape[2] == "-":
        raise _negative(cell)
    currency, times = _words(f"{shape[1]} {shape[5]}", cell)
    number = _decimal(_plain(shape[3], cell, scaled=times != 1), cell)
    return Amount(_minor(number.scaleb(int(shape[4] or 0)) * times, cell), currency)


def _with_kopecks(written: re.Match[str]) -> str:
    """Write "1 200 руб. 50 коп." as 1200.50."""
    return f"{written[1]}.{written[2]:0>2}"


def parse_currency(cell: Cell) -> str:
    """Read a currency: its code (ISO 4217), sign or name. Raises InputError."""
    text = text_of(cell).strip()
    known = _CURRENCIES.get(text.lower().rstrip(".")) or _NAMED.get(fold(text))
    if known is None and re.fullmatch(r"[A-Za-z]{3}", text):
        known = text.upper()
    if known is None:
        raise InputError(_("not a currency: {value}").format(value=text[:60]))
    return known


def _words(text: str, cell: Cell) -> tuple[str | None, int]:
    currency, times = None, 1
    for word in re.findall(r"us\$|[^\W\d_]+|[^\s.,-]", text):
        if word in _CURRENCIES:
            currency = _CURRENCIES[word]
        elif word in _TIMES:
            times *= _TIMES[word]
        else:
            raise _refused(cell)
    return currency, times


def _plain(number: str, cell: Cell, *, scaled: bool) -> str:
    """Write a number with a point: the last mark is decimal; three digits after a lone mark are thousands."""
    number = number.rstrip(".,")
    marks = {mark for mark in ".," if mark in number}
    if len(marks) == 2:
        decimal = max(marks, key=number.rfind)
        (grouping,) = marks - {decimal}
        whole, _mark, rest = number.rpartition(decimal)
        if decimal in whole or not _GROUPED[grouping].fullmatch(whole):
            raise _refused(cell)
        return whole.replace(grouping, "") + "." + rest
    for mark in marks:
        grouped = _GROUPED[mark].fullmatch(number) and not number.startswith("0")
        if grouped and (number.count(mark) > 1 or not scaled):
            return number.replace(mark, "")
        if number.count(mark) > 1:
            raise _refused(cell)
    return number.replace(",", ".")


def _decimal(text: str, cell: Cell) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation as wrong:
        raise _refused(cell) from wrong
    if number.is_finite() and number < 0:
        raise _negative(cell)
    if not number.is_finite():
        raise _refused(cell)
    return number


def _minor(number: Decimal, cell: Cell) -> int:
    minor = (number * 100).quantize(Decimal(1), ROUND_HALF_UP) if number < _MOST else Decimal(_MOST)
    if minor >= _MOST:
        raise _refused(cell)
    return int(minor)


def _refused(cell: Cell) -> InputError:
    return InputError(_("not an amount: {value}").format(value=text_of(cell)[:60]))


def _negative(cell: Cell) -> InputError:
    return InputError(_("a negative amount: {value}").format(value=text_of(cell).strip()[:60]))
