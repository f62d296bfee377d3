"""How long nobody has touched a desk."""

from collections.abc import Callable

from salesdesk.clock import since_boot


class Idle:
    """Counts from the last key or move of the mouse."""

    def __init__(self, clock: Callable[[], float] = since_boot) -> None:
        self.clock = clock
        self._touched = clock()

    def touch(self) -> None:
        """Take note that somebody is there."""
        self._touched = self.clock()

    def lasts(self, minutes: int) -> bool:
        """Tell whether nobody was there for so many minutes; never for none."""
        return 0 < minutes * 60 <= self.clock() - self._touched
