"""Whom a known client is reached by: people and numbers of a file that it does not have yet are added."""

from collections.abc import Callable, Sequence

from salesdesk.base.folding import fold
from salesdesk.base.importing.incoming import Person
from salesdesk.base.importing.known import Known
from salesdesk.base.phones import ParsedPhone
from salesdesk.codes import PhoneState
from salesdesk.models import Contact, Phone
from salesdesk.storage.journal import Journal


def bring_people(
    journal: Journal,
    known: Known,
    people: Sequence[Person],
    phones: Sequence[tuple[ParsedPhone, Person | None]],
    *,
    state_of: Callable[[ParsedPhone], PhoneState],
    fills: bool = False,
) -> None:
    """Add who is new, bring in step who is known, then their numbers. Nothing is ever taken away.

    `state_of` tells whether a number may be dialled; `fills`: of a person only what nobody has said.
    """
    ids = {person_key(each.name): each.id for each in known.people}
    for person in people:
        key = person_key(person.name)
        same = next((each for each in known.people if person_key(each.name) == key), None)
        if same is not None:
            said = {"position": person.position, "email": person.email}
            there = journal.known(Contact, same)
            journal.change(
                Contact,
                same,
                **{name: value for name, value in said.items() if value and not (fills and there[name])},
            )
        elif key not in ids:
            ids[key] = journal.add(
                Contact,
                client_id=known.client.id,
                name=person.name,
                position=person.position,
                email=person.email,
            )
    numbers = {_row_key(phone.e164, phone.digits, phone.raw) for phone in known.phones}
    position = len(known.phones)
    for phone, whose in phones:
        number = _row_key(phone.e164, phone.digits, phone.raw)
        if number in numbers:
            continue
        numbers.add(number)
        journal.add(
            Phone, client_id=known.client.id, contact_id=ids[person_key(whose.name)] if whose else None,
            raw=phone.raw, e164=phone.e164, extension=phone.extension, digits=phone.digits,
            last4=phone.last4, state=state_of(phone), position=position,
        )  # fmt: skip
        position += 1


def person_key(name: str) -> str:
    """Tell people of one client apart: "Петров Иван" is "Иван Петров"."""
    return " ".join(sorted(fold(name).split())) or name.strip()


def _row_key(e164: str | None, digits: str, raw: str) -> str:
    return e164 or digits or raw
