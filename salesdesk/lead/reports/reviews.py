"""Reviews of calls: how many calls were reviewed in a period, and how well they met the checklist."""

from typing import Any

from sqlalchemy import Select, func, select
from sqlmodel import Session

from salesdesk.context import Context
from salesdesk.i18n import N_
from salesdesk.lead.call_reviews import REVIEW, SCORE, score_of
from salesdesk.lead.figures import Asked, Column, Report, Unit, Values, placed
from salesdesk.lead.grouping import CALENDAR, Grouping, grouping
from salesdesk.lead.people import OPERATORS, operators_of
from salesdesk.storage.among import among

COLUMNS = (
    Column("reviewed", N_("Reviewed calls"), Unit.COUNT),
    Column("score", N_("Score"), Unit.SHARE),
)
_OWN = {"operator": REVIEW.c.operator_id, "item": SCORE.c.item}
DIMENSIONS = ("operator", "item", *CALENDAR)
NOTHING: Values = {"reviewed": 0, "score": None}


def reviews(session: Session, context: Context, asked: Asked) -> Report:
    """Count the calls reviewed in a period."""
    rows = _counted(session, asked)
    names = _grouping(asked).groups(session, context, [*rows])
    total = _counted(session, Asked(asked.period, None, asked.operator_id))
    return Report(
        "reviews",
        asked.by,
        asked.period,
        context.catalogues.team.currency,
        COLUMNS,
        placed([(names[value], values) for value, values in rows.items()], "score"),
        next(iter(total.values()), NOTHING),
        main="score",
    )


def _counted(session: Session, asked: Asked) -> dict[object, Values]:
    inner = selected(asked).subquery("rows")
    statement = select(
        inner.c.grp,
        func.count(inner.c.call_id.distinct()).label("reviewed"),
        score_of(inner.c.score).label("score"),
    ).group_by(inner.c.grp)
    found = session.execute(statement, {OPERATORS: operators_of(session, asked.operator_id)})
    return {row.grp: {"reviewed": int(row.reviewed), "score": round(float(row.score), 4)} for row in found}


def selected(asked: Asked) -> Select[Any]:
    """Select each item of the checklist that was scored in the period, with its group."""
    grouped = _grouping(asked)
    return (
        select(grouped.expression.label("grp"), REVIEW.c.call_id, REVIEW.c.at, SCORE.c.score)
        .select_from(REVIEW.join(SCORE, SCORE.c.review_id == REVIEW.c.id))
        .where(
            REVIEW.c.at >= asked.period.start,
            REVIEW.c.at < asked.period.end,
            among(REVIEW.c.operator_id, OPERATORS),
        )
    )


def _grouping(asked: Asked) -> Grouping:
    return grouping(asked.by, asked.period, REVIEW.c.at, _OWN)
