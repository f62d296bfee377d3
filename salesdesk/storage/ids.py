"""Ids for rows that are written in bulk: reserved before, so that rows may name each other."""

from sqlalchemy import func, select, text
from sqlmodel import Session, SQLModel

from salesdesk.storage.journal import table_of


def reserve_ids(session: Session, model: type[SQLModel], count: int) -> list[int]:
    """Reserve ids of a table while others may write to it; on SQLite inside a unit of work that writes."""
    if not count:
        return []
    table = table_of(model)
    if session.get_bind().dialect.name == "sqlite":
        last = int(session.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one())
        return list(range(last + 1, last + 1 + count))
    # Asked of the sequence itself: nobody else is given the same.
    asked = text(
        f"SELECT nextval(pg_get_serial_sequence('\"{table.name}\"', 'id')) FROM generate_series(1, :count)"
    )
    return [int(row[0]) for row in session.execute(asked, {"count": count})]
