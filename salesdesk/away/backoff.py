"""How long to wait before each further try of what does not answer."""

import random
from collections.abc import Callable, Iterator

FIRST, MOST = 1.0, 15.0


def waits(chance: Callable[[], float] = random.random) -> Iterator[float]:
    """Give seconds: 1, 2, 4 … 15, each by up to a quarter off: not all desks ask at once."""
    wait = FIRST
    while True:
        yield min(wait * (0.75 + chance() / 2), MOST)
        wait = min(wait * 2, MOST)
