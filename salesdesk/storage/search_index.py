"""The full-text index: one document of folded words and digit runs for each client.

FTS5 on SQLite, a tsvector on PostgreSQL. The words come folded, with blanks between them and no
sign in them; both indexes take them as they are, so that both find the same in any script.
A run of digits anywhere in a number is found by the runs of four that it is made of; what they
bring is then checked against the number itself. Three digits begin a run of four, or end a number.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, text
from sqlmodel import Session

RUN = 4
SHORTEST_RUN = 3
RUN_MARK = "x"
"""Before each run, so that a number in a name and a run inside a phone are different words."""

_PREFIXES = "1 2 3 4 5 6 7 8 9"
"""Beginnings of these lengths are indexed: the words that begin with "алекс" need not be merged first."""


LONGEST = 100
"""Letters of a word that are looked at: an index takes no word of any length."""


def digit_runs(digits: str) -> str:
    """Write every run of four digits of a number, and its last three, as words."""
    starts = range(len(digits) - SHORTEST_RUN + 1)
    return " ".join(RUN_MARK + digits[start : start + RUN] for start in starts)


def create(connection: Connection) -> None:
    """Make the index, empty."""
    if connection.dialect.name == "sqlite":
        # This tokenizer takes all beyond ASCII for letters; others know no script newer than they.
        connection.exec_driver_sql(
            "CREATE VIRTUAL TABLE client_search USING fts5("
            f"text, tokenize = 'ascii', prefix = '{_PREFIXES}', detail = none)"
        )
        return
    connection.exec_driver_sql(
        "CREATE TABLE client_search (client_id BIGINT PRIMARY KEY "
        "REFERENCES client (id) ON DELETE CASCADE, text TEXT NOT NULL)"
    )
    connection.exec_driver_sql(
        "CREATE INDEX ix_client_search_text ON client_search "
        "USING gin (array_to_tsvector(string_to_array(text, ' ')))"
    )


def put(session: Session, documents: Sequence[tuple[int, str]]) -> None:
    """Index new clients: (client id, folded text)."""
    if documents:
        # By the driver: with names bound row by row an import would spend a tenth of its time here.
        place = "?" if session.get_bind().dialect.name == "sqlite" else "%s"
        session.connection().exec_driver_sql(
            f"INSERT INTO client_search ({_id(session)}, text) VALUES ({place}, {place})", list(documents)
        )


def replace(session: Session, documents: Sequence[tuple[int, str]]) -> None:
    """Index clients anew."""
    drop(session, [client_id for client_id, _words in documents])
    put(session, documents)


def drop(session: Session, client_ids: Iterable[int]) -> None:
    """Take clients out of the index."""
    rows = [{"id": client_id} for client_id in client_ids]
    if rows:
        session.connection().execute(text(f"DELETE FROM client_search WHERE {_id(session)} = :id"), rows)


def match(session: Session, words: Sequence[str], limit: int) -> list[int]:
    """Give clients whose document has a word that begins with each of `words`.

    No more than `limit`, in no particular order. `words` are folded and hold letters and digits
    only, so none can be an operator of the query.
    """
    return _match(session, [word[:LONGEST] for word in words], (), limit)


def match_digits(session: Session, digits: str, limit: int) -> list[int]:
    """Give clients with numbers that hold the runs which three digits or more are made of.

    Surely a number of theirs holds three or four; more may stand apart, or in several numbers.
    """
    runs = [RUN_MARK + digits[start : start + RUN] for start in range(len(digits) - RUN + 1)]
    return _match(session, () if runs else [RUN_MARK + digits], runs, limit)


def _match(session: Session, words: Sequence[str], runs: Sequence[str], limit: int) -> list[int]:
    if not words and not runs:
        return []
    if session.get_bind().dialect.name == "sqlite":
        query = " AND ".join([*(f'"{run}"' for run in runs), *(f'"{word}"*' for word in words)])
        return list(session.execute(_SQLITE, {"query": query, "most": limit}).scalars().all())
    query = " & ".join([*(f"'{run}'" for run in runs), *(f"'{word}':*" for word in words)])
    return list(session.execute(_POSTGRESQL, {"query": query, "most": limit}).scalars().all())


_SQLITE = text("SELECT rowid FROM client_search WHERE client_search MATCH :query LIMIT :most")
_POSTGRESQL = text(
    "SELECT client_id FROM client_search "
    "WHERE array_to_tsvector(string_to_array(text, ' ')) @@ CAST(:query AS tsquery) LIMIT :most"
)


def _id(session: Session) -> str:
    return "rowid" if session.get_bind().dialect.name == "sqlite" else "client_id"
