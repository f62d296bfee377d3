"""Rows that the other database does not take: which, which column, and why, without quoting any data."""

import re
import sqlite3
from typing import Any

from salesdesk.i18n import N_, _

_ZERO = "22021"
_WHY = {
    "22001": N_("the text is too long"),
    "22003": N_("the number is too large"),
    _ZERO: N_("the text has a sign that PostgreSQL cannot hold"),
    "22P05": N_("the text has a sign that this server cannot hold"),
    "22P02": N_("what stands there is not of the column's kind"),
    "23502": N_("a value is missing"),
    "23505": N_("it is there twice"),
    "23514": N_("what stands there is none of the allowed values"),
    "SQLITE_CONSTRAINT_NOTNULL": N_("a value is missing"),
    "SQLITE_CONSTRAINT_UNIQUE": N_("it is there twice"),
    "SQLITE_CONSTRAINT_CHECK": N_("what stands there is none of the allowed values"),
}
"""By the codes of the databases: their words may quote a person's data."""

# "COPY client, line 12, column name: …", in the server's own language.
_PLACE = re.compile(r"^COPY \S+\D*(?P<line>\d+)(?:, \S+ (?P<column>\w+))?", re.MULTILINE)


class RefusedRowError(Exception):
    """A row that a database does not take; `number` is its place in the order of the key, from 1 on."""

    def __init__(self, number: int, why: str, column: str | None = None) -> None:
        super().__init__(why)
        self.number, self.why, self.column = number, why, column


class LostRowError(Exception):
    """Some row names another one that is not there."""


def refused_by_sqlite(error: sqlite3.IntegrityError, number: int) -> RefusedRowError:
    """Say why SQLite does not take the row of this place."""
    return RefusedRowError(number, _why(error.sqlite_errorname))


def refused_by_server(error: Any, number: int, column: str | None) -> RefusedRowError:  # noqa: ANN401  # psycopg may not be there
    """Say why PostgreSQL does not take a row.

    `number` and `column` say where the sign U+0000 would be: the driver itself refuses to send it.
    """
    code = error.sqlstate
    place = _PLACE.search(error.diag.context or "")
    if place is None:
        return RefusedRowError(number, _why(code or _ZERO), column)
    return RefusedRowError(int(place["line"]), _why(code), error.diag.column_name or place["column"])


def _why(code: str | None) -> str:
    known = _WHY.get(code or "")
    return _(known) if known else _("the database does not take it ({code})").format(code=code)
