"""Changing what a card says: validated as typed, journalled, and so undoable."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Row
from sqlmodel import Session, SQLModel, col

from salesdesk.base.cells import block_of, line_of
from salesdesk.base.handed import end_what_is_over
from salesdesk.base.never_call import mark_numbers
from salesdesk.base.owed_history import change_owed
from salesdesk.base.placement import place, read_open_action
from salesdesk.base.search_document import documents
from salesdesk.base.values import parse_email
from salesdesk.base.visible import read_again, take_visible
from salesdesk.base.zones import client_zone
from salesdesk.codes import Band, ClientClass, PhoneState
from salesdesk.context import Context
from salesdesk.desk.changed_meanwhile import changed_here
from salesdesk.desk.client_columns import client_columns
from salesdesk.desk.handing_on import hand_on_after
from salesdesk.desk.phone_numbers import number_columns
from salesdesk.desk.pipeline import move_stage
from salesdesk.desk.work import keep_owed
from salesdesk.errors import InputError, NotFoundError
from salesdesk.i18n import _
from salesdesk.models import Client, Contact, Note, Phone
from salesdesk.rows import ClientRow, ContactRow, PhoneRow
from salesdesk.storage.journal import Journal, table_of
from salesdesk.storage.search_index import replace

__all__ = [
    "add_client", "add_note", "edit_client", "finish", "note_text", "remove_contact", "remove_phone",
    "save_contact", "save_phone",
]  # fmt: skip


def edit_client(
    session: Session, context: Context, client_id: int, *, seen: ClientRow | None = None, **typed: str
) -> None:
    """Change what is known of a client; each column as a person types it.

    `seen` is the client as it was when the form was opened. Raises InputError whose `field` names the
    column that cannot be taken, ConflictError for what somebody else has changed since `seen`.
    """
    client = take_visible(session, context, client_id)
    journal = Journal(session)
    values = changed_here(session, Client, client, seen, client_columns(session, context, typed))
    stage, reason = values.pop("stage", client.stage), values.pop("reject_reason", None)
    if stage is None and client.stage is not None:
        raise InputError(_("Who was in conversation has a stage: choose one."), "stage")
    if {"region", "city"} & set(values) and "zone" not in values:
        values["zone"] = _zone(session, context, client, values)
    if values.get("do_not_call", client.do_not_call) != client.do_not_call:
        mark_numbers(journal, context, client_id, do_not_call=values["do_not_call"])
    journal.change(Client, client, **values, updated_at=context.now)
    if stage != client.stage:
        move_stage(journal, context, read_again(session, client_id), stage, reason=reason)
    keep_owed(journal, context, client_id)
    if "owner_id" in values:
        _hand_over(journal, context, client_id, values["owner_id"])
    else:
        hand_on_after(journal, context, client_id, client.stage)
    finish(journal, context, client_id, "edit_client")


def add_client(session: Session, context: Context, name: str, phone: str, **typed: str) -> int:
    """Add a client by hand; it is cold until somebody talks to it. Raises InputError."""
    values = client_columns(session, context, {"name": name, **typed})
    stage, reason = values.pop("stage", None), values.pop("reject_reason", None)
    journal = Journal(session)
    number = number_columns(session, context, phone) if phone.strip() else None
    zone = client_zone(
        [number["e164"]] if number and number["e164"] else [],
        values.get("region"), values.get("city"), context.catalogues.team.zone.key,
    )  # fmt: skip
    blank: dict[str, Any] = {
        "source": "", "client_class": ClientClass.C, "interest": 0, "expected_minor": 0, "do_not_call": False,
        "attempts": 0, "band": Band.TELEMARKETING, "sort_key": 0, "pool": False, "unowed": False,
        "zone": zone, "owner_id": context.me.id, "created_at": context.now, "updated_at": context.now,
    }  # fmt: skip
    client_id = journal.add(Client, **(blank | values))
    if number is not None:
        journal.add(Phone, client_id=client_id, contact_id=None, position=0, **number)
    if values.get("do_not_call"):
        mark_numbers(journal, context, client_id, do_not_call=True)
    if stage is not None:
        move_stage(journal, context, read_again(session, client_id), stage, reason=reason)
    keep_owed(journal, context, client_id)
    finish(journal, context, client_id, "add_client")
    return client_id


def save_contact(
    session: Session,
    context: Context,
    client_id: int,
    contact_id: int | None,
    *,
    name: str,
    position: str = "",
    email: str = "",
    seen: ContactRow | None = None,
) -> int:
    """Add a person to a client, or change one who was `seen`. Raises InputError, ConflictError."""
    take_visible(session, context, client_id)
    values = {
        "name": " ".join(line_of(name).split()),
        "position": line_of(position) or None,
        "email": _email(email),
    }
    if not values["name"]:
        raise InputError(_("A contact needs a name."), "name")
    journal = Journal(session)
    if contact_id is None:
        contact_id = journal.add(Contact, client_id=client_id, **values)
    else:
        contact = require(session, Contact, contact_id, client_id)
        journal.change(Contact, contact, **changed_here(session, Contact, contact, seen, values))
    finish(journal, context, client_id, "save_contact")
    return contact_id


def remove_contact(session: Session, context: Context, client_id: int, contact_id: int) -> None:
    """Remove a person; the numbers stay with the client."""
    take_visible(session, context, client_id)
    journal = Journal(session)
    contact = require(session, Contact, contact_id, client_id)
    phones = table_of(Phone)
    for phone in session.execute(select(phones).where(phones.c.contact_id == contact_id)):
        journal.change(Phone, phone, contact_id=None)
    journal.remove(Contact, contact)
    finish(journal, context, client_id, "remove_contact")


def save_phone(
    session: Session,
    context: Context,
    client_id: int,
    phone_id: int | None,
    *,
    raw: str,
    contact_id: int | None = None,
    state: str | None = None,
    seen: PhoneRow | None = None,
) -> int:
    """Add a number to a client or to a person there, or change one that was `seen`.

    Raises InputError for no number, ConflictError.
    """
    client = take_visible(session, context, client_id)
    if contact_id is not None:
        require(session, Contact, contact_id, client_id)
    values = number_columns(session, context, raw, PhoneState.DO_NOT_CALL if client.do_not_call else state)
    journal = Journal(session)
    if phone_id is None:
        position = len(session.scalars(select(col(Phone.id)).where(col(Phone.client_id) == client_id)).all())
        phone_id = journal.add(Phone, client_id=client_id, contact_id=contact_id, position=position, **values)
    else:
        phone = require(session, Phone, phone_id, client_id)
        said = {"raw": values["raw"], "state": values["state"], "contact_id": contact_id}
        changed = changed_here(session, Phone, phone, seen, said)
        # What a number is in digits follows from what is written.
        journal.change(Phone, phone, **(values | changed if "raw" in changed else changed))
    finish(journal, context, client_id, "save_phone")
    return phone_id


def remove_phone(session: Session, context: Context, client_id: int, phone_id: int) -> None:
    """Remove a number."""
    take_visible(session, context, client_id)
    journal = Journal(session)
    journal.remove(Phone, require(session, Phone, phone_id, client_id))
    finish(journal, context, client_id, "remove_phone")


def add_note(session: Session, context: Context, client_id: int, text: str) -> int:
    """Write something down about a client. Raises InputError for nothing."""
    take_visible(session, context, client_id)
    written = note_text(text)
    journal = Journal(session)
    note_id = journal.add(Note, client_id=client_id, operator_id=context.me.id, at=context.now, text=written)
    journal.close("add_note", at=context.now, operator_id=context.me.id, client_id=client_id)
    return note_id


def note_text(typed: str) -> str:
    """Read a note as typed. Raises InputError for nothing."""
    written = block_of(typed)
    if not written:
        raise InputError(_("The note is empty."), "note")
    return written


def require(session: Session, model: type[SQLModel], row_id: int, client_id: int) -> Row[Any]:
    """Read a row that belongs to a client, whole. Raises NotFoundError."""
    table = table_of(model)
    found = session.execute(select(table).where(table.c.id == row_id, table.c.client_id == client_id)).first()
    if found is None:
        raise NotFoundError(_("This is no longer on the card: somebody has removed it."))
    return found


def finish(journal: Journal, context: Context, client_id: int, action: str) -> None:
    """Bring what follows from the rows in step, and write the audit event."""
    place(journal, context, client_id)
    replace(journal.session, documents(journal.session, [client_id]))
    journal.close(action, at=context.now, operator_id=context.me.id, client_id=client_id)


def _email(typed: str) -> str | None:
    try:
        return parse_email(typed) if typed.strip() else None
    except InputError as error:
        raise InputError(str(error), "email") from error


def _zone(session: Session, context: Context, client: Row[Any], values: Mapping[str, Any]) -> str:
    numbers = session.scalars(select(col(Phone.e164)).where(col(Phone.client_id) == client.id))
    return client_zone(
        [number for number in numbers if number],
        values.get("region", client.region),
        values.get("city", client.city),
        context.catalogues.team.zone.key,
    )


def _hand_over(journal: Journal, context: Context, client_id: int, owner_id: int | None) -> None:
    """Give what is owed to the new owner with the client."""
    action = read_open_action(journal.session, client_id)
    if action is not None and owner_id is not None:
        change_owed(journal, context, action, operator_id=owner_id)
    end_what_is_over(journal, context, [client_id])
