"""The tails of past days: how many stood open at the close of each, and how late things were done.

A next action's life is cut where it changed (`next_action_past`): in each part it was due at one time and
was somebody's. A part is a tail at the close of a day if it covers that moment and was due before it.
Everything is counted in days of the team, by arithmetic inside the statements.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlmodel import Session

from salesdesk.base.periods import Kind, Period
from salesdesk.base.placement import NEXT_ACTION
from salesdesk.codes import Age, Lateness, Role
from salesdesk.context import Context
from salesdesk.errors import InputError, NotAllowedError
from salesdesk.i18n import _
from salesdesk.lead.board_rows import TailDay
from salesdesk.lead.local_time import day_number, seconds
from salesdesk.lead.people import OPERATORS, operator_id_of, operators_of
from salesdesk.models import NextActionPast
from salesdesk.models.types import Instant
from salesdesk.storage.among import among
from salesdesk.storage.journal import table_of

DAYS, DAYS_MOST = 14, 366
_BACK = timedelta(days=1000)
"""How far back a due day is told by the very offset that held then."""

PAST = table_of(NextActionPast)
N, P = NEXT_ACTION.c, PAST.c

_AGES = {Age.TODAY: 0, Age.YESTERDAY: 1, Age.DAYS_2_3: 3, Age.DAYS_4_7: 7}
_LATENESS = {Lateness.IN_TIME: 0, Lateness.DAYS_1: 1, Lateness.DAYS_2_3: 3, Lateness.DAYS_4_7: 7}
"""The last day of each, counted from the day on which it was due."""

_START, _END = bindparam("start", type_=Instant), bindparam("end", type_=Instant)
_ONE = literal(1)


def history(
    session: Session, context: Context, days: int = DAYS, operator: str | None = None
) -> tuple[TailDay, ...]:
    """Give so many past days of the team, the earliest first: of all, or of the operator of a login.

    Raises InputError for a number of days that cannot be, NotFoundError for nobody's login,
    NotAllowedError where an operator asks for another's.
    """
    if not 1 <= days <= DAYS_MOST:
        raise InputError(_("Give a number of days from 1 to {most}.").format(most=DAYS_MOST), "days")
    who = _whose(session, context, operator)
    first, last = context.today - timedelta(days=days), context.today - timedelta(days=1)
    period = Period(Kind.RANGE, first - _BACK, last + timedelta(days=1), context.catalogues.team.zone)
    given = {
        "start": context.clock.midnight(first),
        "end": context.clock.midnight(context.today),
        OPERATORS: operators_of(session, who),
    }
    tails: dict[date, Counter[Age]] = {first + timedelta(days=at): Counter() for at in range(days)}
    done: dict[date, Counter[int]] = {day: Counter() for day in tails}
    for row in session.execute(_open_and_past(period, who), given):
        _add_tails(tails, row)
    for row in session.execute(_closed(period, who), given):
        _add_tails(tails, row)
        done[_day(row.closed)][row.closed - row.due] += row.number
    return tuple(_tail_day(day, tails[day], done[day]) for day in tails)


def _whose(session: Session, context: Context, operator: str | None) -> int | None:
    """Tell whose tails are asked for; an operator sees only what is their own."""
    asked = operator_id_of(session, operator)
    if context.me.role is not Role.OPERATOR:
        return asked
    if asked not in {None, context.me.id}:
        raise NotAllowedError(_("Only a team lead may do this."))
    return context.me.id


# -- in the database ------------------------------------------------------------------------------


def _open_and_past(period: Period, who: int | None) -> Select[Any]:
    """Count the parts of what is open now, and the parts that had ended by a change."""
    changed = select(func.max(P.until)).where(P.next_action_id == N.id).correlate(NEXT_ACTION)
    now = select(
        _due(period, N.due_at),
        _since(period, func.coalesce(changed.scalar_subquery(), N.opened_at)),
        cast(null(), BigInteger).label("upto"),
    ).where(
        N.closed_at.is_(None), N.hold.is_(None), among(N.operator_id, OPERATORS), N.due_at < _END,
        N.promise.in_([True, False]),  # so that the index of due times is walked, by each operator
    )  # fmt: skip
    before = PAST.alias("before")
    earlier = (
        select(func.max(before.c.until))
        .where(
            before.c.next_action_id == P.next_action_id,
            or_(before.c.until < P.until, and_(before.c.until == P.until, before.c.id < P.id)),
        )
        .correlate(PAST)
    )
    past = (
        select(
            _due(period, P.due_at),
            _since(period, func.coalesce(earlier.scalar_subquery(), N.opened_at)),
            day_number(seconds(P.until) - _ONE, period).label("upto"),
        )
        .select_from(PAST.join(NEXT_ACTION, N.id == P.next_action_id))
        .where(P.until > _START, P.hold.is_(None), P.due_at < P.until, P.due_at < _END)
    )
    if who is not None:
        past = past.where(among(P.operator_id, OPERATORS))
    parts = union_all(now, past).subquery()
    return select(parts.c.due, parts.c.since, parts.c.upto, func.count().label("number")).group_by(
        parts.c.due, parts.c.since, parts.c.upto
    )


def _closed(period: Period, who: int | None) -> Select[Any]:
    """Count what was closed in these days, with the last part of its life."""
    due, upto = day_number(seconds(N.due_at), period), day_number(seconds(N.closed_at) - _ONE, period)
    changed = select(func.max(P.until)).where(P.next_action_id == N.id).correlate(NEXT_ACTION)
    since = day_number(seconds(func.coalesce(changed.scalar_subquery(), N.opened_at)) - _ONE, period)
    parts = select(
        due.label("due"),
        upto.label("upto"),
        day_number(seconds(N.closed_at), period).label("closed"),
        # What was done in time was no tail at any close, since whenever it was so.
        case((due < upto, since), else_=upto).label("since"),
    ).where(N.closed_at.is_not(None), N.closed_at >= _START, N.closed_at < _END, N.hold.is_(None))
    if who is not None:
        parts = parts.where(among(N.operator_id, OPERATORS))
    of = parts.subquery().c
    groups = (of.due, of.since, of.upto, of.closed)
    return select(*groups, func.count().label("number")).group_by(*groups)


def _due(period: Period, at: ColumnElement[Any]) -> ColumnElement[int]:
    return day_number(seconds(at), period).label("due")


def _since(period: Period, at: ColumnElement[Any]) -> ColumnElement[int]:
    """Tell the first day at whose close this part of a life had begun."""
    return day_number(seconds(at) - _ONE, period).label("since")


# -- in plain values ------------------------------------------------------------------------------


def _day(number: int) -> date:
    return date(1970, 1, 1) + timedelta(days=number)


def _add_tails(tails: Mapping[date, Counter[Age]], row: Any) -> None:  # noqa: ANN401  # a row of the statements
    """Count the parts as tails at the close of each day that they cover after they were due."""
    for day, counted in tails.items():
        at = (day - date(1970, 1, 1)).days
        if max(row.due, row.since) <= at and (row.upto is None or at < row.upto):
            counted[_age(at - row.due)] += row.number


def _age(days: int) -> Age:
    return next((age for age, most in _AGES.items() if days <= most), Age.OLDER)


def _lateness(days: int) -> Lateness:
    return next((how for how, most in _LATENESS.items() if days <= most), Lateness.OLDER)


def _tail_day(day: date, ages: Counter[Age], done: Mapping[int, int]) -> TailDay:
    late: Counter[Lateness] = Counter()
    for days, count in done.items():
        late[_lateness(days)] += count
    return TailDay(
        day,
        {age: ages[age] for age in Age},
        {how: late[how] for how in Lateness},
        _median((days, count) for days, count in sorted(done.items()) if days > 0),
    )


def _median(counted: Iterable[tuple[int, int]]) -> float | None:
    """Find the middle of values that come in order with how often each is there."""
    values = [*counted]
    total = sum(count for _value, count in values)
    if not total:
        return None

    def at(place: int) -> int:
        seen = 0
        for value, count in values:
            seen += count
            if place < seen:
                return value
        raise AssertionError(place)

    return (at((total - 1) // 2) + at(total // 2)) / 2
