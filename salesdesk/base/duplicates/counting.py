"""Counting what the clients of a base have, in little memory: only what is shared is kept as text."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import TypeVar

from salesdesk.base.duplicates.blocks import Keyed, fingerprint_of
from salesdesk.base.duplicates.frequencies import Frequencies, shared_values
from salesdesk.base.duplicates.packed import Clients
from salesdesk.base.duplicates.traits import Traits

T = TypeVar("T", str, tuple[str, ...])


def counted(clients: Clients) -> Frequencies:
    """Count words, cities, names, and the values that more than one client has."""
    words: Counter[str] = Counter()
    streets: Counter[str] = Counter()
    houses: Counter[str] = Counter()
    cities: Counter[str] = Counter()
    for client in clients:
        words.update(client.words)
        streets.update(client.streets)
        houses.update(client.houses[:1])
        cities[client.city] += 1
    return Frequencies(
        len(clients), words, streets, houses, cities,
        _shared(clients, lambda client: (client.words,)), _shared(clients, shared_values),
    )  # fmt: skip


def _shared(clients: Clients, values: Callable[[Traits], Iterable[T]]) -> dict[T, int]:
    """Count the values that several have."""
    found: dict[T, int] = {}
    for fingerprint, block in Keyed(clients, values).shared():
        for value in values(clients[block[0]]):
            if fingerprint_of(value) == fingerprint:
                found[value] = len(block)
    return found
