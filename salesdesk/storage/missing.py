"""Adding rows of which some may be there already."""

from collections.abc import Sequence

from sqlalchemy import Select, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel

from salesdesk.storage.journal import table_of


def add_missing(
    session: Session, table: Table, columns: Sequence[str], rows: Select[*tuple[object, ...]]
) -> None:
    """Insert what a statement selects into these columns; what a unique index holds already stays."""
    session.execute(_insert(session, table).from_select(list(columns), rows).on_conflict_do_nothing())


def add_missing_row(session: Session, model: type[SQLModel], **values: object) -> bool:
    """Insert one row; one whose key is there already stays as it is. Tell whether it was inserted."""
    statement = _insert(session, table_of(model)).values(**values).on_conflict_do_nothing()
    done = session.connection().execute(statement, execution_options={"preserve_rowcount": True})
    return done.rowcount == 1


def _insert(session: Session, table: Table) -> sqlite.Insert | postgresql.Insert:
    # The same words in both: only SQLAlchemy keeps them apart.
    lite = session.get_bind().dialect.name == "sqlite"
    return sqlite.insert(table) if lite else postgresql.insert(table)
