"""Which clients of an operator each rule of the stand-up offers: one statement a rule."""

from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import BigInteger, BindParameter, Select, and_, bindparam, cast, func, or_, select
from sqlmodel import Session

from salesdesk.base.placement import CLIENT, NEXT_ACTION
from salesdesk.codes import CardRule
from salesdesk.context import Context
from salesdesk.lead.stand_up_choosing import MOST, choose
from salesdesk.lead.stand_up_rows import Candidate, Chosen
from salesdesk.lead.tails import rots
from salesdesk.models import Deal, StageChange
from salesdesk.models.types import Instant
from salesdesk.storage.among import among
from salesdesk.storage.journal import table_of
from salesdesk.team.rights import only_for_leads

REJECTED_DAYS = 7
"""How long a rejection stays worth talking about."""

C, N = CLIENT.c, NEXT_ACTION.c
D, S = table_of(Deal).c, table_of(StageChange).c

_WHO: BindParameter[int] = bindparam("who")
_NOW, _LATE_BEFORE, _MIDNIGHT, _TOMORROW, _SINCE = (
    bindparam(name, type_=Instant) for name in ("now", "late_before", "midnight", "tomorrow", "since")
)
_FACTOR, _SHIFT = bindparam("factor", type_=BigInteger), bindparam("shift", type_=BigInteger)
_PRIME = 2_147_483_647

_THEIRS = select(N.client_id, N.due_at).where(N.operator_id == _WHO, N.closed_at.is_(None), N.hold.is_(None))
# Each half is a range of one index in its order; an OR of both would have every tail sorted.
_LATE = [
    _THEIRS.where(N.promise.is_(promise), N.due_at < before).order_by(N.due_at, N.client_id)
    for promise, before in ((True, _NOW), (False, _LATE_BEFORE))
]


def _oldest() -> Select[Any]:
    first, second = (half.limit(MOST).subquery() for half in _LATE)
    both = first.select().union_all(second.select()).subquery()
    return select(C.id, C.name).join(both, both.c.client_id == C.id).order_by(both.c.due_at, C.id).limit(MOST)


_OLDEST_TAIL = _oldest()
_LARGEST_TAIL = (
    select(C.id, C.name, C.expected_minor.label("amount"))
    .join(NEXT_ACTION, N.client_id == C.id)
    .where(
        N.operator_id == _WHO, N.closed_at.is_(None), N.hold.is_(None),
        or_(and_(N.promise, N.due_at < _NOW), and_(N.promise.is_(False), N.due_at < _LATE_BEFORE)),
    )
    .order_by(C.expected_minor.desc(), C.id)
    .limit(MOST)
)  # fmt: skip
_PROMISE_TODAY = (
    select(C.id, C.name)
    .join(NEXT_ACTION, N.client_id == C.id)
    .where(
        N.operator_id == _WHO, N.closed_at.is_(None), N.hold.is_(None), N.promise,
        N.due_at >= _MIDNIGHT, N.due_at < _TOMORROW,
    )
    .order_by(N.due_at, C.id)
    .limit(MOST)
)  # fmt: skip
# A client may have several deals rejected at once, of which each has its change.
_REJECTED = (
    select(C.id, C.name, func.max(S.at).label("at"))
    .join(CLIENT, C.id == S.client_id)
    .where(S.at >= _SINCE, S.operator_id == _WHO, among(S.to_stage, "closing"), among(C.stage, "closing"))
    .group_by(C.id, C.name)
    .order_by(func.max(S.at).desc(), C.id)
    .limit(MOST)
)
# Multiplied by the day's factor the ids lie in another order each day, the same on every machine.
_RANDOM = (
    select(C.id, C.name)
    .where(C.owner_id == _WHO, among(C.stage, "in_work"), C.do_not_call.is_(False))
    .order_by((cast(C.id, BigInteger) * _FACTOR + _SHIFT) % _PRIME, C.id)
    .limit(MOST)
)


def choose_cards(session: Session, context: Context, operator_id: int) -> tuple[Chosen, ...]:
    """Choose the cards of an operator's stand-up of today: the same, whoever asks and however often.

    Raises NotAllowedError for an operator.
    """
    only_for_leads(context)
    given = _given(context, operator_id)

    def offered(statement: Select[Any]) -> list[Candidate]:
        return [Candidate(row.id, row.name) for row in session.execute(statement, given)]

    return choose(
        {
            CardRule.OLDEST_TAIL: offered(_OLDEST_TAIL),
            CardRule.LARGEST_STUCK: _stuck(session, context, given),
            CardRule.PROMISE_TODAY: offered(_PROMISE_TODAY),
            CardRule.REJECTED: offered(_REJECTED),
            CardRule.RANDOM: offered(_RANDOM),
        }
    )


def _given(context: Context, operator_id: int) -> dict[str, Any]:
    stages = context.catalogues.stages
    factor, shift = _chance(operator_id, context.today)
    return {
        "who": operator_id, "now": context.now, "late_before": context.late_before,
        "midnight": context.midnight,
        "tomorrow": context.clock.midnight(context.today + timedelta(days=1)),
        "since": context.clock.midnight(context.today - timedelta(days=REJECTED_DAYS)),
        "closing": [code for code, entry in stages.items() if not entry.in_work],
        "in_work": [code for code, entry in stages.items() if entry.in_work],
        "factor": factor, "shift": shift,
    }  # fmt: skip


def _chance(operator_id: int, day: date) -> tuple[int, int]:
    """Draw the order of a day's random card: a factor that is not nothing, and a shift."""
    drawn = sha256(f"{operator_id} {day.isoformat()}".encode()).digest()
    return 1 + int.from_bytes(drawn[:8]) % (_PRIME - 1), int.from_bytes(drawn[8:16]) % _PRIME


def _stuck(session: Session, context: Context, given: dict[str, Any]) -> list[Candidate]:
    """Give those with the largest amount stuck, in a tail or in deals that do not move, the largest first.

    A client counts with the larger of both. Deals in other currencies cannot be compared, and are left out.
    """
    found = [*session.execute(_LARGEST_TAIL, given), *session.execute(_rotting(context), given)]
    found.sort(key=lambda row: (-row.amount, row.id))
    return [Candidate(client_id, name) for client_id, name in {row.id: row.name for row in found}.items()]


def _rotting(context: Context) -> Select[Any]:
    """Select the clients of the largest deals of an operator that have not moved for too long."""
    largest = func.max(D.amount_minor)
    return (
        select(C.id, C.name, largest.label("amount"))
        .join(CLIENT, C.id == D.client_id)
        .where(rots(context), D.owner_id == _WHO, D.currency == context.catalogues.team.currency)
        .group_by(C.id, C.name)
        .order_by(largest.desc(), C.id)
        .limit(MOST)
    )
