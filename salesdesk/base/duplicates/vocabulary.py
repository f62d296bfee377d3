"""The words that names are made of: which are words of their own, and which endings make other names."""

from collections import Counter
from collections.abc import Collection, Mapping
from types import MappingProxyType

from salesdesk.base.duplicates.naming import COMMON

_STEM, _ENDING = 4, 3
"""Letters that a stem and an ending have at least; shorter ones are found in any word."""
_SEVERAL = 3
"""What so many have is no slip of the hand."""
_SLIPS = 0.1
"""A word is mistyped in fewer of its places than that."""


class Vocabulary:
    """Words of names as they sound, each with how many clients have it."""

    def __init__(
        self, words: Mapping[str, int] = MappingProxyType({}), endings: Collection[str] = COMMON
    ) -> None:
        self._words = words
        self._endings = endings

    def are_two(self, one: str, other: str) -> bool:
        """Tell whether words that are nearly the same are both of their own: «Вектор» and «Сектор»."""
        if one.startswith(other) or other.startswith(one):
            # An initial, or cut short.
            return False
        few, many = sorted((self._words.get(one, 0), self._words.get(other, 0)))
        return few >= _SEVERAL and few >= many * _SLIPS

    def stem(self, one: str, other: str) -> str:
        """Give what two words begin with, where an ending is all that is left of either; or nothing.

        «Гаранттех» and «Гарантсервис» are «Гарант» both, and two firms; so are «Лидер» and «Лидердекор».
        """
        if one[:_STEM] != other[:_STEM]:
            return ""
        for cut in range(min(len(one), len(other)), _STEM - 1, -1):
            left, right = one[cut:], other[cut:]
            if (
                one[:cut] == other[:cut]
                and (not left or left in self._endings)
                and (not right or right in self._endings)
            ):
                return one[:cut]
        return ""


def endings_of(words: Mapping[str, int]) -> frozenset[str]:
    """Find what several known words take on: «тех», «торг», «декор». Known beforehand are the usual ones."""
    found: Counter[str] = Counter()
    for word in words:
        for cut in range(_STEM, len(word) - _ENDING + 1):
            if words.get(word[:cut], 0) >= _SEVERAL:
                found[word[cut:]] += 1
    return COMMON | {ending for ending, count in found.items() if count >= _SEVERAL}
