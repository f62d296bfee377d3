"""A spool: lines too many for the memory, kept on the disk while they may be asked for, and gone with it."""

import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from salesdesk.storage.faults import said_plainly


class Spool:
    """Keeps lines of several kinds in the order in which they came; read page by page.

    Its file has no name: a process that is killed leaves nothing behind.
    """

    def __init__(self) -> None:
        # An empty name is SQLite's for a file of its own that goes with the connection.
        self._file = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._turn = threading.Lock()
        for line in (
            "PRAGMA journal_mode = OFF",
            "PRAGMA synchronous = OFF",
            "CREATE TABLE line (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, body TEXT NOT NULL)",
        ):
            self._file.execute(line)
        self._indexed = False

    def put(self, lines: Iterable[tuple[str, str]]) -> None:
        """Add lines: kind and body. Raises BaseError for a full disk, as whatever reads them does."""
        with self._alone():
            self._file.execute("BEGIN")
            self._file.executemany("INSERT INTO line (kind, body) VALUES (?, ?)", lines)
            self._file.execute("COMMIT")

    def counts(self) -> dict[str, int]:
        """Count the lines of each kind."""
        with self._alone():
            self._index()
            return dict(self._file.execute("SELECT kind, count(*) FROM line GROUP BY kind").fetchall())

    def page(self, kind: str | None, limit: int, offset: int = 0) -> list[str]:
        """Give a page of the lines of a kind, or of all."""
        with self._alone():
            self._index()
            chosen, given = ("WHERE kind = ? ", (kind,)) if kind is not None else ("", ())
            found = self._file.execute(
                f"SELECT body FROM line {chosen}ORDER BY id LIMIT ? OFFSET ?", (*given, limit, offset)
            )
            return [row[0] for row in found]

    def empty(self) -> None:
        """Forget every line."""
        with self._turn:
            self._file.execute("DELETE FROM line")

    def close(self) -> None:
        """Let go of the file."""
        with self._turn:
            self._file.close()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with self._turn, said_plainly():
            yield

    def _index(self) -> None:
        # Made when it is first asked for, not while a million lines come in.
        if not self._indexed:
            self._file.execute("CREATE INDEX ix_line_kind ON line (kind, id)")
            self._indexed = True
