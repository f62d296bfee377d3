"""Clients as rows that our own import reads: one for each of their people, the first with all the rest."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlmodel import Session

from salesdesk.base.exporting.cells import Cell, Pace, Table, local, money, paged, yes
from salesdesk.context import Context
from salesdesk.i18n import N_, _
from salesdesk.models import Client, Contact, NextAction, Note, Operator, Phone
from salesdesk.storage.among import among
from salesdesk.storage.journal import table_of

C, N, O = table_of(Client).c, table_of(NextAction).c, table_of(Operator).c  # noqa: E741  # as in models
P, PERSON, NOTE = table_of(Phone), table_of(Contact), table_of(Note)
OURS = "salesdesk"
"""The source of clients that no file brought; with the base's own numbers for ids."""

# Each title is one that imports know, in both languages: `tests/base/test_exporting.py` holds them to it.
HEADS = (
    N_("External id"), N_("Source"), N_("Name"), N_("Tax id"), N_("Industry"), N_("Region"), N_("City"),
    N_("Address"), N_("Postal code"), N_("Website"), N_("E-mail"), N_("Phone"), N_("Campaign"), N_("Stage"),
    N_("Class"), N_("Interest"), N_("Expected amount"), N_("Owner"), N_("Do not call"), N_("Last call"),
    N_("Next action"), N_("Next goal"), N_("Note"), N_("Contact name"), N_("Contact position"),
    N_("Contact phone"), N_("Contact email"),
)  # fmt: skip
_OF_PERSON = 4

_CLIENTS: Select[Any] = select(table_of(Client), O.login.label("owner")).outerjoin(
    table_of(Operator), O.id == C.owner_id
)
_ACTIONS: Select[Any] = select(N.client_id, N.due_at, N.promise, N.goal).where(
    among(N.client_id, "clients"), N.closed_at.is_(None)
)


@dataclass(frozen=True)
class Person:
    """Somebody at a client, with their numbers."""

    row: Any
    phones: list[Any]


@dataclass(frozen=True)
class Whole:
    """A client with all that an export says of it. `phones` are those of nobody in particular."""

    row: Any
    phones: list[Any] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    action: Any = None

    @property
    def external_id(self) -> str:
        """What tells the client from others of its source; ours, where the source gave none."""
        return self.row.external_id or external_id_of(self.row.id)


def external_id_of(client_id: int) -> str:
    """Make an id for a client that was typed in, so that its rows are known to be of one client."""
    return f"{OURS}-{client_id}"


def whole_clients(
    session: Session, condition: ColumnElement[bool], pace: Pace | None = None
) -> Iterator[Whole]:
    """Give the clients of a condition in the order of their numbers, page by page."""
    for page in paged(session, _CLIENTS.where(condition), C.id, pace):
        clients = {row.id: Whole(row) for row in page}
        given = {"clients": [*clients]}
        people: dict[int, Person] = {}
        for row in _rows(session, PERSON, given, PERSON.c.id):
            people[row.id] = Person(row, [])
            clients[row.client_id].people.append(people[row.id])
        for row in _rows(session, P, given, P.c.position, P.c.id):
            person = people.get(row.contact_id)
            (clients[row.client_id].phones if person is None else person.phones).append(row)
        for row in _rows(session, NOTE, given, NOTE.c.at, NOTE.c.id):
            clients[row.client_id].notes.append(row.text)
        owed = {row.client_id: row for row in session.execute(_ACTIONS, given)}
        for client_id, client in clients.items():
            yield Whole(client.row, client.phones, client.people, client.notes, owed.get(client_id))


def _rows(session: Session, table: Any, given: dict[str, Any], *order: Any) -> Sequence[Any]:  # noqa: ANN401  # a table, its columns
    return session.execute(
        select(table).where(among(table.c.client_id, "clients")).order_by(*order), given
    ).all()


def client_table(
    session: Session, context: Context, condition: ColumnElement[bool], pace: Pace | None = None
) -> Table:
    """Give the table of clients."""
    return Table(HEADS, _client_rows(session, context, condition, pace))


def _client_rows(
    session: Session, context: Context, condition: ColumnElement[bool], pace: Pace | None
) -> Iterator[Sequence[Cell]]:
    for client in whole_clients(session, condition, pace):
        facts = _facts(context, client)
        first = client.people[0] if client.people else None
        yield [*facts, *_person(first)]
        # The id, the source and the name say whose row it is; the rest was said.
        more: list[Cell] = [*facts[:3], *[None] * (len(HEADS) - _OF_PERSON - 3)]
        for person in client.people[1:]:
            yield [*more, *_person(person)]


def _facts(context: Context, client: Whole) -> list[Cell]:
    row, zone = client.row, context.catalogues.team.zone
    return [
        client.external_id, row.source or OURS, row.name, row.tax_id, row.industry, row.region, row.city,
        row.address, row.postal_code, row.website, row.email, numbers(client.phones), row.campaign, row.stage,
        str(row.client_class), row.interest, money(row.expected_minor), row.owner,
        yes(flag=row.do_not_call), local(row.last_call_at, zone), _due(context, client.action),
        client.action.goal if client.action else None, "\n\n".join(client.notes) or None,
    ]  # fmt: skip


def _due(context: Context, action: Any) -> Cell:  # noqa: ANN401  # a row, or none
    """Write when a next action is due; a clock time is a promise to our import, so no other has one."""
    if action is None:
        return None
    due = local(action.due_at, context.catalogues.team.zone)
    return due if due is None or action.promise else due.date()


def _person(person: Person | None) -> list[Cell]:
    if person is None:
        return [None] * _OF_PERSON
    return [person.row.name, person.row.position, numbers(person.phones), person.row.email]


def numbers(phones: Sequence[Any]) -> str | None:
    """Write numbers into one cell: as they are dialled where that is known, else as they were written."""
    return ", ".join(map(number, phones)) or None


def number(phone: Any) -> str:  # noqa: ANN401  # a row
    """Write one number, in a form that imports read as the same."""
    if phone.e164 is None:
        return str(phone.raw)
    mark = _("ext.")
    said = [f"{mark} {extension}" for extension in (phone.extension or "").split(", ") if extension]
    return f"{phone.e164} {', '.join(said)}".strip()
