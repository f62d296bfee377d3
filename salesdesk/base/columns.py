"""Telling what a column holds by its cells, where its name says nothing."""

import re
from collections.abc import Callable, Sequence

from salesdesk.base.cells import Cell, is_blank, text_of
from salesdesk.base.phones import parse_phones
from salesdesk.base.values import is_inn

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_SITE = re.compile(
    r"(?:https?://|www\.)\S+|[\w-]+(?:\.[\w-]+)*\.(?:ru|com|рф|net|org|su|by|kz)/?", re.IGNORECASE
)
_MOST = 100


def is_phone(text: str) -> bool:
    """Tell whether this is written as a dialable number with its area code is."""
    digits = sum(sign.isdecimal() for sign in text)
    return 10 <= digits <= 40 and any(phone.e164 for phone in parse_phones(text.strip()))


def looks_like(field: str, values: Sequence[Cell]) -> bool:
    """Tell whether most of a column's cells are what a field holds."""
    filled = [text_of(value).strip() for value in values[:_MOST] if not is_blank(value)]
    if not filled:
        return False
    tests: dict[str, Callable[[str], bool]] = {
        "phone": is_phone,
        "email": lambda text: _EMAIL.fullmatch(text) is not None,
        "website": lambda text: _SITE.fullmatch(text) is not None,
        "tax_id": is_inn,
        "name": lambda text: any(sign.isalpha() for sign in text),
    }
    return sum(tests[field](text) for text in filled) >= 0.6 * len(filled)
