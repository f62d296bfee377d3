"""Behind the figures of reviews: the calls that were reviewed, the worst first."""

from typing import Any

from sqlalchemy import ColumnElement, func, select

from salesdesk.context import Context
from salesdesk.i18n import N_
from salesdesk.lead.behind.opening import AT, NAME, WHO, Kind, Opening, Wanted
from salesdesk.lead.call_reviews import CALL, score_of
from salesdesk.lead.figures import Column, Unit
from salesdesk.lead.grouping import CLIENT, OPERATOR
from salesdesk.lead.reports import reviews

_REVIEWED = (
    AT,
    NAME,
    WHO,
    Column("score", N_("Score"), Unit.SHARE),
    Column("points", N_("Points"), Unit.COUNT),
    Column("items", N_("Items scored"), Unit.COUNT),
    Column("note", N_("Note"), Unit.TEXT),
)


def opened(context: Context, wanted: Wanted) -> Opening:
    """Open a figure of reviews: each call once, with what it got in this group."""
    del context
    rows = reviews.selected(wanted.asked).subquery("rows")
    scored = (
        select(
            rows.c.call_id,
            score_of(rows.c.score).label("score"),
            func.sum(rows.c.score).label("points"),
            func.count(rows.c.score).label("items"),
        )
        .where(wanted.here(rows.c.grp))
        .group_by(rows.c.call_id)
        .subquery("scored")
    )
    got: tuple[ColumnElement[Any], ...] = (scored.c["score"], scored.c["points"], scored.c["items"])
    statement = (
        select(
            CALL.c.client_id,
            CALL.c.started_at.label("at"),
            CLIENT.c.name,
            OPERATOR.c.login.label("operator"),
            CALL.c.note,
            *got,
        )
        .select_from(
            scored.join(CALL, CALL.c.id == scored.c.call_id)
            .join(CLIENT, CLIENT.c.id == CALL.c.client_id)
            .join(OPERATOR, OPERATOR.c.id == CALL.c.operator_id)
        )
        .order_by(scored.c.score, CALL.c.started_at.desc(), CALL.c.id)
    )
    return Opening(Kind.CALLS, _REVIEWED, statement)
