"""What the base knows of the clients of a chunk: read in a few statements, not one for each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.engine import Row
from sqlmodel import Session, SQLModel

from salesdesk.base.importing.incoming import Incoming
from salesdesk.models import Call, Client, Contact, Deal, MergedClient, NextAction, Note, Phone
from salesdesk.storage.among import within
from salesdesk.storage.journal import table_of

CLIENT = table_of(Client)
_MERGED = table_of(MergedClient)


@dataclass
class Known:
    """A client of the base, with what an import compares.

    `taken_in`: what the file knows as a client of its own was merged into this one.
    """

    client: Row[Any]
    phones: list[Row[Any]] = field(default_factory=list)
    people: list[Row[Any]] = field(default_factory=list)
    notes: set[str] = field(default_factory=set)
    deal: Row[Any] | None = None
    action: Row[Any] | None = None
    called: bool = False
    taken_in: bool = False


def known_clients(session: Session, chunk: Iterable[Incoming]) -> dict[tuple[str, str], Known]:
    """Find the clients of a chunk by source and id."""
    ids: dict[str, list[str]] = defaultdict(list)
    for incoming in chunk:
        ids[incoming.source].append(incoming.external_id)
    found: dict[int, Known] = {}
    for source, external_ids in ids.items():
        wanted = select(CLIENT).where(CLIENT.c.source == source, CLIENT.c.external_id.in_(external_ids))
        found |= {client.id: Known(client) for client in session.execute(wanted)}
    _fill(session, found)
    by_key = {(known.client.source, known.client.external_id): known for known in found.values()}
    return _merged(session, ids, by_key) | by_key


def _merged(
    session: Session, ids: Mapping[str, list[str]], own: Mapping[tuple[str, str], Known]
) -> dict[tuple[str, str], Known]:
    """Find those that were merged into another card, by the ids which they had."""
    kept: dict[tuple[str, str], int] = {}
    for source, external_ids in ids.items():
        wanted = [each for each in external_ids if (source, each) not in own]
        taken_in = select(_MERGED.c.external_id, _MERGED.c.kept_id).where(
            _MERGED.c.source == source, within(_MERGED.c.external_id, wanted)
        )
        kept |= {(source, row.external_id): row.kept_id for row in session.execute(taken_in)}
    if not kept:
        return {}
    cards = clients_of(session, [*set(kept.values())])
    return {
        key: replace(cards[client_id], taken_in=True) for key, client_id in kept.items() if client_id in cards
    }


def clients_of(session: Session, client_ids: Iterable[int]) -> dict[int, Known]:
    """Read clients by their ids, with what an import compares."""
    wanted = select(CLIENT).where(within(CLIENT.c.id, [*client_ids]))
    found = {client.id: Known(client) for client in session.execute(wanted)}
    _fill(session, found)
    return found


def _fill(session: Session, found: dict[int, Known]) -> None:
    ids = list(found)
    if not ids:
        return
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
