"""The zone a client lives in: by its city, else its region, else its number, else the team's own."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import available_timezones

from salesdesk.base.datafiles import read_data
from salesdesk.base.folding import fold
from salesdesk.errors import InputError
from salesdesk.i18n import _

_ENDING = 4
_LONGEST_NAME = 4
_CITY_WORDS = (["г"], ["город"], ["city"])
_REGION_WORDS = frozenset(["область", "обл", "край", "республика", "респ", "округ", "region"])


@dataclass(frozen=True)
class _Places:
    """Folded names to zones: stems of regions, whole names of cities, two-letter codes as written."""

    regions: dict[str, str]
    cities: dict[str, str]
    codes: dict[str, str]


def client_zone(e164s: Iterable[str], region: str | None, city: str | None, default: str) -> str:
    """Tell a client's zone as an IANA name; a number counts only if it can belong to one zone alone."""
    place = _zone_of_place(region or "", city or "") if region or city else None
    if place is not None:
        return place
    for e164 in e164s:
        zone = _zone_of_number(e164)
        if zone is not None:
            return zone
    return default


def is_place(text: str) -> bool:
    """Tell whether a text is a city's or a region's name and nothing else."""
    words = fold(text[:200]).split()
    name = " ".join(word for word in words if word not in _REGION_WORDS)
    if is_city(text) or name in _places().regions:
        return True
    return len(words) > len(name.split()) and _by_stem(name, _places().regions) is not None


def is_city(text: str) -> bool:
    """Tell whether a text is a city's name and nothing else."""
    words = fold(text[:200]).split()
    return " ".join(words[1:] if words[:1] in _CITY_WORDS else words) in _places().cities


@lru_cache(maxsize=8192)
def _zone_of_place(region: str, city: str) -> str | None:
    places = _places()
    return (
        _exact(city, places.cities)
        or _by_stem(city, places.regions)
        or places.codes.get(region.strip())
        or _by_stem(region, places.regions)
        or _exact(region, places.cities)
    )


def _phrases(text: str) -> list[str]:
    """Give every run of up to four words, longest first: "великий новгород" before "новгород"."""
    words = fold(text[:200]).split()[:12]
    sizes = range(min(_LONGEST_NAME, len(words)), 0, -1)
    return [" ".join(words[at : at + size]) for size in sizes for at in range(len(words) - size + 1)]


def _exact(text: str, names: dict[str, str]) -> str | None:
    return next((names[phrase] for phrase in _phrases(text) if phrase in names), None)


def _by_stem(text: str, stems: dict[str, str]) -> str | None:
    for phrase in _phrases(text):
        for cut in range(_ENDING + 1):
            zone = stems.get(phrase[: len(phrase) - cut]) if len(phrase) - cut >= 3 else None
            if zone is not None:
                return zone
    return None


def _zone_of_number(e164: str) -> str | None:
    # The last digits never tell a place: without them a million numbers are a few thousand prefixes.
    prefix = e164[:-3]
    if prefix not in _zones_by_prefix:
        if len(_zones_by_prefix) >= _MOST_PREFIXES:
            _zones_by_prefix.clear()
        _zones_by_prefix[prefix] = _only_zone(e164)
    return _zones_by_prefix[prefix]


_MOST_PREFIXES = 100_000
_zones_by_prefix: dict[str, str | None] = {}


def _only_zone(e164: str) -> str | None:
    import phonenumbers
    from phonenumbers import timezone

    try:
        zones = timezone.time_zones_for_number(phonenumbers.parse(e164, None))
    except phonenumbers.NumberParseException:
        return None
    return zones[0] if len(zones) == 1 and zones[0] != timezone.UNKNOWN_TIMEZONE else None


@lru_cache(maxsize=1)
def _places() -> _Places:
    """Read data/regions.toml. Raises InputError that names the file and what is wrong in it."""
    known = available_timezones()
    places = _Places({}, {}, {})
    for zone, names in read_data("regions.toml").items():
        if zone not in known:
            raise InputError(_("data/regions.toml: unknown time zone {zone}").format(zone=zone))
        if not isinstance(names, dict) or any(not isinstance(listed, list) for listed in names.values()):
            raise InputError(_("data/regions.toml: {zone} needs lists of names").format(zone=zone))
        places.regions.update({fold(name): zone for name in names.get("regions", ())})
        places.cities.update({fold(name): zone for name in names.get("cities", ())})
        places.codes.update(dict.fromkeys(names.get("codes", ()), zone))
    return places
