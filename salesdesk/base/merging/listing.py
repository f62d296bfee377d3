"""The merges of the past, so that one is found that is to be taken back."""

from typing import cast

from sqlalchemy import select
from sqlmodel import Session

from salesdesk.base.merging.one_card import MERGES
from salesdesk.base.merging.results import MergeRow
from salesdesk.base.placement import CLIENT
from salesdesk.context import Context
from salesdesk.models import Operator
from salesdesk.storage.journal import Change, table_of
from salesdesk.team.rights import leads

OPERATOR = table_of(Operator)


def merges(session: Session, context: Context, limit: int = 50) -> tuple[MergeRow, ...]:
    """Give the last merges, the latest first: a lead's list has everybody's, an operator's their own."""
    wanted = (
        select(MERGES, OPERATOR.c.name.label("operator"), CLIENT.c.name.label("name"))
        .join(OPERATOR, OPERATOR.c.id == MERGES.c.operator_id)
        .outerjoin(CLIENT, CLIENT.c.id == MERGES.c.client_id)
        .order_by(MERGES.c.id.desc())
        .limit(limit)
    )
    if not leads(context):
        wanted = wanted.where(MERGES.c.operator_id == context.me.id)
    return tuple(
        MergeRow(
            row.id, row.at, row.operator, row.client_id, row.name, _gone(cast("list[Change]", row.changes)),
            row.run_id, row.undone_at,
        )
        for row in session.execute(wanted)
    )  # fmt: skip


def _gone(changes: list[Change]) -> tuple[tuple[int, str], ...]:
    """Give the cards that went, as they were."""
    return tuple(
        (row_id, str(before["name"]))
        for table, row_id, before, after in changes
        if table == CLIENT.name and after is None and before is not None
    )
