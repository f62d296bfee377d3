"""Where the clients of the sample base stand, in which shares, and how often they were called."""

import math
from dataclasses import dataclass

from salesdesk.sample.dice import spread


@dataclass(frozen=True, slots=True)
class Fate:
    """One way a client may stand. `share` is percent, `calls` how many calls such clients had, in turn.

    `recent` is from how many to how many working days ago the last call was, where it was not long
    ago; `owed` tells that a next action is open.
    """

    name: str
    share: int
    calls: tuple[int, ...]
    recent: tuple[int, int] | None = None
    owed: bool = False
    interest: tuple[int, int] = (0, 0)

    @property
    def stage(self) -> str | None:
        """The stage of such clients; None while nobody has talked with them."""
        return None if self.name in {"pool", "unreachable", "cadence", "do_not_call"} else self.name


def _counts(least: int, mean: float, most: int = 60) -> tuple[int, ...]:
    """Give 37 counts with many small ones and a long tail, in no visible order."""
    parts = 37
    tail = [-math.log(1 - (part + 0.5) / parts) for part in range(parts)]
    found = [min(most, least + round((mean - least) * value)) for value in tail]
    return tuple(found[place * 16 % parts] for place in range(parts))


FATES = (
    Fate("pool", 36, (0,), interest=(0, 1)),
    Fate("unreachable", 2, (0,)),
    Fate("do_not_call", 2, (1, 2, 3, 2)),
    Fate("rejected", 30, _counts(1, 6.95)),
    Fate("cadence", 5, (1, 3, 2, 4, 1, 5, 6, 2, 3, 1, 2), (1, 4), owed=True, interest=(0, 1)),
    Fate("new", 6, _counts(1, 6), (1, 6), owed=True, interest=(2, 4)),
    Fate("proposal", 6, _counts(2, 9), (1, 8), owed=True, interest=(2, 5)),
    Fate("invoice", 3, _counts(3, 11), (1, 6), owed=True, interest=(3, 5)),
    Fate("paid", 2, _counts(4, 13), (1, 8), owed=True, interest=(3, 5)),
    Fate("shipped", 4, _counts(5, 22), (4, 60), owed=True, interest=(2, 5)),
    Fate("paused", 2, _counts(2, 9), (10, 50), owed=True, interest=(1, 2)),
    Fate("dormant", 2, _counts(5, 14), (45, 110), owed=True, interest=(0, 2)),
)

ORDER = tuple(spread([fate.share for fate in FATES]))
"""A hundred clients, one after another, as indexes of FATES: any run of them holds each in its share."""
