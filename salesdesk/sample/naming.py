"""Names: companies and people of the sample base, in both languages."""

from dataclasses import dataclass
from functools import lru_cache

from salesdesk.sample import words_en, words_ru
from salesdesk.sample.dice import Dice
from salesdesk.sample.places import Place

_LATIN = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i",
    "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t",
    "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sch", "ъ": "", "ы": "y",
    "ь": "", "э": "e", "ю": "yu", "я": "ya", " ": "-", "-": "-",
}  # fmt: skip
_SLUG = str.maketrans(_LATIN | {"&": "", "'": "", ".": "", "ë": "e"})


@dataclass(frozen=True, slots=True)
class Company:
    """A company's name, its name in an internet address, and whether it is one person's business."""

    name: str
    slug: str
    sole_trader: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """A person's name and position, and the name before the @."""

    name: str
    position: str
    mailbox: str


def slug(name: str) -> str:
    """Write a name as internet addresses do."""
    return "-".join(part for part in name.lower().translate(_SLUG).split("-") if part)


@lru_cache(maxsize=16_384)
def _mailbox(first: str, surname: str) -> str:
    return f"{slug(first)[0]}.{slug(surname)}"


def russian_company(dice: Dice, place: Place) -> Company:
    """Name a Russian company."""
    kind = dice.roll()
    if kind < 0.07:
        man = dice.chance(0.6)
        surname = _russian_surname(dice, man=man)
        first, middle = dice.pick(words_ru.MEN if man else words_ru.WOMEN), dice.pick(words_ru.PATRONYMICS)
        return Company(f"ИП {surname} {first} {middle[0 if man else 1]}", slug(surname), sole_trader=True)
    core = _russian_core(dice)
    if kind > 0.994:
        return Company(dice.pick(words_ru.LONG_NAMES).format(name=core, city=place.city), slug(core))
    return Company(dice.pick(words_ru.FORMS).format(name=core), slug(core))


def _russian_core(dice: Dice) -> str:
    kind = dice.roll()
    if kind < 0.14:
        core = dice.pick(words_ru.SINGLE)
    elif kind < 0.62:
        core = dice.pick(words_ru.FIRST_STEMS) + dice.pick(words_ru.LAST_STEMS).lower()
    else:
        core = (
            dice.pick(words_ru.FIRST_STEMS) + dice.pick(words_ru.FIRST_STEMS) + dice.pick(words_ru.LAST_STEMS)
        )
    tail = dice.roll()
    if tail < 0.3:
        return f"{core}-{dice.pick(words_ru.AFTER)}"
    return f"{core} {dice.pick(words_ru.AFTER)}" if tail < 0.36 else core


def english_company(dice: Dice, place: Place) -> Company:
    """Name an English company."""
    kind = dice.roll()
    if kind < 0.25:
        core = f"{dice.pick(words_en.TRADERS)} & {dice.pick(words_en.ASSOCIATES)}"
    elif kind < 0.4:
        core = f"{dice.pick(words_en.TRADERS)}'s {dice.pick(words_en.TRADES)}"
    else:
        core = f"{dice.pick(words_en.PLACES)}{dice.pick(words_en.ENDS)} {dice.pick(words_en.TRADES)}"
    if dice.chance(0.006):
        return Company(dice.pick(words_en.LONG_NAMES).format(name=core, city=place.city_en), slug(core))
    return Company(dice.pick(words_en.FORMS).format(name=core), slug(core))


def russian_person(dice: Dice) -> Person:
    """Name a person by the Russian rules: surname, first name, patronymic, all of one gender."""
    man = dice.chance(0.5)
    surname = _russian_surname(dice, man=man)
    first = dice.pick(words_ru.MEN if man else words_ru.WOMEN)
    middle = dice.pick(words_ru.PATRONYMICS)[0 if man else 1]
    name = f"{surname} {first} {middle}" if dice.chance(0.7) else f"{first} {surname}"
    return Person(name, dice.pick(words_ru.POSITIONS), _mailbox(first, surname))


def english_person(dice: Dice) -> Person:
    """Name an English person."""
    first = dice.pick(words_en.MEN if dice.chance(0.5) else words_en.WOMEN)
    surname = dice.pick(words_en.SURNAMES)
    return Person(f"{first} {surname}", dice.pick(words_en.POSITIONS), _mailbox(first, surname))


def _russian_surname(dice: Dice, *, man: bool) -> str:
    if dice.chance(0.07):
        return dice.pick(words_ru.SURNAMES_OF_BOTH)
    surname = dice.pick(words_ru.SURNAMES)
    return surname if man else surname + "а"
