"""Reasons that one operator gives far more often than the others do: worth a talk, or a training."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

USES_LEAST = 5
"""Fewer uses say nothing of a person."""
TIMES_OTHERS = 2
"""How many times the others' share a share must be more than."""
Z_LEAST = 2.58
"""How many standard errors apart the two shares must be: by chance so in less than one of a hundred."""


@dataclass(frozen=True, slots=True)
class Unusual:
    """A reason that stands out: `count` of the operator's `of` rejections, against those of the others."""

    operator: str
    name: str
    reason: str
    count: int
    of: int
    others_count: int
    others_of: int

    @property
    def others_share(self) -> float:
        """How often the others give the reason, of one."""
        return self.others_count / self.others_of

    @property
    def share(self) -> float:
        """How often the operator gives it, of one."""
        return self.count / self.of


def unusual(
    counts: Mapping[tuple[str, str | None], int], names: Mapping[str, str] | None = None
) -> tuple[Unusual, ...]:
    """Point out what stands out of how often each operator (by login) gave each reason; the farthest first.

    A reason stands out where it was given often enough to mean something, in more than twice the share
    that it has with all the others together, and farther from it than chance goes. Rejections
    without a reason count among the rest.
    """
    by_operator: Counter[str] = Counter()
    by_reason: Counter[str | None] = Counter()
    for (operator, reason), count in counts.items():
        by_operator[operator] += count
        by_reason[reason] += count
    everything = by_operator.total()
    found = [
        Unusual(
            operator, (names or {}).get(operator, operator), reason, count, by_operator[operator],
            by_reason[reason] - count, everything - by_operator[operator],
        )
        for (operator, reason), count in counts.items()
        if reason is not None
    ]  # fmt: skip
    return tuple(sorted(filter(_stands_out, found), key=lambda one: (-_apart(one), one.operator, one.reason)))


def _stands_out(one: Unusual) -> bool:
    if one.count < USES_LEAST or not one.others_of:
        return False
    return one.share > TIMES_OTHERS * one.others_share and _apart(one) >= Z_LEAST


def _apart(one: Unusual) -> float:
    """Tell how far apart two shares are, in standard errors of what both have in common."""
    both = (one.count + one.others_count) / (one.of + one.others_of)
    error = sqrt(both * (1 - both) * (1 / one.of + 1 / one.others_of))
    return (one.share - one.others_share) / error if error else 0.0
