"""The rows behind a place, in an order that an index gives: from page to page, and from one to the next.

Both databases compare `(key, id)` with a pair at once. SQLite then goes through all rows of one key from
their beginning where the id is the table's own: as many as were passed already, each time.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, select, tuple_, union_all
from sqlalchemy.engine import Dialect

Place = tuple[ColumnElement[Any], ColumnElement[Any]]
"""A key and an id: columns, or what they are compared with."""


def behind(
    rows: Select[Any], at: Place, after: Place, dialect: Dialect, *, backwards: bool = False
) -> tuple[Select[Any], ...]:
    """Select those of these rows that stand behind a place; what is given is to be united, in its order."""
    (key, row_id), (key_there, id_there) = at, after
    if dialect.name != "sqlite":
        here, there = tuple_(*at), tuple_(*after)
        return (rows.where(here < there if backwards else here > there),)
    beside = rows.where(key == key_there, row_id < id_there if backwards else row_id > id_there)
    further = rows.where(key < key_there if backwards else key > key_there)
    return beside, further


def first_behind(rows: Select[Any], at: Place, after: Place, dialect: Dialect) -> Select[Any]:
    """Select the first of these rows behind a place; they stand in its order, and are cut to one."""
    parts = behind(rows, at, after, dialect)
    if len(parts) == 1:
        return parts[0]
    # What is further on is looked at only where nobody is left with the same key.
    return select(union_all(*(select(each.subquery()) for each in parts)).subquery()).limit(1)
