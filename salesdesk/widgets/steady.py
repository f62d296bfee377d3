"""How other rows take the place of those that one looks at, with nothing moving under the cursor."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Steady(Generic[R]):
    """The rows to show, the place of the cursor among them, and whether its row is one that has gone."""

    rows: list[R]
    at: int
    gone: bool


def steady(shown: Sequence[R], found: Sequence[R], at: int, key: Callable[[R], Hashable]) -> Steady[R]:
    """Put what was found in the place of what is shown; the cursor stays on its row, even where that is gone.

    Such a row stands after the nearest of those before it that are still there: whoever presses a key
    there means the row that they saw.
    """
    rows = list(found)
    if not 0 <= at < len(shown):
        return Steady(rows, 0, gone=False)
    places = {key(row): place for place, row in enumerate(rows)}
    here = places.get(key(shown[at]))
    if here is not None:
        return Steady(rows, here, gone=False)
    before = (places[key(row)] + 1 for row in reversed(shown[:at]) if key(row) in places)
    here = next(before, 0)
    rows.insert(here, shown[at])
    return Steady(rows, here, gone=True)


def top_of(at: int, on_line: int, count: int, height: int) -> int:
    """Give the row at the top of so many lines for a row to stand on one of them, or as near as can be."""
    return max(min(at - on_line, count - height), 0)
