"""The rows of the list: what is read of each client once the order is known."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, select
from sqlalchemy.engine import Row
from sqlmodel import Session

from salesdesk import scheduler
from salesdesk.base.placement import CLIENT, NEXT_ACTION
from salesdesk.codes import PhoneState, StepKind
from salesdesk.context import Context
from salesdesk.desk.queue_parts import Moment
from salesdesk.models import Phone
from salesdesk.rows import QueueRow
from salesdesk.storage.journal import table_of

C = CLIENT.c
N = NEXT_ACTION.c
P = table_of(Phone).c

COLD_STAGE = "new"
"""A first call to the cold base has the goal of the first stage: there is no other to take it from."""

first_number = (
    select(func.coalesce(P.e164, P.raw))
    .where(P.client_id == C.id, P.state == PhoneState.GOOD)
    .order_by(P.position, P.id)
    .limit(1)
    .scalar_subquery()
)

_ROWS: Select[Any] = select(
    C.id, C.external_id, C.name, C.band, C.stage, C.client_class, C.interest, C.expected_minor,
    C.zone, C.last_call_at, C.attempts, N.due_at, N.promise, N.moves, N.attempt, N.kind, N.goal,
    first_number.label("phone"),
).select_from(
    CLIENT.outerjoin(NEXT_ACTION, and_(N.client_id == C.id, N.closed_at.is_(None)))
).where(C.id.in_(bindparam("clients", expanding=True)))  # fmt: skip


def read_rows(session: Session, at: Moment, clients: Sequence[int], first_rank: int) -> tuple[QueueRow, ...]:
    """Read the rows of clients, in the order given, ranked from `first_rank`."""
    if not clients:
        return ()
    read = session.connection().execute(_ROWS, {"clients": list(clients)})
    found = {row.id: row for row in read}
    most = attempts_most(at.context)
    return tuple(
        queue_row(at, found[client], rank, most)
        for rank, client in enumerate(clients, first_rank)
        if client in found
    )


def usual_goal(context: Context, stage: str | None) -> str:
    """Give the usual goal at a stage; of the first stage for a cold client."""
    rule = context.stage(stage) or context.catalogues.stages[COLD_STAGE]
    return rule.goal


def attempts_most(context: Context) -> int | None:
    """Give the number of dials after which a client leaves the cadence."""
    return max((rule.max_attempts or 0 for rule in context.catalogues.outcomes.values()), default=0) or None


def queue_row(at: Moment, row: Row[Any], rank: int, most: int | None) -> QueueRow:
    """Make one row of the list out of what was read; `most` attempts end the cadence."""
    context, due = at.context, row.due_at
    return QueueRow(
        rank=rank,
        client_id=row.id,
        external_id=row.external_id,
        name=row.name,
        band=row.band,
        stage=row.stage,
        client_class=row.client_class,
        due_at=due,
        promise=bool(row.promise),
        overdue=_overdue(at, due, promise=bool(row.promise)),
        days_late=_days_late(at, due),
        moves=row.moves or 0,
        interest=row.interest,
        expected_minor=row.expected_minor,
        weighted_minor=scheduler.weighted(row.expected_minor, row.interest, context.stage(row.stage)),
        attempt=row.attempt or row.attempts + 1,
        max_attempts=most,
        phone=row.phone,
        zone=row.zone,
        kind=row.kind or StepKind.CALL,
        goal=row.goal or usual_goal(context, row.stage),
        last_call_at=row.last_call_at,
        closes_at=at.zones.get(row.zone),
        slot=None,
    )


def _days_late(at: Moment, due: datetime | None) -> int:
    context = at.context
    if due is None or due >= context.midnight:
        return 0
    return scheduler.days_late(due, context.today, context.catalogues.team.zone)


def _overdue(at: Moment, due: datetime | None, *, promise: bool) -> bool:
    context = at.context
    return due is not None and scheduler.is_overdue(
        due, promise=promise, now=context.now, midnight=context.midnight
    )
