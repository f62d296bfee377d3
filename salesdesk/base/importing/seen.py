"""How often something was seen: for a million rows in a few megabytes."""

from array import array


class Seen:
    """Counts 64-bit fingerprints. A set of a million Python integers would take a hundred megabytes."""

    def __init__(self) -> None:
        self._slots = array("Q", bytes(8 << 12))
        self._mask = (1 << 12) - 1
        self._used = 0
        self._again: dict[int, int] = {}

    def count(self, fingerprint: int) -> int:
        """See it once more; tell how often it was seen, this time included."""
        wanted = fingerprint or 1
        slots, mask = self._slots, self._mask
        at = wanted & mask
        while slots[at]:
            if slots[at] == wanted:
                times = self._again.get(wanted, 1) + 1
                self._again[wanted] = times
                return times
            at = (at + 1) & mask
        slots[at] = wanted
        self._used += 1
        if self._used * 3 > mask * 2:
            self._grow()
        return 1

    def _grow(self) -> None:
        kept = self._slots
        self._mask = (self._mask + 1) * 2 - 1
        self._slots = array("Q", bytes(8 * (self._mask + 1)))
        for value in kept:
            if value:
                at = value & self._mask
                while self._slots[at]:
                    at = (at + 1) & self._mask
                self._slots[at] = value
