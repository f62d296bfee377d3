"""The funnel: who came to each stage and what became of them, counted from changes of stage alone.

What is followed is a deal (a client, where a change belongs to no deal) from its first coming to a
stage; what is counted is clients, each once per stage. docs/metrics.md says every figure in words.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, case, func, literal, null, select, union_all
from sqlalchemy.engine import Row
from sqlmodel import Session

from salesdesk.base.periods import Kind, Period, whole
from salesdesk.context import Context
from salesdesk.i18n import N_
from salesdesk.lead.figures import Column, Unit, Values, ratio
from salesdesk.lead.flow import (
    DIMENSIONS,
    Flow,
    by_client,
    deals_that_came,
    entries,
    fates,
    gone,
    leaving,
    stays,
)
from salesdesk.lead.grouping import Group, known_dimension
from salesdesk.lead.people import whose
from salesdesk.storage.planning import planned_anew

COLUMNS = (
    Column("entered", N_("Entered"), Unit.COUNT),
    Column("advanced", N_("Advanced"), Unit.COUNT),
    Column("rejected", N_("Rejected"), Unit.COUNT),
    Column("still", N_("Still there"), Unit.COUNT),
    Column("aside", N_("Aside"), Unit.COUNT),
    Column("conversion", N_("Conversion"), Unit.SHARE),
    Column("amount", N_("Amount"), Unit.AMOUNT),
    Column("median_days", N_("Days, median"), Unit.DAYS),
    Column("reentered", N_("Came again"), Unit.COUNT),
    Column("left_forward", N_("Went on"), Unit.COUNT),
    Column("left_rejected", N_("Were rejected"), Unit.COUNT),
)
"""The figures of a stage; a cohort has not the last two."""
_DAY = 86_400
_At = tuple[object, str]


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

    @property
    def values(self) -> Values:
        """The figures by the keys of their columns, and sums of other currencies."""
        return {
            "entered": self.entered,
            "advanced": self.advanced,
            "rejected": self.rejected,
            "still": self.still,
            "aside": self.aside,
            "conversion": self.conversion,
            "amount": self.amount_minor,
            "median_days": self.median_days,
            "reentered": self.reentered,
            "left_forward": self.left_forward,
            "left_rejected": self.left_rejected,
            "other_currencies": self.other_currencies or {},
        }


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


@planned_anew
def funnel(
    session: Session,
    context: Context,
    *,
    period: Period | None = None,
    by: str | None = None,
    cohort: bool = False,
    compare: bool = False,
    operator: str | None = None,
) -> Funnel:
    """Count the funnel of a period; this month's where none is given. An operator's is their own alone.

    `cohort` follows those who entered the pipeline in the period until now. Raises InputError for what
    the funnel cannot be told apart by, NotAllowedError for somebody else's.
    """
    if by is not None:
        known_dimension(by, "funnel", DIMENSIONS)
    days = period or whole(Kind.MONTH, context.today, context.catalogues.team.zone)
    who = whose(session, context, operator)
    found = _funnel(session, Flow(context, days, by, cohort, who))
    if not compare:
        return found
    before = _funnel(session, Flow(context, days.before, by, cohort, who))
    return Funnel(
        found.period, found.by, found.cohort, found.currency, found.clients, found.stages, before=before
    )


def _funnel(session: Session, flow: Flow) -> Funnel:
    found = _read(session, flow)
    values = [*dict.fromkeys(group for group, _stage in [*found.counts, *found.left])] if flow.by else [None]
    groups = flow.grouped.groups(session, flow.context, values) if flow.by else {}
    currency = flow.context.catalogues.team.currency
    stages = tuple(
        _figures(flow, found, value if flow.by else 0, stage, groups.get(value))
        for value in _in_order(values, groups)
        for stage in flow.along
    )
    return Funnel(flow.period, flow.by, flow.cohort, currency, found.clients, stages)


@dataclass(frozen=True)
class _Found:
    """What the statements gave, by group and stage."""

    clients: int
    counts: Mapping[_At, Row[Any]]
    worth: Mapping[_At, Mapping[str, int]]
    medians: Mapping[_At, float]
    left: Mapping[_At, Row[Any]]


def _read(session: Session, flow: Flow) -> _Found:
    # One statement, so that the changes are walked once for all figures.
    came = entries(flow)
    parts = union_all(_counts(came), _worth(came), _medians(came), _clients(came))
    clients, counts, medians = 0, {}, {}
    worth: dict[_At, dict[str, int]] = defaultdict(dict)
    for row in session.execute(parts):
        at = (row.grp, flow.along[row.place])
        if row.part == "counts":
            counts[at] = row
        elif row.part == "worth":
            worth[at][row.currency] = int(row.n1)
        elif row.part == "median":
            medians[at] = float(row.n1) / float(row.n2)
        else:
            clients = int(row.n1)
    left = {} if flow.cohort else {(row.grp, row.from_stage): row for row in session.execute(_left(flow))}
    return _Found(clients, counts, worth, medians, left)


def _figures(flow: Flow, found: _Found, value: object, stage: str, group: Group | None) -> StageFigures:
    at = (value, stage)
    row, left, median = found.counts.get(at), found.left.get(at), found.medians.get(at)
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
        conversion=None if stage == flow.along[-1] else ratio(advanced, entered),
        amount_minor=worth.pop(flow.context.catalogues.team.currency, 0),
        other_currencies=worth,
        median_days=None if median is None else round(median / _DAY, 1),
        left_forward=None if flow.cohort else int(left.forward) if left else 0,
        left_rejected=None if flow.cohort else int(left.rejected) if left else 0,
    )


def _in_order(values: Sequence[object], groups: Mapping[object, Group]) -> list[object]:
    def key(value: object) -> tuple[bool, str]:
        group = groups.get(value)
        return group is None or group.key is None, group.title if group else ""

    return sorted(values, key=key)


# -- counting the rows ----------------------------------------------------------------------------


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


def _counts(came: CTE) -> Select[Any]:
    client = by_client(came)
    c, fate = client.c, fates(client)

    def counted(name: str) -> ColumnElement[Any]:
        return func.sum(case((fate[name], 1), else_=0))

    return _part(
        "counts",
        c.grp,
        c.place,
        literal(""),
        func.count(),
        *(counted(name) for name in ("advanced", "still", "rejected", "reentered")),
    ).group_by(c.grp, c.place)


def _worth(came: CTE) -> Select[Any]:
    """Sum what the deals are worth now, each currency by itself."""
    d = deals_that_came(came).c
    return _part("worth", d.grp, d.place, d.currency, func.sum(d.amount_minor)).group_by(
        d.grp, d.place, d.currency
    )


def _medians(came: CTE) -> Select[Any]:
    """Find how long a deal stayed at each stage before it left: the middle one, or the mean of two."""
    stay = stays(came).subquery("stay").c
    within: dict[str, Any] = {"partition_by": (stay.grp, stay.place)}
    stayed = select(
        stay.grp,
        stay.place,
        stay.stayed,
        func.row_number().over(**within, order_by=stay.stayed).label("rank"),
        func.count().over(**within).label("number"),
    ).subquery("stayed")
    s = stayed.c
    return (
        _part("median", s.grp, s.place, literal(""), func.sum(s.stayed), func.count())
        .where(s.rank * 2 >= s.number, s.rank * 2 <= s.number + 2)
        .group_by(s.grp, s.place)
    )


def _clients(came: CTE) -> Select[Any]:
    """Count everybody who came, each once."""
    return _part("clients", null(), literal(0), literal(""), func.count(came.c.client_id.distinct()))


def _left(flow: Flow) -> Select[Any]:
    """Count the clients that left each stage in the period, whenever they had come to it."""
    changes = gone(flow)
    r, of = changes.c, leaving(changes)

    def clients(name: str) -> ColumnElement[Any]:
        return func.count(case((of[name], r.client_id)).distinct())

    return select(
        r.grp,
        r.from_stage,
        clients("left_forward").label("forward"),
        clients("left_rejected").label("rejected"),
    ).group_by(r.grp, r.from_stage)
