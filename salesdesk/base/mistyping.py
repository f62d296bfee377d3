"""Mistyped words: all that one slip of a finger could have made of another word, turned round."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

SHORTEST = 4
"""Letters: one slip makes any shorter word of any other."""

LONGEST = 24
SHORTEST_OF_TWO = 8
"""Letters of a word in which two slips are forgiven."""

_MOST_MEANT = 5
SHORTEST_NUMBER = 9
"""Digits of a tax id or a number in which a slip is forgiven; in fewer it would be anybody's."""

_CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
_ALPHABETS = (
    (re.compile(r"[а-я]"), _CYRILLIC),
    (re.compile(r"[a-z]"), "abcdefghijklmnopqrstuvwxyz"),
    (re.compile(r"[0-9]"), "0123456789"),
)

# What people who write by ear, or with heavy fingers, take for one another.
_PAIRS = (
    "ао", "еи", "ея", "еэ", "иы", "бп", "вф", "гк", "дт", "жш", "зс", "шщ", "цс", "ьъ", "ий", "ую",
    "ei", "ao", "iy", "ck", "kq", "sz", "sc", "vw", "fv", "bp", "dt", "gk", "mn", "ou",
)  # fmt: skip
_ALIKE = {
    letter: "".join(pair.replace(letter, "") for pair in _PAIRS if letter in pair)
    for letter in sorted(set("".join(_PAIRS)))
}


def may_be_mistyped(word: str) -> bool:
    """Tell whether a folded word is long enough, and short enough, for a slip to be told."""
    if word.isascii() and word.isdigit():
        return SHORTEST_NUMBER <= len(word) <= LONGEST
    return SHORTEST <= len(word) <= LONGEST


@dataclass(frozen=True)
class Slips:
    """What a mistyped word may stand for: `whole` words, and words that it is the beginning of.

    At the end of what was typed nothing tells a wrong letter from the beginning of any word: that makes
    whole ones.
    """

    whole: frozenset[str]
    begun: frozenset[str]

    def meant(self, texts: Iterable[str]) -> tuple[str, ...]:
        """Tell which of these are words of texts: the likeliest first, and not too many."""
        counted: dict[str, list[int]] = {}
        sizes = {len(each) for each in self.begun}
        for text in texts:
            for each in set(text.split()):
                if each in self.whole or each in self.begun:
                    counted.setdefault(each, [0, 0])[0] += 1
                    continue
                begun = next((each[:size] for size in sizes if each[:size] in self.begun), None)
                if begun is not None:
                    counted.setdefault(begun, [0, 0])[1] += 1
        ordered = sorted(counted, key=lambda each: (-counted[each][0], -counted[each][1], each))
        return tuple(ordered[:_MOST_MEANT])


def one_slip(word: str) -> Slips:
    """Give the words that are one slip away.

    A letter too many, too few or another one, or two that changed places.
    """
    letters = _letters(word)
    begun: set[str] = set()
    size = len(word)
    for place in range(size):
        before, after = word[:place], word[place + 1 :]
        begun.update(before + letter + word[place:] for letter in letters)
        if place < size - 1:
            begun.add(before + after)
            begun.add(before + word[place + 1] + word[place] + word[place + 2 :])
            begun.update(before + letter + after for letter in letters)
    begun.discard(word)
    whole = {word[:-1], *(word[:-1] + letter for letter in letters)} - {word}
    return Slips(frozenset(whole - begun), frozenset(begun))


def two_slips(word: str) -> Slips:
    """Give words that are two of the likely slips away: by ear, doubled, left out, in another order."""
    once = set(_likely(word))
    twice = {other for one in once for other in _likely(one)}
    return Slips(frozenset(), frozenset(twice - once - {word}))


def _likely(word: str) -> Iterator[str]:
    for place, letter in enumerate(word):
        before, after = word[:place], word[place + 1 :]
        for other in _ALIKE.get(letter, ""):
            yield before + other + after
        if place and word[place - 1] == letter:
            yield before + after
        elif place:
            yield before + letter + letter + after
        if place < len(word) - 1:
            yield before + word[place + 1] + letter + word[place + 2 :]


def _letters(word: str) -> str:
    return "".join(alphabet for met, alphabet in _ALPHABETS if met.search(word)) or "".join(sorted(set(word)))


def splits(word: str) -> Iterator[tuple[str, str]]:
    """Give the pairs of words that a word is of which the blank was left out."""
    for place in range(3, len(word) - 2):
        yield word[:place], word[place:]


def joined(words: list[str]) -> Iterator[list[str]]:
    """Give the words with one blank less, wherever it may have slipped in."""
    for place in range(len(words) - 1):
        if not (words[place].isdigit() and words[place + 1].isdigit()):
            yield [*words[:place], words[place] + words[place + 1], *words[place + 2 :]]


def of_number(digits: str) -> frozenset[str]:
    """Give the numbers that are one slip away from these digits."""
    slips = one_slip(digits)
    return slips.whole | slips.begun
