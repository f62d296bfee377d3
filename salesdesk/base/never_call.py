"""Numbers of a client that asked never to be called: marked wherever they stand."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Row
from sqlmodel import Session

from salesdesk.base.forbidden import listed_among, number_key
from salesdesk.base.placement import place
from salesdesk.codes import PhoneState
from salesdesk.context import Context
from salesdesk.models import Client, NextAction, Phone
from salesdesk.storage.hidden_numbers import mark_everywhere, marked_anywhere
from salesdesk.storage.journal import Journal, table_of

PHONE = table_of(Phone)
CLIENT = table_of(Client)


def close_for_ever(
    journal: Journal,
    context: Context,
    client: Row[Any],
    phones: Iterable[Row[Any]],
    action: Row[Any] | None,
) -> set[str]:
    """Close a client who asked never to be called: its numbers, and what it is owed.

    Gives its numbers that could be called until now. Other cards are not touched: whoever must be able to
    take this back card by card marks them there.
    """
    journal.change(Client, client, do_not_call=True)
    marked = [phone for phone in phones if journal.change(Phone, phone, state=PhoneState.DO_NOT_CALL)]
    if action is not None:
        journal.change(NextAction, action, closed_at=context.not_before(action.opened_at))
    return {phone.e164 for phone in marked if phone.e164}


def mark_numbers(journal: Journal, context: Context, client_id: int, *, do_not_call: bool) -> None:
    """Mark every number of a client as never to be called, on every card; or free them on every card.

    Those of a do-not-call list are not freed, nor are those that another client asked not to be called on.
    """
    session = journal.session
    theirs = [*session.execute(select(PHONE).where(PHONE.c.client_id == client_id))]
    numbers = [phone.e164 for phone in theirs if phone.e164]
    wherever = select(PHONE).where((PHONE.c.client_id == client_id) | PHONE.c.e164.in_(numbers))
    others = set()
    stay: set[str] = set() if do_not_call else _asked_elsewhere(session, client_id, theirs)
    for phone in session.execute(wherever).all():
        if do_not_call:
            state = PhoneState.DO_NOT_CALL
        elif phone.state == PhoneState.DO_NOT_CALL and number_key(phone.e164, phone.digits) not in stay:
            state = PhoneState.GOOD
        else:
            continue
        if journal.change(Phone, phone, state=state):
            others.add(phone.client_id)
    for other in sorted(others - {client_id}):
        place(journal, context, other)
    if do_not_call:
        mark_everywhere(session, client_id)


def _asked_elsewhere(session: Session, client_id: int, theirs: Sequence[Row[Any]]) -> set[str]:
    """Give those of a client's numbers that stay forbidden once it may be called again itself."""
    numbers = [number_key(phone.e164, phone.digits) for phone in theirs]
    asking = (
        select(PHONE.c.e164)
        .join(CLIENT, CLIENT.c.id == PHONE.c.client_id)
        .where(PHONE.c.e164.in_(numbers), CLIENT.c.id != client_id, CLIENT.c.do_not_call)
    )
    anywhere = marked_anywhere(session, numbers)
    asked = (
        {one.e164 for one in anywhere if one.never and one.client_id != client_id}
        if anywhere is not None
        else set(session.scalars(asking))
    )
    return listed_among(session, numbers) | asked
