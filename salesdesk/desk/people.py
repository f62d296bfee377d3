"""Who has to do with a client: whom a card names, and for whom who sits here stands in."""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import BindParameter, bindparam, false, func, or_, select
from sqlmodel import Session

from salesdesk.base.placement import CLIENT, NEXT_ACTION
from salesdesk.context import Context
from salesdesk.models.types import Instant
from salesdesk.storage.answers import Answer
from salesdesk.storage.made_once import MadeOnce
from salesdesk.team.absence import OPERATOR, absent_kept_by


class People(NamedTuple):
    """Names by ids: of a client's owner and who owes it something, and of those for whom one stands in."""

    names: Mapping[int | None, str]
    absent: Mapping[int, str]


_CLIENT: BindParameter[int] = bindparam("client")
_STOOD_IN_FOR = absent_kept_by(bindparam("me"), bindparam("now", type_=Instant))
_OWNER = select(CLIENT.c.owner_id).where(CLIENT.c.id == _CLIENT)
_WHO_OWES = select(NEXT_ACTION.c.operator_id).where(
    NEXT_ACTION.c.client_id == _CLIENT, NEXT_ACTION.c.closed_at.is_(None)
)
_NAMED = MadeOnce(
    lambda _dialect: select(
        OPERATOR.c.id, OPERATOR.c.name, func.coalesce(_STOOD_IN_FOR, false()).label("stood_in_for")
    ).where(
        or_(
            OPERATOR.c.id == _OWNER.scalar_subquery(),
            OPERATOR.c.id == _WHO_OWES.scalar_subquery(),
            _STOOD_IN_FOR,
        )
    ),
    typed=True,
)


def ask_people(session: Session, context: Context, client_id: int) -> Answer:
    """Ask for them."""
    return _NAMED.run(session, {"client": client_id, "me": context.me.id, "now": context.now})


def people_of(asked: Answer) -> People:
    """Give who was asked for."""
    return People(
        {row.id: row.name for row in asked},
        {row.id: row.name for row in asked if row.stood_in_for},
    )
