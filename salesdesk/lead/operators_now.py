"""Who works on what at this moment, and what today has come to: the board that a lead keeps open."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, bindparam, func, select, type_coerce
from sqlmodel import Session

from salesdesk.base.periods import Kind, whole
from salesdesk.base.placement import CLIENT, NEXT_ACTION
from salesdesk.codes import Role
from salesdesk.context import Context
from salesdesk.lead.board_rows import CallToday, Now, OnCard, OperatorNow
from salesdesk.lead.figures import Asked
from salesdesk.lead.local_time import seconds
from salesdesk.lead.reports.calls import NOTHING, counted
from salesdesk.models import AuditEvent, Call, Claim, Operator
from salesdesk.models.types import Instant
from salesdesk.storage.existing import there_is
from salesdesk.storage.journal import table_of
from salesdesk.team.rights import only_for_leads

CALLS_MOST = 500

OPERATOR, CLAIM = table_of(Operator), table_of(Claim)
C, N, O, K = CLIENT.c, NEXT_ACTION.c, OPERATOR.c, CLAIM.c  # noqa: E741  # as in tails
CALL, EVENT = table_of(Call).c, table_of(AuditEvent).c

_NOW, _MIDNIGHT, _TOMORROW, _LATE_BEFORE = (
    bindparam(name, type_=Instant) for name in ("now", "midnight", "tomorrow", "late_before")
)
_NEWER = CLAIM.alias("newer")
_ON_CARD = and_(
    K.operator_id == O.id,
    K.expires_at > _NOW,
    ~there_is(
        _NEWER.c.operator_id == O.id,
        _NEWER.c.expires_at > _NOW,
        (_NEWER.c.taken_at > K.taken_at)
        | and_(_NEWER.c.taken_at == K.taken_at, _NEWER.c.client_id > K.client_id),
    ),
)
_LAST_CALL = (
    select(type_coerce(seconds(CALL.started_at) + CALL.talk_seconds, Instant))
    .where(CALL.operator_id == O.id, CALL.started_at >= _MIDNIGHT, CALL.started_at < _TOMORROW)
    .order_by(CALL.started_at.desc(), CALL.id.desc())
    .limit(1)
    .scalar_subquery()
)
_LAST_DONE = (
    select(EVENT.at).where(EVENT.operator_id == O.id).order_by(EVENT.id.desc()).limit(1).scalar_subquery()
)


def _late(*condition: Any) -> Any:  # noqa: ANN401  # parts of a statement
    """Count an operator's next actions that are late, along the index of due times."""
    return (
        select(func.count())
        .where(N.operator_id == O.id, N.closed_at.is_(None), N.hold.is_(None), *condition)
        .scalar_subquery()
    )


_EVERYBODY = (
    select(
        O.id, O.login, O.name, O.role, O.absent_until, C.id.label("client_id"), C.name.label("client"),
        K.taken_at, _LAST_CALL.label("called_at"), _LAST_DONE.label("done_at"),
        (
            _late(N.promise.in_([True]), N.due_at < _NOW)
            + _late(N.promise.in_([False]), N.due_at < _LATE_BEFORE)
        ).label("tails"),
    )
    .select_from(OPERATOR.outerjoin(CLAIM, _ON_CARD).outerjoin(CLIENT, C.id == K.client_id))
    .where(O.active)
    .order_by(O.name, O.id)
)  # fmt: skip

_CALLS_TODAY = (
    select(
        CALL.id, CALL.client_id, C.name, CALL.started_at, CALL.talk_seconds, CALL.outcome, CALL.goal,
        CALL.goal_result, CALL.note,
    )
    .join(CLIENT, C.id == CALL.client_id)
    .where(
        CALL.operator_id == bindparam("operator"), CALL.started_at >= _MIDNIGHT, CALL.started_at < _TOMORROW
    )
    .order_by(CALL.started_at.desc(), CALL.id.desc())
    .limit(CALLS_MOST)
)  # fmt: skip


def operators_now(session: Session, context: Context) -> Now:
    """Tell who is on which card or idle since when, and what they did today.

    First who is idle, the longest first: whom a lead should ask what holds them up. Then who has a card
    open, the longest first; the absent last. Leads and administrators stand here once they call, have a
    card open or owe something late. Raises NotAllowedError for an operator.
    """
    only_for_leads(context)
    today = whole(Kind.DAY, context.today, context.catalogues.team.zone)
    made = counted(session, context, Asked(today, "operator"))
    rows = [
        _operator(context, row, made.get(row.id, NOTHING))
        for row in session.execute(_EVERYBODY, _given(context))
    ]
    hours = context.working.window(context.today, context.catalogues.team.zone)
    started = hours[0] if hours else None
    shown = [row for role, row in rows if role is Role.OPERATOR or row.calls or row.card or row.tails]
    return Now(
        context.now, hours is not None and hours[0] <= context.now < hours[1], started, _ordered(shown)
    )


def calls_today(session: Session, context: Context, operator_id: int) -> tuple[CallToday, ...]:
    """Give an operator's calls of today, the latest first. Raises NotAllowedError for an operator."""
    only_for_leads(context)
    rows = session.execute(_CALLS_TODAY, _given(context) | {"operator": operator_id})
    return tuple(
        CallToday(
            row.id, row.client_id, row.name, row.started_at, row.talk_seconds, row.outcome, row.goal,
            row.goal_result, row.note,
        )
        for row in rows
    )  # fmt: skip


def _given(context: Context) -> dict[str, Any]:
    return {
        "now": context.now,
        "midnight": context.midnight,
        "tomorrow": context.clock.midnight(context.today + timedelta(days=1)),
        "late_before": context.late_before,
    }


def _operator(context: Context, row: Any, made: Any) -> tuple[Role, OperatorNow]:  # noqa: ANN401  # rows of the statements
    card = None
    if row.client_id is not None:
        card = OnCard(row.client_id, row.client, row.taken_at)
    done = row.done_at if row.done_at is not None and row.done_at >= context.midnight else None
    return row.role, OperatorNow(
        operator_id=row.id,
        login=row.login,
        name=row.name,
        absent=row.absent_until is not None and row.absent_until > context.now,
        card=card,
        last_at=max((at for at in (row.called_at, done) if at is not None), default=None),
        calls=made["calls"],
        contacts=made["contacts"],
        hit=made["hit"],
        talk_seconds=made["talk_seconds"],
        companies=made["companies"],
        calls_per_company=made["calls_per_company"],
        tails=row.tails,
    )


def _ordered(rows: Sequence[OperatorNow]) -> tuple[OperatorNow, ...]:
    def place(row: OperatorNow) -> tuple[int, float]:
        if row.absent and row.card is None:
            return 2, 0.0
        if row.card is not None:
            return 1, row.card.since.timestamp()
        return 0, row.last_at.timestamp() if row.last_at else 0.0

    return tuple(sorted(rows, key=place))
