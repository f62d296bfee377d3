"""Ids for rows that are written in bulk: reserved before, so that rows may name each other."""

from sqlalchemy import func, select, text
from sqlmodel import Session, SQLModel

from salesdesk.storage.journal import table_of


class Ids:
    """Gives out ids of tables inside one unit of work, while others may write on PostgreSQL."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._sqlite = session.get_bind().dialect.name == "sqlite"

    def take(self, model: type[SQLModel], count: int) -> list[int]:
        """Reserve so many ids. On SQLite the unit of work must be one that writes."""
        if not count:
            return []
        table = table_of(model)
        if not self._sqlite:
            # Asked of the sequence itself: nobody else is given the same.
            asked = text(
                f"SELECT nextval(pg_get_serial_sequence('\"{table.name}\"', 'id')) FROM generate_series(1, :n)"
            )
            return [int(row[0]) for row in self._session.execute(asked, {"n": count})]
        last = int(self._session.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one())
        return list(range(last + 1, last + 1 + count))
