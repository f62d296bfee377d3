"""Numbers that a file forbids to call: marked wherever else they stand, as a do-not-call outcome does."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select
from sqlmodel import Session

from salesdesk.base.placement import place
from salesdesk.codes import ImportAction, PhoneState
from salesdesk.context import Context
from salesdesk.models import ImportRow, Phone
from salesdesk.storage.among import within
from salesdesk.storage.journal import Journal, table_of

if TYPE_CHECKING:
    from sqlalchemy.engine import Row

_PHONE = table_of(Phone)
_CHUNK = 2000


def forbid(
    session: Session,
    context: Context,
    batch_id: int,
    numbers: Iterable[str],
    below: Iterator[int],
    *,
    holding: bool = False,
) -> int:
    """Mark the numbers, and keep what the clients were, so that the import can be taken back.

    These clients stand in no row of the file: they are kept under numbers `below` zero. `holding`: those
    which are marked already are kept as well, since somebody asked for it before. Gives how many clients
    have one that was not.
    """
    listed = sorted(numbers)
    count = 0
    for start in range(0, len(listed), _CHUNK):
        theirs: dict[int, list[Row[Any]]] = defaultdict(list)
        for phone in phones_of(session, listed[start : start + _CHUNK]):
            if holding or phone.state != PhoneState.DO_NOT_CALL:
                theirs[phone.client_id].append(phone)
        for client_id, phones in theirs.items():
            journal = Journal(session)
            marked = False
            for phone in phones:
                if journal.change(Phone, phone, state=PhoneState.DO_NOT_CALL):
                    marked = True
                else:
                    journal.hold_to(Phone, phone.id, state=PhoneState.DO_NOT_CALL)
            count += marked
            if marked:
                place(journal, context, client_id)
            session.execute(
                insert(table_of(ImportRow)).values(
                    batch_id=batch_id,
                    row=next(below),
                    client_id=client_id,
                    action=ImportAction.UPDATED,
                    before=journal.changes,
                )
            )
    return count


def phones_of(session: Session, numbers: Sequence[str]) -> "list[Row[Any]]":
    """Give the phones of some numbers; local ones, which nothing dials as they are, as they are written."""
    dialled = [number for number in numbers if number.startswith("+")]
    local = [number for number in numbers if not number.startswith("+")]
    found = [*session.execute(select(_PHONE).where(within(_PHONE.c.e164, dialled)))] if dialled else []
    if local:
        # By the index of last digits: there is none of the digits alone.
        ends = sorted({number[-4:] for number in local})
        found += session.execute(
            select(_PHONE).where(
                within(_PHONE.c.last4, ends), within(_PHONE.c.digits, local), _PHONE.c.e164.is_(None)
            )
        )
    return found
