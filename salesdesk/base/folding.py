"""One spelling for text that people write in many: for search, for sorting, for telling rows apart."""

import re
import unicodedata

_LEFT_OUT = frozenset({"Cf", "Cs"})
_KEPT = frozenset("LNM")


class _Folding(dict[int, str | None]):
    """What each character becomes, filled as characters are met: Unicode is too big to list."""

    def __missing__(self, point: int) -> str | None:
        category = unicodedata.category(chr(point))
        kept = chr(point) if category[0] in _KEPT else " "
        self[point] = None if category in _LEFT_OUT else kept
        return self[point]


_folding = _Folding({ord("ё"): "е", ord("№"): " "})
# NFKC would make letters of it: "№5" is "5", not "no5".
_NUMBER_SIGN = str.maketrans({"№": " "})


def fold(text: str) -> str:
    """Give the text as search compares it: case, ё/е, quotes, punctuation and blanks do not matter.

    Folding what is folded changes nothing. May be empty: of "!!!" nothing is left.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text.translate(_NUMBER_SIGN))
        text = unicodedata.normalize("NFKC", text.casefold())
    else:
        text = text.lower()
    return " ".join(text.translate(_folding).split())


_FORMS_ANYWHERE = frozenset(
    [
        "ооо", "зао", "оао", "пао", "ао", "нао", "ип", "чп", "тоо", "одо", "уп", "чуп", "пбоюл", "гуп",
        "муп", "фгуп", "фгбу", "фгбоу", "фгку", "фгау", "фку", "гбу", "гбуз", "гбоу", "гау", "гауз", "гку",
        "гкуз", "гуз", "гоу", "муз", "моу", "мбу", "мбуз", "мбоу", "мау", "мауз", "мку", "мкоу", "ано",
        "нко", "ноу", "чоу", "чуз", "нуз", "llc", "llp", "ltd", "inc", "incorporated", "plc", "gmbh", "ooo",
        "zao", "oao", "pao",
    ]
)  # fmt: skip
# Words that are a legal form at the end of a name and something else inside it.
_FORMS_AT_END = frozenset(
    [
        "co", "company", "corp", "corporation", "limited", "lp", "ag", "kg", "ohg", "kgaa", "se", "sa",
        "sas", "sarl", "srl", "bv", "nv", "ab", "oy", "oyj", "as", "asa", "aps", "kft", "pty", "pte", "sro",
        "doo", "kk", "and", "und",
    ]
)  # fmt: skip
_SPELT = re.compile(
    r"\b(?:(?:о о о|з а о|о а о|п а о|l l c|l t d|g m b h|s r l|s p a|p l c)"
    r"|обществ[оа] с ограниченной ответственностью"
    r"|(?:(?:открыто|закрыто|публично|непублично)(?:е|го) )?акционерно(?:е|го) обществ[оа]"
    r"|индивидуальн(?:ый|ого) предпринимател[ья]"
    r"|(?:федерально(?:е|го) )?(?:государственно|муниципально)(?:е|го) унитарно(?:е|го) предприяти[ея]"
    r"|(?:федерально(?:е|го) )?(?:государственно|муниципально)(?:е|го) "
    r"(?:бюджетно|казенно|автономно)(?:е|го) (?:образовательно(?:е|го) )?учреждени[ея]"
    r"(?: здравоохранения| культуры| образования)?"
    r"|автономн(?:ая|ой) некоммерческ(?:ая|ой) организаци[яи]"
    r"|limited liability (?:company|partnership)"
    r")\b"
)
# Told apart cheaply: a name without any of these is not worth the expression above.
_SPELT_MARK = re.compile(
    r"\b\w \w\b|ответственност|акционерн|предпринимат|предприяти|учреждени|организаци|liability"
)


_LONGEST_KEY = 500
"""Signs of a key: PostgreSQL keeps no more than 2,700 bytes of one in an index."""


def name_key(name: str) -> str:
    """Give a company's name as it is searched and sorted: folded, without its legal form.

    Never empty for a name with anything in it: a name that is nothing but a legal form or signs keeps them.
    Of a name that goes on and on it is the beginning.
    """
    folded = fold(name)
    bare = _SPELT.sub(" ", folded) if _SPELT_MARK.search(folded) else folded
    words = [word for word in bare.split() if word not in _FORMS_ANYWHERE]
    while len(words) > 1 and words[-1] in _FORMS_AT_END:
        words.pop()
    return (" ".join(words) or folded or name.strip().casefold() or name)[:_LONGEST_KEY]
