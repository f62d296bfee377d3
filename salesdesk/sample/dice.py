"""The sample base's chance: the same for the same seed, on every machine and every version of Python."""

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Draws from one stream. Only `random()` of the standard generator is promised never to change."""

    def __init__(self, seed: int) -> None:
        self.roll = random.Random(seed).random  # noqa: S311  # a sample, not a secret
        """A number in [0, 1)."""

    def pick(self, among: Sequence[T]) -> T:
        """Choose one."""
        return among[int(self.roll() * len(among))]

    def between(self, least: int, most: int) -> int:
        """Choose a whole number, both ends included."""
        return least + int(self.roll() * (most - least + 1))

    def chance(self, share: float) -> bool:
        """Tell whether something of this probability happens."""
        return self.roll() < share


def spread(weights: Sequence[int]) -> list[int]:
    """Lay indexes out by their weights so that every stretch of the result has each in its share."""
    total = sum(weights)
    credit = [0.0] * len(weights)
    laid = []
    for _turn in range(total):
        for index, weight in enumerate(weights):
            credit[index] += weight / total
        best = max(range(len(weights)), key=credit.__getitem__)
        credit[best] -= 1
        laid.append(best)
    return laid
