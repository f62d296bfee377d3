"""Clients that were handed on and not confirmed yet: which are open, and what ends that by itself."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.engine import Row
from sqlmodel import Session

from salesdesk.context import Context
from salesdesk.models import Client, HandOn
from salesdesk.storage.among import among
from salesdesk.storage.journal import Journal, table_of

HAND_ON, CLIENT = table_of(HandOn), table_of(Client)
H, C = HAND_ON.c, CLIENT.c

_OPEN: Select[Any] = (
    select(HAND_ON).where(among(H.client_id, "clients"), H.closed_at.is_(None)).order_by(H.client_id, H.id)
)
_WITH_CLIENT = _OPEN.add_columns(C.owner_id, C.stage.label("stands"), C.do_not_call).join(
    CLIENT, C.id == H.client_id
)


def open_hand_ons(session: Session, client_id: int) -> Sequence[Row[Any]]:
    """Read what is open of a client: one hand-on, or several where cards were merged."""
    return session.connection().execute(_OPEN, {"clients": [client_id]}).all()


def end_what_is_over(journal: Journal, context: Context, clients: Sequence[int]) -> None:
    """End the open hand-ons of clients that somebody else has by now, or with whom the work has ended.

    Whoever gives clients to others, or ends the work with them, calls this afterwards.
    """
    for row in journal.session.connection().execute(_WITH_CLIENT, {"clients": [*clients]}).all():
        stage = context.stage(row.stands)
        if row.owner_id != row.to_id or row.do_not_call or (stage is not None and not stage.in_work):
            journal.change(HandOn, row, closed_at=context.not_before(row.at))
