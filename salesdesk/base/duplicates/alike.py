"""How far two lists of words are the same: in any order, mistyped, cut short, run together."""

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA, JaroWinkler

from salesdesk.base.duplicates.vocabulary import Vocabulary


class Met(NamedTuple):
    """What two lists of words share and what they do not, each weighed by how rare its words are."""

    both: float = 0.0
    conflict: float = 0.0
    """What each has and the other has not: as much of one as of the other."""
    extra: float = 0.0
    """What only one of them has, beyond that."""
    alike: float = 0.0
    """The share that is the same, 0 to 1."""


_LEAST = 0.55
"""Words that are less alike are two words."""


_NOTHING_KNOWN = Vocabulary(endings=())


def meet(
    ours: tuple[str, ...],
    theirs: tuple[str, ...],
    weigh: Callable[[str], float],
    known: Vocabulary = _NOTHING_KNOWN,
) -> Met:
    """Compare two lists of words; of `known` ones two that are nearly the same may be two all the same."""
    if ours == theirs:
        return Met(sum(map(weigh, ours)), 0.0, 0.0, 1.0)
    others = set(theirs)
    mine = set(ours)
    both = sum(weigh(word) for word in ours if word in others)
    whole = 2 * both
    left = [word for word in ours if word not in others]
    right = [word for word in theirs if word not in mine]
    endings: list[str] = []
    if left and right:
        stems, endings, left, right = _without_stems(left, right, known)
        same = sum(map(weigh, stems))
        both += same
        whole += 2 * same
    if left and right:
        paired, near, left, right = _nearly(left, right, weigh, known)
        both += near
        whole += 2 * paired
    lost, found = sum(map(weigh, left)), sum(map(weigh, right))
    whole += lost + found
    # An ending is no word that somebody leaves out: those of either speak against.
    torn = sum(weigh(word) for word in endings if word in left or word in right)
    conflict = max(min(lost, found), torn)
    extra = max(0.0, max(lost, found) - conflict)
    return Met(both, conflict, extra, 2 * both / whole if whole else 0.0)


def _without_stems(
    left: list[str], right: list[str], known: Vocabulary
) -> tuple[list[str], list[str], list[str], list[str]]:
    """Take «Гарант» out of «Гаранттех» and «Гарант-Сервис»: the stems, all their endings, what is left."""
    stems: list[str] = []
    endings: list[str] = []
    for one in left:
        for other in right:
            stem = known.stem(one, other)
            if stem:
                ours, theirs = one[len(stem) :], other[len(stem) :]
                stems.append(stem)
                endings += filter(None, (ours, theirs))
                left = [*(word for word in left if word != one), *filter(None, [ours])]
                right = [*(word for word in right if word != other), *filter(None, [theirs])]
                break
    if not stems:
        return stems, endings, left, right
    again = [word for word in left if word in right]
    return (
        stems + again,
        endings,
        [word for word in left if word not in again],
        [word for word in right if word not in again],
    )


Paired = tuple[float, float, list[str], list[str]]
"""What the words weigh that were paired, that times how alike they are, and the words left over."""


def _nearly(left: list[str], right: list[str], weigh: Callable[[str], float], known: Vocabulary) -> Paired:
    """Pair the words that are nearly the same. The usual one of two weighs: the other is a slip of it."""
    if len(left) + len(right) > 2:
        joined = _run_together(left, right, weigh)
        if joined is not None:
            return joined
    pairs = sorted(
        (
            (likeness, one, other)
            for one in left
            for other in right
            if (likeness := likeness_of(one, other)) > _LEAST and not known.are_two(one, other)
        ),
        reverse=True,
    )
    paired = near = 0.0
    left, right = list(left), list(right)
    for likeness, one, other in pairs:
        if one in left and other in right:
            left.remove(one)
            right.remove(other)
            weight = min(weigh(one), weigh(other))
            paired += weight
            near += weight * likeness
    return paired, near, left, right


def _run_together(left: list[str], right: list[str], weigh: Callable[[str], float]) -> Paired | None:
    """See "pridhamstreet" in "pridham street", and «ЦРБ» in «центральная районная больница»."""
    one, other = "".join(left), "".join(right)
    if len(one) > 4 and OSA.normalized_similarity(one, other) >= 0.85:
        weight = min(sum(map(weigh, left)), sum(map(weigh, right)))
        return weight, weight * 0.9, [], []
    for few, many in ((left, right), (right, left)):
        if len(few) == 1 and len(few[0]) == len(many) >= 3 and few[0] == "".join(w[0] for w in many):
            return weigh(few[0]), weigh(few[0]) * 0.7, [], []
    return None


@lru_cache(maxsize=1 << 15)
def likeness_of(one: str, other: str) -> float:
    """Tell how alike two different words are: a typing mistake, one cut short, an initial."""
    if len(one) > len(other):
        one, other = other, one
    if one[0] == other[0]:
        if len(one) == 1:
            return 0.56 if other.isalpha() else 0.0
        if len(one) >= 3 and other.startswith(one) and other.isalpha():
            return 0.85
    if one.isdecimal() or other.isdecimal() or len(one) < 3:
        return 0.0
    kept = OSA.normalized_similarity(one, other)
    if kept < 0.6:
        return 0.0
    if len(one) >= 4 and kept < 0.75:
        return kept if JaroWinkler.similarity(one, other) >= 0.88 else 0.0
    return kept if kept >= 0.66 else 0.0
