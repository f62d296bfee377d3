"""Who may be next: one's own who are due, and the shared pool behind those that are taken already."""

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
    literal_column,
    not_,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.engine import Dialect

from salesdesk.base.placement import CLIENT, NEXT_ACTION
from salesdesk.codes import Band
from salesdesk.desk.queue_parts import GIVEN_SINCE, GRACE, MIDNIGHT, SOON, ZONES
from salesdesk.models import Operator
from salesdesk.models.types import Code
from salesdesk.storage.among import among, texts
from salesdesk.storage.behind import Place, first_behind
from salesdesk.storage.journal import table_of
from salesdesk.storage.made_once import MadeOnce
from salesdesk.storage.taking import passing_by_locked
from salesdesk.team.absence import absent_kept_by
from salesdesk.team.claims import ME, NOW, UNTIL, K, nobody_on, taking
from salesdesk.team.pool import of_nobody, was_given

_OWED, _CLIENT = NEXT_ACTION.alias("n"), CLIENT.alias("c")
N, C, O = _OWED.c, _CLIENT.c, table_of(Operator).c  # noqa: E741  # as in models

_BANDS = tuple(bindparam(f"band_{place}", type_=Code(Band)) for place in range(len(Band)))
_DUE_PROMISES, _LATE_PROMISES, _FIRST_OF_BANDS = range(3)
LAST = _FIRST_OF_BANDS + 2 * len(Band) - 1
"""The place of what is due today in the last band: there one's own and the cold base stand in one order."""

_BEYOND = 2**62
"""Further than every key of the pool."""


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
        else_=_number(LAST),
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
    columns = _number(LAST).label("place"), C.sort_key.label("key"), C.id.label("client_id"), at.label("at")
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
FROM_THE_BEGINNING = {"key_after": -_BEYOND, "client_after": 0}
_BEFORE = bindparam("key_before", type_=BigInteger), bindparam("client_before", type_=BigInteger)
BEFORE_ALL = {"key_before": _BEYOND, "client_before": 0}
_POOL = _pool(C.owner_id.is_(None), C.sort_key)
_POOL_BEFORE = _POOL.where(
    or_(C.sort_key < _BEFORE[0], and_(C.sort_key == _BEFORE[0], C.id < _BEFORE[1])),
    not_(was_given(C.id, ME, GIVEN_SINCE)),
)


def _of_pool(after: Place, dialect: Dialect, pool: Select[Any] = _POOL) -> Select[Any]:
    """Select the first of everybody's behind a place."""
    return passing_by_locked(first_behind(pool, (C.sort_key, C.id), after, dialect), _CLIENT, dialect)


def _first_of(after: Place, dialect: Dialect) -> Select[Any]:
    """Select the first of one's own, and of everybody's behind a place."""
    parts = union_all(*(select(part.subquery()) for part in (*_OWN, _of_pool(after, dialect)))).subquery()
    return (
        select(parts.c.client_id, parts.c.at)
        .order_by(parts.c.place, parts.c.key, parts.c.client_id)
        .limit(_ONE)
    )


TAKE_FIRST = MadeOnce(lambda dialect: taking(dialect, _first_of(_FURTHEST, dialect), mine_too=False))
FIRST_BEHIND_MINE = MadeOnce(lambda dialect: _first_of(_FURTHEST, dialect))
FIRST = MadeOnce(lambda dialect: _first_of(_AFTER, dialect))


# -- where everybody's are given out by count ---------------------------------------------------------

# What was given stands there with one's own, were it that one has left it without a call.
_GIVEN = _pool(of_nobody(C, ME, GIVEN_SINCE), C.sort_key)
_MINE = union_all(*(select(part.subquery()) for part in (*_OWN, _GIVEN))).subquery()
MY_FIRST = MadeOnce(
    lambda _dialect: select(_MINE).order_by(_MINE.c.place, _MINE.c.key, _MINE.c.client_id).limit(_ONE)
)
OURS_BEHIND_MINE = MadeOnce(lambda dialect: _of_pool(_FURTHEST, dialect, _POOL_BEFORE))
OURS = MadeOnce(lambda dialect: _of_pool(_AFTER, dialect, _POOL_BEFORE))
GIVEN_BY_SERVER = MadeOnce(
    lambda _dialect: select(func.salesdesk_give(texts(ZONES), NOW, UNTIL, *_BEFORE).label("client_id"))
)
"""Takes one before a place that who asks does not see, and writes the line; none beyond what is counted."""
