"""What of a company's or a person's name tells it from others."""

import re
from functools import lru_cache

from salesdesk.base.duplicates.plain import likeness, likeness_lists
from salesdesk.base.duplicates.sounding import sound

# Words that say nothing of who it is. Frequent words that do say something weigh little by being frequent.
_SILENT = frozenset(likeness("names", "silent"))
_PIECES = re.compile(r"\d+|[^\W\d]+")
_ORDINALS = {
    word: str(number)
    for number, words in enumerate(
        ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
         "eleventh", "twelfth"), 1,
    )
    for word in (words,)
}  # fmt: skip
COMMON = frozenset(map(sound, likeness("names", "common")))
"""Words that many names have anywhere: a small base cannot tell so by itself."""


_FORMS = {said: kind for kind, words in likeness_lists("forms").items() for said in words}
_FORM = re.compile(
    rf"(?<!\w)(?:{'|'.join(sorted(map(re.escape, _FORMS), key=len, reverse=True))})(?!\w)", re.IGNORECASE
)
PERSON = "person"


def legal_form(name: str) -> str:
    """Give which kind of legal form a name has, `PERSON` for one's own trade; nothing where it has none."""
    found = _FORM.search(name)
    return _FORMS[found[0].lower()] if found else ""


@lru_cache(maxsize=4096)
def name_words(key: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """Give the words of a name (its `name_key`) as they sound, each once, and the numbers in it."""
    words: dict[str, None] = {}
    numbers = set()
    pieces = _PIECES.findall(key)
    for at, piece in enumerate(pieces):
        if piece[0].isdecimal():
            numbers.add(piece.lstrip("0") or "0")
        elif piece == "s" and at:  # arnie morton's
            continue
        elif piece not in _SILENT:
            words[sound(_ORDINALS.get(piece, piece))] = None
    if not words and not numbers and key:
        words[sound(key)] = None
    return tuple(words), frozenset(numbers)
