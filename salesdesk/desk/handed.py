"""What is shown of clients that were handed on: on their rows and cards, in the list of those to confirm."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.engine import Row
from sqlmodel import Session

from salesdesk.base.handed import CLIENT, HAND_ON, C, H
from salesdesk.context import Context
from salesdesk.models import Operator
from salesdesk.rows import Handed, ToConfirm
from salesdesk.storage.among import among
from salesdesk.storage.journal import table_of
from salesdesk.storage.made_once import MadeOnce
from salesdesk.team.absence import stood_in_for

LISTED_MOST = 200

GIVER, RECEIVER = table_of(Operator).alias("giver"), table_of(Operator).alias("receiver")

_MINE = (among(H.to_id, "mine"), H.closed_at.is_(None))
_COUNT = select(func.count()).select_from(HAND_ON).where(*_MINE)
_NAMED: Select[Any] = select(
    H.id, H.client_id, H.at, H.note, H.why, H.from_id, H.to_id, H.confirm_by, H.confirmed_at, H.declined_at,
    H.closed_at, GIVER.c.name.label("giver"), RECEIVER.c.name.label("receiver"), C.name,
    C.expected_minor, C.stage,
).select_from(
    HAND_ON.join(CLIENT, C.id == H.client_id)
    .join(GIVER, GIVER.c.id == H.from_id)
    .join(RECEIVER, RECEIVER.c.id == H.to_id)
)  # fmt: skip
# Until the first call after it: whoever has talked to the client knows more than the giver said.
_NEW = MadeOnce(
    lambda _dialect: _NAMED.where(
        among(H.client_id, "clients"),
        or_(
            C.last_call_at.is_(None),
            C.last_call_at <= case((H.declined_at.is_(None), H.at), else_=H.declined_at),
        ),
        or_(H.closed_at.is_(None), H.confirmed_at.is_not(None), H.declined_at.is_not(None)),
    ).order_by(H.id),
    typed=True,
)
_TO_CONFIRM = _NAMED.where(*_MINE).order_by(H.confirm_by, H.id).limit(LISTED_MOST)


def handed_of(session: Session, clients: Sequence[int], mine: Collection[int]) -> dict[int, Handed]:
    """Tell from whom clients were got, by client; `mine` may confirm what is open."""
    rows = _NEW.run(session, {"clients": [*clients]})
    return {row.client_id: _handed(row, mine) for row in rows}


def waiting(session: Session, context: Context) -> int:
    """Count the clients that wait to be confirmed by who sits here."""
    return int(session.execute(_COUNT, _given(context, stood_in_for(session, context))).scalar_one())


def to_confirm(session: Session, context: Context) -> tuple[ToConfirm, ...]:
    """Give the clients that who sits here is to confirm, also for the absent; first what is late."""
    absent = stood_in_for(session, context)
    return tuple(
        ToConfirm(
            client_id=row.client_id,
            name=row.name,
            giver=row.giver,
            note=row.note,
            at=row.at,
            confirm_by=row.confirm_by,
            late=row.confirm_by < context.now,
            stage=row.stage,
            amount_minor=row.expected_minor,
            instead_of=absent.get(row.to_id),
        )
        for row in session.execute(_TO_CONFIRM, _given(context, absent)).all()
    )


def _given(context: Context, absent: Mapping[int, str]) -> dict[str, Any]:
    return {"mine": [context.me.id, *absent]}


def _handed(row: Row[Any], mine: Collection[int]) -> Handed:
    if row.declined_at is not None:
        return Handed(row.receiver, row.giver, row.why or "", row.declined_at, open=False, declined=True)
    still = row.closed_at is None
    return Handed(row.giver, row.receiver, row.note, row.at, open=still, mine=still and row.to_id in mine)
