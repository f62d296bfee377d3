"""Numbers of a card that goes: the same one is there once, in the worse of its two states."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Row
from sqlmodel import Session

from salesdesk.base.merging.people import Moved, people_of
from salesdesk.codes import PhoneState
from salesdesk.models import Call, Phone
from salesdesk.storage.journal import Journal, table_of

PHONE, CALL = table_of(Phone), table_of(Call)
_NUMBERS = (
    select(PHONE).where(PHONE.c.client_id == bindparam("client")).order_by(PHONE.c.position, PHONE.c.id)
)
_WORSE = (PhoneState.GOOD, PhoneState.BAD, PhoneState.DO_NOT_CALL)
Mark = tuple[str, str]


def mark_of(phone: Row[Any] | Mapping[str, Any]) -> Mark:
    """Give what tells one number from another, however it was written."""
    row: Any = phone._mapping if isinstance(phone, Row) else phone  # noqa: SLF001  # its public name
    return row["e164"] or row["digits"] or row["raw"], row["extension"] or ""


def numbers_of(session: Session, client_id: int) -> list[Row[Any]]:
    """Read the numbers of a client."""
    return [*session.connection().execute(_NUMBERS, {"client": client_id})]


def move_numbers(journal: Journal, other: int, keep: int, people: Moved) -> int:
    """Take the numbers of one card over to another; tell how many. What is lost is told of in `people`."""
    there = {mark_of(phone): phone for phone in reversed(numbers_of(journal.session, keep))}
    position = max((phone.position for phone in there.values()), default=-1) + 1
    theirs = numbers_of(journal.session, other)
    names = {person.id: person.name for person in people_of(journal.session, other)}
    for phone in theirs:
        contact = people.same.get(phone.contact_id, phone.contact_id)
        same = there.get(mark_of(phone))
        if same is None:
            journal.change(Phone, phone, client_id=keep, contact_id=contact, position=position)
            there[mark_of(phone)] = phone
            position += 1
            continue
        people.lost += _join(journal, phone, same, contact, names)
        journal.repoint(Call, "phone_id", phone.id, same.id)
        journal.remove(Phone, phone)
    return len(theirs)


def _join(
    journal: Journal, phone: Row[Any], same: Row[Any], contact: int | None, names: Mapping[int, str]
) -> Iterable[str]:
    known = journal.known(Phone, same)
    state = max(known["state"], phone.state, key=lambda state: _WORSE.index(state) if state in _WORSE else 0)
    journal.change(Phone, same, state=state, contact_id=known["contact_id"] or contact)
    if contact is not None and known["contact_id"] not in (None, contact):
        yield f"{names.get(phone.contact_id, '')}: {phone.raw}".removeprefix(": ")
    elif any(sign.isalpha() for sign in phone.raw) and phone.raw != same.raw:
        yield phone.raw
