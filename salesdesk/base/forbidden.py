"""Numbers that nobody may call: asked here by imports, by the card, and by whoever writes a number down.

Two things forbid a number. A client asked never to be called: then every number of it is forbidden, and
so is whoever else says to have one of them. Or the number alone stands in a do-not-call list.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session

from salesdesk.codes import PhoneState
from salesdesk.models import Client, ForbiddenNumber, Phone
from salesdesk.storage.among import among
from salesdesk.storage.hidden_numbers import marked_anywhere
from salesdesk.storage.journal import table_of

_CLIENT, _PHONE, _LISTED = table_of(Client).c, table_of(Phone).c, table_of(ForbiddenNumber).c
_LONGEST = 20
_FIND_LISTED = select(_LISTED.number).where(among(_LISTED.number, "numbers"))
_FIND_MARKED = (
    select(_PHONE.e164, _CLIENT.do_not_call)
    .join(table_of(Client), _CLIENT.id == _PHONE.client_id)
    .where(among(_PHONE.e164, "numbers"), _PHONE.state == PhoneState.DO_NOT_CALL)
)


@dataclass(frozen=True, slots=True)
class Forbidden:
    """Of some numbers, those that may not be called. `asked`: a client asked for it; `alone`: only these."""

    asked: frozenset[str] = frozenset()
    alone: frozenset[str] = frozenset()

    def __contains__(self, number: str) -> bool:
        return number in self.asked or number in self.alone


def number_key(e164: str | None, digits: str) -> str:
    """Give what a number is known by in a do-not-call list: as it is dialled, a local one as its digits."""
    return e164 or digits[:_LONGEST]


def listed_among(session: Session, numbers: Iterable[str]) -> set[str]:
    """Give those of some numbers that stand in a do-not-call list."""
    wanted = {"numbers": [*dict.fromkeys(numbers)]}
    return set(session.connection().execute(_FIND_LISTED, wanted).scalars()) if wanted["numbers"] else set()


def forbidden_among(session: Session, numbers: Iterable[str]) -> Forbidden:
    """Tell which of some numbers (`number_key`) may not be called."""
    wanted = [*dict.fromkeys(number for number in numbers if number)]
    if not wanted:
        return Forbidden()
    listed = listed_among(session, wanted)
    dialled = [number for number in wanted if number.startswith("+")]
    anywhere = marked_anywhere(session, dialled)
    if anywhere is None:
        marked = [
            (e164, never) for e164, never in session.connection().execute(_FIND_MARKED, {"numbers": dialled})
        ]
    else:
        marked = [(one.e164, one.never) for one in anywhere]
    # A number of a list forbids itself alone, whoever has it.
    asked = {number for number, never in marked if never} - listed
    return Forbidden(frozenset(asked), frozenset(listed | {number for number, _never in marked} - asked))


def is_forbidden(session: Session, e164: str | None, digits: str) -> bool:
    """Tell whether one number may not be called, for whichever reason."""
    number = number_key(e164, digits)
    return number in forbidden_among(session, [number])
