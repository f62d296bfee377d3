"""The day as a whole: its counters, and its plan."""

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import and_, case, func, or_, select
from sqlmodel import Session, col

from salesdesk import scheduler
from salesdesk.base.placement import CLIENT, NEXT_ACTION
from salesdesk.codes import Band, GoalResult
from salesdesk.context import Context
from salesdesk.desk.queue import header
from salesdesk.desk.queue_parts import (
    Moment,
    coming_promises,
    mine,
    moment,
    pool,
    promises,
)
from salesdesk.models import Call, Outcome, Stage
from salesdesk.rows import DayCounts

C = CLIENT.c
N = NEXT_ACTION.c

PLANNED_MOST = 400
"""Candidates a band looks at for the plan: about three times what a day of calls holds."""


def counts(session: Session, context: Context) -> DayCounts:
    """Count the list by band, and what the day has come to."""
    at = moment(session, context)
    bands, overdue = _listed(session, at)
    agreed = session.execute(
        promises(at).where(N.due_at < _tomorrow(context)).with_only_columns(func.count())
    ).scalar_one()
    made = session.execute(_made_today(context)).one()
    return DayCounts(
        bands=bands,
        overdue=overdue,
        promises=agreed,
        waiting=_waiting(session, at),
        no_next_action=session.execute(_defects(context)).scalar_one(),
        calls_today=made[0],
        contacts_today=made[1] or 0,
        goals_hit_today=made[2] or 0,
        tails=session.execute(_tails(context)).scalar_one(),
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


def _listed(session: Session, at: Moment) -> tuple[dict[Band, int], int]:
    """Count the listed rows by band (a promise in its own band), and the overdue among them."""
    context = at.context
    late = N.due_at < case((N.promise, context.now), else_=context.midnight)
    due = or_(
        and_(N.promise, N.due_at < _tomorrow(context)),
        and_(N.promise.is_(False), N.due_at <= context.now, N.zone.in_(at.zones)),
    )
    kept = or_(N.promise.is_(False), N.due_at > context.now - scheduler.PROMISE_GRACE, N.zone.in_(at.zones))
    found = session.execute(
        mine(context).where(due, kept).with_only_columns(N.band, late, func.count()).group_by(N.band, late)
    )
    bands: Counter[Band] = Counter(dict.fromkeys(Band, 0))
    overdue = 0
    for band, is_late, number in found:
        bands[band] += number
        overdue += number if is_late else 0
    for cold in pool(at):
        bands[Band.TELEMARKETING] += session.execute(cold.with_only_columns(func.count())).scalar_one()
    return dict(bands), overdue


def _waiting(session: Session, at: Moment) -> int:
    due = mine(at.context).where(
        N.promise.is_(False),
        N.due_at < _tomorrow(at.context),
        or_(N.zone.not_in(at.zones), N.due_at > at.context.now),
    )
    return session.execute(due.with_only_columns(func.count())).scalar_one()


def _made_today(context: Context):  # type: ignore[no-untyped-def]  # a select of three counts: its type says less than it
    calls = select(
        func.count(),
        func.sum(case((col(Outcome.contact), 1), else_=0)),
        func.sum(case((col(Call.goal_result) == GoalResult.HIT, 1), else_=0)),
    ).join(Outcome, col(Outcome.code) == col(Call.outcome))
    return calls.where(
        col(Call.operator_id) == context.me.id,
        col(Call.started_at) >= context.midnight,
        col(Call.started_at) < _tomorrow(context),
    )


def _defects(context: Context):  # type: ignore[no-untyped-def]
    """Count this operator's clients in work that are owed nothing: there should be none."""
    owed = select(N.id).where(N.client_id == C.id, N.closed_at.is_(None))
    return (
        select(func.count())
        .select_from(CLIENT)
        .join(Stage, col(Stage.code) == C.stage)
        .where(C.owner_id == context.me.id, col(Stage.in_work), C.do_not_call.is_(False), ~owed.exists())
    )


def _tails(context: Context):  # type: ignore[no-untyped-def]
    late = N.due_at < case((N.promise, context.now), else_=context.midnight)
    return select(func.count()).where(
        N.operator_id == context.me.id, N.closed_at.is_(None), N.due_at < context.now, late
    )


def _tomorrow(context: Context) -> datetime:
    return context.clock.midnight(context.today + timedelta(days=1))


def _candidates(session: Session, at: Moment) -> list[scheduler.Candidate]:
    found = []
    for band in Band:
        due = mine(at.context).where(N.band == band, N.promise.is_(False), N.due_at < _tomorrow(at.context))
        late = case((N.due_at < at.context.midnight, 0), else_=1)
        rows = due.with_only_columns(N.client_id, N.zone).order_by(late, N.sort_key, N.client_id)
        found += [_candidate(at, band, *row) for row in session.execute(rows.limit(PLANNED_MOST))]
    for cold in pool(at):
        rows = cold.with_only_columns(C.id, C.zone).order_by(C.sort_key, C.id)
        found += [
            _candidate(at, Band.TELEMARKETING, *row) for row in session.execute(rows.limit(PLANNED_MOST))
        ]
    for key in coming_promises(session, at):
        when = datetime.fromtimestamp(key.sort_key, at.context.now.tzinfo)
        found.append(scheduler.Candidate(key.client_id, Band.NEW, when, when, promise_at=when))
    return found


def _candidate(at: Moment, band: Band, client_id: int, zone: str) -> scheduler.Candidate:
    opens = scheduler.opens_at(zone, at.context.now, at.context.calling)
    closes = scheduler.callable_until(zone, opens, at.context.calling)
    return scheduler.Candidate(client_id, band, opens, closes or opens)
