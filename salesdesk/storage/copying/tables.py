"""What a copy is made of: every table, in the order of foreign keys, each in the order of its key."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import JSON, Column, Connection, String, Table

from salesdesk.models import SQLModel

SEARCH = "client_search"


@dataclass(frozen=True, slots=True)
class Copied:
    """A table to be copied. Its documents of the search are one, too: their id is named by each database."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    as_text: frozenset[str] = frozenset()
    """Columns of JSON: what is stored is text, and it stays letter by letter."""
    spelt: frozenset[str] = frozenset()
    """Columns of the key that are text, which a server would sort by the rules of a language."""

    def columns_on(self, connection: Connection) -> tuple[str, ...]:
        """Give the columns as this database names them."""
        if self.name == SEARCH and connection.dialect.name == "sqlite":
            return ("rowid", "text")
        return self.columns

    def rows_in_order(self, connection: Connection) -> str:
        """Write the statement that gives all rows, in an order that both databases agree on."""
        sqlite = connection.dialect.name == "sqlite"
        names = dict(zip(self.columns, self.columns_on(connection), strict=True))
        given = [
            f'CAST("{name}" AS TEXT)' if column in self.as_text else f'"{name}"'
            for column, name in names.items()
        ]
        order = [
            f'"{names[column]}"' + ("" if sqlite or column not in self.spelt else ' COLLATE "C"')
            for column in self.key
        ]
        return f'SELECT {", ".join(given)} FROM "{self.name}" ORDER BY {", ".join(order)}'

    def name_row(self, row: Sequence[object]) -> str:
        """Name a row for a person: the table, and what it is found by."""
        return f"{self.name} {', '.join(str(row[self.columns.index(column)]) for column in self.key)}"


def copied_tables() -> list[Copied]:
    """Give all tables, those that others refer to first."""
    tables = [_copied(table) for table in SQLModel.metadata.sorted_tables]
    return [*tables, Copied(SEARCH, ("client_id", "text"), ("client_id",))]


def _copied(table: Table) -> Copied:
    def of(kind: type) -> frozenset[str]:
        return frozenset(column.name for column in table.columns if isinstance(_stored(column), kind))

    key = tuple(column.name for column in table.primary_key)
    columns = tuple(column.name for column in table.columns)
    return Copied(table.name, columns, key, as_text=of(JSON), spelt=of(String) & frozenset(key))


def _stored(column: "Column[object]") -> object:
    """Give the type that a column has in the base: codes and instants are text and numbers there."""
    return getattr(column.type, "impl_instance", column.type)
