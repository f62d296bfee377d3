"""Deleting from several tables at once."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Delete
from sqlmodel import Session


class Deletes:
    """Deletes that stand together: one statement where a database takes them so, one after another else."""

    def __init__(self, *each: Delete) -> None:
        self._each = each
        *before, last = each
        self._together = last.add_cte(*(one.cte() for one in before))

    def run(self, session: Session, given: Mapping[str, Any]) -> None:
        """Delete what the conditions of each, under the same parameters, find."""
        connection = session.connection()
        whole = connection.dialect.name == "postgresql"
        for statement in (self._together,) if whole else self._each:
            connection.execute(statement, given)
