"""A client as it is compared: each field made into what tells clients apart, placeholders left out."""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

from salesdesk.base.duplicates.naming import legal_form, name_words
from salesdesk.base.duplicates.placing import address_parts, city_key
from salesdesk.base.duplicates.plain import likeness
from salesdesk.base.folding import fold
from salesdesk.base.values import is_inn

_FREE_MAIL = frozenset(likeness("mail", "free"))
_SHARED_SITES = frozenset(likeness("sites", "shared"))
_NO_MAIL = frozenset(likeness("mail", "nobody"))
_NO_DOMAIN = re.compile(
    r"(?:^|\.)(?:example\.(?:com|org|net)|test\.(?:com|ru)|none\.\w+|no\.\w+|localhost|\w*\.?invalid)$"
)
_NOTHING = frozenset(
    ["", "нет", "none", "null", "n a", "na", "nan", "no", "не указан", "неизвестно", "unknown"]
)


class Traits(NamedTuple):
    """What is compared of a client. An empty value is not known, and speaks neither for nor against."""

    words: tuple[str, ...]
    numerals: frozenset[str]
    city: str = ""
    region: str = ""
    streets: tuple[str, ...] = ()
    houses: tuple[str, ...] = ()
    postal: str = ""
    tax_id: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    checked: bool = False
    """Whether the tax id has check digits, and they are right."""
    form: str = ""
    """Which kind of legal form it has."""

    @property
    def place(self) -> str:
        """Give street, house and town as one value; nothing where street or house is not known."""
        return (
            f"{' '.join(sorted(self.streets))} {self.houses[0]}|{self.city}"
            if self.streets and self.houses
            else ""
        )


def traits_of(  # noqa: PLR0913, PLR0917  # a client has as many fields as it has
    key: str,
    tax_id: str | None = None,
    city: str | None = None,
    region: str | None = None,
    address: str | None = None,
    emails: Iterable[str] = (),
    numbers: Iterable[str] = (),
    website: str | None = None,
    postal_code: str | None = None,
    name: str = "",
) -> Traits:
    """Make a client comparable. `key` is its name_key, `numbers` are E.164 or the digits of a local one.

    `name` is as it was written, with the legal form that the key has not.
    """
    words, numerals = name_words(key)
    town = known(city, city_key)
    words = _without_city(words, town)
    streets, houses, postal = address_parts(address) if address else ((), (), "")
    if town and streets:
        # The city inside an address says nothing more.
        of_city = set(town.split())
        others = tuple(word for word in streets if word not in of_city)
        streets = others or (streets if houses else ())
    mails = tuple(dict.fromkeys(filter(None, map(mail_key, emails))))
    sites = [site_key(website)] if website else []
    tax = tax_key(tax_id) if tax_id else ""
    sites += [domain for domain in (mail.rpartition("@")[2] for mail in mails) if domain not in _FREE_MAIL]
    return Traits(
        words, numerals, town, known(region, city_key), streets, houses,
        postal_key(known(postal_code, fold) or postal),
        tax,
        tuple(dict.fromkeys(filter(None, (phone_key(number, town) for number in numbers)))),
        mails, tuple(dict.fromkeys(filter(None, sites))), is_inn(tax), legal_form(name),
    )  # fmt: skip


def _without_city(words: tuple[str, ...], town: str) -> tuple[str, ...]:
    """Leave out the city at the end of a name: "Spago (Los Angeles)" is Spago of that city."""
    of_city = town.split()
    kept = len(words)
    while of_city and kept > 1 and words[kept - 1] in {*of_city, "tsiti"} and kept > len(words) - 3:
        kept -= 1
    return words[:kept]


def known(value: str | None, reader: Callable[[str], str]) -> str:
    """Read a value; nothing for none and for a word that says there is none."""
    return reader(value) if value and fold(value) not in _NOTHING else ""


_LONG = 9
"""From so many digits on a number is whole; a shorter one is local, and means something in its town only."""


def phone_key(number: str, town: str) -> str:
    """Give a number as it is compared, however its country code is written; nothing for a placeholder."""
    digits = "".join(filter(str.isdecimal, number))
    own = digits[-7:]
    if len(digits) < 5 or len(set(own)) == 1:
        return ""
    return digits[-10:] if len(digits) >= _LONG else f"{digits}|{town}"


@lru_cache(maxsize=4096)
def mail_key(mail: str) -> str:
    """Give an e-mail address as it is compared; nothing for a placeholder."""
    key = mail.strip().casefold()
    box, _at, domain = key.rpartition("@")
    if not box or not domain or box in _NO_MAIL or _NO_DOMAIN.search(domain):
        return ""
    return key


@lru_cache(maxsize=4096)
def site_key(website: str) -> str:
    """Give a site as it is compared: its host, or the page where many have pages on one host."""
    address = re.sub(r"^\w+://", "", website.strip().casefold()).split("?")[0].rstrip("/ .")
    host, _slash, page = address.removeprefix("www.").partition("/")
    host = host.split(":")[0].split(" ")[0]
    if "." not in host or _NO_DOMAIN.search(host):
        return ""
    if host in _SHARED_SITES:
        return f"{host}/{page}" if page else ""
    return host


def postal_key(code: str) -> str:
    """Give a postal code as it is compared; nothing for a placeholder."""
    key = code.replace(" ", "")
    return "" if len(set(key)) == 1 else key


def tax_key(tax_id: str) -> str:
    """Give a tax id as it is compared; nothing for a placeholder."""
    key = "".join(filter(str.isalnum, tax_id.casefold()))
    return "" if len(key) < 5 or len(set(key)) == 1 or key in "0123456789012" else key
