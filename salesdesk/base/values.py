"""What a cell means to a field: yes or no, interest, class, stage, goal, tax id, e-mail."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from salesdesk.base.cells import Cell, line_of, text_of
from salesdesk.base.datafiles import read_data
from salesdesk.base.folding import fold
from salesdesk.codes import ClientClass
from salesdesk.errors import InputError
from salesdesk.i18n import _

COLD = "cold"
"""What a stage column says of a client that is in no conversation yet."""
NEVER = "do_not_call"
"""What it says of one whom nobody may call."""
FIRST = "new"
"""Where every deal begins."""


@lru_cache(maxsize=1)
def known_words() -> dict[str, dict[str, str]]:
    """Give, for each field with codes, folded words to codes, as data/fields.toml has them."""
    return {
        name: {fold(word): code for code, listed in codes.items() for word in (code, *listed)}
        for name, codes in read_data("fields.toml")["words"].items()
    }


@dataclass(frozen=True)
class Words:
    """Reads the coded fields of one import: the usual words, the team's own titles, and what `--values` says.

    `own` holds, for a field, words to codes; they rule over the usual ones. A word is looked up folded.
    """

    own: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def _find(self, name: str, cell: Cell) -> str | None:
        word = fold(text_of(cell))
        own = self.own.get(name, {})
        return own.get(word) or known_words()[name].get(word)

    def flag(self, cell: Cell) -> bool:
        """Read yes or no; nothing is no. Raises InputError for any other word."""
        if isinstance(cell, bool):
            return cell
        if not text_of(cell).strip() or not fold(text_of(cell)):
            return text_of(cell).strip() in {"+", "✓", "✔", "☑"}
        return self._known("yes", cell, _("neither yes nor no: {value}")) == "yes"

    def interest(self, cell: Cell) -> int:
        """Read interest, 0 to 5: a number, a word, or stars. Raises InputError."""
        text = text_of(cell).strip()
        if re.fullmatch(r"[0-5](?:[.,]0+)?(?:\s*/\s*5)?", text):
            return int(text[0])
        if text and not text.strip("★☆*"):
            return min(5, text.count("★") + text.count("*"))
        otherwise = _("interest is 0 to 5, not {value}")
        if re.match(r"[-−]\s*\d", text):  # folding would leave the number alone
            raise InputError(otherwise.format(value=text[:60]))
        return int(self._known("interest", cell, otherwise))

    def client_class(self, cell: Cell) -> ClientClass:
        """Read a client's class. Raises InputError."""
        return ClientClass(self._known("class", cell, _("a class is VIP, A, B or C, not {value}")))

    def stage(self, cell: Cell) -> str | None:
        """Read a stage; None for the cold base. Raises InputError for a word that nobody explained."""
        code = self._known("stage", cell, _("unknown stage {value}: say what it means with --values"))
        return None if code == COLD else code

    def forbids(self, cell: Cell) -> bool:
        """Tell whether a stage says that nobody may call, by a usual word or one that was explained so."""
        word = fold(text_of(cell))
        code = self.own.get("stage", {}).get(word) or known_words()["outcome"].get(word)
        return code == NEVER

    def deal_stage(self, cell: Cell) -> str:
        """Read a deal's stage: what is nothing yet for a client is the first stage of a deal.

        Raises InputError for a word that nobody explained.
        """
        word = fold(text_of(cell))
        code = self.own.get("stage", {}).get(word) or known_words()["deal_stage"].get(word)
        code = code or self.stage(cell)
        return FIRST if code is None or code == COLD else code

    def ending(self, cell: Cell) -> str | None:
        """Tell what a deal came to by a column beside its stage: won or lost; None while it is open."""
        word = fold(text_of(cell))
        own = self.own.get("stage", {}).get(word)
        return own or known_words()["ending"].get(word)

    def reason(self, cell: Cell) -> str | None:
        """Read a reject reason; None for one in a team's own words."""
        return self._find("reason", cell)

    def outcome(self, cell: Cell) -> str | None:
        """Read what came of a call: an outcome, or "answered"; None for a word that nobody explained."""
        return self._find("outcome", cell)

    def goal(self, cell: Cell) -> str:
        """Read a call goal. Raises InputError."""
        return self._known("goal", cell, _("unknown goal {value}: say what it means with --values"))

    def _known(self, name: str, cell: Cell, otherwise: str) -> str:
        code = self._find(name, cell)
        if code is None:
            raise InputError(otherwise.format(value=text_of(cell).strip()[:60]))
        return code


def words_with_titles(
    titles: Mapping[str, Iterable[tuple[str, str]]], said: Mapping[str, Mapping[str, str]] | None = None
) -> Words:
    """Make the reader of an import from a team's titles (title, code) of a field and what `--values` said."""
    own = {name: {fold(title): code for title, code in pairs} for name, pairs in titles.items()}
    for name, meant in (said or {}).items():
        own[name] = own.get(name, {}) | {fold(theirs): ours for theirs, ours in meant.items()}
    return Words(own)


def means_stage(cells: Iterable[Cell]) -> bool:
    """Tell whether a column holds stages, by a sample of it."""
    filled = [fold(text_of(cell)) for cell in cells if text_of(cell).strip()]
    return bool(filled) and sum(word in known_words()["stage"] for word in filled) >= 0.8 * len(filled)


_TEN = (2, 4, 10, 3, 5, 9, 4, 6, 8)
_ELEVEN = (7, *_TEN)
_TWELVE = (3, *_ELEVEN)
TAX_CHECKS: Mapping[int, tuple[tuple[int, ...], ...]] = {10: (_TEN,), 12: (_ELEVEN, _TWELVE)}
"""By how many digits a tax id has: the weights of the digits before each of its check digits."""


def _check_digit(digits: str, weights: tuple[int, ...]) -> bool:
    return sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=False)) % 11 % 10 == int(
        digits[len(weights)]
    )


def is_inn(digits: str) -> bool:
    """Tell whether this is a Russian tax number (ИНН): its last digits check the others."""
    if not digits.isascii() or not digits.isdecimal() or not digits.strip("0"):
        return False
    if len(digits) == 10:
        return _check_digit(digits, _TEN)
    return len(digits) == 12 and _check_digit(digits, _ELEVEN) and _check_digit(digits, _TWELVE)


_NO_TAX_ID = frozenset(
    ["", "нет", "н д", "нд", "n a", "na", "none", "null", "no", "отсутствует", "не указан"]
)


def parse_tax_id(cell: Cell) -> str | None:
    """Read a tax id: a Russian one is checked, one of another country is kept as text; None for none.

    Raises InputError for one that was damaged: rounded by a spreadsheet, short of digits, wrong check digit.
    """
    text = line_of(cell)
    if fold(text) in _NO_TAX_ID or (not text.strip("0-. ") and text.count("0") < 9):
        return None
    beside = _WITH_KPP.fullmatch(text)
    bare = re.sub(r"^(?:инн|inn)\W*", "", beside[1] if beside else text, flags=re.IGNORECASE)
    bare = re.sub(r"[\s-]|[.,]0+$", "", bare)
    if re.fullmatch(r"\d[.,]?\d*e\+?\d+", bare, re.IGNORECASE):
        raise InputError(_("a spreadsheet rounded this tax id: make the column text there and export again"))
    if _is_placeholder(bare):
        raise InputError(_("a placeholder, not a tax id: {value}").format(value=text[:40]))
    if bare.isascii() and bare.isdecimal():
        # A spreadsheet drops the zero in front of a number.
        candidates = [bare, bare.zfill(10) if len(bare) == 9 else bare.zfill(12)]
        found = next((digits for digits in candidates if is_inn(digits)), None)
        if found is None and len(bare) in {9, 10, 11, 12}:
            raise InputError(_("the check digit of tax id {value} is wrong").format(value=text[:40]))
        return found or text
    return text[:64] if any(sign.isdecimal() for sign in text) else _not_a_tax_id(text)


_NOTHING = _NO_TAX_ID - {""}
_LONGEST_NOTHING = 16


def says_nothing(cell: Cell) -> bool:
    """Tell whether a cell was filled only so as not to be empty: "-", "нет", "н/д"."""
    if not isinstance(cell, str) or (len(cell) > _LONGEST_NOTHING and not is_dash(cell)):
        return False
    # What folding leaves nothing of may be a sign that means something: "+", "★".
    return is_dash(cell) or fold(cell) in _NOTHING


def is_dash(cell: Cell) -> bool:
    """Tell whether a cell holds a dash alone."""
    return isinstance(cell, str) and not cell.strip(" -–—_.")


def line_said(cell: Cell) -> str:
    """Give a cell as one clean line; an empty one where it says nothing."""
    text = "" if cell is None or cell == "" else line_of(cell)
    return "" if text and says_nothing(text) else text


_WITH_KPP = re.compile(
    r"(?:инн|inn)?\W*(\d{9,12})\s*(?:[/\\,;|]\s*|\s+)(?:кпп|kpp)?\W*(\d{9}|[-—])\W*", re.IGNORECASE
)
_IN_ORDER = ("0123456789" * 2, "9876543210" * 2)


def _is_placeholder(digits: str) -> bool:
    """Tell whether somebody only filled the cell: one digit over and over, or all of them in a row."""
    if not digits.isascii() or not digits.isdecimal() or len(digits) < 8:
        return False
    return len(set(digits)) == 1 or any(digits in row for row in _IN_ORDER)


def branch_code(cell: Cell) -> str | None:
    """Give the КПП that stands beside an ИНН in one cell; None where none does."""
    found = _WITH_KPP.fullmatch(line_of(cell))
    return found[2] if found and found[2].isdecimal() else None


def _not_a_tax_id(text: str) -> str | None:
    raise InputError(_("not a tax id: {value}").format(value=text[:40]))


_NO_EMAIL = _NO_TAX_ID | {"нет почты", "без почты", "нет email", "нет e mail", "no email", "нет данных"}
_EMAIL = re.compile(r"[^\s@;,<>()\[\]\"]+@[^\s@;,<>()\[\]\"]+\.[^\s@;,<>()\[\]\".]{2,}")


def parse_email(cell: Cell) -> str | None:
    """Read the first e-mail address of a cell; None for an empty cell. Raises InputError."""
    return next(iter(parse_emails(cell)), None)


def parse_emails(cell: Cell) -> tuple[str, ...]:
    """Read every e-mail address of a cell, in order; none for an empty cell. Raises InputError."""
    text = line_of(cell)
    if _EMAIL.fullmatch(text) and ":" not in text:
        return (text,)
    if not text.strip("-—. ") or fold(text) in _NO_EMAIL:
        return ()
    found = [written.rstrip(".").removeprefix("mailto:") for written in _EMAIL.findall(text)]
    if not found:
        raise InputError(_("not an e-mail address: {value}").format(value=text[:60]))
    first: dict[str, str] = {}
    for address in found:
        first.setdefault(address.casefold(), address)
    return tuple(first.values())
