"""Whose client a number is: the one thing that is told of a client that somebody may not see.

Whoever is rung up must be able to say who will call back. So a whole number, as a caller's is shown, finds
the name of who has the client, and nothing else of it; a part of a number finds nothing. Each asking stands
in the trail: a lead sees whether somebody goes through numbers.
"""

from sqlalchemy import bindparam, select
from sqlmodel import Session

from salesdesk.base.phones import parse_phones
from salesdesk.base.search_asked import PHONE_LIKE
from salesdesk.base.visible import seen_among
from salesdesk.context import Context
from salesdesk.models import Client, Operator, Phone
from salesdesk.storage.journal import ASKED_WHOSE, Journal, table_of
from salesdesk.team.rights import leads

_MOST = 20

C, O, P = (table_of(model).c for model in (Client, Operator, Phone))  # noqa: E741  # beside C it reads as what it is
_HAVING = (
    select(C.id, O.name)
    .join_from(table_of(Phone), table_of(Client), C.id == P.client_id)
    .join(table_of(Operator), O.id == C.owner_id)
    .where(P.e164 == bindparam("number"))
    .order_by(C.id)
    .limit(_MOST)
)


def whole_number(context: Context, text: str) -> str | None:
    """Read a text as one whole number, E.164; None for a part of one and for anything else. Pure."""
    if not PHONE_LIKE.fullmatch(text.strip()):
        return None
    found = parse_phones(text.strip(), context.catalogues.team.country)
    return found[0].e164 if len(found) == 1 else None


def whose_number(session: Session, context: Context, text: str) -> str | None:
    """Tell who has the client with a whole number that who sits here does not see; None where there is none.

    Where they see one client with that number, search has told of it. Written into the trail.
    """
    number = None if leads(context) else whole_number(context, text)
    if number is None:
        return None
    having = session.execute(_HAVING, {"number": number}).all()
    if not having or seen_among(session, context, [row.id for row in having]):
        return None
    client_id, name = having[0]
    Journal(session).close(ASKED_WHOSE, at=context.now, operator_id=context.me.id, client_id=client_id)
    return str(name)
