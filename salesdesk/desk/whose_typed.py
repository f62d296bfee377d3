"""Whether a client that is being typed is somebody else's already: who has it, and nothing else of it."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, String, bindparam, literal_column, select, union
from sqlmodel import Session

from salesdesk.base.duplicates.likely import mailbox
from salesdesk.base.whose_number import whole_number, whose, whose_number
from salesdesk.context import Context
from salesdesk.models import Client, Contact
from salesdesk.models.types import MAILBOX
from salesdesk.storage.journal import table_of
from salesdesk.team.rights import leads

_C, _O = table_of(Client).c, table_of(Contact).c
_MAILBOX: ColumnElement[str] = literal_column(MAILBOX, String)
_WANTED = bindparam("wanted", type_=String())
_BY_MAIL = select(
    union(
        select(_C.id).where(_MAILBOX == _WANTED, _C.email.is_not(None)),
        select(_O.client_id).where(_MAILBOX == _WANTED, _O.email.is_not(None)),
    )
    .subquery()
    .c.id
).limit(20)


@dataclass(frozen=True, slots=True)
class Whole:
    """What of a form is whole, and so may be asked for: a number, an e-mail; empty where it is not."""

    number: str
    mail: str


@dataclass(frozen=True, slots=True)
class Theirs:
    """Who has the client, and whether it was found by the number, else by the e-mail."""

    name: str
    by_number: bool


def whole(context: Context, phone: str, email: str) -> Whole | None:
    """Tell what of a form may be asked for; None for nothing, and for who sees everything. Pure."""
    if leads(context):
        return None
    found = Whole(whole_number(context, phone) or "", mailbox(email) if "." in email else "")
    return found if found.number or found.mail else None


def whose_typed(session: Session, context: Context, typed: Whole) -> Theirs | None:
    """Tell who has the client with the number or the e-mail that is typed, where who types does not see it.

    Written into the trail. Raises what `whose_number` does.
    """
    if leads(context):
        return None
    name = whose_number(session, context, typed.number) if typed.number else None
    if name is not None:
        return Theirs(name, by_number=True)
    name = whose(session, context, _BY_MAIL, typed.mail) if typed.mail else None
    return None if name is None else Theirs(name, by_number=False)
