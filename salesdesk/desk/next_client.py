"""The next client: the first of the list that nobody is on, taken in one step.

Two hundred people ask for it at once; none of them waits for another, and no two get the same. What is
one's own (promises, what is owed by now, one's part of the cold base) is found by one's open next
actions; the shared pool is cut by its index, past whom others are about to take.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Engine,
    Select,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.engine import Dialect
from sqlmodel import Session

from salesdesk import scheduler
from salesdesk.base.placement import CLIENT, NEXT_ACTION
from salesdesk.codes import Band
from salesdesk.context import Context
from salesdesk.desk.queue_parts import GRACE, MIDNIGHT, SOON, ZONES, Moment, zones
from salesdesk.models import Operator
from salesdesk.models.types import Code
from salesdesk.storage.among import among
from salesdesk.storage.beginning import statements_alone
from salesdesk.storage.behind import Place, first_behind
from salesdesk.storage.journal import table_of
from salesdesk.storage.made_once import MadeOnce
from salesdesk.storage.planning import planned_once
from salesdesk.storage.taking import only_while_writing, passing_by_locked
from salesdesk.team.absence import absent_kept_by
from salesdesk.team.claims import ME, NOW, K, holding, nobody_on, take_free, taking

_OWED, _CLIENT = NEXT_ACTION.alias("n"), CLIENT.alias("c")
N, C, O = _OWED.c, _CLIENT.c, table_of(Operator).c  # noqa: E741  # as in models

_BANDS = tuple(bindparam(f"band_{place}", type_=Code(Band)) for place in range(len(Band)))
_DUE_PROMISES, _LATE_PROMISES, _FIRST_OF_BANDS = range(3)
_LAST = _FIRST_OF_BANDS + 2 * len(Band) - 1
"""The place of what is due today in the last band: there one's own and the cold base stand in one order."""

_BEYOND = 2**62
"""Further than every key of the pool."""


_Zones = Mapping[str, datetime]


@planned_once
@statements_alone
def take_next(session: Session, context: Context) -> int | None:
    """Take the first client of the list whom nobody is on, and give its id; None where nobody is left.

    Promises and what is owed go before the cold base, in the order of `queue.page`. A promise later
    today is not taken before its time, nor is a client twice while who sits here is still on it. Who
    takes from the pool without letting go of the last one goes on behind it. For a unit that writes.
    """
    only_while_writing(session)
    opened = _open_lately(session, context)
    found = None if opened is None else _take(session, context, _given(context, opened))
    # Nobody is left only where nobody is in a zone that has come in a moment ago either.
    if found is not None:
        return found
    return _take(session, context, _given(context, _open_now(session, context)))


def _given(context: Context, opened: _Zones) -> dict[str, Any]:
    at = Moment(context, opened)
    bands = {f"band_{place}": band for place, band in enumerate(at.order)}
    return at.parameters | holding(context) | bands


def _take(session: Session, context: Context, given: dict[str, Any]) -> int | None:
    taken = _TAKE_FIRST.run(session, given).first()
    if taken is not None:
        return int(taken.client_id)
    # Somebody was quicker between the look and the claim; or nobody is left behind those that one is on, and
    # only then is everybody looked through whom others have taken before.
    for look in (_FIRST_BEHIND_MINE, _FIRST):
        found = _take_by(look, session, context, given | _FROM_THE_BEGINNING)
        if found is not None:
            return found
    return None


def _take_by(look: MadeOnce, session: Session, context: Context, given: dict[str, Any]) -> int | None:
    first = look.run(session, given).first()
    while first is not None and not take_free(session, context, first.client_id, first.at):
        if first.at is not None:
            # Whoever began anew where many are taken each moment would never be the quicker.
            given |= {"key_after": first.at, "client_after": first.client_id}
        first = _FIRST.run(session, given).first()
    return None if first is None else int(first.client_id)


# -- the zones that may be called ---------------------------------------------------------------------

_LATELY: WeakKeyDictionary[Engine | Connection, tuple[int, _Zones]] = WeakKeyDictionary()
"""The zones of each open base that may be called, with the minute for which they were looked up."""


def _open_now(session: Session, context: Context) -> _Zones:
    opened = scheduler.open_zones(zones(session), context.now, context.calling)
    _LATELY[session.get_bind()] = _minute(context), opened
    return opened


def _open_lately(session: Session, context: Context) -> _Zones | None:
    minute, opened = _LATELY.get(session.get_bind(), (None, None))
    return opened if minute == _minute(context) else None


def _minute(context: Context) -> int:
    return int(context.now.timestamp()) // 60


# -- one's own --------------------------------------------------------------------------------------

_DUE_AT = type_coerce(N.due_at, BigInteger)
_TODAY = N.due_at >= MIDNIGHT
_MAY_BE_CALLED = and_(N.closed_at.is_(None), N.hold.is_(None), nobody_on(N.client_id))
_KEPT_NOW = and_(N.promise, N.due_at <= SOON, or_(N.due_at > GRACE, among(N.zone, ZONES)))
_OWED_NOW = and_(N.promise.is_(False), N.due_at <= NOW, among(N.zone, ZONES))
_STOOD_IN_FOR = select(O.id).where(absent_kept_by(ME, NOW))


def _of_band() -> ColumnElement[int]:
    """Tell where of each band stands what is overdue, and then what is due."""
    of_band = case(
        *((N.band == band, _number(_FIRST_OF_BANDS + 2 * at)) for at, band in enumerate(_BANDS)),
        else_=_number(_LAST),
    )
    return of_band + case((_TODAY, _number(1)), else_=_number(0))


def _number(value: int) -> ColumnElement[int]:
    return literal_column(str(value))


# As a parameter PostgreSQL would not know how few are asked for, and plan each time anew.
_ONE = _number(1)

# Where one's own stand is nothing to go on behind.
_NOWHERE = cast(null(), BigInteger)

# Promises of earlier days run backwards in time.
_KEY_OF_PROMISE = case((_TODAY, _DUE_AT), else_=-_DUE_AT)
_PLACE_OF_PROMISE = case((_TODAY, _number(_DUE_PROMISES)), else_=_number(_LATE_PROMISES))
_KEY = case((N.promise, _KEY_OF_PROMISE), else_=N.sort_key)
_PLACE = case((N.promise, _PLACE_OF_PROMISE), else_=_of_band())


def _first(
    owed: ColumnElement[bool], now: ColumnElement[bool], place: ColumnElement[int], key: ColumnElement[int]
) -> Select[Any]:
    columns = place.label("place"), key.label("key"), N.client_id.label("client_id")
    first = select(*columns, _NOWHERE.label("at")).where(owed, _MAY_BE_CALLED, now)
    return first.order_by("place", "key", "client_id").limit(_ONE)


def _pool(whose: ColumnElement[bool], at: ColumnElement[Any]) -> Select[Any]:
    columns = _number(_LAST).label("place"), C.sort_key.label("key"), C.id.label("client_id"), at.label("at")
    waiting = select(*columns).where(C.pool, among(C.zone, ZONES), nobody_on(C.id), whose)
    # By the owner as well, though it is one: PostgreSQL does not know that NULLs are all the same, and would
    # sort the whole pool.
    return waiting.order_by(C.owner_id, C.sort_key, C.id).limit(_ONE)


_OWN = (
    _first(N.operator_id == ME, or_(_KEPT_NOW, _OWED_NOW), _PLACE, _KEY),
    _first(N.operator_id.in_(_STOOD_IN_FOR), _KEPT_NOW, _PLACE_OF_PROMISE, _KEY_OF_PROMISE),
    _pool(C.owner_id == ME, _NOWHERE),
)


# -- everybody's ------------------------------------------------------------------------------------

_LATEST = select(K.place).where(K.operator_id == ME, K.place.is_not(None), K.expires_at > NOW)


def _latest(column: ColumnElement[int]) -> ColumnElement[int]:
    latest = _LATEST.with_only_columns(column).order_by(K.place.desc(), K.client_id.desc()).limit(_ONE)
    return func.coalesce(latest.scalar_subquery(), _number(-_BEYOND))


_FURTHEST = _latest(K.place), _latest(K.client_id)
"""The furthest that who takes one is on already: not all that were taken are looked at each time."""

_AFTER = bindparam("key_after", type_=BigInteger), bindparam("client_after", type_=BigInteger)
_FROM_THE_BEGINNING = {"key_after": -_BEYOND, "client_after": 0}
_OURS = _pool(C.owner_id.is_(None), C.sort_key)


def _first_of(after: Place, dialect: Dialect) -> Select[Any]:
    """Select the first of one's own, and of everybody's behind a place."""
    ours = passing_by_locked(first_behind(_OURS, (C.sort_key, C.id), after, dialect), _CLIENT, dialect)
    parts = union_all(*(select(part.subquery()) for part in (*_OWN, ours))).subquery()
    return (
        select(parts.c.client_id, parts.c.at)
        .order_by(parts.c.place, parts.c.key, parts.c.client_id)
        .limit(_ONE)
    )


_TAKE_FIRST = MadeOnce(lambda dialect: taking(dialect, _first_of(_FURTHEST, dialect), mine_too=False))
_FIRST_BEHIND_MINE = MadeOnce(lambda dialect: _first_of(_FURTHEST, dialect))
_FIRST = MadeOnce(lambda dialect: _first_of(_AFTER, dialect))
