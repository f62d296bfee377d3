"""The parts that the list of the day is made of: each one order, cut by one index.

The statements are made once and hold named parameters: to make them anew for each key press would
take several times as long as the database takes to answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, cached_property
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Select,
    asc,
    bindparam,
    desc,
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
from salesdesk.models import Claim
from salesdesk.models.types import Instant
from salesdesk.storage.among import among
from salesdesk.storage.behind import Place, behind
from salesdesk.storage.journal import table_of
from salesdesk.storage.made_once import MadeOnce
from salesdesk.storage.policies import by_login
from salesdesk.storage.zones import select_zones, zones_there
from salesdesk.team.absence import STOOD_IN_FOR
from salesdesk.team.pool import given_since, of_nobody, pool_is_counted

N = NEXT_ACTION.c
C = CLIENT.c
CLAIM = table_of(Claim).c

PROMISES_MOST = 500
"""No day holds more agreed times than this."""

ME: BindParameter[int] = bindparam("me")
ZONES = "zones"
ABSENT = "absent"
NOW, GRACE, MIDNIGHT, TOMORROW, SOON, LATE_BEFORE, GIVEN_SINCE = (
    bindparam(name, type_=Instant)
    for name in ("now", "grace", "midnight", "tomorrow", "soon", "late_before", "given_since")
)


class Key(NamedTuple):
    """A client's place inside a part: its sort key (a promise's time, in seconds), then its id."""

    sort_key: int
    client_id: int


class Part(NamedTuple):
    """A stretch of the list in one order: promises, or what a band owes by now."""

    when: str
    band: Band | None = None


@dataclass(frozen=True)
class Moment:
    """What the list depends on besides the rows: now, and the zones that may be called until when.

    `absent` are the names, by ids, of those whose promises are kept by who sits here until they are back.
    """

    context: Context
    zones: Mapping[str, datetime]
    absent: Mapping[int, str] = field(default_factory=dict)

    @property
    def soon(self) -> datetime:
        """Until when a promise counts as due."""
        return self.context.now + timedelta(minutes=self.context.catalogues.team.notice_minutes)

    @cached_property
    def each(self) -> timedelta:
        """What one call with its wrap-up takes."""
        return timedelta(minutes=self.context.catalogues.team.minutes_per_call)

    @property
    def tomorrow(self) -> datetime:
        """When the team's next day begins."""
        return self.context.clock.midnight(self.context.today + timedelta(days=1))

    @property
    def order(self) -> tuple[Band, ...]:
        """The bands in the order of this half of the day."""
        team = self.context.catalogues.team
        half_at = datetime.combine(self.context.today, team.half, team.zone)
        return scheduler.band_order(self.context.now, half_at)

    @property
    def counted(self) -> bool:
        """Whether of the shared pool there stands in the list only what was given to who sits here."""
        return pool_is_counted(self.context)

    @cached_property
    def parameters(self) -> dict[str, Any]:
        """What the statements of the list ask for."""
        context, since = self.context, given_since(self.context)
        return {
            "me": context.me.id, "zones": list(self.zones), "now": context.now, "midnight": context.midnight,
            "grace": context.now - scheduler.PROMISE_GRACE, "soon": self.soon, "tomorrow": self.tomorrow,
            "late_before": context.late_before, "given_since": since, ABSENT: list(self.absent),
        }  # fmt: skip


def _around(*, of_a_login: bool) -> MadeOnce:
    there = select_zones(of_a_login=of_a_login).subquery()
    named = select(null().label("id"), there.c.zone.label("name"))
    return MadeOnce(lambda _dialect: union_all(named, STOOD_IN_FOR))


_AROUND = {of_a_login: _around(of_a_login=of_a_login) for of_a_login in (False, True)}
"""The zones that there are, without ids, and whose promises one keeps: a server is asked once."""


def moment(session: Session, context: Context) -> Moment:
    """Look at the clock of every zone that has clients, and at who is absent."""
    there: list[str] = []
    absent: dict[int, str] = {}
    given = {"me": context.me.id, "now": context.now}
    rows: Sequence[Any] = _AROUND[by_login(session)].run(session, given).all()
    for number, name in rows:
        if number is None:
            there.append(name)
        else:
            absent[number] = name
    return Moment(context, scheduler.open_zones(there, context.now, context.calling), absent)


def zones(session: Session) -> list[str]:
    """Give the zones of all clients."""
    return zones_there(session)


# -- the statements -------------------------------------------------------------------------------

OTHERS = select(CLAIM.client_id).where(CLAIM.operator_id != ME, CLAIM.expires_at > NOW)
"""The clients that somebody else is on now."""


def _owed_by(whose: ColumnElement[bool]) -> Select[Any]:
    return select(N.sort_key.label("key"), N.client_id).where(
        whose, N.closed_at.is_(None), N.hold.is_(None), N.client_id.not_in(OTHERS)
    )


def _promised(owed: Select[Any]) -> Select[Any]:
    return owed.with_only_columns(type_coerce(N.due_at, BigInteger).label("key"), N.client_id).where(
        N.promise, or_(N.due_at > GRACE, among(N.zone, ZONES))
    )


MINE = _owed_by(N.operator_id == ME)
"""The keys of this operator's next actions that may stand in a list."""

PROMISES = _promised(MINE)
"""The keys of this operator's promises that may be kept now."""

# By themselves: one index gives this operator's in their order, those of several people must be sorted.
OF_ABSENT = _owed_by(among(N.operator_id, ABSENT))
"""The keys of the next actions of those whose promises this operator keeps."""

PROMISES_OF_ABSENT = _promised(OF_ABSENT)
"""The keys of their promises that may be kept now."""

POOL = select(C.sort_key.label("key"), C.id.label("client_id")).where(
    C.pool, among(C.zone, ZONES), C.id.not_in(OTHERS)
)
"""The keys of the cold base. An OR over the owner would make the database sort both ranges together."""

_IN_BAND = MINE.where(N.promise.is_(False), among(N.zone, ZONES))
OURS = {
    False: of_nobody(C, ME, None),
    True: of_nobody(C, ME, GIVEN_SINCE),
}
"""The clients of everybody's that stand in a list: all of them, or those that were given out, where that is
counted."""
_MY_POOL = POOL.where(C.owner_id == ME)
# By the owner as well, though it is one: PostgreSQL does not know that NULLs are all the same, and would sort
# the whole pool.
_OUR_POOL = {counted: POOL.where(ours).order_by(C.owner_id) for counted, ours in OURS.items()}

DUE, LATE, _COMING, _OVERDUE, _TODAY = "due promises", "late promises", "coming promises", "overdue", "today"
_OWED_WHEN: dict[str, tuple[ColumnElement[bool], ...]] = {
    DUE: (N.due_at >= MIDNIGHT, N.due_at <= SOON),
    LATE: (N.due_at < MIDNIGHT,),
    _COMING: (N.due_at > SOON, N.due_at < TOMORROW),
    _OVERDUE: (N.due_at < MIDNIGHT,),
    _TODAY: (N.due_at >= MIDNIGHT, N.due_at <= NOW),
}


@cache
def parts(order: tuple[Band, ...]) -> tuple[Part, ...]:
    """Give the parts of the list in their order."""
    return (Part(DUE), Part(LATE), *(Part(when, band) for band in order for when in (_OVERDUE, _TODAY)))


def stretch(every: tuple[Part, ...], begin: int) -> tuple[Part, ...]:
    """Give the parts from one on that are asked for at once: to the end of its band, promises with the first.

    The more parts a statement has, the longer it takes, though most are not looked at; one band mostly fills
    a page.
    """
    band = next((part.band for part in every[begin:] if part.band is not None), None)
    return tuple(part for part in every[begin:] if part.band in {None, band})


def _streams(part: Part, kind: "_Kind") -> list[Select[Any]]:
    """Give the keys that stand in a part, those of each index by themselves."""
    when = _OWED_WHEN[part.when]
    if part.band is None:
        return [each.where(*when) for each in (PROMISES, PROMISES_OF_ABSENT)[: 1 + kind.of_absent]]
    owed = _IN_BAND.where(N.band == part.band, *when)
    cold = part == Part(_TODAY, Band.TELEMARKETING)
    return [owed, _MY_POOL, _OUR_POOL[kind.counted]] if cold else [owed]


# -- cutting them ---------------------------------------------------------------------------------

_BESIDE = -1
"""The number of the promises later today: no part holds them, each has a place of its own among the rows."""

_MOST = bindparam("most", type_=BigInteger)
_AFTER = bindparam("after_key", type_=BigInteger), bindparam("after_client", type_=BigInteger)


class _Kind(NamedTuple):
    """Whose list: of somebody who stands in for others, of a team that gives the shared pool out by count."""

    of_absent: bool
    counted: bool


class Cut(NamedTuple):
    """Keys in the order of the list, each with the number of its part; and the promises later today."""

    keys: list[tuple[int, Key]]
    coming: list[Key]


def cut(
    session: Session, at: Moment, wanted: tuple[Part, ...], after: Key | None, limit: int, *, coming: bool
) -> Cut:
    """Cut the first keys out of parts one after another, of the first of them those behind a key.

    Where promises later today are asked for too, they are all given.
    """
    given = at.parameters | {"most": limit}
    if after is not None:
        given |= {"after_key": after.sort_key, "after_client": after.client_id}
    found = Cut([], [])
    kind = _Kind(bool(at.absent), at.counted)
    statement = _cutting(wanted, kind, further=after is not None, coming=coming)
    rows: Sequence[Any] = statement.run(session, given).all()
    for number, sort_key, client_id in rows:
        key = Key(sort_key, client_id)
        if number == _BESIDE:
            found.coming.append(key)
        else:
            found.keys.append((number, key))
    return found


@cache
def _cutting(wanted: tuple[Part, ...], kind: _Kind, *, further: bool, coming: bool) -> MadeOnce:
    """Make one statement of all that is asked for: a server takes longer to be asked than to answer."""

    def numbered(number: int, part: Part, most: ColumnElement[int], dialect: Dialect) -> Select[Any]:
        after = _AFTER if further and number == 0 else None
        found = _first(part, most, after, dialect, kind).subquery()
        return select(literal_column(str(number)).label("part"), *found.c)

    def make(dialect: Dialect) -> CompoundSelect[Any]:
        every = [numbered(number, part, _MOST, dialect) for number, part in enumerate(wanted)]
        if every:
            # Both databases take a union's parts one after another: behind a full page nothing is looked at.
            every = [select(union_all(*every).limit(_MOST).subquery())]
        if coming:
            every.append(numbered(_BESIDE, Part(_COMING), literal_column(str(PROMISES_MOST)), dialect))
        return union_all(*every)

    return MadeOnce(make)


def _first(
    part: Part, most: ColumnElement[int], after: Place | None, dialect: Dialect, kind: _Kind
) -> CompoundSelect[Any]:
    """Select the first keys of a part, all of them or those behind a place, out of its streams in one order.

    Promises of earlier days run backwards in time, all else forwards.
    """
    backwards = part.when == LATE
    way = desc if backwards else asc
    order: list[ColumnElement[Any]] = [way("key"), way("client_id")]
    cuts: list[Select[Any]] = []
    for stream in _streams(part, kind):
        key, client = stream.selected_columns.values()
        there = after and behind(stream, (key, client), after, dialect, backwards=backwards)
        cuts += there or [stream]
    if dialect.name == "sqlite":
        # It goes along the indexes of all of them at once.
        cuts = [each.order_by(None) for each in cuts]
    elif len(cuts) > 1:
        cuts = [select(each.order_by(*order).limit(most).subquery()) for each in cuts]
    return union_all(*cuts).order_by(*order).limit(most)
