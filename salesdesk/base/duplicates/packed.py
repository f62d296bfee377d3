"""Very many clients in little memory: each as a few bytes, unpacked when it is looked at."""

import marshal
from collections.abc import Iterator
from typing import Protocol

from salesdesk.base.duplicates.traits import Traits


class Clients(Protocol):
    """Clients by their places in an order."""

    def __len__(self) -> int: ...

    def __getitem__(self, at: int, /) -> Traits: ...

    def __iter__(self) -> Iterator[Traits]: ...


class Packed:
    """Clients in their order. Held as they are, a million of them take three times the memory."""

    def __init__(self) -> None:
        self._packed: list[bytes] = []

    def append(self, client: Traits) -> None:
        """Take one more."""
        self._packed.append(marshal.dumps(tuple(client)))

    def __len__(self) -> int:
        return len(self._packed)

    def __getitem__(self, at: int) -> Traits:
        return Traits._make(marshal.loads(self._packed[at]))  # noqa: S302  # what was packed here

    def __iter__(self) -> Iterator[Traits]:
        return map(Traits._make, map(marshal.loads, self._packed))
