"""The parts that the list of the day is made of: each one order, cut by one index.

The statements are made once and hold named parameters: to make them anew for each key press would
take several times as long as the database takes to answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, cached_property
from heapq import merge
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Select,
    bindparam,
    literal_column,
    or_,
    select,
    tuple_,
    type_coerce,
    union_all,
)
from sqlmodel import Session

from salesdesk import scheduler
from salesdesk.base.placement import CLIENT, NEXT_ACTION
from salesdesk.codes import Band
from salesdesk.context import Context
from salesdesk.models import Claim
from salesdesk.models.types import Code, Instant
from salesdesk.storage.among import among
from salesdesk.storage.journal import table_of
from salesdesk.storage.zones import zones_there
from salesdesk.team.absence import stood_in_for

N = NEXT_ACTION.c
C = CLIENT.c
CLAIM = table_of(Claim).c

PROMISES_MOST = 500
"""No day holds more agreed times than this."""

ME: BindParameter[int] = bindparam("me")
BAND = bindparam("band", type_=Code(Band))
ZONES = "zones"
ABSENT = "absent"
NOW, GRACE, MIDNIGHT, TOMORROW, SOON, LATE_BEFORE = (
    bindparam(name, type_=Instant) for name in ("now", "grace", "midnight", "tomorrow", "soon", "late_before")
)


class Key(NamedTuple):
    """A client's place inside a part: its sort key (a promise's time, in seconds), then its id."""

    sort_key: int
    client_id: int


@dataclass(frozen=True)
class Part:
    """A stretch of the list in one order; its streams, named statements, are merged by their keys."""

    streams: tuple[str, ...]
    band: Band | None = None
    backwards: bool = False


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

    @cached_property
    def parameters(self) -> dict[str, Any]:
        """What the statements of the list ask for."""
        context = self.context
        return {
            "me": context.me.id, "zones": list(self.zones), "now": context.now, "midnight": context.midnight,
            "grace": context.now - scheduler.PROMISE_GRACE, "soon": self.soon, "tomorrow": self.tomorrow,
            "late_before": context.late_before, ABSENT: list(self.absent),
        }  # fmt: skip


def moment(session: Session, context: Context) -> Moment:
    """Look at the clock of every zone that has clients, and at who is absent."""
    opened = scheduler.open_zones(zones(session), context.now, context.calling)
    return Moment(context, opened, stood_in_for(session, context))


def zones(session: Session) -> list[str]:
    """Give the zones of all clients."""
    return zones_there(session)


# -- the statements -------------------------------------------------------------------------------

OTHERS = select(CLAIM.client_id).where(CLAIM.operator_id != ME, CLAIM.expires_at > NOW)
"""The clients that somebody else is on now."""


def _owed_by(whose: ColumnElement[bool]) -> Select[Any]:
    return select(N.sort_key, N.client_id).where(
        whose, N.closed_at.is_(None), N.hold.is_(None), N.client_id.not_in(OTHERS)
    )


def _promised(owed: Select[Any]) -> Select[Any]:
    return owed.with_only_columns(type_coerce(N.due_at, BigInteger), N.client_id).where(
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

IN_BAND = MINE.where(N.band == BAND, N.promise.is_(False), among(N.zone, ZONES))

POOL = select(C.sort_key, C.id.label("client_id")).where(C.pool, among(C.zone, ZONES), C.id.not_in(OTHERS))
"""The keys of the cold base. An OR over the owner would make the database sort both ranges together."""

DUE, LATE, COMING = "due promises", "late promises", "coming promises"
PROMISED = (DUE, LATE, COMING)
_OF_ABSENT = " of the absent"

STREAMS: dict[str, Select[Any]] = {
    **{
        when + whose: promises.where(*due)
        for whose, promises in (("", PROMISES), (_OF_ABSENT, PROMISES_OF_ABSENT))
        for when, due in {
            DUE: (N.due_at >= MIDNIGHT, N.due_at <= SOON),
            LATE: (N.due_at < MIDNIGHT,),
            COMING: (N.due_at > SOON, N.due_at < TOMORROW),
        }.items()
    },
    "overdue": IN_BAND.where(N.due_at < MIDNIGHT),
    "due": IN_BAND.where(N.due_at >= MIDNIGHT, N.due_at <= NOW),
    "my pool": POOL.where(C.owner_id == ME),
    "our pool": POOL.where(C.owner_id.is_(None)),
}


def parts(order: tuple[Band, ...]) -> list[Part]:
    """Give the parts of the list in their order."""
    promised = [promises(DUE), promises(LATE)]
    return promised + [part for band in order for part in _band(band)]


def promises(when: str) -> Part:
    """Give the part of the promises that are due, late or coming: this operator's, and of the absent."""
    return Part((when, when + _OF_ABSENT), backwards=when == LATE)


def _band(band: Band) -> tuple[Part, Part]:
    today = ("due", "my pool", "our pool") if band == Band.TELEMARKETING else ("due",)
    return Part(("overdue",), band), Part(today, band)


@cache
def _statement(stream: str, *, backwards: bool, further: bool) -> Select[Any]:
    """Make the statement that cuts keys of a stream: its first, or those further than a key."""
    statement = STREAMS[stream]
    first, client = statement.selected_columns
    if further:
        here = tuple_(first, client)
        there = tuple_(bindparam("after_key", type_=BigInteger), bindparam("after_client", type_=BigInteger))
        statement = statement.where(here < there if backwards else here > there)
    order = (first.desc(), client.desc()) if backwards else (first, client)
    return statement.order_by(*order).limit(bindparam("most"))


def keys(session: Session, at: Moment, part: Part, after: Key | None, limit: int) -> list[Key]:
    """Cut the next keys of a part. Earlier days' promises run backwards in time, all else forwards."""
    given = at.parameters | {"band": part.band, "most": limit}
    if after is not None:
        given |= {"after_key": after.sort_key, "after_client": after.client_id}
    cuts = []
    for stream in part.streams:
        if stream.endswith(_OF_ABSENT) and not at.absent:
            continue
        statement = _statement(stream, backwards=part.backwards, further=after is not None)
        cuts.append([Key._make(row) for row in session.connection().execute(statement, given).all()])
    return cuts[0] if len(cuts) == 1 else [*merge(*cuts, reverse=part.backwards)][:limit]


@cache
def _promises_of_today(*, of_absent: bool) -> Select[Any]:
    """Make the statement that cuts the beginning of each part of promises: a server is asked once."""
    cuts = []
    for place, when in enumerate(PROMISED):
        for stream in promises(when).streams[: 1 + of_absent]:
            first = _statement(stream, backwards=when == LATE, further=False)
            found = (first.limit(bindparam("most_coming")) if when == COMING else first).subquery()
            cuts.append(select(literal_column(str(place)).label("part"), *found.c))
    return select(union_all(*cuts).subquery())


def promises_of_today(session: Session, at: Moment, limit: int) -> dict[str, list[Key]]:
    """Give the first keys of the promises that are due, late and coming: what the first page begins with."""
    given = at.parameters | {"most": limit, "most_coming": PROMISES_MOST}
    found: dict[str, list[Key]] = {when: [] for when in PROMISED}
    statement = _promises_of_today(of_absent=bool(at.absent))
    for place, first, client in session.connection().execute(statement, given).all():
        found[PROMISED[place]].append(Key(first, client))
    return {
        when: sorted(keys, reverse=when == LATE)[: PROMISES_MOST if when == COMING else limit]
        for when, keys in found.items()
    }


def coming_promises(session: Session, at: Moment) -> list[Key]:
    """Give the promises later today, by their time."""
    return keys(session, at, promises(COMING), None, PROMISES_MOST)
