"""Whom to compare with whom: clients that share something which few share.

A million clients make half a million million pairs; only those are looked at that meet in a block.
A block is all clients with one key. Each kind of key has so many pairs to give; the smallest blocks, whose
key is the rarest, come first, and those that would exceed it are left out.
"""

from array import array
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from functools import lru_cache

from salesdesk.base.duplicates.frequencies import Frequencies
from salesdesk.base.duplicates.packed import Clients
from salesdesk.base.duplicates.traits import Traits

Keys = Callable[[Traits], Iterable[Hashable]]
_ID_BITS = 24
_IDS = (1 << _ID_BITS) - 1
_HASHES = (1 << 40) - 1
MOST_CLIENTS = _IDS


def fingerprint_of(key: Hashable) -> int:
    """Give forty bits of a key: two keys of a million that meet in them are compared in vain, no more."""
    return hash(key) & _HASHES


class Keyed:
    """Clients by a key, in the order of its fingerprints: eight bytes for each, and no text."""

    _SORTED_AT_ONCE = 16

    def __init__(self, clients: Clients, keys: Keys) -> None:
        parts = [array("Q") for _each in range(self._SORTED_AT_ONCE)]
        for at, client in enumerate(clients):
            for key in keys(client):
                fingerprint = fingerprint_of(key)
                parts[fingerprint % self._SORTED_AT_ONCE].append(fingerprint << _ID_BITS | at)
        # Sorting makes an object of each number: of a part of them at a time, in its place.
        for number, part in enumerate(parts):
            parts[number] = array("Q", sorted(part))
        self._parts = parts

    def blocks(self) -> Iterator[list[int]]:
        """Give the clients of each key that more than one has."""
        for _fingerprint, block in self.shared():
            yield block

    def shared(self) -> Iterator[tuple[int, list[int]]]:
        """Give the fingerprint of each key that more than one has, and its clients."""
        for part in self._parts:
            yield from self._of(part)

    def _of(self, part: "array[int]") -> Iterator[tuple[int, list[int]]]:
        block: list[int] = []
        before = -1
        for each in part:
            key = each >> _ID_BITS
            if key != before:
                if len(block) > 1:
                    yield before, block
                block, before = [], key
            at = each & _IDS
            if not block or block[-1] != at:
                block.append(at)
        if len(block) > 1:
            yield before, block

    def largest(self, budget: int) -> int:
        """Tell up to which size blocks may be taken, so that no more pairs come of them."""
        sizes = Counter(map(len, self.blocks()))
        spent = 0
        kept = 1
        for size in sorted(sizes):
            spent += sizes[size] * size * (size - 1) // 2
            if spent > budget:
                break
            kept = size
        return kept


class Pairs:
    """Pairs of clients, each once, in parts that are as large as memory likes."""

    _PART = 1 << 12

    def __init__(self, clients: int) -> None:
        self._parts = [array("Q") for _each in range(clients // self._PART + 1)]

    def add(self, block: Sequence[int]) -> None:
        """Take every pair of a block, whose clients stand in their order."""
        for at, first in enumerate(block):
            part = self._parts[first // self._PART]
            part.extend([first << _ID_BITS | second for second in block[at + 1 :]])

    def __len__(self) -> int:
        return sum(map(len, self._parts))

    def parts(self) -> Iterator[list[tuple[int, int]]]:
        """Give them, those of the first clients first, and forget them."""
        for number, part in enumerate(self._parts):
            self._parts[number] = array("Q")
            yield [(pair >> _ID_BITS, pair & _IDS) for pair in sorted(set(part))]


@lru_cache(maxsize=1 << 15)
def skeleton(word: str) -> str:
    """Give a word without its vowels: what is left when it was written by ear."""
    return word[0] + word[1:].translate(_VOWELS)


_VOWELS = dict.fromkeys(map(ord, "aeiouh"))


class BlockKeys:
    """The keys of each kind, from the rarest words of a client."""

    _RARE = 10
    """A word that more clients have is met by its other keys."""

    def __init__(self, base: Frequencies) -> None:
        self._count = base.words
        self._streets = base.streets

    def kinds(self) -> list[tuple[Keys, float]]:
        """Give each kind with its share of the pairs that may be looked at."""
        return [
            (lambda client: client.phones, 2.0),
            (lambda client: (client.tax_id,) if client.tax_id else (), 2.0),
            (lambda client: client.emails, 1.0),
            (lambda client: client.sites, 1.0),
            (self.whole_name, 2.0),
            (self.place, 1.0),
            (self.rare_words, 1.0),
            (self.two_words, 1.0),
            (self.word_and_place, 2.0),
            (self.street_and_house, 1.0),
            (self.beginnings, 1.0),
            (self.street_and_name, 1.0),
            (self.run_together, 0.5),
            (self.letters_left_out, 1.0),
        ]

    def _rare(self, client: Traits, most: int = 3) -> list[str]:
        return sorted(client.words, key=lambda word: (self._count.get(word, 1), word))[:most]

    def _rare_street(self, client: Traits) -> str:
        return min(client.streets, key=lambda word: (self._streets.get(word, 1), word), default="")

    def whole_name(self, client: Traits) -> Iterable[str]:
        """Give the words of a name in no order; and with the town, where many are called so."""
        name = " ".join(sorted(client.words) + sorted(client.numerals))
        yield name
        if client.city:
            yield f"{name}|{client.city}"
        if client.streets:
            yield f"{name}|{self._rare_street(client)}"

    def place(self, client: Traits) -> Iterable[str]:
        """Give street and house; the town with them, where many have such a street."""
        place = client.place
        if place:
            street_and_house = place.partition("|")[0]
            yield street_and_house
            yield place
            yield f"{street_and_house}|{self._rare(client, 1)[0][:2] if client.words else ''}"

    def rare_words(self, client: Traits) -> Iterable[str]:
        """Give the rarest words of a name, as they sound and without vowels."""
        for word in self._rare(client):
            yield word
            yield "~" + skeleton(word)

    def two_words(self, client: Traits) -> Iterable[str]:
        """Give the rarest words of a name, two at a time."""
        rare = sorted(map(skeleton, self._rare(client)))
        for at, one in enumerate(rare):
            for other in rare[at + 1 :]:
                yield f"{one} {other}"

    def word_and_place(self, client: Traits) -> Iterable[str]:
        """Give a rare word with the town, the postal code, the house."""
        for word in map(skeleton, self._rare(client, 2)):
            if client.city:
                yield f"{word}|{client.city}"
            if client.postal:
                yield f"{word}|{client.postal}"
            if client.houses:
                yield f"{word}|{client.houses[0]}"
            if client.region:
                yield f"{word}|r{client.region}"

    def street_and_house(self, client: Traits) -> Iterable[str]:
        """Give the street's rarest word with the house, the postal code with the house."""
        street = self._rare_street(client)
        if client.houses:
            if street:
                yield f"{skeleton(street)} {client.houses[0]}"
            if client.postal:
                yield f"{client.postal} {client.houses[0]}"
            if client.city:
                yield f"{client.city} {client.houses[0]}"

    def beginnings(self, client: Traits) -> Iterable[str]:
        """Give how names begin, in a town or with a postal code: an end is mistyped as any."""
        for word in self._rare(client, 2):
            yield f"{word[:4]}|{client.city or client.postal}"
            if client.postal:
                yield f"{word[:3]}|{client.postal}"

    def street_and_name(self, client: Traits) -> Iterable[str]:
        """Give the street's rarest word with how the name begins."""
        street = self._rare_street(client)
        if street:
            for word in self._rare(client, 2):
                yield f"{skeleton(street)}|{word[:2]}"
                yield f"{street[:4]}|{word[:3]}"

    def run_together(self, client: Traits) -> Iterable[str]:
        """Give a name without its blanks, and its first letters: "steak house", "steakhouse"."""
        if len(client.words) > 1:
            yield skeleton("".join(client.words))[:14]
            if len(client.words) > 2:
                yield f"{''.join(word[0] for word in client.words)}|{client.city}"
        elif client.words:
            yield skeleton(client.words[0])[:14]
            if len(client.words[0]) <= 6:
                yield f"{client.words[0]}|{client.city}"

    def letters_left_out(self, client: Traits) -> Iterable[str]:
        """Give the rarest word with each of its letters left out in turn: any one mistake meets itself."""
        for word in self._rare(client, 1):
            if len(word) >= 5 and self._count.get(word, 1) <= self._RARE:
                yield word
                for at in range(min(len(word), 10)):
                    yield word[:at] + word[at + 1 :]


def pairs_of(clients: Clients, base: Frequencies, look: Callable[[], None] = lambda: None) -> Pairs:
    """Find the pairs that are worth comparing; `look` is called now and then, and may raise."""
    pairs = Pairs(len(clients))
    each = 60_000 + len(clients) // 2
    for keys, share in BlockKeys(base).kinds():
        look()
        keyed = Keyed(clients, keys)
        largest = keyed.largest(int(each * share))
        for block in keyed.blocks():
            if len(block) <= largest:
                pairs.add(block)
        # The next one is made before the name is given to it.
        del keyed
    return pairs
