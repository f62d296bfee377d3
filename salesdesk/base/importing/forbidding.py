"""Numbers that a file forbids to call: marked wherever else they stand, as a do-not-call outcome does."""

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select
from sqlmodel import Session

from salesdesk.base.placement import place
from salesdesk.codes import ImportAction, PhoneState
from salesdesk.context import Context
from salesdesk.models import ImportRow, Phone
from salesdesk.storage.journal import Journal, table_of

if TYPE_CHECKING:
    from sqlalchemy.engine import Row

_PHONE = table_of(Phone)
_CHUNK = 2000


def forbid(session: Session, context: Context, batch_id: int, numbers: set[str]) -> None:
    """Mark the numbers, and keep what the clients were, so that the import can be taken back.

    These clients stand in no row of the file: they are kept under numbers below zero.
    """
    listed = sorted(numbers)
    row = 0
    for start in range(0, len(listed), _CHUNK):
        wanted = select(_PHONE).where(
            _PHONE.c.e164.in_(listed[start : start + _CHUNK]), _PHONE.c.state != PhoneState.DO_NOT_CALL
        )
        theirs: dict[int, list[Row[Any]]] = defaultdict(list)
        for phone in session.execute(wanted):
            theirs[phone.client_id].append(phone)
        for client_id, phones in theirs.items():
            journal = Journal(session)
            for phone in phones:
                journal.change(Phone, phone, state=PhoneState.DO_NOT_CALL)
            place(journal, context, client_id)
            row -= 1
            session.execute(
                insert(table_of(ImportRow)).values(
                    batch_id=batch_id,
                    row=row,
                    client_id=client_id,
                    action=ImportAction.UPDATED,
                    before=journal.changes,
                )
            )
