"""Adding rows of which some may be there already."""

from collections.abc import Sequence

from sqlalchemy import Select, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session


def add_missing(
    session: Session, table: Table, columns: Sequence[str], rows: Select[*tuple[object, ...]]
) -> None:
    """Insert what a statement selects into these columns; what a unique index holds already stays."""
    lite = session.get_bind().dialect.name == "sqlite"
    added = sqlite.insert(table) if lite else postgresql.insert(table)
    # The same two words in both: only SQLAlchemy keeps them apart.
    session.execute(added.from_select(list(columns), rows).on_conflict_do_nothing())
