"""The funnel: who came to each stage and what became of them, counted from changes of stage alone.

What is followed is a deal (a client, where a change belongs to no deal) from its first coming to a
stage; what is counted is clients, each once per stage. docs/metrics.md says every figure in words.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, case, exists, func, literal, null, select, union_all
from sqlalchemy.engine import Row
from sqlalchemy.sql.selectable import Subquery
from sqlmodel import Session

from salesdesk.base.periods import Kind, Period, whole
from salesdesk.codes import Band
from salesdesk.context import Context
from salesdesk.lead.figures import ratio
from salesdesk.lead.grouping import (
    CLIENT_DIMENSIONS,
    Group,
    Grouping,
    grouping,
    known_dimension,
)
from salesdesk.lead.local_time import seconds
from salesdesk.models import Deal, StageChange
from salesdesk.storage.journal import table_of

CHANGE, DEAL = table_of(StageChange), table_of(Deal)
C = CHANGE.c
EARLIER = CHANGE.alias("earlier")
DIMENSIONS = ("operator", *CLIENT_DIMENSIONS)
_DAY = 86_400
_At = tuple[object, str]
_CLOSED, _BESIDE = -1, -2
"""What stages outside the pipeline are numbered."""


@dataclass(frozen=True, slots=True)
class StageFigures:
    """One stage, of one group where there are groups.

    Of the clients that `entered`, each is one of `advanced`, `rejected`, `still` and `aside`;
    `reentered` of them had been there before. `left_forward` and `left_rejected` are the clients that
    left the stage in the period, whenever they had come (None for a cohort).
    """

    stage: str
    group: Group | None
    entered: int = 0
    advanced: int = 0
    rejected: int = 0
    still: int = 0
    aside: int = 0
    reentered: int = 0
    conversion: float | None = None
    amount_minor: int = 0
    other_currencies: Mapping[str, int] | None = None
    median_days: float | None = None
    left_forward: int | None = None
    left_rejected: int | None = None


@dataclass(frozen=True, slots=True)
class Funnel:
    """The stages in the order of the pipeline; by groups, each group with all of them.

    `clients` counts those who came to any stage, each once. `before` is the period before.
    """

    period: Period
    by: str | None
    cohort: bool
    currency: str
    clients: int
    stages: tuple[StageFigures, ...]
    before: "Funnel | None" = None


def funnel(
    session: Session,
    context: Context,
    *,
    period: Period | None = None,
    by: str | None = None,
    cohort: bool = False,
    compare: bool = False,
) -> Funnel:
    """Count the funnel of a period; this month's where none is given.

    `cohort` follows those who entered the pipeline in the period until now. Raises InputError for what
    the funnel cannot be told apart by.
    """
    if by is not None:
        known_dimension(by, "funnel", DIMENSIONS)
    days = period or whole(Kind.MONTH, context.today, context.catalogues.team.zone)
    found = _funnel(session, _Question(context, days, by, cohort))
    if not compare:
        return found
    before = _funnel(session, _Question(context, days.before, by, cohort))
    return Funnel(
        found.period, found.by, found.cohort, found.currency, found.clients, found.stages, before=before
    )


# -- what is asked --------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Question:
    """A funnel to be counted, and what its statements are put together from."""

    context: Context
    period: Period
    by: str | None
    cohort: bool

    @property
    def along(self) -> list[str]:
        """The stages of the pipeline, in its order: those beside it hold clients, not progress."""
        return [code for code, entry in self.context.catalogues.stages.items() if entry.band != Band.OTHER]

    @property
    def closing(self) -> list[str]:
        return [code for code, entry in self.context.catalogues.stages.items() if not entry.in_work]

    @property
    def horizon(self) -> datetime:
        """The first instant that is not looked at: nothing is known of what is to come."""
        now = self.context.now + timedelta(seconds=1)
        return now if self.cohort else min(now, self.period.end)

    @property
    def grouped(self) -> Grouping:
        return grouping(self.by, self.period, C.at, {"operator": C.operator_id})

    def place(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """Give a stage its place in the pipeline, from 0 on; outside it stand those that close."""
        places = dict.fromkeys(self.closing, _CLOSED) | {code: at for at, code in enumerate(self.along)}
        return case(places, value=column, else_=_BESIDE)


def _funnel(session: Session, asked: _Question) -> Funnel:
    found = _read(session, asked)
    values = [*dict.fromkeys(group for group, _stage in [*found.counts, *found.left])] if asked.by else [None]
    groups = asked.grouped.groups(session, asked.context, values) if asked.by else {}
    currency = asked.context.catalogues.team.currency
    stages = tuple(
        _figures(asked, found, value if asked.by else 0, stage, groups.get(value))
        for value in _in_order(values, groups)
        for stage in asked.along
    )
    return Funnel(asked.period, asked.by, asked.cohort, currency, found.clients, stages)


@dataclass(frozen=True)
class _Found:
    """What the statements gave, by group and stage."""

    clients: int
    counts: Mapping[_At, Row[Any]]
    worth: Mapping[_At, Mapping[str, int]]
    medians: Mapping[_At, float]
    left: Mapping[_At, Row[Any]]


def _read(session: Session, asked: _Question) -> _Found:
    # One statement, so that the changes are walked once for all figures.
    entries = _entries(asked)
    parts = union_all(_counts(entries), _worth(entries), _medians(entries), _clients(entries))
    clients, counts, medians = 0, {}, {}
    worth: dict[_At, dict[str, int]] = defaultdict(dict)
    for row in session.execute(parts):
        at = (row.grp, asked.along[row.place])
        if row.part == "counts":
            counts[at] = row
        elif row.part == "worth":
            worth[at][row.currency] = int(row.n1)
        elif row.part == "median":
            medians[at] = float(row.n1) / float(row.n2)
        else:
            clients = int(row.n1)
    left = {} if asked.cohort else {(row.grp, row.from_stage): row for row in session.execute(_left(asked))}
    return _Found(clients, counts, worth, medians, left)


def _figures(asked: _Question, found: _Found, value: object, stage: str, group: Group | None) -> StageFigures:
    at = (value, stage)
    row, gone, median = found.counts.get(at), found.left.get(at), found.medians.get(at)
    worth = dict(found.worth.get(at, {}))
    entered, advanced, still, rejected, reentered = (
        map(int, (row.n1, row.n2, row.n3, row.n4, row.n5)) if row else (0, 0, 0, 0, 0)
    )
    return StageFigures(
        stage=stage,
        group=group,
        entered=entered,
        advanced=advanced,
        rejected=rejected,
        still=still,
        aside=entered - advanced - still - rejected,
        reentered=reentered,
        conversion=None if stage == asked.along[-1] else ratio(advanced, entered),
        amount_minor=worth.pop(asked.context.catalogues.team.currency, 0),
        other_currencies=worth,
        median_days=None if median is None else round(median / _DAY, 1),
        left_forward=None if asked.cohort else int(gone.forward) if gone else 0,
        left_rejected=None if asked.cohort else int(gone.rejected) if gone else 0,
    )


def _in_order(values: Sequence[object], groups: Mapping[object, Group]) -> list[object]:
    def key(value: object) -> tuple[bool, str]:
        group = groups.get(value)
        return group is None or group.key is None, group.title if group else ""

    return sorted(values, key=key)


# -- who came, and what became of them ------------------------------------------------------------


def _came(asked: _Question) -> Subquery:
    """Select the clients that came to the pipeline in the period; of a cohort, those new there."""
    found = select(C.client_id).where(
        C.at >= asked.period.start, C.at < min(asked.period.end, asked.horizon), C.to_stage.in_(asked.along)
    )
    if asked.cohort:
        found = found.where(
            ~exists().where(
                EARLIER.c.client_id == C.client_id,
                EARLIER.c.at < asked.period.start,
                EARLIER.c.to_stage.in_(asked.along),
            )
        )
    return found.distinct().subquery("came")


def _moves(asked: _Question) -> Subquery:
    """Select every change of theirs, with what followed in the same deal: how far it came, where it ended."""
    came = _came(asked)
    # Worked out first and as numbers: the windows below sort by them.
    changes = (
        select(
            C.client_id,
            C.deal_id,
            C.operator_id,
            C.id,
            seconds(C.at).label("at"),
            func.coalesce(C.deal_id, -C.client_id).label("thread"),
            asked.place(C.to_stage).label("place"),
        )
        .select_from(CHANGE.join(came, came.c.client_id == C.client_id))
        .where(C.at < asked.horizon)
        .subquery("changes")
    )
    c = changes.c
    ordered: dict[str, Any] = {"partition_by": c.thread, "order_by": (c.at, c.id)}
    return select(
        c.client_id,
        c.deal_id,
        c.operator_id,
        c.id,
        c.at,
        c.thread,
        c.place,
        func.max(c.place).over(**ordered, rows=(1, None)).label("later"),
        func.lead(c.at).over(**ordered).label("left_at"),
        func.last_value(c.place).over(**ordered, rows=(None, None)).label("final"),
        func.row_number().over(partition_by=(c.client_id, c.place), order_by=(c.at, c.id)).label("visit"),
    ).subquery("moves")


def _entries(asked: _Question) -> CTE:
    """Select each coming to a stage of the pipeline; `nth` 1 is a deal's first one, which is followed."""
    moves = _moves(asked)
    m = moves.c
    ordered: dict[str, Any] = {"partition_by": (m.thread, m.place), "order_by": (m.at, m.id)}
    # Whoever brought the deal to the stage first: a later coming is no other person's client.
    grouped = asked.grouped
    group = func.first_value(m.operator_id).over(**ordered) if asked.by == "operator" else grouped.expression
    return (
        select(
            group.label("grp"),
            m.client_id,
            m.deal_id,
            m.place,
            m.visit,
            (m.left_at - m.at).label("stayed"),
            func.row_number().over(**ordered).label("nth"),
            case((m.later > m.place, 1), else_=0).label("advanced"),
            case((m.final == m.place, 1), else_=0).label("still"),
            case((m.final == _CLOSED, 1), else_=0).label("rejected"),
        )
        .select_from(grouped.join_client(moves, m.client_id))
        .where(m.at >= int(asked.period.start.timestamp()), m.place >= 0)
        .cte("entries")
    )


def _part(
    name: str,
    group: ColumnElement[Any],
    place: ColumnElement[Any],
    currency: ColumnElement[Any],
    *numbers: ColumnElement[Any],
) -> Select[Any]:
    """Select one kind of figures, in columns that all kinds share."""
    filled = [*numbers, *(literal(0) for _ in range(5 - len(numbers)))]
    return select(
        literal(name).label("part"),
        group.label("grp"),
        place.label("place"),
        currency.label("currency"),
        *(number.label(f"n{place}") for place, number in enumerate(filled, 1)),
    )


def _counts(entries: CTE) -> Select[Any]:
    """Count the clients: of several deals the one that came furthest speaks for the client."""
    e = entries.c
    first = e.nth == 1

    def any_of(flag: ColumnElement[Any]) -> ColumnElement[Any]:
        return func.max(case((first, flag), else_=0))

    client = (
        select(
            e.grp,
            e.place,
            any_of(e.advanced).label("advanced"),
            any_of(e.still).label("still"),
            any_of(e.rejected).label("rejected"),
            func.max(e.visit).label("visit"),
        )
        .group_by(e.grp, e.place, e.client_id)
        .subquery("client")
    )
    c = client.c
    return _part(
        "counts",
        c.grp,
        c.place,
        literal(""),
        func.count(),
        func.sum(c.advanced),
        func.sum(case((and_(c.advanced == 0, c.still == 1), 1), else_=0)),
        func.sum(case((and_(c.advanced == 0, c.still == 0, c.rejected == 1), 1), else_=0)),
        func.sum(case((c.visit > 1, 1), else_=0)),
    ).group_by(c.grp, c.place)


def _worth(entries: CTE) -> Select[Any]:
    """Sum the deals that came to each stage, each once: what they are worth now, each currency by itself."""
    e = entries.c
    return (
        _part("worth", e.grp, e.place, DEAL.c.currency, func.sum(DEAL.c.amount_minor))
        .select_from(entries.join(DEAL, DEAL.c.id == e.deal_id))
        .where(e.nth == 1)
        .group_by(e.grp, e.place, DEAL.c.currency)
    )


def _medians(entries: CTE) -> Select[Any]:
    """Find how long a deal stayed at each stage before it left: the middle one, or the mean of two."""
    e = entries.c
    within: dict[str, Any] = {"partition_by": (e.grp, e.place)}
    stayed = (
        select(
            e.grp,
            e.place,
            e.stayed,
            func.row_number().over(**within, order_by=e.stayed).label("rank"),
            func.count().over(**within).label("number"),
        )
        .where(e.nth == 1, e.stayed.is_not(None))
        .subquery("stayed")
    )
    s = stayed.c
    return (
        _part("median", s.grp, s.place, literal(""), func.sum(s.stayed), func.count())
        .where(s.rank * 2 >= s.number, s.rank * 2 <= s.number + 2)
        .group_by(s.grp, s.place)
    )


def _clients(entries: CTE) -> Select[Any]:
    """Count everybody who came, each once."""
    return _part("clients", null(), literal(0), literal(""), func.count(entries.c.client_id.distinct()))


def _left(asked: _Question) -> Select[Any]:
    """Count the clients that left each stage in the period, whenever they had come to it."""
    grouped = asked.grouped
    here, there = asked.place(C.from_stage), asked.place(C.to_stage)
    rows = (
        select(
            grouped.expression.label("grp"),
            C.client_id,
            C.from_stage,
            case((there > here, C.client_id)).label("forward"),
            case((C.to_stage.in_(asked.closing), C.client_id)).label("rejected"),
        )
        .select_from(grouped.join_client(CHANGE, C.client_id))
        .where(C.at >= asked.period.start, C.at < asked.horizon, C.from_stage.in_(asked.along))
        .subquery("gone")
    )
    r = rows.c
    return select(
        r.grp,
        r.from_stage,
        func.count(r.forward.distinct()).label("forward"),
        func.count(r.rejected.distinct()).label("rejected"),
    ).group_by(r.grp, r.from_stage)
