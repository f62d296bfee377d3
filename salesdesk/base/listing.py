"""The base as a list: the clients that a filter chooses, page by page, in one of several orders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select, union_all
from sqlmodel import Session

from salesdesk.base.filters import Everything, Filter, condition_of
from salesdesk.base.filters.counting import count_of
from salesdesk.base.filters.ways import one_by_one, reached
from salesdesk.base.visible import visible_in
from salesdesk.codes import Band, ClientClass, PhoneState, StepKind
from salesdesk.context import Context
from salesdesk.models import Client, NextAction, Operator, Phone
from salesdesk.models.types import Instant
from salesdesk.storage.among import among
from salesdesk.storage.behind import behind
from salesdesk.storage.journal import table_of
from salesdesk.storage.planning import planned_anew
from salesdesk.storage.seen_parts import seen_parts
from salesdesk.storage.walking import along_the_list, is_sqlite
from salesdesk.team.claims import claimed_among
from salesdesk.team.limits import check_list, rows_of_a_list
from salesdesk.team.pool import pool_is_counted

C, N, P, O = (table_of(model).c for model in (Client, NextAction, Phone, Operator))  # noqa: E741  # as in models
_NEVER, _LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
"""Before and after every instant: never called stands first, owed nothing stands last."""


class Sort(StrEnum):
    """What a list is in the order of."""

    NAME = "name"
    AMOUNT = "amount"
    LAST_CALL = "last_call"
    NEXT = "next"


@dataclass(frozen=True, slots=True)
class After:
    """Where a page ended: the next begins behind it."""

    key: str | int | datetime
    client_id: int
    rows: int = 0
    """How many there were until here."""


@dataclass(frozen=True, slots=True)
class ListedAction:
    """What a client of the list is owed."""

    kind: StepKind
    goal: str
    due_at: datetime
    promise: bool
    operator: str


@dataclass(frozen=True, slots=True)
class ListedRow:
    """A client of the list."""

    client_id: int
    external_id: str | None
    name: str
    stage: str | None
    client_class: ClientClass
    band: Band
    owner: str | None
    city: str | None
    region: str | None
    industry: str | None
    campaign: str | None
    source: str
    interest: int
    expected_minor: int
    last_call_at: datetime | None
    next_action: ListedAction | None
    phone: str | None
    claimed_by: str | None = None
    """Who else is on this client now."""


@dataclass(frozen=True)
class Listed:
    """A page of the list; `total` counts all that the filter chooses, `next` is None at the end."""

    rows: tuple[ListedRow, ...]
    total: int
    next: After | None


_DUE = select(N.due_at).where(N.client_id == C.id, N.closed_at.is_(None)).scalar_subquery()
_KEYS: Mapping[Sort, ColumnElement[Any]] = {
    Sort.NAME: C.name_key,
    Sort.AMOUNT: C.expected_minor,
    Sort.LAST_CALL: func.coalesce(C.last_call_at, literal(_NEVER, Instant)),
    Sort.NEXT: func.coalesce(_DUE, literal(_LAST, Instant)),
}
_BACKWARDS = frozenset([Sort.AMOUNT])
_FEW = 10
"""Of clients so few pages of whom there are in all, PostgreSQL sorts a page rather than seeks it along the
index of names: it would walk that from end to end, and look up a client at each step. Joined with nothing,
a name is the same and is in no index."""
_MANY = 100
"""Clients of so many pages stand close together along the names: what else there is of each is looked up."""

_STEPS = 10_000
"""Clients that are passed by along the index of the list before a shorter way is looked for."""

_CLIENTS: Select[Any] = (
    select(
        C.id, C.external_id, C.name, C.stage, C.client_class, C.band, O.login.label("owner"), C.city,
        C.region, C.industry, C.campaign, C.source, C.interest, C.expected_minor, C.last_call_at,
    )
    .outerjoin(table_of(Operator), O.id == C.owner_id)
    .where(among(C.id, "clients"))
)  # fmt: skip
_OWED: Select[Any] = (
    select(N.client_id, N.kind, N.goal, N.due_at, N.promise, O.login)
    .join(table_of(Operator), O.id == N.operator_id)
    .where(among(N.client_id, "clients"), N.closed_at.is_(None))
)
# The last one of a client stays in a mapping: that is the first that can be called.
_NUMBERS: Select[Any] = (
    select(P.client_id, func.coalesce(P.e164, P.raw))
    .where(among(P.client_id, "clients"))
    .order_by(case((P.state == PhoneState.GOOD, 1), else_=0), P.position.desc(), P.id.desc())
)


@planned_anew
def listed(
    session: Session,
    context: Context,
    where: Filter | None = None,
    limit: int = 50,
    after: After | None = None,
    *,
    sort: Sort = Sort.NAME,
    total: int | None = None,
) -> Listed:
    """Give a page of the clients that a filter chooses, and how many there are in all.

    By name; by amount, the largest first; by last call, those never called first and then the longest
    ago; by next action, the earliest first. An operator's list holds what they see, and ends after as many
    rows as a list of theirs may have. A `total` that is known is not counted anew. Raises FilterError for a
    value that the base does not know.
    """
    chosen = where or Everything()
    if total is None:
        total = count(session, context, chosen)
    return paged(session, context, chosen, limit, after, sort=sort, total=total)


def listed_at_once(
    session: Session,
    context: Context,
    where: Filter | None = None,
    limit: int = 50,
    *,
    sort: Sort = Sort.NAME,
) -> Listed:
    """Give a list that is asked for whole, not page by page. Raises what `listed` does, and TooMuchError."""
    check_list(context, limit)
    return listed(session, context, where, limit, sort=sort)


@planned_anew
def count(session: Session, context: Context, where: Filter) -> int:
    """Count the clients that a filter chooses. Raises FilterError."""
    condition = _condition(session, context, where)
    return sum(count_of(session, and_(part, condition)) for part in _parts(session, context))


@planned_anew
def paged(
    session: Session,
    context: Context,
    where: Filter,
    limit: int = 50,
    after: After | None = None,
    *,
    sort: Sort = Sort.NAME,
    total: int = -1,
) -> Listed:
    """Give a page alone, as `listed` does; `total` is what is known of it."""
    condition = _condition(session, context, where)
    before, most = 0 if after is None else after.rows, rows_of_a_list(context)
    if most is not None:
        limit = min(limit, most - before)
    found = _found(session, context, condition, limit, after, sort, total) if total and limit > 0 else ()
    ids = [client_id for client_id, _key in found[:limit]]
    others = claimed_among(session, context, ids)
    rows = tuple(
        replace(row, claimed_by=others[row.client_id]) if row.client_id in others else row
        for row in rows_of(session, ids)
    )
    last = found[limit - 1] if len(found) > limit and before + limit != most else None
    return Listed(rows, total, None if last is None else After(last[1], last[0], before + limit))


def _condition(session: Session, context: Context, where: Filter) -> ColumnElement[bool]:
    return and_(visible_in(session, context), condition_of(session, context, where))


def _parts(session: Session, context: Context) -> Sequence[ColumnElement[bool]]:
    return seen_parts(session, pool_seen=not pool_is_counted(context))


def _found(
    session: Session,
    context: Context,
    condition: ColumnElement[bool],
    limit: int,
    after: After | None,
    sort: Sort,
    total: int,
) -> Sequence[Any]:
    """Find the clients of a page and one more, each with its key."""
    named = sort is Sort.NAME
    if named and is_sqlite(session):
        found = _near(session, condition, limit, after)
        if found is not None:
            return found
    if named and total > limit * _MANY and not is_sqlite(session):
        condition = one_by_one(condition)
    if named and 0 < total <= limit * _FEW and not is_sqlite(session):
        return _sorted(session, context, condition, limit, after)
    page = _page(_KEYS[sort], limit, after, backwards=sort in _BACKWARDS)
    return session.execute(reached(session, page, condition, along=named)).all()


def _sorted(
    session: Session, context: Context, condition: ColumnElement[bool], limit: int, after: After | None
) -> Sequence[Any]:
    """Find all clients, who are few, before a server puts them in the order of names."""
    parts = [_page(C.name_key + "", limit, after).where(part, condition) for part in _parts(session, context)]
    if len(parts) == 1:
        return session.execute(parts[0]).all()
    page = union_all(*(part.subquery().select() for part in parts))
    return session.execute(page.order_by("key", "id").limit(limit + 1)).all()


def _near(
    session: Session, condition: ColumnElement[bool], limit: int, after: After | None
) -> Sequence[Any] | None:
    """Fill a page by a few thousand steps along the names; None where those were not enough.

    Most pages are filled by them, whatever the filter.
    """
    far = select(C.name_key).order_by(C.name_key).limit(1).offset(_STEPS)
    if after is not None:
        far = far.where(C.name_key > after.key)
    beyond = session.scalar(along_the_list(far))
    rows = select(C.id, C.name_key.label("key")).where(condition)
    cuts: tuple[Select[Any], ...] = (rows,)
    if after is not None:
        place = literal(after.key), literal(after.client_id)
        cuts = behind(rows, (C.name_key, C.id), place, session.get_bind().dialect)
    if beyond is not None:
        # Of those with the name that the page before ended with, all are looked at.
        cuts = (*cuts[:-1], cuts[-1].where(C.name_key < beyond))
    page = union_all(*map(along_the_list, cuts)).order_by("key", "id").limit(limit + 1)
    found = session.execute(page).all()
    return found if beyond is None or len(found) > limit else None


def _page(
    key: ColumnElement[Any], limit: int, after: After | None, *, backwards: bool = False
) -> Select[Any]:
    """Select the next clients in the order of a key, one more than a page holds."""
    page = select(C.id, key.label("key")).order_by(key.desc() if backwards else key, C.id).limit(limit + 1)
    return page if after is None else page.where(_behind(key, after, backwards=backwards))


def _behind(key: ColumnElement[Any], after: After, *, backwards: bool) -> ColumnElement[bool]:
    """Tell what stands behind a place, so that an index on the key is entered there."""
    near = key <= after.key if backwards else key >= after.key
    beyond = key < after.key if backwards else key > after.key
    return and_(near, or_(beyond, C.id > after.client_id))


def rows_of(session: Session, ids: Sequence[int]) -> tuple[ListedRow, ...]:
    """Read clients for a list, in the order given."""
    given = {"clients": ids}
    connection = session.connection()
    owed = {row[0]: ListedAction(*row[1:]) for row in connection.execute(_OWED, given)}
    numbers: dict[int, str] = dict(connection.execute(_NUMBERS, given).all())
    known: dict[int, Any] = {row.id: row for row in connection.execute(_CLIENTS, given)}
    return tuple(
        ListedRow(*(*known[each], owed.get(each), numbers.get(each))) for each in ids if each in known
    )
