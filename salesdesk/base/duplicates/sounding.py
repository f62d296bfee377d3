"""How a word sounds, in Latin letters: so that «Ромашка» and "Romashka" are one word."""

import re
import unicodedata
from functools import lru_cache

_LETTERS = str.maketrans(
    {
        "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i",
        "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t",
        "у": "u", "ф": "f", "х": "h", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sh", "ъ": "", "ы": "i", "ь": "",
        "э": "e", "ю": "iu", "я": "ia", "і": "i", "ї": "i", "є": "e", "ґ": "g", "ў": "u", "ß": "ss",
        "æ": "ae", "ø": "o", "ł": "l", "đ": "d",
    }
)  # fmt: skip
# The same sound in the usual ways of writing it; the longer ones first.
_WRITTEN = [
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("shch|sch", "sh"), ("kh", "h"), ("ck", "k"), ("ph", "f"), ("[yj]u", "iu"), ("[yj]a", "ia"),
        ("(?:^|(?<=[aeiou]))[yj]e", "e"), ("x", "ks"), ("q", "k"), ("w", "v"), ("[yj]", "i"),
        ("c(?=[eiy])", "ts"), ("c(?!h)", "k"),
    )
]  # fmt: skip
_DOUBLED = re.compile(r"([a-z])\1+")


@lru_cache(maxsize=1 << 17)
def sound(word: str) -> str:
    """Give a folded word as it sounds; a word of another script is left as it is."""
    latin = word.translate(_LETTERS)
    if not latin.isascii():
        latin = "".join(
            sign for sign in unicodedata.normalize("NFD", latin) if not unicodedata.combining(sign)
        )
    for written, same in _WRITTEN:
        latin = written.sub(same, latin)
    return _DOUBLED.sub(r"\1", latin) or word
