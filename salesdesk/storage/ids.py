"""Ids of rows: each is given out once, so that what was taken away may come back as what it was.

PostgreSQL's sequences do that by themselves. SQLite gives the number after the largest that there is,
unless a table says AUTOINCREMENT: then it keeps, in `sqlite_sequence`, the last that it gave.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache

from sqlalchemy import Connection, Table, func, inspect, literal_column, select, text
from sqlmodel import Session, SQLModel

from salesdesk.storage.journal import table_of
from salesdesk.storage.made_once import MadeOnce

_KEY, _KEPT_KEY = "PRIMARY KEY (id)", "PRIMARY KEY (id AUTOINCREMENT)"


def reserve_ids(session: Session, model: type[SQLModel], count: int) -> list[int]:
    """Reserve ids of a table while others may write to it; on SQLite inside a unit of work that writes."""
    if not count:
        return []
    table = table_of(model)
    if session.get_bind().dialect.name == "sqlite":
        first = next_id(session.connection(), table)
        return list(range(first, first + count))
    # Asked of the sequence itself: nobody else is given the same.
    asked = text(
        f"SELECT nextval(pg_get_serial_sequence('\"{table.name}\"', 'id')) FROM generate_series(1, :count)"
    )
    return [int(row[0]) for row in session.execute(asked, {"count": count})]


def ask_ids(
    session: Session, models: tuple[type[SQLModel], ...]
) -> Callable[[], Mapping[type[SQLModel], int]]:
    """Ask for an id of each model's table, with what else is asked of a server; SQLite is asked for none.

    It gives each as a row is written, and nobody is waited for.
    """
    if session.get_bind().dialect.name == "sqlite":
        return dict
    asked = _next_of(models).run(session, {})
    return lambda: dict(zip(models, asked.one(), strict=True))


@cache
def _next_of(models: tuple[type[SQLModel], ...]) -> MadeOnce:
    # By their names, which PostgreSQL gave them: to look those up takes longer than the numbers.
    numbers = [func.nextval(literal_column(f"'{table_of(model).name}_id_seq'")) for model in models]
    return MadeOnce(lambda _dialect: select(*numbers))


def next_id(connection: Connection, table: Table) -> int:
    """Tell which id a table gives next, if nobody else writes to it."""
    return max(_largest(connection, table), given_out(connection, [table]).get(table.name, 0)) + 1


def _largest(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one())


def given_out(connection: Connection, tables: Sequence[Table] | None = None) -> dict[str, int]:
    """Give the last id that each table gave out, by its name; those that never gave one are left out."""
    if connection.dialect.name == "sqlite":
        if not inspect(connection).has_table("sqlite_sequence"):
            return {}
        kept = connection.execute(text("SELECT name, seq FROM sqlite_sequence")).all()
        return {row.name: row.seq for row in kept}
    names = [table.name for table in tables or _numbered()]
    last = text(
        "SELECT name, last_value FROM unnest(CAST(:names AS text[])) AS name JOIN pg_sequences"
        " ON format('%I.%I', schemaname, sequencename) = pg_get_serial_sequence(quote_ident(name), 'id')"
        " WHERE last_value IS NOT NULL"
    )
    return {row.name: row.last_value for row in connection.execute(last, {"names": names})}


def go_past(connection: Connection, given: Mapping[str, int], tables: Sequence[Table] | None = None) -> None:
    """Let each table's next id come after its rows, and after those in `given` that have no row any more.

    For rows that were written with ids of their own; on SQLite such rows are counted as they come.
    """
    before = given_out(connection, tables)
    for table in tables or _numbered():
        if "id" not in table.columns:
            continue
        last = max(given.get(table.name, 0), before.get(table.name, 0), _largest(connection, table))
        if last and last != before.get(table.name):
            _remember(connection, table.name, last)


def _remember(connection: Connection, table: str, last: int) -> None:
    if connection.dialect.name == "sqlite":
        connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :table"), {"table": table})
        statement = "INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :last)"
    else:
        statement = "SELECT setval(pg_get_serial_sequence(quote_ident(:table), 'id'), :last)"
    connection.execute(text(statement), {"table": table, "last": last})


@contextmanager
def given_once(connection: Connection) -> Iterator[None]:
    """Let SQLite's tables keep which ids they gave, also those that a migration makes in here, or anew.

    A word in the definition of a table changes, none of its rows, so that the definition alone is
    written: https://www.sqlite.org/lang_altertable.html, "Making Other Kinds Of Table Schema Changes".
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    given = given_out(connection)
    yield
    # SQLite makes the table of what was given along with the first table that keeps it.
    connection.exec_driver_sql("CREATE TABLE keeping_ids (id INTEGER PRIMARY KEY AUTOINCREMENT)")
    connection.exec_driver_sql("DROP TABLE keeping_ids")
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    try:
        connection.exec_driver_sql(
            "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table'", (_KEY, _KEPT_KEY)
        )
        connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    finally:
        connection.exec_driver_sql("PRAGMA writable_schema = RESET")
    go_past(connection, given)


def _numbered() -> list[Table]:
    return [table for table in SQLModel.metadata.sorted_tables if "id" in table.columns]
