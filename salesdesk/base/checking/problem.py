"""Something that may not be in a base, and what to do about it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """A rule that does not hold: how often, in words, and the cure. `rows` are the first ids concerned."""

    code: str
    count: int
    what: str
    cure: str
    rows: tuple[int, ...] = ()
