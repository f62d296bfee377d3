"""The same company as another person would have typed it in: what labelled bases are made of."""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Company:
    """What a row of a file says of a company; `key` tells which company it is."""

    key: str
    name: str
    city: str = ""
    address: str = ""
    phone: str = ""
    tax_id: str = ""
    email: str = ""
    postal_code: str = ""


_LATIN = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya".split(),
        strict=True,
    )
)
_FORMS = re.compile(
    r"^(?:ООО|АО|ЗАО|ОАО|ПАО|ИП|ГК|КФХ|ТД|НПО)\s+|,?\s+(?:Inc|LLC|Ltd|Corp|Co|Corporation|Company|Limited)\.?$"
)
_STREETS = [
    ("улица", "ул."), ("проспект", "пр-т"), ("переулок", "пер."), ("шоссе", "ш."), ("бульвар", "б-р"),
    ("набережная", "наб."), ("проезд", "пр-д"), ("Street", "St."), ("Avenue", "Ave"), ("Road", "Rd."),
    ("Drive", "Dr."), ("Boulevard", "Blvd"), ("Suite", "Ste"), ("Lane", "Ln"),
]  # fmt: skip


def copies(companies: Sequence[Company], share: float, seed: int, *, phones: bool) -> list[Company]:
    """Give the companies, some of them again as typed anew: one to three changes each, seldom a second copy."""
    dice = random.Random(seed)
    made = [company if phones else replace(company, phone="") for company in companies]
    for company in list(made):
        if dice.random() < share:
            made.append(noisy(company, dice))
            if dice.random() < 0.15:
                made.append(noisy(company, dice))
    dice.shuffle(made)
    return made


def noisy(company: Company, dice: random.Random) -> Company:
    """Type a company anew."""
    changes: list[Callable[[Company, random.Random], Company]] = [
        _typo, _typo, _form, _form, _latin, _swapped, _cut, _quoted, _other_phone, _no_phone, _address,
        _address, _address, _no_address, _address_typo, _no_tax_id, _no_email, _city, _no_city,
    ]  # fmt: skip
    for change in dice.sample(changes, dice.choice([1, 2, 2, 3, 3, 4])):
        company = change(company, dice)
    # Hardly anybody types a tax id from memory.
    return company if dice.random() < 0.5 else replace(company, tax_id="")


def _mistyped(text: str, dice: random.Random) -> str:
    places = [at for at, sign in enumerate(text) if sign.isalpha()]
    if len(places) < 4:
        return text
    at = dice.choice(places[1:])
    kind = dice.randrange(4)
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[:at] + text[at] + text[at:]
    if kind == 2 and at + 1 < len(text):
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    letters = "оеаинтсрвл" if "а" <= text[at].lower() <= "я" else "etaoinsr"
    return text[:at] + dice.choice(letters) + text[at + 1 :]


def _typo(company: Company, dice: random.Random) -> Company:
    return replace(company, name=_mistyped(company.name, dice))


def _form(company: Company, dice: random.Random) -> Company:
    bare = _FORMS.sub("", company.name)
    written = (
        [bare, f"{bare}, ООО", f"{bare} (ООО)"]
        if re.search("[а-я]", bare)
        else [bare, f"{bare} LLC", f"{bare}, Inc"]
    )
    return replace(company, name=dice.choice(written))


def _latin(company: Company, dice: random.Random) -> Company:
    del dice
    name = "".join(
        _LATIN.get(sign, _LATIN.get(sign.lower(), sign).capitalize()) for sign in _FORMS.sub("", company.name)
    )
    return replace(company, name=name.replace("_", ""))


def _swapped(company: Company, dice: random.Random) -> Company:
    words = _FORMS.sub("", company.name).split()
    dice.shuffle(words)
    return replace(company, name=" ".join(words))


def _cut(company: Company, dice: random.Random) -> Company:
    words = company.name.split()
    if len(words) > 3:
        return replace(company, name=" ".join(words[: dice.randint(3, len(words))]))
    return replace(company, name=company.name[: max(8, len(company.name) - 3)])


def _quoted(company: Company, dice: random.Random) -> Company:
    name = re.sub('[«»"]', "", company.name)
    return replace(company, name=name.upper() if dice.random() < 0.5 else name)


def _other_phone(company: Company, dice: random.Random) -> Company:
    return replace(company, phone=f"+7903{dice.randrange(10**7):07}" if company.phone else "")


def _no_phone(company: Company, dice: random.Random) -> Company:
    del dice
    return replace(company, phone="")


def _address(company: Company, dice: random.Random) -> Company:
    address = company.address
    for whole, short in _STREETS:
        if whole in address:
            address = address.replace(whole, short)
        elif short in address and dice.random() < 0.7:
            address = address.replace(short, whole)
    address = re.sub(r",?\s*(?:офис|оф\.|Suite|Ste)\s*\S+", "", address) if dice.random() < 0.5 else address
    address = address.replace(" корп.", " к.").replace(",", dice.choice([",", ""]))
    if dice.random() < 0.3 and company.city:
        address = f"{company.city}, {address}"
    return replace(company, address=address)


def _no_address(company: Company, dice: random.Random) -> Company:
    del dice
    return replace(company, address="", postal_code="")


def _address_typo(company: Company, dice: random.Random) -> Company:
    return replace(company, address=_mistyped(company.address, dice))


def _no_tax_id(company: Company, dice: random.Random) -> Company:
    del dice
    return replace(company, tax_id="")


def _no_email(company: Company, dice: random.Random) -> Company:
    del dice
    return replace(company, email="")


def _city(company: Company, dice: random.Random) -> Company:
    written = [f"г. {company.city}", f"г.{company.city}", company.city.upper()]
    return replace(company, city=dice.choice(written) if company.city else "")


def _no_city(company: Company, dice: random.Random) -> Company:
    del dice
    return replace(company, city="")
