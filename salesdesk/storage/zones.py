"""Which zones there are: asked before each page of the list."""

from typing import Any

from sqlalchemy import Select, func, select
from sqlmodel import Session

from salesdesk.models import Client
from salesdesk.storage.journal import table_of
from salesdesk.storage.policies import by_login

_ZONE = table_of(Client).c.zone


def select_zones(*, of_a_login: bool) -> Select[Any]:
    """Select the zones of all clients, by skipping through their index."""
    if of_a_login:
        # Under the rules of a base a server compares texts only of rows that it has looked at already: all
        # of them.
        return select(func.salesdesk_zones().label("zone"))
    skip = select(func.min(_ZONE).label("zone")).cte("skip", recursive=True)
    following = select(func.min(_ZONE)).where(skip.c.zone < _ZONE).scalar_subquery()
    skip = skip.union_all(select(following).where(skip.c.zone.is_not(None)))
    return select(skip.c.zone).where(skip.c.zone.is_not(None))


_SKIPPING, _BY_LOGIN = (select_zones(of_a_login=of_a_login) for of_a_login in (False, True))


def zones_there(session: Session) -> list[str]:
    """Give the zones of all clients."""
    statement = _BY_LOGIN if by_login(session) else _SKIPPING
    return [zone for (zone,) in session.connection().execute(statement).all()]
