"""What else there may be of a client, most of it hardly ever: asked at once, at every client of the day."""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import BindParameter, bindparam, exists, select
from sqlmodel import Session

from salesdesk.base.handed import H
from salesdesk.context import Context
from salesdesk.desk.drafts import BODY
from salesdesk.desk.lead_notes import MINE, NOTE
from salesdesk.storage.answers import Answer
from salesdesk.storage.made_once import MadeOnce
from salesdesk.team.claims import OTHER


class Beside(NamedTuple):
    """Who else is on a client, what is half-typed of it, whether it was ever handed on, and noted for one."""

    claimed_by: str | None
    draft: Mapping[str, object] | None
    handed: bool
    noted: bool


_CLIENT: BindParameter[int] = bindparam("client")
_ALL = select(
    OTHER.scalar_subquery().label("claimed_by"),
    BODY.scalar_subquery().label("draft"),
    exists().where(H.client_id == _CLIENT).label("handed"),
    exists().where(*MINE, NOTE.c.client_id == _CLIENT).label("noted"),
)
_BESIDE = MadeOnce(lambda _dialect: _ALL, typed=True)


def read_beside(session: Session, context: Context, client_id: int) -> Beside:
    """Read it; of what was handed on and noted only whether there is any."""
    return beside_of(ask_beside(session, context, client_id))


def ask_beside(session: Session, context: Context, client_id: int) -> Answer:
    """Ask for it."""
    return _BESIDE.run(session, {"client": client_id, "me": context.me.id, "now": context.now})


def beside_of(asked: Answer) -> Beside:
    """Give what was asked for."""
    return Beside._make(asked.one())
