"""Groups out of pairs: whoever is likely one client with most of a group is of it."""

from collections.abc import Iterable
from typing import NamedTuple


class Pair(NamedTuple):
    """Two clients, the smaller id first, and how likely they are one."""

    first: int
    second: int
    score: float
    differ: bool = False
    """Whether their names differ by words that others have too: another shop in the same house."""


class Group(NamedTuple):
    """Clients that are likely one, and how likely: the mean of its pairs."""

    members: tuple[int, ...]
    score: float


def grouped(pairs: Iterable[Pair], least: float) -> list[Group]:
    """Make groups, the likeliest first. A pair that is not given speaks against.

    Two groups become one only where their clients are likely one on average: so A, B and C do not
    hang together by B alone. Pairs whose names differ in words join two clients, never a third.
    """
    known = {(pair.first, pair.second): pair.score for pair in pairs}
    strong = [pair for pair in pairs if pair.score >= least]
    members: dict[int, list[int]] = {}
    for pair in sorted(strong, key=lambda pair: (pair.differ, -pair.score, pair.first, pair.second)):
        one = members.setdefault(pair.first, [pair.first])
        other = members.setdefault(pair.second, [pair.second])
        if one is other:
            continue
        alone = len(one) == len(other) == 1
        if alone or (not pair.differ and _mean(known, one, other) >= least):
            one.extend(other)
            for each in other:
                members[each] = one
    groups = {id(group): group for group in members.values() if len(group) > 1}.values()
    made = [Group(tuple(sorted(group)), _score(known, sorted(group))) for group in groups]
    return sorted(made, key=lambda group: (-group.score, group.members))


def _mean(known: dict[tuple[int, int], float], one: list[int], other: list[int]) -> float:
    return sum(known.get((min(a, b), max(a, b)), 0.0) for a in one for b in other) / (len(one) * len(other))


def _score(known: dict[tuple[int, int], float], members: list[int]) -> float:
    pairs = [(one, other) for at, one in enumerate(members) for other in members[at + 1 :]]
    return round(sum(known.get(pair, 0.0) for pair in pairs) / len(pairs), 3)
