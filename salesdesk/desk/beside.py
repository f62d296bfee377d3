"""What else there may be of a client, most of it hardly ever: asked at once, at every client of the day."""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import BindParameter, bindparam, exists, select
from sqlmodel import Session

from salesdesk.base.handed import H
from salesdesk.context import Context
from salesdesk.desk.drafts import BODY
from salesdesk.desk.lead_notes import MINE, NOTE
from salesdesk.team.claims import OTHER


class Beside(NamedTuple):
    """Who else is on a client, what is half-typed of it, whether it was ever handed on, and noted for one."""

    claimed_by: str | None
    draft: Mapping[str, object] | None
    handed: bool
    noted: bool


_CLIENT: BindParameter[int] = bindparam("client")
_BESIDE = select(
    OTHER.scalar_subquery(),
    BODY.scalar_subquery(),
    exists().where(H.client_id == _CLIENT),
    exists().where(*MINE, NOTE.c.client_id == _CLIENT),
)


def read_beside(session: Session, context: Context, client_id: int) -> Beside:
    """Read it; of what was handed on and noted only whether there is any."""
    given = {"client": client_id, "me": context.me.id, "now": context.now}
    return Beside(*session.connection().execute(_BESIDE, given).one())
