"""Adding rows of which some may be there already."""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import Insert, Select, Table
from sqlmodel import Session, SQLModel

from salesdesk.storage.journal import table_of
from salesdesk.storage.taking import insert_into


def add_missing(
    session: Session, table: Table, columns: Sequence[str], rows: Select[*tuple[object, ...]]
) -> None:
    """Insert what a statement selects into these columns; what a unique index holds already stays."""
    session.execute(_add(table, session.get_bind().dialect.name).from_select(list(columns), rows))


def add_missing_row(session: Session, model: type[SQLModel], **values: object) -> bool:
    """Insert one row; one whose key is there already stays as it is. Tell whether it was inserted."""
    connection = session.connection()
    done = connection.execute(_add(table_of(model), connection.dialect.name), values)
    return done.rowcount == 1


def put_row(session: Session, model: type[SQLModel], **values: object) -> None:
    """Insert one row, said whole; one whose key is there already is as this one from now on."""
    connection = session.connection()
    connection.execute(_put(table_of(model), connection.dialect.name), values)


# Made once: making a statement takes longer than a database takes to run it.
@cache
def _add(table: Table, dialect: str) -> Insert:
    statement = insert_into(table, dialect).on_conflict_do_nothing()
    return statement.execution_options(preserve_rowcount=True)


@cache
def _put(table: Table, dialect: str) -> Insert:
    statement = insert_into(table, dialect)
    kept = {column.name: statement.excluded[column.name] for column in table.c if not column.primary_key}
    return statement.on_conflict_do_update(index_elements=[*table.primary_key], set_=kept)
