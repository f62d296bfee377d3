"""The first row between two places, in an order that an index gives.

Both databases compare `(key, id)` with a pair at once. SQLite then goes through all rows of one key from
their beginning where the id is the table's own: as many as were passed already, each time.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, select, tuple_, union_all
from sqlalchemy.engine import Dialect

Place = tuple[ColumnElement[Any], ColumnElement[Any]]
"""A key and an id: columns, or what they are compared with."""


def first_between(rows: Select[Any], at: Place, after: Place, before: Place, dialect: Dialect) -> Select[Any]:
    """Select the first of these rows behind one place and before another.

    The rows give `at`, the id first, stand in its order, and are cut to one.
    """
    if dialect.name != "sqlite":
        return rows.where(tuple_(*at) > tuple_(*after), tuple_(*at) < tuple_(*before))
    # What is further on is looked at only where nobody is left with the same key. A second bound of the key
    # would make SQLite take that one for its index.
    beside = rows.where(at[0] == after[0], at[1] > after[1]).subquery()
    further = rows.where(at[0] > after[0]).subquery()
    found = union_all(select(beside), select(further)).subquery()
    row_id, key = found.c
    return select(row_id, key).where(tuple_(key, row_id) < tuple_(*before)).limit(1)
