"""What the base knows of the clients of a chunk: read in a few statements, not one for each."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.engine import Row
from sqlmodel import Session, SQLModel

from salesdesk.base.importing.incoming import Incoming
from salesdesk.models import Call, Client, Contact, Deal, NextAction, Note, Phone
from salesdesk.storage.journal import table_of

CLIENT = table_of(Client)
PHONE = table_of(Phone)
_MOST_ALIKE = 5000


@dataclass
class Known:
    """A client of the base, with what an import compares."""

    client: Row[Any]
    phones: list[Row[Any]] = field(default_factory=list)
    people: list[Row[Any]] = field(default_factory=list)
    notes: set[str] = field(default_factory=set)
    deal: Row[Any] | None = None
    action: Row[Any] | None = None
    called: bool = False


def known_clients(session: Session, chunk: Iterable[Incoming]) -> dict[tuple[str, str], Known]:
    """Find the clients of a chunk by source and id."""
    ids: dict[str, list[str]] = defaultdict(list)
    for incoming in chunk:
        ids[incoming.source].append(incoming.external_id)
    found: dict[int, Known] = {}
    for source, external_ids in ids.items():
        wanted = select(CLIENT).where(CLIENT.c.source == source, CLIENT.c.external_id.in_(external_ids))
        found |= {client.id: Known(client) for client in session.execute(wanted)}
    if found:
        _fill(session, found)
    return {(known.client.source, known.client.external_id): known for known in found.values()}


def clients_of(session: Session, ids: Iterable[int]) -> dict[int, Known]:
    """Read clients by their ids, with what an import compares."""
    found = {
        client.id: Known(client)
        for client in session.execute(select(CLIENT).where(CLIENT.c.id.in_(sorted(set(ids)))))
    }
    if found:
        _fill(session, found)
    return found


def _fill(session: Session, found: dict[int, Known]) -> None:
    ids = list(found)
    for phone in _of(session, Phone, ids):
        found[phone.client_id].phones.append(phone)
    for person in _of(session, Contact, ids):
        found[person.client_id].people.append(person)
    for note in _of(session, Note, ids):
        found[note.client_id].notes.add(note.text)
    for deal in _of(session, Deal, ids):
        if deal.closed_at is None:
            found[deal.client_id].deal = deal
    for action in _of(session, NextAction, ids):
        if action.closed_at is None:
            found[action.client_id].action = action
    calls = table_of(Call)
    for client_id in session.scalars(select(calls.c.client_id).where(calls.c.client_id.in_(ids)).distinct()):
        found[client_id].called = True


def _of(session: Session, model: type[SQLModel], client_ids: Sequence[int]) -> Iterable[Row[Any]]:
    table: Table = table_of(model)
    return session.execute(select(table).where(table.c.client_id.in_(client_ids)).order_by(table.c.id))


def count_alike(session: Session, chunk: Sequence[Incoming]) -> int:
    """Count new clients that may be in the base already: one name, one number, and no two places."""
    numbers = {phone.e164 for each in chunk for phone, _person in each.phones if phone.e164}
    alike: dict[tuple[str, str], set[str]] = defaultdict(set)
    for number, name, city, address in session.execute(
        select(PHONE.c.e164, CLIENT.c.name_key, CLIENT.c.city, CLIENT.c.address)
        .join(CLIENT, CLIENT.c.id == PHONE.c.client_id)
        .where(PHONE.c.e164.in_(numbers))
        .limit(_MOST_ALIKE)
    ):
        alike[name, number].add(_place(city, address))
    count = 0
    for incoming in chunk:
        columns = incoming.columns
        place = _place(columns.get("city"), columns.get("address"))
        pairs = [(columns["name_key"], phone.e164) for phone, _person in incoming.phones if phone.e164]
        count += any(_meet(place, alike[pair]) for pair in pairs if pair in alike)
        for pair in pairs:
            alike[pair].add(place)
    return count


def _place(city: str | None, address: str | None) -> str:
    return f"{city or ''} {address or ''}".strip().casefold()


def _meet(place: str, others: set[str]) -> bool:
    return not place or place in others or "" in others
