"""How often the base has a value: what many share tells nobody apart."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import log

from salesdesk.base.duplicates.naming import COMMON
from salesdesk.base.duplicates.traits import Traits
from salesdesk.base.duplicates.vocabulary import Vocabulary, endings_of

ELSEWHERE = 1000
"""As many clients of no base in particular stand behind each: a small one does not know what is usual."""
_USUAL = 20.0
_UNUSUAL = 0.5
_ANYWHERE = 4.0
_STREETS, _HOUSES = log(60), log(60)


@dataclass
class Frequencies:
    """Clients by what they have. A value that is not counted is one client's own.

    `bits` of a value grow with its rarity: how much it says that two clients have it both. They are
    natural logarithms, of shares of all clients, so that they add up.
    """

    clients: int = 0
    words: Mapping[str, int] = field(default_factory=dict)
    streets: Mapping[str, int] = field(default_factory=dict)
    houses: Mapping[str, int] = field(default_factory=dict)
    cities: Mapping[str, int] = field(default_factory=dict)
    names: Mapping[tuple[str, ...], int] = field(default_factory=dict)
    values: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def most(self) -> float:
        """What a value of one client alone says."""
        return log(self.clients + ELSEWHERE)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words of its names."""
        return Vocabulary(self.words, endings_of(self.words))

    @cached_property
    def untold(self) -> float:
        """How much of what is usual it is too small to tell."""
        return log((self.clients + ELSEWHERE) / (self.clients + 1))

    def word(self, word: str) -> float:
        """Weigh a word of a name."""
        usual = _USUAL if word in COMMON else _UNUSUAL
        return self.most - log(self.words.get(word, 1) + usual)

    def usual(self, word: str) -> bool:
        """Tell whether other clients have a word in their names too, so that it is no slip of the hand."""
        return word in COMMON or self.words.get(word, 0) > 2

    def street(self, word: str) -> float:
        """Weigh a word of an address; where none are counted, as one of a usual town."""
        if not self.streets:
            return _STREETS
        return self.most - log(self.streets.get(word, 1) + _UNUSUAL)

    def house(self, house: str) -> float:
        """Weigh a house number: low ones are of every street."""
        if not self.houses:
            return _HOUSES
        return self.most - log(self.houses.get(house, 1) + _ANYWHERE)

    def city(self, city: str) -> float:
        """Weigh a city. Of no base in particular, every fifth client is of the same one."""
        return self.most - log(self.cities.get(city, 1) + ELSEWHERE / 20)

    def name(self, words: tuple[str, ...]) -> float:
        """Weigh a whole name: that of a chain says little."""
        return self.most - log(max(2, self.names.get(words, 1)))

    def value(self, value: str) -> float:
        """Weigh a number, an address, a site: what is one client's or many's."""
        return self.most - log(max(2, self.values.get(value, 1)))


def shared_values(client: Traits) -> list[str]:
    """Give what one client alone should have, each told from the others by what it is."""
    values = [f"p{phone}" for phone in client.phones]
    values += [f"m{mail}" for mail in client.emails]
    values += [f"s{site}" for site in client.sites]
    if client.tax_id:
        values.append(f"t{client.tax_id}")
    if client.postal:
        values.append(f"z{client.postal}")
    place = client.place
    if place:
        values.append(f"a{place}")
    return values
