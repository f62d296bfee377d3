"""Taking the first of many rows that others want as well, and putting one's name down for it.

PostgreSQL passes by the rows that others are about to take (SKIP LOCKED), so that nobody waits and
nobody gets the same. SQLite has no such lock and needs none: a unit that writes is alone from its
beginning. SQLAlchemy leaves the words of the lock out there without saying so; a unit that only reads
would let two take one row, and is refused.
"""

from typing import Any

from sqlalchemy import FromClause, Select, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlmodel import Session


def passing_by_locked(rows: Select[Any], of: FromClause, dialect: Dialect) -> Select[Any]:
    """Select rows of a table locked for this unit, without those that others have locked."""
    if dialect.name == "sqlite":
        return rows
    # What names a row by its key (a claim, a call) may go on beside it: it does not change the key.
    return rows.with_for_update(of=of, key_share=True, skip_locked=True)


def insert_into(table: Table, dialect: str) -> sqlite.Insert | postgresql.Insert:
    """Begin an insert that can say what happens where the row is there already."""
    # The same words in both: only SQLAlchemy keeps them apart.
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def only_while_writing(session: Session) -> None:
    """Refuse to take anything in a unit that only reads."""
    # Asked of whom it is bound to: by asking for its connection it would begin.
    if not session.get_bind().get_execution_options().get("writes", False):
        raise RuntimeError("rows are taken in a unit that writes: Base.write")
