"""Companies dropped after one call: what a low figure of calls per company is made of."""

from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlmodel import Session

from salesdesk.base.periods import Period
from salesdesk.base.placement import CLIENT, NEXT_ACTION
from salesdesk.context import Context
from salesdesk.lead.board_rows import Dropped, DroppedRow
from salesdesk.lead.people import OPERATORS, operator_id_of, operators_of
from salesdesk.models import Call, Operator
from salesdesk.storage.among import among
from salesdesk.storage.existing import there_is
from salesdesk.storage.journal import table_of
from salesdesk.team.rights import only_for_leads

PAGE = 500

CALL = table_of(Call)
C, N, T, O = CLIENT.c, NEXT_ACTION.c, CALL.c, table_of(Operator).c  # noqa: E741  # as in tails
_LATER = CALL.alias("later")


def dropped(
    session: Session, context: Context, period: Period, operator: str | None = None, limit: int = PAGE
) -> Dropped:
    """Give the clients whom an operator called exactly once in a period, and whom nobody called since.

    Owed nothing now, they come back to nobody's mind. The latest come first. Raises NotFoundError for
    nobody's login, NotAllowedError for an operator.
    """
    only_for_leads(context)
    people = operators_of(session, operator_id_of(session, operator))
    # By each person and time: that is what the index of calls begins with, and it holds all that is asked.
    once = (
        select(
            T.client_id, func.min(T.id).label("call_id"), func.min(T.started_at).label("started_at"),
        )
        .where(among(T.operator_id, OPERATORS), T.started_at >= period.start, T.started_at < period.end)
        .group_by(T.client_id, T.operator_id)
        .having(func.count() == 1)
        .subquery()
    )  # fmt: skip
    later = there_is(
        _LATER.c.client_id == once.c.client_id,
        or_(
            _LATER.c.started_at > once.c.started_at,
            and_(_LATER.c.started_at == once.c.started_at, _LATER.c.id > once.c.call_id),
        ),
    )
    owed = there_is(N.client_id == once.c.client_id, N.closed_at.is_(None))
    found = (
        select(once.c.call_id, func.count().over().label("total"))
        .where(~owed, ~later)
        .order_by(once.c.started_at.desc(), once.c.call_id.desc())
        .limit(limit)
        .subquery()
    )
    statement = (
        select(
            T.client_id, C.external_id, C.name, O.name.label("operator"), T.started_at, T.outcome, T.reason,
            C.stage, C.expected_minor, found.c.total,
        )
        .select_from(found)
        .join(CALL, T.id == found.c.call_id)
        .join(CLIENT, C.id == T.client_id)
        .join(table_of(Operator), O.id == T.operator_id)
        .order_by(T.started_at.desc(), T.id.desc())
    )  # fmt: skip
    rows = session.execute(statement, {OPERATORS: people}).all()
    return Dropped(rows[0].total if rows else 0, tuple(map(_row, rows)))


def _row(row: Any) -> DroppedRow:  # noqa: ANN401  # a row of the statement
    return DroppedRow(
        client_id=row.client_id,
        external_id=row.external_id,
        name=row.name,
        operator=row.operator,
        called_at=row.started_at,
        outcome=row.outcome,
        reason=row.reason,
        stage=row.stage,
        amount_minor=row.expected_minor,
    )
