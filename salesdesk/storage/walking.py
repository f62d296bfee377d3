"""Ways through a large table that a planner does not find by itself.

SQLite is never told how many rows there are of what: it takes an index wherever one can be entered,
though most of the table stands behind the entrance. PostgreSQL never goes from one value to the next.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, func, select
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.elements import BinaryExpression
from sqlmodel import Session

from salesdesk.models import Client, Deal
from salesdesk.storage.among import Among
from salesdesk.storage.journal import table_of

CLIENT = table_of(Client)
_PRODUCT = table_of(Deal).c.product
LISTED = "ix_client_listed"
"""The index on SQLite that holds what most filters ask for, in the order of names."""

_COVERED = frozenset(
    column.name for index in CLIENT.indexes if index.name == LISTED for column in index.columns
)
_SPELT = frozenset(["city", "region", "industry", "source"])
"""Columns of few different texts, with an index that begins with them."""

_SHORT = 100
"""So long is a text, in letters, that stands in such an index on PostgreSQL, which takes none of any length
into one (migration 0011); another index holds the rows with a longer one. That of `source` holds all."""

_ENTERED = _SPELT | {"name_key", "tax_id"}
"""Columns whose index leads to the clients of a value."""


def distinct(session: Session, column: ColumnElement[Any]) -> list[Any]:
    """Give the different values of a column."""
    if not _is_walked(column):
        return [*session.scalars(select(column).where(column.is_not(None)).distinct())]
    short = _shortness(session, column)
    found = _walked(session, column, *short)
    if short:
        found += session.scalars(select(column).where(func.length(column) > _SHORT).distinct())
    return found


def _walked(session: Session, column: ColumnElement[Any], *inside: ColumnElement[bool]) -> list[Any]:
    """Go through an index from each value to the next one, instead of past every row."""
    first = select(func.min(column).label("value")).where(column.is_not(None), *inside)
    walk = first.cte("spelt", recursive=True)
    beyond = select(func.min(column)).where(column.is_not(None), column > walk.c.value, *inside)
    walk = walk.union_all(select(beyond.scalar_subquery()).where(walk.c.value.is_not(None)))
    return [*session.scalars(select(walk.c.value).where(walk.c.value.is_not(None)))]


def entering(
    session: Session, column: ColumnElement[Any], values: Sequence[Any]
) -> tuple[ColumnElement[bool], ...]:
    """Say of a column that has one of these values what lets a server enter its index."""
    if not _is_walked(column) or any(len(value) > _SHORT for value in values):
        return ()
    return _shortness(session, column)


def _shortness(session: Session, column: ColumnElement[Any]) -> tuple[ColumnElement[bool], ...]:
    if is_sqlite(session) or _column(column) == "source":
        return ()
    return (func.length(column) <= _SHORT,)


def _is_walked(column: ColumnElement[Any]) -> bool:
    return _column(column) in _SPELT or column is _PRODUCT


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


def by_number(statement: Select[Any]) -> Select[Any]:
    """Let SQLite read clients by their numbers: those that are given, or all in that order."""
    return statement.with_hint(CLIENT, "NOT INDEXED", "sqlite")


def is_entered(part: ColumnElement[bool]) -> bool:
    """Tell whether a condition is that a column with an index has a value, or one of several, or none."""
    if isinstance(part, BinaryExpression) and part.operator is operators.is_:
        return _column(part.left) in _SPELT
    if isinstance(part, BinaryExpression) and part.operator is operators.eq:
        return _column(part.left) in _ENTERED
    return isinstance(part, Among) and _column(part.column) in _ENTERED


def _column(one: object) -> str | None:
    """Name a column of the table of clients."""
    return one.name if isinstance(one, Column) and one.table is CLIENT else None
