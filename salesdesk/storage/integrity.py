"""What the database itself can tell of a base that is damaged, and what the full-text index holds."""

from collections.abc import Iterator

from sqlalchemy import text
from sqlmodel import Session, SQLModel

_FINDINGS_MOST = 100


def damage(session: Session) -> Iterator[str]:
    """Give what SQLite finds wrong with its file, a line each; PostgreSQL looks after its own files."""
    if not _sqlite(session):
        return
    for line in session.execute(text(f"PRAGMA integrity_check({_FINDINGS_MOST})")).scalars():
        if line != "ok":
            yield str(line)


def broken_keys(session: Session) -> int:
    """Count rows whose foreign key points nowhere; PostgreSQL never lets one in."""
    if not _sqlite(session):
        return 0
    return int(session.execute(text("SELECT count(*) FROM pragma_foreign_key_check")).scalar_one())


def fractions(session: Session) -> Iterator[tuple[str, int]]:
    """Give the columns of money that hold no whole numbers, and how often; PostgreSQL never lets it in."""
    if not _sqlite(session):
        return
    for table in SQLModel.metadata.sorted_tables:
        for column in table.columns:
            if column.name.endswith("_minor"):
                wrong = f"typeof({column.name}) NOT IN ('integer', 'null')"
                counted = session.execute(text(f"SELECT count(*) FROM {table.name} WHERE {wrong}"))
                count = int(counted.scalar_one())
                if count:
                    yield f"{table.name}.{column.name}", count


def indexed(session: Session, first: int, last: int) -> dict[int, str]:
    """Give the search index's documents of the clients from `first` to `last`, by client."""
    key = "rowid" if _sqlite(session) else "client_id"
    found = session.execute(
        text(f"SELECT {key}, text FROM client_search WHERE {key} BETWEEN :first AND :last"),
        {"first": first, "last": last},
    )
    return {row[0]: row[1] for row in found}


def strays_in_index(session: Session) -> list[int]:
    """Give documents of the search index that belong to no client, no more than a hundred."""
    key = "rowid" if _sqlite(session) else "client_id"
    found = session.execute(
        text(f"SELECT {key} FROM client_search WHERE {key} NOT IN (SELECT id FROM client) LIMIT :most"),
        {"most": _FINDINGS_MOST},
    )
    return list(found.scalars())


def _sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
