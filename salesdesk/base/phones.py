"""Telephone numbers as people write them, made into numbers that can be dialled and searched.

The contract: every piece of a cell that says anything gives one `ParsedPhone`, in the order of the
cell, with `raw` as it was written. A placeholder ("нет", "n/a", "-") says nothing. `problem` names
what is wrong with a piece; it is None for a number of the numbering plan (`e164`) and for a local
one (five to eight digits, `e164` None): an area code is never made up.
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from salesdesk.base.folding import fold
from salesdesk.base.phone_pieces import Piece, pieces_of
from salesdesk.errors import InputError
from salesdesk.i18n import _


class PhoneProblem(StrEnum):
    """What is wrong with a piece of a phone cell."""

    NOT_A_PHONE = "not_a_phone"
    DAMAGED = "damaged"
    SHORT = "short"
    UNKNOWN = "unknown"
    FAX = "fax"

    @property
    def dialable(self) -> bool:
        """Whether an operator may still try it: it has the digits of a number."""
        return self is PhoneProblem.UNKNOWN


@dataclass(frozen=True, slots=True)
class ParsedPhone:
    """One number of a cell. `digits` are those of `e164` where there is one, else as written."""

    raw: str
    e164: str | None
    extension: str | None
    digits: str
    last4: str
    problem: PhoneProblem | None = None


def explain(problem: PhoneProblem) -> str:
    """Say what is wrong with a number and what to do, in the language in use."""
    return {
        PhoneProblem.NOT_A_PHONE: _("not a phone number"),
        PhoneProblem.DAMAGED: _(
            "a spreadsheet rounded this number: make the column text there and export again"
        ),
        PhoneProblem.SHORT: _("too short for a phone number"),
        PhoneProblem.UNKNOWN: _("no such number in the numbering plan: kept as it is, check it"),
        PhoneProblem.FAX: _("a fax, not a phone to call"),
    }[problem]


@lru_cache(maxsize=4096)
def parse_phones(cell: str, region: str = "RU", area: str = "") -> tuple[ParsedPhone, ...]:
    """Find every number in a cell. `region` (ISO 3166) is where numbers without a country code belong.

    `area` is the area code of local numbers, where somebody said one: theirs is a number whose length
    fits it, and no other.
    """
    quick = _usual_russian(cell) if region == "RU" else None
    if quick is not None:
        return (quick,)
    whole, damaged = _whole_number(cell.strip())
    if damaged:
        return (_refused(whole, PhoneProblem.DAMAGED),)
    said = [piece for piece in pieces_of(whole) if not _is_placeholder(piece.raw)]
    phones = tuple(_in_area(_parse_piece(piece, region), region, area) for piece in said)
    return (replace(phones[0], raw=cell.strip()),) if len(phones) == 1 else phones


_WRITTEN = str.maketrans("", "", " ()-.+\u00a0")


def _usual_russian(cell: str) -> ParsedPhone | None:
    """Recognise a single well-formed Russian number without the library's full parse."""
    digits = cell.translate(_WRITTEN)
    # str.isdigit knows digits of every script; the pattern below knows ASCII only.
    if len(digits) == 11 and digits[0] in "78" and cell.count("+") <= 1:
        if digits[0] == "8" and "+" in cell:
            return None
        national = digits[1:]
    elif len(digits) == 10 and "+" not in cell:
        national = digits
    else:
        return None
    if cell.count(".") == 1 or _russian().fullmatch(national) is None:
        return None
    return ParsedPhone(cell.strip(), "+7" + national, None, "7" + national, national[-4:])


@lru_cache(maxsize=1)
def _russian() -> re.Pattern[str]:
    """Take the library's own patterns of Russian numbers but those that may be Kazakh."""
    from phonenumbers import PhoneMetadata

    plan = PhoneMetadata.metadata_for_region("RU")
    if plan is None:
        return re.compile("(?!)")
    kinds = [kind.national_number_pattern for kind in (plan.fixed_line, plan.mobile, plan.toll_free) if kind]
    return re.compile("(?![67]|33)(?:" + "|".join(f"(?:{kind})" for kind in kinds if kind) + ")", re.ASCII)


_SCIENTIFIC = re.compile(r"(\d)(?:[.,](\d+))?[eE]\+?(\d{1,2})")
_INTEGRAL = re.compile(r"\+?\d{5,}[.,]0{1,2}")


def _whole_number(cell: str) -> tuple[str, bool]:
    """Undo what a spreadsheet does to a number; True beside it if digits are lost for ever."""
    scientific = _SCIENTIFIC.fullmatch(cell)
    if scientific:
        head, tail, power = scientific[1], scientific[2] or "", int(scientific[3])
        if len(tail) < power:
            return cell, True
        return head + tail[:power], False
    if _INTEGRAL.fullmatch(cell):
        return re.split("[.,]", cell)[0], False
    return cell, False


_PLACEHOLDERS = frozenset(
    [
        "", "нет", "нету", "нет телефона", "без телефона", "телефона нет", "нет данных", "нет номера",
        "отсутствует", "отсутствуют", "не указан", "не указано", "не известен", "неизвестно",
        "неизвестен", "н д", "нд", "н у", "н а", "пусто", "n a", "na", "nan", "none", "null", "nil", "no",
        "no phone", "not available", "not provided", "unknown", "empty", "tbd", "x", "xx", "xxx", "0",
        "00", "000",
    ]
)  # fmt: skip


def _is_placeholder(text: str) -> bool:
    if any("1" <= sign <= "9" for sign in text):
        return False
    return fold(text) in _PLACEHOLDERS or not text.strip("0 -–—()+.")


def _refused(raw: str, problem: PhoneProblem) -> ParsedPhone:
    digits = re.sub(r"\D", "", raw) if problem is not PhoneProblem.DAMAGED else ""
    return ParsedPhone(raw, None, None, digits[:20], digits[-4:], problem)


def _parse_piece(piece: Piece, region: str) -> ParsedPhone:
    digits = _ascii_digits(piece.number)
    if piece.fax:
        return _refused(piece.raw, PhoneProblem.FAX)
    if not digits or piece.wordy:
        return _refused(piece.raw, PhoneProblem.NOT_A_PHONE)
    if region == "RU" and 5 <= len(digits) <= 8 and not piece.number.startswith("+"):
        return ParsedPhone(piece.raw, None, piece.extension, digits, digits[-4:])
    usual = _usual_russian(piece.number) if region == "RU" else None
    e164 = usual.e164 if usual else _e164(piece.number, digits, region)
    if e164 is not None:
        return ParsedPhone(piece.raw, e164, piece.extension, e164[1:], e164[-4:])
    if len(digits) < 5:
        return _refused(piece.raw, PhoneProblem.SHORT)
    problem = PhoneProblem.UNKNOWN if len(digits) > 8 or piece.number.startswith("+") else None
    if len(digits) > 15:
        problem = PhoneProblem.NOT_A_PHONE
    return ParsedPhone(piece.raw, None, piece.extension, digits[:20], digits[-4:], problem)


def _in_area(phone: ParsedPhone, region: str, area: str) -> ParsedPhone:
    """Put a local number into the area that was said, where the whole is a number of the numbering plan."""
    if not area or phone.e164 is not None or phone.problem is not None or not phone.digits:
        return phone
    e164 = _valid(area + phone.digits, region)
    if e164 is None or not e164.endswith(area + phone.digits):
        return phone
    return replace(phone, e164=e164, digits=e164[1:], last4=e164[-4:])


def check_area(code: str) -> str:
    """Give an area code as its digits. Raises InputError for what can be none."""
    digits = re.sub(r"[\s()-]", "", code.strip())
    if not digits.isascii() or not digits.isdecimal() or not 2 <= len(digits) <= 5:
        raise InputError(
            _("an area code is two to five digits, such as 3854, not {value}").format(
                value=code.strip()[:40]
            ),
            "area-code",
        )
    return digits


def _ascii_digits(text: str) -> str:
    return "".join(sign if sign.isascii() else str(int(sign)) for sign in text if sign.isdecimal())


def _e164(number: str, digits: str, region: str) -> str | None:
    """Give the number as the library sees it, or with its country code written in another usual way."""
    found = _valid(number, region)
    if found is not None or number.startswith("+"):
        return found
    if number.startswith("00") and len(digits) > 8:
        return _valid("+" + digits[2:], region)
    if len(digits) == 11 and digits[0] in "78":
        # Eleven digits that begin so are Russian or none: 8 is the trunk prefix there.
        return _valid(digits, "RU") if region != "RU" else None
    # A bare run of digits that is no number here but is one with a plus: a spreadsheet ate the plus.
    return _valid("+" + digits, region) if len(digits) >= 11 and number.strip().isdecimal() else None
    return None


def _valid(number: str, region: str) -> str | None:
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


_OTHER_REGIONS = ("RU", "US", "GB", "DE", "FR", "KZ", "BY", "UA", "UZ", "IN")


def region_of(cells: list[str], default: str) -> str:
    """Tell where the numbers of a column belong, by a sample: `default` unless another fits far better."""
    written = [cell for cell in cells if sum(sign.isdecimal() for sign in cell) >= 9]
    if len(written) < 5:
        return default

    def share(region: str) -> float:
        return sum(any(phone.e164 for phone in parse_phones(cell, region)) for cell in written) / len(written)

    if share(default) >= 0.7:
        return default
    best = max(_OTHER_REGIONS, key=share)
    return best if share(best) >= 0.9 else default


@lru_cache(maxsize=256)
def region_of_country(country: str) -> str | None:
    """Tell the region of a country as a file names it: "US", "United States", "Россия"; None if unknown."""
    import phonenumbers

    name = country.strip()
    if len(name) == 2 and name.upper() in phonenumbers.SUPPORTED_REGIONS:
        return name.upper()
    return _countries().get(fold(name))


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    from babel import Locale

    names = {"usa": "US", "u s a": "US", "united states of america": "US", "uk": "GB", "england": "GB",
             "rus": "RU", "рф": "RU", "russian federation": "RU",
             "российская федерация": "RU", "белоруссия": "BY", "сша": "US"}  # fmt: skip
    for language in ("en", "ru"):
        territories = Locale(language).territories
        names |= {
            fold(title): code for code, title in territories.items() if len(code) == 2 and code.isalpha()
        }
    return names
