"""Whose client a number is: the one thing that is told of a client that somebody may not see.

Whoever is rung up must be able to say who will call back. So a whole number, as a caller's is shown, finds
the name of who has the client, and nothing else of it; a part of a number finds nothing. Each asking stands
in the trail, whether anybody has the number or not, and there are so many a day: a lead sees whether somebody
goes through numbers, and nobody gets far.

Where the team gives the shared pool out by count, a client of nobody that is asked for so is given to who
asks: it is found from then on.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlmodel import Session

from salesdesk.base.phones import parse_phones
from salesdesk.base.search_asked import PHONE_LIKE
from salesdesk.base.visible import seen_among
from salesdesk.context import Context
from salesdesk.errors import TooMuchError
from salesdesk.i18n import _
from salesdesk.models import AuditEvent, Client, Operator, Phone
from salesdesk.storage.among import among
from salesdesk.storage.journal import ASKED_WHOSE, Journal, table_of
from salesdesk.storage.policies import by_login, told_whose
from salesdesk.team.pool import may_be_given, note_given
from salesdesk.team.rights import leads

_MOST = 20
_A_DAY = timedelta(days=1)

C, O, P, E = (table_of(model).c for model in (Client, Operator, Phone, AuditEvent))  # noqa: E741  # beside C it reads as what it is
_BY_NUMBER = select(P.client_id).where(P.e164 == bindparam("wanted")).order_by(P.client_id).limit(_MOST)
_HAVING = (
    select(C.id, O.name)
    .join_from(table_of(Client), table_of(Operator), O.id == C.owner_id)
    .where(among(C.id, "clients"))
    .order_by(C.id)
    .limit(1)
)
_ASKED = select(func.count()).where(
    E.operator_id == bindparam("me"), E.action == ASKED_WHOSE, E.at > bindparam("since", type_=E.at.type)
)


def whole_number(context: Context, text: str) -> str | None:
    """Read a text as one whole number, E.164; None for a part of one and for anything else. Pure."""
    if not PHONE_LIKE.fullmatch(text.strip()):
        return None
    found = parse_phones(text.strip(), context.catalogues.team.country)
    return found[0].e164 if len(found) == 1 else None


def whose_number(session: Session, context: Context, text: str) -> str | None:
    """Tell who has the client with a whole number that who sits here does not see; None where there is none.

    Where they see one client with that number, search has told of it; and where that is given to them, it
    does from then on. Written into the trail. Raises TooMuchError for who has asked as often as one may in a
    day and a night.
    """
    number = None if leads(context) else whole_number(context, text)
    return None if number is None else whose(session, context, _BY_NUMBER, number)


def whose(session: Session, context: Context, having: Select[Any], wanted: str) -> str | None:
    """Tell an operator who has the client that `having` finds by what is `wanted`, as `whose_number` does."""
    there = session.scalars(having, {"wanted": wanted}).all()
    if seen_among(session, context, there):
        return None
    # A server that hides the client tells by itself, writes the line, and counts by its own clock.
    too_often, name = told_whose(session, wanted) if by_login(session) else _told(session, context, there)
    if too_often:
        most = context.catalogues.team.whose_a_day
        said = _("Whose client somebody is can be asked {most} times a day. Ask a team lead.")
        raise TooMuchError(said.format(most=most), ASKED_WHOSE)
    return name


def _told(session: Session, context: Context, there: Sequence[int]) -> tuple[bool, str | None]:
    connection, now = session.connection(), context.now
    asked = connection.execute(_ASKED, {"me": context.me.id, "since": now - _A_DAY}).scalar_one()
    found = connection.execute(_HAVING, {"clients": there}).first() if there else None
    if there and found is None and may_be_given(session, context):
        note_given(session, context, min(there))
    client_id, name = found or (None, None)
    Journal(session).close(ASKED_WHOSE, at=now, operator_id=context.me.id, client_id=client_id)
    return asked >= context.catalogues.team.whose_a_day, name
