"""What is said of a client and cannot be quite so: numbers, names, tax ids and addresses to look at."""

from collections.abc import Callable, Mapping
from functools import reduce
from operator import add

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    not_,
    or_,
    true,
)

from salesdesk.base.filters.ground import Ground
from salesdesk.base.filters.kinds import C, Condition, P, absent, of_client
from salesdesk.base.values import TAX_CHECKS
from salesdesk.codes import PhoneState
from salesdesk.storage.digits import only_digits

_NO_NAMES = (
    "без имени", "без названия", "безымянный", "безымянная", "безымянныи", "не указано", "не указана",
    "неизвестно", "неизвестный", "нет", "нет данных", "нет названия", "клиент", "компания", "организация",
    "новый клиент", "новый лид", "лид", "тест", "проба", "test", "test test", "client", "company", "customer",
    "lead", "new lead", "no name", "noname", "unknown", "unnamed", "untitled", "none", "null", "nan", "n a",
    "na", "xxx", "ххх", "asdf", "qwerty", "йцукен", "фыва",
)  # fmt: skip
"""Folded, as `client.name_key` is."""


def _bad_numbers() -> Condition:
    """Tell who has numbers of which none can be called."""
    # In this order: most have a good one, and then nothing more is looked for.
    return and_(not_(of_client(P.client_id, P.state == PhoneState.GOOD)), of_client(P.client_id))


def _incomplete_numbers() -> Condition:
    """Tell who has a number that is not known whole: local, damaged or of a form that nobody knows."""
    return of_client(P.client_id, P.e164.is_(None), P.state == PhoneState.GOOD)


def _no_name() -> Condition:
    """Tell whose name is one letter, digits or signs alone, or a word that stands for none."""
    key = func.replace(C.name_key, " ", "")
    return or_(func.length(key) < 2, C.name_key.in_(_NO_NAMES), only_digits(key))


def _wrong_tax_id() -> Condition:
    """Tell whose tax id has the digits of a Russian one, and they do not check each other."""
    held = and_(C.tax_id.is_not(None), only_digits(C.tax_id), func.length(C.tax_id).between(9, 12))
    number = cast(C.tax_id, BigInteger)
    right = [
        and_(func.length(C.tax_id) == size, *(_checked(number, size, weights) for weights in checks))
        for size, checks in TAX_CHECKS.items()
    ]
    # A cast is tried only where there are digits alone: one of the databases fails on others.
    return case((held, or_(number == 0, not_(or_(*right)))), else_=false())


def _checked(number: ColumnElement[int], size: int, weights: tuple[int, ...]) -> Condition:
    """Compare the digit behind the weighed ones with what they make."""
    digits = [_digit(number, size - 1 - place) for place in range(len(weights) + 1)]
    weighed = [digit * weight for digit, weight in zip(digits, weights, strict=False)]
    return reduce(add, weighed) % 11 % 10 == digits[-1]


def _digit(number: ColumnElement[int], power: int) -> ColumnElement[int]:
    return number // literal(10**power, BigInteger) % 10


def _doubtful_address() -> Condition:
    """Tell whose e-mail no letter would reach: it has no name, sign or domain, or a blank in it."""
    whole = and_(C.email.like("_%@_%._%"), C.email.not_like("%@%@%"), C.email.not_like("% %"))
    return and_(not_(absent(C.email)), not_(whole))


DOUBTFUL: Mapping[str, Callable[[], Condition]] = {
    "phone": _bad_numbers,
    "number": _incomplete_numbers,
    "name": _no_name,
    "tax_id": _wrong_tax_id,
    "email": _doubtful_address,
    "next_action": lambda: C.unowed == true(),
}
WORDS: Mapping[str, tuple[str, ...]] = {
    "phone": ("phones", "bad phone", "телефон", "телефоны", "плохой телефон"),
    "number": ("номер", "номера", "incomplete number", "неполный номер"),
    "name": ("название", "имя"),
    "tax_id": ("инн",),
    "email": ("e mail", "почта", "адрес почты"),
    "next_action": ("next", "следующий шаг", "шаг"),
}


def is_doubtful(code: str | None, ground: Ground) -> Condition:
    """Tell whether there is reason to doubt one of these."""
    del ground
    return DOUBTFUL[str(code)]()
