"""Numbers of a client that asked never to be called: marked wherever they stand."""

from sqlalchemy import select

from salesdesk.base.forbidden import listed_among, number_key
from salesdesk.base.placement import place
from salesdesk.codes import PhoneState
from salesdesk.context import Context
from salesdesk.models import Phone
from salesdesk.storage.journal import Journal, table_of

PHONE = table_of(Phone)


def mark_numbers(journal: Journal, context: Context, client_id: int, *, do_not_call: bool) -> None:
    """Mark every number of a client as never to be called, on every card; or free the client's own.

    Those of a do-not-call list are not freed.
    """
    theirs = [*journal.session.execute(select(PHONE).where(PHONE.c.client_id == client_id))]
    if not do_not_call:
        listed = listed_among(journal.session, [number_key(phone.e164, phone.digits) for phone in theirs])
        for phone in theirs:
            if phone.state == PhoneState.DO_NOT_CALL and number_key(phone.e164, phone.digits) not in listed:
                journal.change(Phone, phone, state=PhoneState.GOOD)
        return
    numbers = [phone.e164 for phone in theirs if phone.e164]
    wherever = (PHONE.c.client_id == client_id) | PHONE.c.e164.in_(numbers)
    others = set()
    for phone in journal.session.execute(select(PHONE).where(wherever)).all():
        if journal.change(Phone, phone, state=PhoneState.DO_NOT_CALL):
            others.add(phone.client_id)
    for other in sorted(others - {client_id}):
        place(journal, context, other)
