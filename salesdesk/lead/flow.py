"""Who came to which stage of the pipeline and what became of them, as statements over the changes of stage.

The funnel counts these rows, and its figures open into the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Select,
    and_,
    case,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.sql.selectable import Subquery

from salesdesk.base.periods import Period
from salesdesk.codes import Band
from salesdesk.context import Context
from salesdesk.lead.grouping import CLIENT_DIMENSIONS, Grouping, grouping
from salesdesk.lead.local_time import seconds
from salesdesk.models import Deal, StageChange
from salesdesk.storage.existing import there_is
from salesdesk.storage.journal import table_of

CHANGE, DEAL = table_of(StageChange), table_of(Deal)
C = CHANGE.c
EARLIER = CHANGE.alias("earlier")
DIMENSIONS = ("operator", *CLIENT_DIMENSIONS)
_CLOSED, _BESIDE = -1, -2
"""What stages outside the pipeline are numbered."""


@dataclass(frozen=True)
class Flow:
    """Of which funnel: what its statements are put together from."""

    context: Context
    period: Period
    by: str | None
    cohort: bool
    operator_id: int | None = None
    """Whose deals: of whoever brought each to the stage first. None: everybody's."""

    @property
    def along(self) -> list[str]:
        """The stages of the pipeline, in its order: those beside it hold clients, not progress."""
        return [code for code, entry in self.context.catalogues.stages.items() if entry.band != Band.OTHER]

    @property
    def closing(self) -> list[str]:
        """The stages at which nothing is owed any more."""
        return [code for code, entry in self.context.catalogues.stages.items() if not entry.in_work]

    @property
    def horizon(self) -> datetime:
        """The first instant that is not looked at: nothing is known of what is to come."""
        now = self.context.now + timedelta(seconds=1)
        return now if self.cohort else min(now, self.period.end)

    @property
    def grouped(self) -> Grouping:
        """By what changes of stage are told apart."""
        return grouping(self.by, self.period, C.at, {"operator": C.operator_id})

    def place(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """Give a stage its place in the pipeline, from 0 on; outside it stand those that close."""
        places = dict.fromkeys(self.closing, _CLOSED) | {code: at for at, code in enumerate(self.along)}
        return case(places, value=column, else_=_BESIDE)


def _newcomers(flow: Flow) -> Subquery:
    """Select the clients that came to the pipeline in the period and had never been there."""
    return (
        select(C.client_id)
        .where(
            C.at >= flow.period.start,
            C.at < min(flow.period.end, flow.horizon),
            C.to_stage.in_(flow.along),
            ~there_is(
                EARLIER.c.client_id == C.client_id,
                EARLIER.c.at < flow.period.start,
                EARLIER.c.to_stage.in_(flow.along),
            ),
        )
        .distinct()
        .subquery("came")
    )


def _changes(flow: Flow) -> Subquery:
    """Select the changes that are looked at, worked out as numbers: the windows over them sort by these."""
    tables: FromClause = CHANGE
    if flow.cohort:
        came = _newcomers(flow)
        tables = CHANGE.join(came, came.c.client_id == C.client_id)
    return (
        select(
            C.client_id,
            C.deal_id,
            C.operator_id,
            C.id,
            seconds(C.at).label("at"),
            func.coalesce(C.deal_id, -C.client_id).label("thread"),
            C.to_stage,
            flow.place(C.to_stage).label("place"),
        )
        .select_from(tables)
        .where(C.at >= flow.period.start, C.at < flow.horizon)
        .subquery("changes")
    )


def _moves(flow: Flow) -> Subquery:
    """Select every change, with what followed in the same deal: how far it came, where it ended."""
    c = _changes(flow).c
    # All from the last change on, so that one sorting is enough for the three.
    backwards: dict[str, Any] = {
        "partition_by": c.thread, "order_by": (c.at.desc(), c.id.desc()), "rows": (None, 0),
    }  # fmt: skip
    return select(
        # With the windows, so that it is looked for once, however often it is named.
        case((c.place >= 0, _comings_before(c)), else_=0).label("visits_before"),
        c.client_id,
        c.deal_id,
        c.operator_id,
        c.id,
        c.at,
        c.thread,
        c.to_stage,
        c.place,
        func.max(c.place).over(**backwards).label("furthest"),
        func.lag(c.at).over(**backwards).label("left_at"),
        func.first_value(c.place).over(**backwards).label("final"),
    ).subquery("moves")


def _comings_before(c: Any, *more: ColumnElement[bool]) -> ColumnElement[int]:  # noqa: ANN401  # columns of changes
    """Count how often the client had come to the stage until then: ever, with any deal, or as `more` says."""
    at = seconds(EARLIER.c.at)
    return (
        select(func.count())
        .where(
            EARLIER.c.client_id == c.client_id,
            EARLIER.c.to_stage == c.to_stage,
            at <= c.at,
            or_(at < c.at, EARLIER.c.id < c.id),
            *more,
        )
        .scalar_subquery()
    )


def _nth(flow: Flow, m: Any) -> ColumnElement[int]:  # noqa: ANN401  # columns of moves
    """Give each coming its number among the deal's own to the stage; hardly any has an earlier one."""
    same_deal = func.coalesce(EARLIER.c.deal_id, -EARLIER.c.client_id) == m.thread
    own = _comings_before(m, EARLIER.c.at >= flow.period.start, same_deal)
    return case((m.visits_before == 0, 1), else_=own + 1)


def entries(flow: Flow) -> CTE:
    """Select each coming to a stage of the pipeline; `nth` 1 is a deal's first one, which is followed."""
    moves = _moves(flow)
    m = moves.c
    ordered: dict[str, Any] = {"partition_by": (m.thread, m.place), "order_by": (m.at, m.id)}
    # Whoever brought the deal to the stage first: a later coming is no other person's client.
    grouped = flow.grouped
    who = func.first_value(m.operator_id).over(**ordered)
    group = who if flow.by == "operator" else grouped.expression
    found = (
        select(
            *([] if flow.operator_id is None else [who.label("who")]),
            group.label("grp"),
            m.client_id,
            m.deal_id,
            m.operator_id,
            m.id,
            m.at,
            m.place,
            m.visits_before,
            (m.left_at - m.at).label("stayed"),
            _nth(flow, m).label("nth"),
            case((m.furthest > m.place, 1), else_=0).label("advanced"),
            case((m.final == m.place, 1), else_=0).label("still"),
            case((m.final == _CLOSED, 1), else_=0).label("rejected"),
        )
        .select_from(grouped.join_client(moves, m.client_id))
        .where(m.place >= 0)
    )
    if flow.operator_id is None:
        return found.cte("entries")
    everybodys = found.subquery("everybodys")
    return select(everybodys).where(everybodys.c.who == flow.operator_id).cte("entries")


def by_client(came: CTE) -> Subquery:
    """Select each client of each stage once: of several deals the one that came furthest speaks for it."""
    e = came.c
    # What became of a deal since its first coming holds all that became of it since a later one.
    return (
        select(
            e.grp,
            e.place,
            e.client_id,
            func.max(e.advanced).label("advanced"),
            func.max(e.still).label("still"),
            func.max(e.rejected).label("rejected"),
            (func.max(e.visits_before) + 1).label("visit"),
        )
        .group_by(e.grp, e.place, e.client_id)
        .subquery("each_client")
    )


def fates(client: FromClause) -> Mapping[str, ColumnElement[bool]]:
    """Say which of the clients each figure counts."""
    c = client.c
    return {
        "entered": true(),
        "advanced": c.advanced == 1,
        "still": and_(c.advanced == 0, c.still == 1),
        "rejected": and_(c.advanced == 0, c.still == 0, c.rejected == 1),
        "aside": and_(c.advanced == 0, c.still == 0, c.rejected == 0),
        "reentered": c.visit > 1,
    }


def deals_that_came(came: CTE) -> Subquery:
    """Select the deals that came to each stage, each once."""
    e = came.c
    return (
        select(
            e.grp,
            e.place,
            e.client_id,
            e.at,
            e.operator_id,
            e.stayed,
            DEAL.c.id,
            DEAL.c.title,
            DEAL.c.product,
            DEAL.c.stage,
            DEAL.c.amount_minor,
            DEAL.c.currency,
        )
        .select_from(came.join(DEAL, DEAL.c.id == e.deal_id))
        .where(e.nth == 1)
        .subquery("deals")
    )


def stays(came: CTE) -> Select[Any]:
    """Select how long each deal stayed at each stage, of those that left it."""
    e = came.c
    return select(e.grp, e.place, e.client_id, e.deal_id, e.at, e.operator_id, e.stayed).where(
        e.nth == 1, e.stayed.is_not(None)
    )


def gone(flow: Flow) -> Subquery:
    """Select every change of the period away from a stage of the pipeline, whenever that had been come to."""
    grouped = flow.grouped
    here, there = flow.place(C.from_stage), flow.place(C.to_stage)
    return (
        select(
            grouped.expression.label("grp"),
            C.id,
            C.client_id,
            C.operator_id,
            C.at,
            C.from_stage,
            C.to_stage,
            case((there > here, 1), else_=0).label("forward"),
            case((C.to_stage.in_(flow.closing), 1), else_=0).label("closed"),
        )
        .select_from(grouped.join_client(CHANGE, C.client_id))
        .where(
            C.at >= flow.period.start,
            C.at < flow.horizon,
            C.from_stage.in_(flow.along),
            true() if flow.operator_id is None else C.operator_id == flow.operator_id,
        )
        .subquery("gone")
    )


def leaving(changes: FromClause) -> Mapping[str, ColumnElement[bool]]:
    """Say which of the changes away each figure counts the clients of."""
    return {"left_forward": changes.c.forward == 1, "left_rejected": changes.c.closed == 1}
