"""The parts that the list of the day is made of: each one order, cut by one index."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Select, literal, or_, select, text, tuple_, type_coerce
from sqlmodel import Session, col

from salesdesk import scheduler
from salesdesk.base.placement import CLIENT, NEXT_ACTION
from salesdesk.codes import Band
from salesdesk.context import Context
from salesdesk.models import Claim

N = NEXT_ACTION.c
C = CLIENT.c

DUE, LATE = 0, 1
"""The places of the two parts of promises; the bands follow."""

PROMISES_MOST = 500
"""No day holds more agreed times than this."""


class Key(NamedTuple):
    """A client's place inside a part: its sort key (a promise's time, in seconds), then its id."""

    sort_key: int
    client_id: int


@dataclass(frozen=True)
class Part:
    """A stretch of the list in one order; its streams are merged by their keys."""

    band: Band | None
    streams: tuple[Select[Any], ...]


@dataclass(frozen=True)
class Moment:
    """What the list depends on besides the rows: now, and the zones that may be called until when."""

    context: Context
    zones: dict[str, datetime]

    @property
    def soon(self) -> datetime:
        """Until when a promise counts as due."""
        return self.context.now + timedelta(minutes=self.context.catalogues.team.notice_minutes)

    @property
    def each(self) -> timedelta:
        """What one call with its wrap-up takes."""
        return timedelta(minutes=self.context.catalogues.team.minutes_per_call)

    @property
    def half_at(self) -> datetime:
        """When the first half of the team's day ends."""
        team = self.context.catalogues.team
        return datetime.combine(self.context.today, team.half, team.zone)

    @property
    def order(self) -> tuple[Band, ...]:
        """The bands in the order of this half of the day."""
        return scheduler.band_order(self.context.now, self.half_at)


def moment(session: Session, context: Context) -> Moment:
    """Look at the clock of every zone that has clients."""
    return Moment(context, scheduler.open_zones(zones(session), context.now, context.calling))


_ZONES = text(
    "WITH RECURSIVE skip(zone) AS (SELECT min(zone) FROM client UNION ALL "
    "SELECT (SELECT min(client.zone) FROM client WHERE client.zone > skip.zone) "
    "FROM skip WHERE skip.zone IS NOT NULL) SELECT zone FROM skip WHERE zone IS NOT NULL"
)


def zones(session: Session) -> list[str]:
    """Give the zones of all clients, by skipping through their index."""
    return list(session.execute(_ZONES).scalars())


def others_claims(context: Context) -> Select[tuple[int]]:
    """Select the clients that somebody else is on now."""
    return select(col(Claim.client_id)).where(
        col(Claim.operator_id) != context.me.id, col(Claim.expires_at) > context.now
    )


def mine(context: Context) -> Select[Any]:
    """Select the keys of this operator's next actions that may stand in a list."""
    return select(N.sort_key, N.client_id).where(
        N.operator_id == context.me.id,
        N.closed_at.is_(None),
        N.hold.is_(None),
        N.client_id.not_in(others_claims(context)),
    )


def pool(at: Moment) -> tuple[Select[Any], Select[Any]]:
    """Select the keys of the cold base: this operator's own, and everybody's."""
    # Two ranges of one index; an OR over the owner would make the database sort them together.
    cold = select(C.sort_key, C.id.label("client_id")).where(
        C.pool, C.zone.in_(at.zones), C.id.not_in(others_claims(at.context))
    )
    return cold.where(C.owner_id == at.context.me.id), cold.where(C.owner_id.is_(None))


def promises(at: Moment) -> Select[Any]:
    """Select the keys of this operator's promises that may be kept now."""
    grace = at.context.now - scheduler.PROMISE_GRACE
    return (
        mine(at.context)
        .with_only_columns(type_coerce(N.due_at, BigInteger), N.client_id)
        .where(N.promise, or_(N.due_at > grace, N.zone.in_(at.zones)))
    )


def parts(at: Moment) -> list[Part]:
    """Give the parts of the list in their order."""
    context = at.context
    due = promises(at).where(N.due_at >= context.midnight, N.due_at <= at.soon)
    late = promises(at).where(N.due_at < context.midnight)
    bands = [_band(at, band, overdue=overdue) for band in at.order for overdue in (True, False)]
    return [Part(None, (due,)), Part(None, (late,)), *bands]


def _band(at: Moment, band: Band, *, overdue: bool) -> Part:
    context = at.context
    actions = mine(context).where(N.band == band, N.promise.is_(False), N.zone.in_(at.zones))
    if overdue:
        return Part(band, (actions.where(N.due_at < context.midnight),))
    today = actions.where(N.due_at >= context.midnight, N.due_at <= context.now)
    return Part(band, (today, *pool(at)) if band == Band.TELEMARKETING else (today,))


def coming_promises(session: Session, at: Moment) -> list[Key]:
    """Give the promises later today, by their time."""
    tomorrow = at.context.clock.midnight(at.context.today + timedelta(days=1))
    coming = promises(at).where(N.due_at > at.soon, N.due_at < tomorrow)
    return _cut(session, coming, None, PROMISES_MOST, backwards=False)


def keys(session: Session, part: Part, place: int, after: Key | None, limit: int) -> list[Key]:
    """Cut the next keys of a part. Earlier days' promises run backwards in time, all else forwards."""
    cuts = [_cut(session, stream, after, limit, backwards=place == LATE) for stream in part.streams]
    return cuts[0] if len(cuts) == 1 else [*merge(*cuts)][:limit]


def _cut(
    session: Session, stream: Select[Any], after: Key | None, limit: int, *, backwards: bool
) -> list[Key]:
    first, client = stream.selected_columns
    if after is not None:
        here, there = tuple_(first, client), tuple_(literal(after.sort_key), literal(after.client_id))
        stream = stream.where(here < there if backwards else here > there)
    order = (first.desc(), client.desc()) if backwards else (first, client)
    return [Key(*row) for row in session.execute(stream.order_by(*order).limit(limit))]


def clients_of(found: Sequence[Key]) -> list[int]:
    """Give the clients of keys, in their order."""
    return [key.client_id for key in found]
