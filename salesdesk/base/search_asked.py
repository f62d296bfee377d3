"""What was typed to find somebody by, read: words in any order, and runs of digits among them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from salesdesk.base.folding import fold, name_key
from salesdesk.storage.search_index import SHORTEST_RUN, Group, Term, run_terms

PHONE_LIKE = re.compile(r"[\d\s()+\-.]{3,}")
_NUMBER = re.compile(r"(?<![^\s])\+?\(?\d[\d\s()+\-.]*\d(?![^\s])")
_TRUNK = re.compile(r"8(\d{10})")


@dataclass(frozen=True)
class Word:
    """One thing to be found: how it may begin, and the digits that a number may hold instead."""

    spelled: tuple[str, ...]
    digits: str = ""
    together: bool = False
    """All of what is spelled belongs to it, instead of one of it: `123-45`."""

    @property
    def group(self) -> Group:
        """What it is in the index."""
        terms = tuple(Term(each) for each in self.spelled)
        ways: Group = (terms,) if self.together else tuple((term,) for term in terms)
        return (*ways, run_terms(self.digits)) if self.digits else ways

    @property
    def said(self) -> str:
        """The likeliest spelling of it."""
        return " ".join(self.spelled if self.together else self.spelled[:1])

    def begins(self, line: str) -> bool:
        """Tell whether a line of folded words, a blank before and after each, has it."""
        if len(self.spelled) == 1:
            return f" {self.spelled[0]}" in line
        return (all if self.together else any)(f" {each}" in line for each in self.spelled)

    def is_among(self, line: str) -> bool:
        """Tell whether such a line has it as whole words."""
        return (all if self.together else any)(f" {each} " in line for each in self.spelled)


@dataclass(frozen=True)
class Asked:
    """All that is to be found of one client; `key` is it as a name, `digits` as a number alone."""

    words: tuple[Word, ...]
    key: str
    digits: str = ""

    @property
    def has_runs(self) -> bool:
        """Whether numbers are looked for among words."""
        return any(word.digits for word in self.words)

    @property
    def marks(self) -> tuple[str, ...]:
        """What is marked where it stands."""
        said = [each for word in self.words for each in (*word.spelled, word.digits) if each]
        return tuple(dict.fromkeys((*said, self.digits) if self.digits else said))


def readings(text: str) -> Iterator[Asked]:
    """Read what was typed, in the ways that it may be meant: the likelier first."""
    words = words_of(text)
    if not words:
        return
    key = name_key(text)
    if PHONE_LIKE.fullmatch(text.strip()):
        digits = re.sub(r"\D", "", text)
        yield Asked(tuple(Word((word,)) for word in words), key, run_of(digits))
        if len(words) > 1:
            yield Asked(tuple(_word(part) for part in text.split() if fold(part)), key)
        return
    if not any(word[0].isdigit() for word in words):
        yield Asked(tuple(Word((word,)) for word in words), key)
        return
    parted = tuple(_parted(text))
    if any(number and " " in part for part, number in parted):
        yield Asked(tuple(_read(part, number=number) for part, number in parted), key)
    apart = (each for part, number in parted for each in (part.split() if number else [part]))
    yield Asked(tuple(_word(part) for part in apart if fold(part)), key)


def words_of(text: str) -> list[str]:
    """Give the folded words of a text, without legal forms where there is anything else."""
    folded = fold(text).split()
    if "@" in text or len(folded) < 2:
        return folded
    bare = name_key(text).split()
    # A form at the end only is left: "иванов co" may be the beginning of anything.
    return folded if len(folded) == len(bare) or folded[: len(bare)] == bare else bare


def run_of(digits: str) -> str:
    """Give digits without the Russian trunk prefix, which is no part of a number."""
    trunk = _TRUNK.fullmatch(digits)
    return trunk[1] if trunk else digits


def _parted(text: str) -> Iterator[tuple[str, bool]]:
    """Part a text into its words and into what looks like numbers, with blanks in them or without."""
    end = 0
    for match in _NUMBER.finditer(text):
        yield from ((word, False) for word in words_of(text[end : match.start()]))
        yield match[0], True
        end = match.end()
    yield from ((word, False) for word in words_of(text[end:]))


def _read(part: str, *, number: bool) -> Word:
    return _word(part) if number else Word((part,))


def _word(part: str) -> Word:
    digits = re.sub(r"\D", "", part) if PHONE_LIKE.fullmatch(part) else ""
    folded = tuple(fold(part).split())
    return Word(folded, run_of(digits) if len(digits) >= SHORTEST_RUN else "", together=len(folded) > 1)
