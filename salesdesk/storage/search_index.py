"""The full-text index: one document of folded words and digit runs for each client.

FTS5 on SQLite, a tsvector on PostgreSQL. The words come folded, with blanks between them and no
sign in them; both indexes take them as they are, so that both find the same in any script.
A run of digits anywhere in a number is found by the runs of four that it is made of; what they
bring is then checked against the number itself. Three digits begin a run of four, or end a number.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, text
from sqlmodel import Session

from salesdesk.storage.policies import by_login
from salesdesk.storage.word_lookup import BETWEEN, WORDS, look_up

RUN = 4
SHORTEST_RUN = 3
RUN_MARK = "x"
"""Before each run, so that a number in a name and a run inside a phone are different words."""

_PREFIXES = "1 2 3 4 5 6 7 8 9"
"""Beginnings of these lengths are indexed: the words that begin with "алекс" need not be merged first."""

_WORDS = f"CREATE INDEX ix_client_search_text ON client_search USING gin ({WORDS.format('')})"

LONGEST = 100
"""Letters of a word that are looked at: an index takes no word of any length."""


class Term(NamedTuple):
    """A word that a document holds: the beginning of one of its words, or a whole one."""

    word: str
    whole: bool = False


Way = tuple[Term, ...]
"""Words that a document holds all of."""

Group = tuple[Way, ...]
"""Ways of which a document goes one at least."""


def run_terms(digits: str) -> Way:
    """Give the terms of a number that holds these digits, three or more of them."""
    runs = [
        Term(RUN_MARK + digits[start : start + RUN], whole=True) for start in range(len(digits) - RUN + 1)
    ]
    return tuple(runs) or (Term(RUN_MARK + digits),)


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
    connection.exec_driver_sql(_WORDS)


@contextmanager
def indexed_after(connection: Connection) -> Iterator[None]:
    """Put very many documents in first and index their words then: the server does that far faster."""
    if connection.dialect.name == "sqlite":
        yield
        return
    connection.exec_driver_sql("DROP INDEX ix_client_search_text")
    yield
    connection.exec_driver_sql(_WORDS)


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
    return match_groups(session, [((Term(word),),) for word in words], limit)


def match_digits(session: Session, digits: str, limit: int) -> list[int]:
    """Give clients with numbers that hold the runs which three digits or more are made of.

    Surely a number of theirs holds three or four; more may stand apart, or in several numbers.
    """
    return match_groups(session, [(run_terms(digits),)], limit)


def match_groups(session: Session, groups: Sequence[Group], limit: int) -> list[int]:
    """Give clients whose document goes one of the ways of each group; as `match` does."""
    if not groups:
        return []
    if session.get_bind().dialect.name == "sqlite":
        statement, query = _SQLITE, _query(groups, _fts5, " AND ", " AND ", " OR ")
    else:
        statement = _BY_LOGIN if by_login(session) else _POSTGRESQL
        query = _query(groups, _tsquery, BETWEEN, "&", "|")
    return list(session.execute(statement, {"query": query, "most": limit}).scalars().all())


def texts_of(session: Session, client_ids: Sequence[int]) -> list[str]:
    """Give the documents of clients."""
    found = session.execute(
        text(f"SELECT text FROM client_search WHERE {_id(session)} IN :ids").bindparams(
            bindparam("ids", expanding=True)
        ),
        {"ids": list(client_ids)},
    )
    return list(found.scalars().all())


def _query(
    groups: Sequence[Group], write: Callable[[Term], str], between: str, both: str, either: str
) -> str:
    """Write what is asked of a document: what is `between` stands in no brackets."""
    parts: list[str] = []
    for group in groups:
        ways = [[write(term) for term in way] for way in group]
        parts += ways[0] if len(ways) == 1 else [_bracketed([_bracketed(way, both) for way in ways], either)]
    return between.join(parts)


def _bracketed(parts: Sequence[str], between: str) -> str:
    return parts[0] if len(parts) == 1 else f"({between.join(parts)})"


def _fts5(term: Term) -> str:
    return f'"{term.word[:LONGEST]}"' if term.whole else f'"{term.word[:LONGEST]}"*'


def _tsquery(term: Term) -> str:
    return f"'{term.word[:LONGEST]}'" if term.whole else f"'{term.word[:LONGEST]}':*"


_SQLITE = text("SELECT rowid FROM client_search WHERE client_search MATCH :query LIMIT :most")
_POSTGRESQL = text(look_up("CAST(:query AS text)", ":most"))

# Under rules a server looks at each row it may show before it asks whether the words are in it, without the
# index. The function asks the index, and gives what may be shown.
_BY_LOGIN = text("SELECT salesdesk_search(:query, :most)")


def _id(session: Session) -> str:
    return "rowid" if session.get_bind().dialect.name == "sqlite" else "client_id"
