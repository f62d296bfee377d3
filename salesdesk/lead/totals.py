"""The figures of each group and those of all together, out of one walk over the rows."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import CTE, ColumnElement, literal, null, select, union_all
from sqlalchemy.engine import Row
from sqlmodel import Session


def grouped_and_whole(
    session: Session, rows: CTE, figures: Sequence[ColumnElement[Any]], bound: Mapping[str, object]
) -> tuple[list[Row[Any]], Row[Any]]:
    """Count `figures` of the rows by their `grp`, and of all: a thing in two groups is one thing there."""
    each = select(literal(0).label("whole"), rows.c.grp, *figures).group_by(rows.c.grp)
    found = session.execute(
        union_all(each, select(literal(1), null(), *figures).select_from(rows)), bound
    ).all()
    return [row for row in found if not row.whole], next(row for row in found if row.whole)
