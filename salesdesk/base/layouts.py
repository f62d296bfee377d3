"""Words typed on the wrong keyboard layout: `ghbdtn` is `привет`, `[jkjl` is `холод`."""

import re
from collections.abc import Iterator, Mapping

from salesdesk.keyboard import LATIN_OF

RUSSIAN_OF: Mapping[str, str] = {latin: russian for russian, latin in LATIN_OF.items()}
_LATIN_LETTER = re.compile(r"[A-Za-z]")
_RUSSIAN_LETTER = re.compile(r"[А-Яа-яЁё]")
_SIGN_FIRST = re.compile(r"(?:^|\s)[\[\]{};:',.<>`~]+[A-Za-z]|(?:^|\s)\"[A-Za-z]+[^\"]*$")


def other_layout(word: str) -> str | None:
    """Give what the same keys would have typed on the other layout; None for a word without its letters."""
    if _RUSSIAN_LETTER.search(word):
        return "".join(LATIN_OF.get(sign, sign) for sign in word)
    # Signs alone are letters too (",." is "бю"), yet nobody begins by typing only those.
    if _LATIN_LETTER.search(word):
        return "".join(RUSSIAN_OF.get(sign, sign) for sign in word)
    return None


def looks_switched(text: str) -> bool:
    """Tell whether a word begins with a sign that no word begins with, and that is a letter elsewhere."""
    return _SIGN_FIRST.search(text) is not None


def switched(text: str, unknown: set[str]) -> Iterator[str]:
    """Give the text with the words that nobody has on the other layout, and then with all of its words."""
    words = text.split()
    given: list[str] = []
    for chosen in (unknown, set(words)):
        other = " ".join((other_layout(word) or word) if word in chosen else word for word in words)
        if other != " ".join(words) and other not in given:
            given.append(other)
            yield other
