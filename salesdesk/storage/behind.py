"""The first row between two places, in an order that an index gives.

Both databases compare `(key, id)` with a pair at once. SQLite then goes through all rows of one key from
their beginning where the id is the table's own: as many as were passed already, each time.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, select, tuple_, union_all
from sqlalchemy.engine import Dialect

Place = tuple[ColumnElement[Any], ColumnElement[Any]]
"""A key and an id: columns, or what they are compared with."""


def first_behind(rows: Select[Any], at: Place, after: Place, dialect: Dialect) -> Select[Any]:
    """Select the first of these rows behind a place; they stand in its order, and are cut to one."""
    if dialect.name != "sqlite":
        return rows.where(tuple_(*at) > tuple_(*after))
    # What is further on is looked at only where nobody is left with the same key.
    beside = rows.where(at[0] == after[0], at[1] > after[1]).subquery()
    further = rows.where(at[0] > after[0]).subquery()
    return select(union_all(select(beside), select(further)).subquery()).limit(1)
