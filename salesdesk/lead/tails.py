"""Tails: next actions whose time has passed and that are still open, and what else is let slip.

The time of a promise is its clock time; anything else has the whole working day on which it is due.
What waits for the lead (`hold`) is no operator's tail, and is counted beside them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlmodel import Session

from salesdesk import scheduler
from salesdesk.base.handed import HAND_ON
from salesdesk.base.placement import CLIENT, NEXT_ACTION
from salesdesk.base.visible import seen_by
from salesdesk.codes import MANY_MOVES, Age
from salesdesk.context import Context
from salesdesk.lead.people import OPERATORS, operators_of
from salesdesk.lead.rows import Neglect, OperatorTails, RottingStage, TailBoard, TailPick, TailRow
from salesdesk.models import Deal, Operator
from salesdesk.models.types import Instant
from salesdesk.storage.among import among
from salesdesk.storage.existing import there_is
from salesdesk.storage.journal import table_of
from salesdesk.storage.planning import plan_once
from salesdesk.storage.policies import by_login
from salesdesk.team.pool import given_since
from salesdesk.team.rights import leads

PAGE = 500

Counts = Counter[int | None]
"""How many of something each operator has; None for what nobody owns."""

H, GIVER = HAND_ON.c, table_of(Operator).alias("giver")
C, N, O = CLIENT.c, NEXT_ACTION.c, table_of(Operator).c  # noqa: E741  # beside C and N it reads as what it is
D = table_of(Deal).c
_SEEN = CLIENT.alias("seen").c

_DAYS = {Age.TODAY: 0, Age.YESTERDAY: 1, Age.DAYS_2_3: 3, Age.DAYS_4_7: 7}
"""The last day of each age, counted back from the team's today."""

_NOW, _LATE_BEFORE = bindparam("now", type_=Instant), bindparam("late_before", type_=Instant)
_SINCE = {age: bindparam(f"since_{age.value}", type_=Instant) for age in _DAYS}

_OPEN = and_(N.closed_at.is_(None), N.hold.is_(None))
_LATE = and_(_OPEN, N.due_at < case((N.promise, _NOW), else_=_LATE_BEFORE))
_AGE: ColumnElement[str] = case(
    *((N.due_at >= since, age.value) for age, since in _SINCE.items()), else_=Age.OLDER.value
)
_AWAY = or_(O.active.is_(False), O.absent_until > _NOW)
# The number stands in the text, so that the index of those moved often is recognised.
_MOVED = and_(_OPEN, N.promise, N.moves >= literal_column(str(MANY_MOVES)))
_UNOWED = C.unowed
_UNCONFIRMED = and_(H.closed_at.is_(None), H.confirm_by < _NOW)

# By each person, and promises by themselves: so the index of what is due gives the late ones alone.
_LATE_ONES = union_all(
    *(
        select(N.operator_id, N.client_id, _AGE.label("age")).where(
            _OPEN, among(N.operator_id, OPERATORS), N.promise if promise else ~N.promise, N.due_at < limit
        )
        for promise, limit in ((True, _NOW), (False, _LATE_BEFORE))
    )
).subquery("late")
# Looked up one by one: for a join a server would read the whole base, as it takes the late ones for many.
_AT_STAKE = select(C.expected_minor).where(C.id == _LATE_ONES.c.client_id).scalar_subquery()
_BY_AGE = select(
    _LATE_ONES.c.operator_id,
    _LATE_ONES.c.age,
    func.count().label("tails"),
    func.sum(_AT_STAKE).label("sum"),
).group_by(_LATE_ONES.c.operator_id, _LATE_ONES.c.age)


def board(session: Session, context: Context) -> TailBoard:
    """Count what is forgotten, by operator and age. An operator sees only what is their own."""
    if not leads(context):  # of all, a server finds out better by looking how many there are
        plan_once(session)
    given = _given(context)
    counted = _counted(session, context)
    rotten = _rotten(session, context)
    beside = {kind: _beside(session, context, kind, given) for kind in _COUNTS}
    beside[Neglect.ROTTING] = Counter()
    for owner, _stage, deals, _amount in rotten:
        beside[Neglect.ROTTING][owner] += deals
    who = {owner for owner, *_rest in counted} | {owner for found in beside.values() for owner in found}
    names = {row.id: row for row in session.execute(select(O.id, O.login, O.name))}
    rows = [_operator(owner, names.get(owner), counted, beside) for owner in who]
    rows.sort(key=lambda row: (-row.total, -row.amount_minor, row.name))
    return TailBoard(
        operators=tuple(rows),
        total=_all(rows),
        amounts={age: sum(int(row.sum or 0) for row in counted if row.age == age) for age in Age},
        rotting=_by_stage(context, rotten),
        unconfirmed_minor=_unconfirmed_amount(session, context, given) if beside[Neglect.UNCONFIRMED] else 0,
    )


def unowed(session: Session, context: Context) -> Counts:
    """Count the clients in work that are owed nothing, by owner: defects, of which there should be none."""
    statement = select(C.owner_id, func.count()).where(_UNOWED).group_by(C.owner_id)
    return Counter(dict(session.execute(_mine(session, context, statement, C.owner_id)).all()))


def tails_of(session: Session, context: Context) -> dict[int, tuple[int, int]]:
    """Count the tails of each operator who has any, and add up what is at stake."""
    found: dict[int, tuple[int, int]] = {}
    for row in _counted(session, context):
        tails, amount = found.get(row.operator_id, (0, 0))
        found[row.operator_id] = (tails + row.tails, amount + int(row.sum or 0))
    return found


def _counted(session: Session, context: Context) -> list[Any]:
    """Count the tails by operator and age, and add up what is at stake."""
    people = operators_of(session, None if leads(context) else context.me.id)
    return [*session.execute(_BY_AGE, _given(context) | {OPERATORS: people})]


def tail_clients(
    session: Session, context: Context, pick: TailPick, limit: int = PAGE, offset: int = 0
) -> tuple[TailRow, ...]:
    """Give the clients behind a figure of the board, the longest forgotten first."""
    statement, owner = _CLIENTS[pick.neglect], _owner_of(pick.neglect)
    conditions: list[ColumnElement[bool]] = []
    if pick.operator_id is not None:
        conditions.append(owner.in_([pick.operator_id]))
    if pick.age is not None:
        conditions.append(_AGE.in_([pick.age.value]))
    conditions += _own(session, context, owner)
    if pick.neglect is Neglect.ROTTING:
        conditions = [there_is(D.client_id == C.id, rots(context), *conditions)]
    rows = session.execute(statement.where(*conditions).limit(limit).offset(offset), _given(context))
    return tuple(_row(context, row) for row in rows)


def _owner_of(neglect: Neglect | None) -> ColumnElement[int]:
    if neglect is Neglect.ROTTING:
        return D.owner_id
    if neglect is Neglect.UNCONFIRMED:
        return H.to_id
    return C.owner_id if neglect is Neglect.NO_NEXT_ACTION else N.operator_id


# -- what is counted ------------------------------------------------------------------------------


def _given(context: Context) -> dict[str, Any]:
    midnights = {
        f"since_{age.value}": context.clock.midnight(context.today - timedelta(days=days))
        for age, days in _DAYS.items()
    }
    return midnights | {"now": context.now, "late_before": context.late_before}


def _mine(
    session: Session, context: Context, statement: Select[Any], owner: ColumnElement[Any]
) -> Select[Any]:
    return statement.where(*_own(session, context, owner))


def _own(session: Session, context: Context, owner: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    """Leave an operator what is their own; a lead and an administrator see everybody's."""
    if leads(context):
        return []
    own = owner.in_([context.me.id])
    if owner is not D.owner_id or by_login(session):
        return [own]
    # A deal of their own may be with a client that is another's by now. Under login roles a server hides it.
    # Looked up one by one: of "there is one" a server would read all clients.
    sees = seen_by(context.me.id, context.now, _SEEN, since=given_since(context))
    seen = select(_SEEN.id).where(_SEEN.id == D.client_id, sees)
    return [own, seen.scalar_subquery().is_not(None)]


_COUNTS: dict[Neglect, Select[Any]] = {
    Neglect.MOVED: select(N.operator_id, func.count()).where(_MOVED).group_by(N.operator_id),
    Neglect.ABSENT: select(N.operator_id, func.count())
    .where(_OPEN, N.operator_id.in_(select(O.id).where(_AWAY)))
    .group_by(N.operator_id),
    Neglect.HELD: select(N.operator_id, func.count())
    .where(N.closed_at.is_(None), N.hold.is_not(None))
    .group_by(N.operator_id),
    Neglect.UNCONFIRMED: select(H.to_id, func.count(H.client_id.distinct()))
    .where(_UNCONFIRMED)
    .group_by(H.to_id),
}


def _beside(session: Session, context: Context, kind: Neglect, given: Mapping[str, Any]) -> Counts:
    statement = _COUNTS[kind]
    statement = _mine(session, context, statement, statement.selected_columns[0])
    return Counter(dict(session.execute(statement, given).all()))


def _unconfirmed_amount(session: Session, context: Context, given: Mapping[str, Any]) -> int:
    late = select(H.client_id).where(_UNCONFIRMED, *_own(session, context, H.to_id))
    return int(session.execute(select(func.sum(C.expected_minor)).where(C.id.in_(late)), given).scalar() or 0)


def rots(context: Context) -> ColumnElement[bool]:
    """Tell open deals that have stood at their stage for longer than it allows, in days of the team."""
    return and_(D.closed_at.is_(None), or_(*_rots_at(context)))


def _rots_at(context: Context) -> list[ColumnElement[bool]]:
    """Give that condition for each stage."""
    return [
        and_(
            D.stage == code,
            D.stage_since < context.clock.midnight(context.today - timedelta(days=entry.rotting_days - 1)),
        )
        for code, entry in context.catalogues.stages.items()
    ]


def _rotten(session: Session, context: Context) -> list[Any]:
    """Count deals that do not move, with their amount, by owner and stage."""
    counted = select(D.owner_id, D.stage, func.count(), func.sum(D.amount_minor)).where(
        D.closed_at.is_(None), *_own(session, context, D.owner_id)
    )
    # Stage by stage, as the index of open deals runs: so nothing is sorted. To plan each of them with what an
    # operator sees would take longer than to sort their own.
    stages = _rots_at(context) if leads(context) else [or_(*_rots_at(context))]
    each = [counted.where(rotten).group_by(D.owner_id, D.stage) for rotten in stages]
    return [*session.execute(union_all(*each))]


def _by_stage(context: Context, rotten: Iterable[Any]) -> tuple[RottingStage, ...]:
    deals: Counter[str] = Counter()
    amounts: Counter[str] = Counter()
    for _owner, stage, count, amount in rotten:
        deals[stage] += count
        amounts[stage] += int(amount or 0)
    return tuple(
        RottingStage(code, deals[code], amounts[code]) for code in context.catalogues.stages if deals[code]
    )


def _operator(
    owner: int | None,
    named: Any,  # noqa: ANN401  # a row of the operators
    counted: Iterable[Any],
    beside: Mapping[Neglect, Counts],
) -> OperatorTails:
    own = [row for row in counted if row.operator_id == owner]
    tails = {row.age: row.tails for row in own}
    return OperatorTails(
        operator_id=owner,
        login=named.login if named else "",
        name=named.name if named else "",
        ages={age: tails.get(age.value, 0) for age in Age},
        amount_minor=sum(int(row.sum or 0) for row in own),
        **{kind.value: found[owner] for kind, found in beside.items()},
    )


def _all(rows: Iterable[OperatorTails]) -> OperatorTails:
    rows = [*rows]
    return OperatorTails(
        operator_id=None,
        login="",
        name="",
        ages={age: sum(row.ages[age] for row in rows) for age in Age},
        amount_minor=sum(row.amount_minor for row in rows),
        moved=sum(row.moved for row in rows),
        rotting=sum(row.rotting for row in rows),
        absent=sum(row.absent for row in rows),
        held=sum(row.held for row in rows),
        unconfirmed=sum(row.unconfirmed for row in rows),
    )


# -- the clients behind a figure ------------------------------------------------------------------

_NAMED = select(
    C.id, C.external_id, C.name, C.stage, C.client_class, C.expected_minor, C.zone,
    N.due_at, N.first_due_at, N.promise, N.moves, N.goal, O.id.label("operator_id"), O.name.label("operator"),
)  # fmt: skip
_OWED_CLIENTS = _NAMED.select_from(
    NEXT_ACTION.join(CLIENT, C.id == N.client_id).join(table_of(Operator), O.id == N.operator_id)
).order_by(N.due_at, C.id)
_OWNED_CLIENTS = _NAMED.select_from(
    CLIENT.outerjoin(NEXT_ACTION, and_(N.client_id == C.id, N.closed_at.is_(None))).outerjoin(
        table_of(Operator), O.id == C.owner_id
    )
).order_by(C.expected_minor.desc(), C.id)
_HANDED_CLIENTS = (
    _NAMED.add_columns(GIVER.c.name.label("giver"), H.confirm_by)
    .select_from(
        HAND_ON.join(CLIENT, C.id == H.client_id)
        .join(GIVER, GIVER.c.id == H.from_id)
        .join(table_of(Operator), O.id == H.to_id)
        .outerjoin(NEXT_ACTION, and_(N.client_id == C.id, N.closed_at.is_(None)))
    )
    .order_by(H.confirm_by, C.id)
)

_CLIENTS: dict[Neglect | None, Select[Any]] = {
    None: _OWED_CLIENTS.where(_LATE),
    Neglect.MOVED: _OWED_CLIENTS.where(_MOVED),
    Neglect.ABSENT: _OWED_CLIENTS.where(_OPEN, _AWAY),
    Neglect.HELD: _OWED_CLIENTS.where(N.closed_at.is_(None), N.hold.is_not(None)),
    Neglect.NO_NEXT_ACTION: _OWNED_CLIENTS.where(_UNOWED),
    Neglect.ROTTING: _OWNED_CLIENTS,
    Neglect.UNCONFIRMED: _HANDED_CLIENTS.where(_UNCONFIRMED),
}


def _row(context: Context, row: Any) -> TailRow:  # noqa: ANN401  # what the statements above select
    late = 0
    if row.due_at is not None:
        late = scheduler.days_late(row.due_at, context.today, context.catalogues.team.zone)
    return TailRow(
        client_id=row.id,
        external_id=row.external_id,
        name=row.name,
        operator_id=row.operator_id,
        operator=row.operator or "",
        stage=row.stage,
        client_class=row.client_class,
        due_at=row.due_at,
        first_due_at=row.first_due_at,
        days_late=late,
        age=_age(context, row, late),
        promise=bool(row.promise),
        moves=row.moves or 0,
        goal=row.goal,
        amount_minor=row.expected_minor,
        zone=row.zone,
        giver=getattr(row, "giver", ""),
        confirm_by=getattr(row, "confirm_by", None),
    )


def _age(context: Context, row: Any, late: int) -> Age | None:  # noqa: ANN401  # the same
    if row.due_at is None or row.due_at >= (context.now if row.promise else context.late_before):
        return None
    return next((age for age, days in _DAYS.items() if late <= days), Age.OLDER)
