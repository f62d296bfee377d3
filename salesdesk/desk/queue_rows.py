"""The rows of the list: what is read of each client once the order is known."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlmodel import Session

from salesdesk import scheduler
from salesdesk.base.placement import CLIENT, NEXT_ACTION
from salesdesk.codes import PhoneState, StepKind
from salesdesk.context import Context
from salesdesk.desk.handed import handed_of
from salesdesk.desk.queue_parts import Moment
from salesdesk.models import Phone
from salesdesk.rows import Handed, QueueRow
from salesdesk.storage.among import among
from salesdesk.storage.journal import table_of
from salesdesk.storage.made_once import MadeOnce

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

_SELECT: Select[Any] = select(
    C.id, C.external_id, C.name, C.band, C.stage, C.client_class, C.interest, C.expected_minor,
    C.zone, C.last_call_at, C.attempts, N.due_at, N.promise, N.moves, N.attempt, N.kind, N.goal,
    first_number.label("phone"), N.operator_id,
).select_from(
    CLIENT.outerjoin(NEXT_ACTION, and_(N.client_id == C.id, N.closed_at.is_(None)))
).where(among(C.id, "clients"))  # fmt: skip
_ROWS = MadeOnce(lambda _dialect: _SELECT, typed=True)


def read_rows(session: Session, at: Moment, clients: Sequence[int], first_rank: int) -> tuple[QueueRow, ...]:
    """Read the rows of clients, in the order given, ranked from `first_rank`."""
    if not clients:
        return ()
    read = _ROWS.run(session, {"clients": clients})
    handed = handed_of(session, clients, {at.context.me.id, *at.absent})
    found = {row[0]: row for row in read}
    most = attempts_most(at.context)
    return tuple(
        queue_row(at, found[client], rank, most, handed.get(client))
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


def queue_row(
    at: Moment, row: Sequence[Any], rank: int, most: int | None, handed: Handed | None = None
) -> QueueRow:
    """Make one row of the list out of what was read; `most` attempts end the cadence."""
    # Unpacked once, and given by place: a page makes fifty of these for each key that loads one.
    (
        client_id, external_id, name, band, stage, client_class, interest, expected_minor,
        zone, last_call_at, attempts, due, promise, moves, attempt, kind, goal, phone, whose,
    ) = row  # fmt: skip
    context = at.context
    now, midnight = context.now, context.midnight
    late = due is not None and due < midnight
    return QueueRow(
        rank,
        client_id,
        external_id,
        name,
        band,
        stage,
        client_class,
        due,
        promise=bool(promise),
        overdue=due is not None
        and scheduler.is_overdue(due, promise=bool(promise), now=now, midnight=midnight),
        days_late=scheduler.days_late(due, context.today, context.catalogues.team.zone) if late else 0,
        moves=moves or 0,
        interest=interest,
        expected_minor=expected_minor,
        weighted_minor=scheduler.weighted(expected_minor, interest, context.stage(stage)),
        attempt=attempt or attempts + 1,
        max_attempts=most,
        phone=phone,
        zone=zone,
        kind=kind or StepKind.CALL,
        goal=goal or usual_goal(context, stage),
        last_call_at=last_call_at,
        closes_at=at.zones.get(zone),
        slot=None,
        instead_of=at.absent.get(whose) if promise else None,
        handed=handed,
    )
