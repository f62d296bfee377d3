"""What of an address tells the place: the street's own words, the houses, the city."""

import re
from functools import lru_cache

from salesdesk.base.duplicates.plain import likeness
from salesdesk.base.duplicates.sounding import sound
from salesdesk.base.folding import fold

# What an address says of a word beside it. None of it tells one place from another.
_SILENT = frozenset(likeness("addresses", "silent"))
_ORDINALS = {
    "first": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5", "sixth": "6", "seventh": "7",
    "eighth": "8", "ninth": "9", "tenth": "10", "eleventh": "11", "twelfth": "12",
}  # fmt: skip
_NUMBERED = re.compile(r"(\d+)(?:st|nd|rd|th|ый|ой|ий|ая|я|й|го|ого)")
# Written apart from the number: "1-я Тверская" is folded so.
_ENDINGS = frozenset(["ый", "ой", "ий", "ая", "я", "й", "го", "ого"])
_POSTAL = re.compile(r"\d{6}")
# What follows says where the crossing is, not where the door is.
_ASIDE = re.compile(r"\b(?:at|between|bet|near|off|напротив|рядом|около)\b.*", re.DOTALL)


@lru_cache(maxsize=4096)
def address_parts(address: str) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Give an address's words as they sound, its house numbers in their order, and a postal code in it."""
    folded = fold(address)
    bare = _ASIDE.sub("", folded)
    tokens = (bare if any(sign.isdecimal() for sign in bare) else folded).split()
    words: dict[str, None] = {}
    houses: dict[str, None] = {}
    postal = ""
    for at, token in enumerate(tokens):
        numbered = _NUMBERED.fullmatch(token)
        following = tokens[at + 1] if at + 1 < len(tokens) else ""
        if numbered or token in _ORDINALS:
            words[numbered[1] if numbered else _ORDINALS[token]] = None
        elif not token[0].isdecimal():
            if token not in _SILENT and not (token in _ENDINGS and at and tokens[at - 1] in words):
                words[sound(token)] = None
        elif _POSTAL.fullmatch(token):
            postal = postal or token
        elif following in _ENDINGS:
            words[token] = None
        else:
            houses[sound(token.lstrip("0") or "0")] = None
    return tuple(words), tuple(houses), postal


_CITY = frozenset(["г", "гор", "город", "city", "town", "of", "пос", "п", "с", "село", "пгт", "рп", "д"])
_SHORT = {
    "спб": "sankt peterburg", "питер": "sankt peterburg", "saint petersburg": "sankt peterburg",
    "st petersburg": "sankt peterburg", "мск": "moskva", "moscow": "moskva", "нн": "nizhni novgorod",
    "екб": "ekaterinburg", "nyc": "nev iork", "la": "los angeles",
}  # fmt: skip


@lru_cache(maxsize=4096)
def city_key(city: str) -> str:
    """Give a city as it sounds, without what a city is called."""
    folded = fold(city)
    if folded in _SHORT:
        return _SHORT[folded]
    kept = [sound(word) for word in folded.split() if word not in _CITY]
    return " ".join(kept) or folded
