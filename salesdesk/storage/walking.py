"""Ways through a large table that a planner does not find by itself.

SQLite is never told how many rows there are of what: it takes an index wherever one can be entered,
though most of the table stands behind the entrance.
"""

from typing import Any

from sqlalchemy import Column, ColumnElement, Select, func, select
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.elements import BinaryExpression, BooleanClauseList
from sqlmodel import Session

from salesdesk.models import Client
from salesdesk.storage.among import Among
from salesdesk.storage.journal import table_of

CLIENT = table_of(Client)
LISTED = "ix_client_listed"
"""The index on SQLite that holds what most filters ask for, in the order of names."""

_COVERED = frozenset(
    column.name for index in CLIENT.indexes if index.name == LISTED for column in index.columns
)
_SPELT = frozenset(["city", "region", "industry", "source"])
"""Columns with an index that begins with them."""

_FEW = 3000


def distinct(session: Session, column: ColumnElement[Any]) -> list[Any]:
    """Give the different values of a column."""
    if not (is_sqlite(session) and column.table is CLIENT and column.name in _SPELT):
        return [*session.scalars(select(column).where(column.is_not(None)).distinct())]
    # From each value to the next one, instead of past every row.
    first = select(func.min(column).label("value")).where(column.is_not(None))
    walk = first.cte("spelt", recursive=True)
    following = select(func.min(column)).where(column.is_not(None), column > walk.c.value).scalar_subquery()
    walk = walk.union_all(select(following).where(walk.c.value.is_not(None)))
    return [*session.scalars(select(walk.c.value).where(walk.c.value.is_not(None)))]


def is_sqlite(session: Session) -> bool:
    """Tell whether the base is one of SQLite."""
    return session.get_bind().dialect.name == "sqlite"


def is_covered(condition: ColumnElement[bool]) -> bool:
    """Tell whether the index alone can say of which clients a condition holds."""
    asked = {
        each.name
        for each in visitors.iterate(condition)
        if isinstance(each, ColumnElement) and getattr(each, "table", None) is CLIENT
    }
    return asked <= _COVERED


def along_the_list(statement: Select[Any]) -> Select[Any]:
    """Let SQLite walk along the index of the list, whatever else it would enter."""
    return statement.with_hint(CLIENT, f"INDEXED BY {LISTED}", "sqlite")


def is_rare(session: Session, condition: ColumnElement[bool]) -> bool:
    """Tell whether few clients have the city, the region or the industry that a condition asks for."""
    parts = condition.clauses if isinstance(condition, BooleanClauseList) else [condition]
    if isinstance(condition, BooleanClauseList) and condition.operator is not operators.and_:
        return False
    return any(_is_few(session, part) for part in parts if _named(part) in _SPELT)


def _named(part: object) -> str | None:
    """Name the column that a condition says is a value, or among values."""
    column: object = None
    if isinstance(part, Among):
        column = part.column
    elif isinstance(part, BinaryExpression) and part.operator is operators.eq:
        column = part.left
    return column.name if isinstance(column, Column) and column.table is CLIENT else None


def _is_few(session: Session, part: ColumnElement[bool]) -> bool:
    some = select(CLIENT.c.id).where(part).limit(_FEW).subquery()
    return (session.scalar(select(func.count()).select_from(some)) or 0) < _FEW
