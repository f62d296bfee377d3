"""The day as a whole: its counters, and its plan."""

from collections import Counter
from datetime import datetime

from sqlalchemy import and_, bindparam, case, func, or_, select
from sqlmodel import Session, col

from salesdesk import scheduler
from salesdesk.base.placement import CLIENT, NEXT_ACTION
from salesdesk.codes import Band, GoalResult
from salesdesk.context import Context
from salesdesk.desk import handed, lead_notes
from salesdesk.desk.queue import header
from salesdesk.desk.queue_parts import (
    GRACE,
    LATE_BEFORE,
    ME,
    MIDNIGHT,
    MINE,
    NOW,
    OTHERS,
    OURS,
    POOL,
    PROMISES,
    PROMISES_OF_ABSENT,
    TOMORROW,
    ZONES,
    Moment,
    moment,
)  # fmt: skip
from salesdesk.models import Call, Outcome, Stage
from salesdesk.models.types import Code
from salesdesk.rows import DayCounts
from salesdesk.storage.among import among

C = CLIENT.c
N = NEXT_ACTION.c

PLANNED_MOST = 400
"""Candidates a band looks at for the plan: about three times what a day of calls holds."""

_IS_LATE = N.due_at < case((N.promise, NOW), else_=MIDNIGHT)

_LISTED, _LISTED_OF_ABSENT = (
    listed.with_only_columns(N.band, _IS_LATE, func.count()).group_by(N.band, _IS_LATE)
    for listed in (
        MINE.where(
            N.due_at < TOMORROW,
            or_(
                and_(N.promise, or_(N.due_at > GRACE, among(N.zone, ZONES))),
                and_(N.promise.is_(False), N.due_at <= NOW, among(N.zone, ZONES)),
            ),
        ),
        PROMISES_OF_ABSENT.where(N.due_at < TOMORROW),
    )
)
_PROMISED, _PROMISED_OF_ABSENT = (
    promises.where(N.due_at < TOMORROW).with_only_columns(func.count())
    for promises in (PROMISES, PROMISES_OF_ABSENT)
)
_POOLED = {
    counted: [POOL.where(whose).with_only_columns(func.count()) for whose in (C.owner_id == ME, ours)]
    for counted, ours in OURS.items()
}
_WAITING = MINE.where(
    N.promise.is_(False), N.due_at < TOMORROW, or_(~among(N.zone, ZONES), N.due_at > NOW)
).with_only_columns(func.count())
_MADE_TODAY = (
    select(
        func.count(),
        func.sum(case((col(Outcome.contact), 1), else_=0)),
        func.sum(case((col(Call.goal_result) == GoalResult.HIT, 1), else_=0)),
    )
    .join(Outcome, col(Outcome.code) == col(Call.outcome))
    .where(col(Call.operator_id) == ME, col(Call.started_at) >= MIDNIGHT, col(Call.started_at) < TOMORROW)
)
_OWED = select(N.id).where(N.client_id == C.id, N.closed_at.is_(None))
# A client of this operator, in work, that is owed nothing: there should be none.
_DEFECTS = (
    select(func.count())
    .select_from(CLIENT)
    .join(Stage, col(Stage.code) == C.stage)
    .where(
        C.owner_id == ME, C.stage.is_not(None), col(Stage.in_work), C.do_not_call.is_(False), ~_OWED.exists()
    )
)
_TAILS = select(func.count()).where(
    N.operator_id == ME, N.closed_at.is_(None), N.hold.is_(None),
    N.due_at < case((N.promise, NOW), else_=LATE_BEFORE),
)  # fmt: skip
_LATE_FIRST = case((N.due_at < MIDNIGHT, 0), else_=1)
_TO_PLAN = (
    MINE.where(N.band == bindparam("band", type_=Code(Band)), N.promise.is_(False), N.due_at < TOMORROW)
    .with_only_columns(N.client_id, N.zone, N.due_at)
    .order_by(_LATE_FIRST, N.sort_key, N.client_id)
    .limit(PLANNED_MOST)
)
_PROMISED_TO_PLAN, _PROMISED_OF_ABSENT_TO_PLAN = (
    promises.where(N.due_at < TOMORROW).with_only_columns(N.client_id, N.band, N.due_at)
    for promises in (PROMISES, PROMISES_OF_ABSENT)
)
_COLD_TO_PLAN = {
    counted: [
        select(C.id, C.zone)
        .where(C.pool, whose, C.id.not_in(OTHERS))
        .order_by(C.sort_key, C.id)
        .limit(bindparam("most"))
        for whose in (C.owner_id == ME, ours)
    ]
    for counted, ours in OURS.items()
}


def counts(session: Session, context: Context) -> DayCounts:
    """Count the list by band, and what the day has come to."""
    at = moment(session, context)
    given = at.parameters
    bands: Counter[Band] = Counter(dict.fromkeys(Band, 0))
    overdue = 0
    for listed in (_LISTED, _LISTED_OF_ABSENT) if at.absent else (_LISTED,):
        for band, late, number in session.execute(listed, given):
            bands[band] += number
            overdue += number if late else 0
    promised = (_PROMISED, _PROMISED_OF_ABSENT) if at.absent else (_PROMISED,)
    for pooled in _POOLED[at.counted]:
        bands[Band.TELEMARKETING] += session.execute(pooled, given).scalar_one()
    made = session.execute(_MADE_TODAY, given).one()
    return DayCounts(
        bands=dict(bands),
        overdue=overdue,
        promises=sum(session.execute(one, given).scalar_one() for one in promised),
        waiting=session.execute(_WAITING, given).scalar_one(),
        no_next_action=session.execute(_DEFECTS, given).scalar_one(),
        calls_today=made[0],
        contacts_today=made[1] or 0,
        goals_hit_today=made[2] or 0,
        tails=session.execute(_TAILS, given).scalar_one(),
        from_lead=lead_notes.unseen(session, context),
        to_confirm=handed.waiting(session, context),
    )


def plan(session: Session, context: Context) -> list[scheduler.Slot]:
    """Lay out what is left of the day: whom at what time. Looks at clients whose zones open later too."""
    day = header(session, context)
    if not day.working_day:
        return []
    at = moment(session, context)
    return scheduler.plan_day(
        _candidates(session, at),
        now=max(context.now, day.starts_at),
        half_at=day.half_at,
        ends_at=day.ends_at,
        each=at.each,
    )


def _candidates(session: Session, at: Moment) -> list[scheduler.Candidate]:
    found: list[scheduler.Candidate] = []
    for band in Band:
        rows = session.execute(_TO_PLAN, at.parameters | {"band": band})
        found += [_candidate(at, band, *row) for row in rows]
    for cold in _COLD_TO_PLAN[at.counted]:
        rows = session.execute(cold, at.parameters | {"most": PLANNED_MOST})
        found += [_candidate(at, Band.TELEMARKETING, client_id, zone) for client_id, zone in rows]
    for promised in (_PROMISED_TO_PLAN, _PROMISED_OF_ABSENT_TO_PLAN) if at.absent else (_PROMISED_TO_PLAN,):
        for client_id, band, due in session.execute(promised, at.parameters):
            found.append(scheduler.Candidate(client_id, band, due, due, promise_at=due))
    return found


def _candidate(
    at: Moment, band: Band, client_id: int, zone: str, due: datetime | None = None
) -> scheduler.Candidate:
    """Make a candidate: not before it is due, nor outside the calling hours there."""
    not_before = max(at.context.now, due or at.context.now)
    opens = scheduler.opens_at(zone, not_before, at.context.calling)
    closes = scheduler.callable_until(zone, opens, at.context.calling)
    return scheduler.Candidate(client_id, band, opens, closes or opens)
