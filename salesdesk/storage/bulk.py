"""Writing very many rows at once: plain tuples of stored values, by each database's fastest way."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

from sqlalchemy import Connection, Executable, Index, Table, text
from sqlalchemy.schema import CreateIndex
from sqlmodel import Session, SQLModel

from salesdesk.storage import search_index
from salesdesk.storage.ids import go_past, next_id
from salesdesk.storage.journal import table_of
from salesdesk.storage.policies import stand

INDEX_LATER = 50_000
"""From so many clients on, indexes are dropped and made anew once the rows are in."""

ROOM = 98_304
"""Kilobytes of pages that SQLite keeps while it writes so many."""

Columns = Mapping[type[SQLModel], Sequence[str]]
Values = tuple[object, ...]


class BulkLoad:
    """Writes rows whose ids the caller gives, from `first_ids` on.

    Values are stored ones: whole seconds for instants, plain strings for codes. Foreign keys hold.
    """

    def __init__(self, session: Session, columns: Columns) -> None:
        self._session = session
        self._columns = columns
        self._sqlite = session.get_bind().dialect.name == "sqlite"
        # Under rules a server looks at each row by itself: it takes none in bulk.
        self._rows_apart = self._sqlite or stand(session.connection())
        self.first_ids = {model: next_id(session.connection(), table_of(model)) for model in columns}

    def put(
        self, rows: Mapping[type[SQLModel], Sequence[Values]], documents: Sequence[tuple[int, str]]
    ) -> None:
        """Write rows, table by table in the order of the columns, and index new clients for search."""
        write = self._execute if self._rows_apart else self._copy
        for model, columns in self._columns.items():
            if rows[model]:
                write(table_of(model).name, columns, rows[model])
        search_index.put(self._session, documents)

    def _execute(self, table: str, columns: Sequence[str], rows: Sequence[Values]) -> None:
        place = "?" if self._sqlite else "%s"
        names, places = ", ".join(f'"{name}"' for name in columns), ", ".join([place] * len(columns))
        cursor = _driver(self._session).cursor()
        cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({places})', rows)
        cursor.close()

    def _copy(self, table: str, columns: Sequence[str], rows: Sequence[Values]) -> None:
        names = ", ".join(f'"{name}"' for name in columns)
        with (
            _driver(self._session).cursor() as cursor,
            cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy,
        ):
            for row in rows:
                copy.write_row(row)


@contextmanager
def bulk_load(session: Session, columns: Columns, *, clients: int) -> Iterator[BulkLoad]:
    """Load many rows inside a unit of work; its error rolls back all of it."""
    connection = session.connection()
    sqlite = connection.dialect.name == "sqlite"
    load = BulkLoad(session, columns)
    tables = [*map(table_of, columns)]
    many = clients >= INDEX_LATER
    with (
        _roomy(connection) if sqlite and many else nullcontext(),
        indexes_after(connection, tables) if many else nullcontext(),
    ):
        yield load
    if not sqlite:
        go_past(connection, {}, tables)


@contextmanager
def indexes_after(connection: Connection, tables: Sequence[Table]) -> Iterator[None]:
    """Drop the indexes of tables while rows are put in, and make them anew from what is there then."""
    indexes = _indexes(connection, tables)
    again = [_definition(connection, index) for index in indexes]
    for index in indexes:
        index.drop(connection)
    yield
    for definition in again:
        connection.execute(definition)


def _indexes(connection: Connection, tables: Sequence[Table]) -> list[Index]:
    """Give the indexes that are there: some are for one of the two databases alone."""
    names = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index'",
        "postgresql": "SELECT indexname FROM pg_indexes WHERE schemaname = ANY (current_schemas(false))",
    }
    # Asked of the database itself: SQLAlchemy sees no index of an expression on SQLite.
    there = set(connection.execute(text(names[connection.dialect.name])).scalars())
    found: list[Index] = []
    for table in tables:
        by_name = sorted(table.indexes, key=lambda index: str(index.name))
        found += [index for index in by_name if index.name in there]
    return found


def _definition(connection: Connection, index: Index) -> Executable:
    """Say how an index is made. The models know the conditions of partial ones for SQLite alone."""
    if connection.dialect.name == "sqlite":
        return CreateIndex(index)
    asked = text("SELECT pg_get_indexdef(to_regclass(:name))")
    return text(connection.execute(asked, {"name": index.name}).scalar_one().replace(":", r"\:"))


@contextmanager
def _roomy(connection: Connection) -> Iterator[None]:
    """Let SQLite keep more pages in memory: those that are touched again need not be read again."""
    kept = connection.exec_driver_sql("PRAGMA cache_size").scalar_one()
    connection.exec_driver_sql(f"PRAGMA cache_size = -{ROOM}")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA cache_size = {kept}")


def _driver(session: Session) -> Any:  # noqa: ANN401  # the driver's own connection, different for each database
    return session.connection().connection.dbapi_connection
