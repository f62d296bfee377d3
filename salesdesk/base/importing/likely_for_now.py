"""Likely clients by one name and one number, until the engine for duplicates stands in its place."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session

from salesdesk.base.folding import name_key
from salesdesk.context import Context
from salesdesk.models import Client, Phone
from salesdesk.storage.among import within
from salesdesk.storage.journal import table_of

_CLIENT, _PHONE = table_of(Client), table_of(Phone)
_MOST_ALIKE = 5000


@dataclass(frozen=True, slots=True)
class Sketch:
    """What of a client tells who it is."""

    name: str
    tax_id: str | None = None
    city: str | None = None
    region: str | None = None
    address: str | None = None
    emails: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    website: str | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why two are taken for one."""

    code: str
    about: str


@dataclass(frozen=True, slots=True)
class Likely:
    """A client of the base that a sketch may be."""

    client_id: int
    name: str
    score: float
    why: tuple[Reason, ...]


def reason_words(reason: Reason) -> str:
    """Say a reason."""
    return reason.about


def likely(session: Session, context: Context, sketches: Sequence[Sketch]) -> list[tuple[Likely, ...]]:
    """Give for each sketch the clients with its name and one of its numbers, and no two places."""
    del context
    numbers = sorted({number for each in sketches for number in each.numbers})
    alike: dict[tuple[str, str], list[tuple[str, Likely]]] = defaultdict(list)
    wanted = (
        select(_PHONE.c.e164, _CLIENT.c)
        .join(_CLIENT, _CLIENT.c.id == _PHONE.c.client_id)
        .where(within(_PHONE.c.e164, numbers))
        .limit(_MOST_ALIKE)
    )
    for row in session.execute(wanted) if numbers else ():
        found = Likely(row.id, row.name, 0.9, (Reason("number", row.e164),))
        alike[row.name_key, row.e164].append((_place(row.city, row.address), found))
    return [_of(each, alike) for each in sketches]


def _of(each: Sketch, alike: dict[tuple[str, str], list[tuple[str, Likely]]]) -> tuple[Likely, ...]:
    place, key = _place(each.city, each.address), name_key(each.name)
    found = {
        one.client_id: one
        for number in each.numbers
        for where, one in alike.get((key, number), ())
        if not place or not where or place == where
    }
    return tuple(found.values())


def _place(city: str | None, address: str | None) -> str:
    return f"{city or ''} {address or ''}".strip().casefold()
