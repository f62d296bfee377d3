"""Comparing two clients: what speaks for their being one, what against, and what comes of it.

Each field gives evidence as a natural logarithm: of how much likelier what is seen is of one client than
of two. What both have weighs by its rarity in the base; what differs weighs against by how seldom one
client is written so differently; what either lacks says nothing. The weights are fixed: they are rounded
guesses of how people write and change such things, and fitted to no base.
"""

from collections.abc import Iterable
from functools import lru_cache
from math import exp, log
from typing import NamedTuple

from rapidfuzz.distance import OSA

from salesdesk.base.duplicates.alike import Met, likeness_of, meet
from salesdesk.base.duplicates.frequencies import Frequencies
from salesdesk.base.duplicates.naming import PERSON
from salesdesk.base.duplicates.reasons import Reason, Why
from salesdesk.base.duplicates.traits import Traits, phone_key

LIKELY = 0.5
"""From this score on two clients are offered as likely duplicates."""

_EXPECTED = 1.5
"""How much likelier than one in all a client is to be there twice."""
_NEVER = -50.0
_TWO = log(2)
_OTHER_DOOR, _OTHER_TOWN = -3.5, -4.0
"""One client in thirty is written with another street or house, one in sixty with another town."""
_MOVED = -5.0
"""Both together, and whatever else differs of a place: who has moved has moved as a whole."""
_ELSEWHERE, _SOMEWHERE = 0.4, 0.8
"""What is left of an address where the towns differ, and where one of them is not known."""
_BRANCHES = 6
"""How much less a shared number says of clients at several places, the more share it (a logarithm)."""
_HOPELESS = -3.5
"""Below it the very same name does not make one client of two: it is not looked at."""


class Evidence(NamedTuple):
    """What was seen of two clients, field by field, and what all of it says."""

    total: float = _NEVER
    name: float = 0.0
    names: Met = Met()
    tax: float = 0.0
    contact: float = 0.0
    address: float = 0.0
    streets: Met = Met()
    geography: float = 0.0

    @property
    def score(self) -> float:
        """Give how likely it is, 0 to 1."""
        return 1 / (1 + exp(-max(-30.0, min(30.0, self.total))))


_APART = Evidence()


def compare(ours: Traits, theirs: Traits, base: Frequencies) -> Evidence:
    """Weigh two clients against each other; the order of the two does not matter."""
    tax = _tax(ours, theirs, base)
    if tax <= _NEVER or (tax <= 0 and _other_branch(ours, theirs)):
        return _APART
    if tax <= 0 and _far_apart(ours, theirs):
        return _APART
    contact = _contact(ours, theirs, base)
    town = _city(ours.city, theirs.city, base)
    address, streets = _address(ours, theirs, base)
    geography = _geography(town, ours, theirs, base)
    if address > 0 and town <= 0:
        # Every town has a Lenin street: an address is one within its town.
        address *= _ELSEWHERE if town < 0 else _SOMEWHERE
    if contact > 0 and (address <= -2 or town <= -2):
        # Branches of a chain share a name and a number both; one that few have may have moved.
        contact -= _BRANCHES * max(0.0, base.most - contact - _TWO)
    place = max(_MOVED, min(address + geography, _rarity(ours, theirs, base)))
    if contact > 0 and place > 0:
        # Two firms in one office share its number as they share its address.
        beside = max(contact, place) + 0.35 * min(contact, place)
    else:
        beside = contact + place
    if tax + beside < _HOPELESS:
        return _APART
    name, names = _name(ours, theirs, base)
    total = _EXPECTED - base.most + name + tax + beside
    return Evidence(total, name, names, tax, contact, address, streets, geography)


def _other_branch(ours: Traits, theirs: Traits) -> bool:
    """Tell whether the names have numbers, and no number in both: №12 and №14 are two branches."""
    return bool(ours.numerals and theirs.numerals) and ours.numerals.isdisjoint(theirs.numerals)


def _far_apart(ours: Traits, theirs: Traits) -> bool:
    """Tell at a glance that the towns differ and nothing else can make up for it."""
    return (
        _city_apart(ours.city, theirs.city)
        and (ours.postal != theirs.postal or not ours.postal)
        and (not ours.houses or not theirs.houses or ours.houses[0] != theirs.houses[0])
        and not any(each in theirs.phones for each in ours.phones)
        and not any(each in theirs.emails for each in ours.emails)
        and not any(each in theirs.sites for each in ours.sites)
    )


def _tax(ours: Traits, theirs: Traits, base: Frequencies) -> float:
    one, other = ours.tax_id, theirs.tax_id
    if not one or not other:
        return 0.0
    if one == other:
        return base.value(f"t{one}") + 2
    if ours.checked and theirs.checked:
        return _NEVER
    return 0.0 if OSA.distance(one, other) == 1 else -3.0


def _name(ours: Traits, theirs: Traits, base: Frequencies) -> tuple[float, Met]:
    met = meet(ours.words, theirs.words, base.word, base.vocabulary)
    most = min(base.name(ours.words), base.name(theirs.words))
    evidence = (
        min(met.both, most)
        + _form(ours.form, theirs.form)
        - min(7.0, 0.85 * met.conflict + min(2.5, 0.3 * met.extra))
    )
    one, other = ours.numerals, theirs.numerals
    if one == other:
        return (evidence + 1.0 if one else evidence), met
    if one and other:
        return evidence - (2.0 if one & other else 7.0), met
    return evidence - 1.5, met


def _form(one: str, other: str) -> float:
    """Weigh legal forms said on both sides: people change them, and mistake them, now and then."""
    if not one or not other or one == other:
        return 0.0
    return -1.5 if PERSON in {one, other} else -0.7


def _contact(ours: Traits, theirs: Traits, base: Frequencies) -> float:
    """Weigh numbers, mailboxes and sites: the one that says most, and a little of the others."""
    shared = [_phones(ours.phones, theirs.phones, base)]
    # A mailbox and a site are called like the company: beside an equal name they say half as much.
    if ours.emails and theirs.emails:
        shared.append(_same("m", ours.emails, theirs.emails, base, otherwise=-1.0) * 0.5)
    if ours.sites and theirs.sites:
        shared.append(_same("s", ours.sites, theirs.sites, base, otherwise=-1.4) * 0.5)
    best = max(shared)
    if best <= 0:
        return sum(shared)
    return best + sum(0.3 * each for each in shared) - 0.3 * best


def _phones(ours: tuple[str, ...], theirs: tuple[str, ...], base: Frequencies) -> float:
    if not ours or not theirs:
        return 0.0
    same = _same("p", ours, theirs, base, otherwise=0.0)
    if same:
        return same
    if any(len(a) == len(b) >= 10 and OSA.distance(a, b) == 1 for a in ours[:3] for b in theirs[:3]):
        return 2.0
    return -1.0


def _same(
    kind: str, ours: tuple[str, ...], theirs: tuple[str, ...], base: Frequencies, *, otherwise: float
) -> float:
    return max((base.value(kind + each) for each in ours if each in theirs), default=otherwise)


def _rarity(ours: Traits, theirs: Traits, base: Frequencies) -> float:
    """Tell how much the same door may say: one of an office block says less than one of a house."""
    counted = min(base.value(f"a{ours.place}"), base.value(f"a{theirs.place}"))
    return min(counted, base.most - 0.5)


def _address(ours: Traits, theirs: Traits, base: Frequencies) -> tuple[float, Met]:
    """Weigh street and house by themselves: every town has a Lenin street, and a house 42 in it."""
    if not ours.streets or not theirs.streets:
        return _houses_alone(ours, theirs), Met()
    met = meet(ours.streets, theirs.streets, base.street)
    # What only one of them tells beside it, as a mall or a crossing, makes no other street of it.
    same_street = met.both > 0 and met.conflict < 0.5 * met.both
    street = min(met.both, max(map(base.street, ours.streets)) + 1.0) - 0.3 * met.conflict
    one, other = ours.houses, theirs.houses
    if not one or not other:
        return (min(street, base.most) * 0.5 if same_street else -2.0), met
    house = _house(one, other)
    if not same_street:
        return _OTHER_DOOR, met
    if house == 0:
        # Another house of a street that few have may be a slip.
        return max(_OTHER_DOOR, min(0.5, street - base.untold - 6.0)), met
    if house < 0:
        # A digit is off: a slip of the hand, or the next door but one.
        return -0.5, met
    return (street + min(base.house(one[0]), base.house(other[0]))) * house, met


def _houses_alone(ours: Traits, theirs: Traits) -> float:
    one, other = ours.houses, theirs.houses
    if not one or not other:
        return 0.0
    return 1.5 if one[0] == other[0] else -1.0


def _house(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """Tell how far two houses are one: 1 for the same door, 0 for two houses, below it for a digit off."""
    if one == other:
        return 1.0
    if one[0] == other[0]:
        # The building or the flat is told on one side only, or differs.
        return 0.9 if len(one) == 1 or len(other) == 1 else 0.4
    bare, same = one[0].rstrip("abcdefghijklmnopqrstuvwxyz"), other[0].rstrip("abcdefghijklmnopqrstuvwxyz")
    if bare == same:
        return 0.6 if len(one) == len(other) == 1 and (bare == one[0] or same == other[0]) else 0.2
    if len(min(one[0], other[0], key=len)) > 1 and (one[0] in other or other[0] in one):
        return 0.4
    longest = max(len(bare), len(same))
    return -1.0 if longest >= 2 and OSA.distance(bare, same) == 1 else 0.0


def _geography(city: float, ours: Traits, theirs: Traits, base: Frequencies) -> float:
    postal = _postal(ours.postal, theirs.postal, base)
    region = 0.0
    if ours.region and theirs.region:
        region = 0.5 if ours.region == theirs.region else -1.0
    if city > 0 and postal > 0:
        return max(city, postal) + 0.4 * min(city, postal) + 0.3 * region
    return city + postal + region * (0.3 if city else 1.0)


def _city(one: str, other: str, base: Frequencies) -> float:
    if not one or not other:
        return 0.0
    if one == other:
        return min(base.city(one), 3.0)
    if _city_apart(one, other):
        return _OTHER_TOWN
    return min(base.city(one), base.city(other), 3.0) * 0.6


@lru_cache(maxsize=1 << 16)
def _city_apart(one: str, other: str) -> bool:
    """Tell whether two towns are not the same one, mistyped, nor one a part of the other's name."""
    if not one or not other or one == other:
        return False
    few, many = sorted((set(one.split()), set(other.split())), key=len)
    return not few <= many and OSA.normalized_similarity(one, other) < 0.75


def _postal(one: str, other: str, base: Frequencies) -> float:
    if not one or not other:
        return 0.0
    if one == other:
        return min(base.value(f"z{one}"), 4.0)
    return 0.5 if len(one) == len(other) and OSA.distance(one, other) == 1 else -1.5


def reasons(ours: Traits, theirs: Traits, seen: Evidence, numbers: Iterable[str] = ()) -> tuple[Reason, ...]:
    """Say what speaks for two clients' being one, what says most first; `numbers`: one's, in full."""
    spelt = {phone_key(number, ours.city): number for number in numbers}
    found = []
    if seen.tax > 0:
        found.append(Reason(Why.TAX_ID, ours.tax_id))
    found += [
        Reason(Why.NUMBER, spelt.get(phone, phone.split("|")[0]))
        for phone in ours.phones
        if phone in theirs.phones
    ]
    found += [Reason(Why.EMAIL, mail) for mail in ours.emails if mail in theirs.emails]
    of_mail = {reason.about.rpartition("@")[2] for reason in found if reason.code == Why.EMAIL}
    found += [
        Reason(Why.WEBSITE, site) for site in ours.sites if site in theirs.sites and site not in of_mail
    ]
    found += _name_reason(ours, theirs, seen) + _place_reasons(ours, theirs, seen)
    return tuple(found)


def differ_in_words(ours: Traits, theirs: Traits, seen: Evidence, base: Frequencies) -> bool:
    """Tell whether each name has a word that the other has not, and that other names have too.

    A mistyped word is nobody else's. "Ritz cafe" and "Ritz dining room" are two places in one house.
    """
    if not seen.names.conflict:
        return False
    one, other = (
        [word for word in mine.words if word not in of.words and not _nearly_in(word, of.words)]
        for mine, of in ((ours, theirs), (theirs, ours))
    )
    return any(base.usual(word) for word in one) and any(base.usual(word) for word in other)


def _nearly_in(word: str, words: tuple[str, ...]) -> bool:
    return any(likeness_of(word, other) > 0 for other in words)


def _name_reason(ours: Traits, theirs: Traits, seen: Evidence) -> list[Reason]:
    if sorted(ours.words) == sorted(theirs.words) and ours.numerals == theirs.numerals:
        return [Reason(Why.NAME)]
    return [Reason(Why.NAME_ALIKE, f"{seen.names.alike:.2f}")] if seen.names.alike >= 0.3 else []


def _place_reasons(ours: Traits, theirs: Traits, seen: Evidence) -> list[Reason]:
    found = []
    if seen.address > 0 and seen.streets.both:
        same = ours.houses == theirs.houses and bool(ours.houses) and seen.streets.alike >= 0.95
        found.append(Reason(Why.ADDRESS) if same else Reason(Why.ADDRESS_ALIKE, f"{seen.streets.alike:.2f}"))
    if ours.postal and ours.postal == theirs.postal:
        found.append(Reason(Why.POSTAL_CODE, ours.postal))
    if ours.city and ours.city == theirs.city:
        found.append(Reason(Why.CITY))
    return found
