"""The shortest way to the clients of a condition, for a database that does not find it by itself.

PostgreSQL knows how many rows there are of what. SQLite is never told, and would walk past a million
clients for the two that a part of the condition names.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, literal_column, not_, select
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.elements import BooleanClauseList, Grouping
from sqlmodel import Session

from salesdesk.base.filters.kinds import C, N, OfClient
from salesdesk.storage.among import within
from salesdesk.storage.walking import along_the_list, by_number, is_covered, is_entered, is_sqlite

_FEW = 10_000
"""So many clients are looked at one by one as quickly as a hundred times more are walked past."""


def reached(
    session: Session, statement: Select[Any], condition: ColumnElement[bool], *, along: bool = False
) -> Select[Any]:
    """Let a statement of clients find those of a condition; `along`: it wants them in the order of names."""
    statement = statement.where(condition)
    if not is_sqlite(session):
        return statement
    known = few(session, condition)
    if known is not None:
        return by_number(statement.where(within(C.id, known)))
    # Rows of other tables lie in the order of their clients: out of it, each would be sought anew.
    if is_covered(condition) and (along or not _asks_for_rows(condition)):
        return along_the_list(statement)
    return by_number(statement)


def few(session: Session, condition: ColumnElement[bool]) -> Sequence[int] | None:
    """Give all clients of a part that leaves only a few; None where no part is known to.

    Those of the whole condition are among them.
    """
    condition = bare(condition)
    if isinstance(condition, BooleanClauseList):
        if condition.operator is operators.or_:
            return _few_of_any(session, condition)
        parts = (few(session, part) for part in condition.clauses)
        return next((known for known in parts if known is not None), None)
    if isinstance(condition, OfClient):
        return _read(session, select(condition.column).where(*condition.holding))
    return _read(session, select(C.id).where(condition)) if is_entered(condition) else None


def _few_of_any(session: Session, condition: BooleanClauseList) -> Sequence[int] | None:
    found: set[int] = set()
    for part in condition.clauses:
        known = few(session, part)
        if known is None:
            return None
        found.update(known)
    return sorted(found) if len(found) <= _FEW else None


def _read(session: Session, clients: Select[Any]) -> Sequence[int] | None:
    known = session.scalars(clients.limit(_FEW + 1)).all()
    return known if len(known) <= _FEW else None


def _asks_for_rows(condition: ColumnElement[bool]) -> bool:
    return any(isinstance(each, OfClient) for each in visitors.iterate(condition))


def bare(condition: Any) -> ColumnElement[bool]:  # noqa: ANN401  # whatever SQLAlchemy makes brackets of
    """Take a condition out of its brackets."""
    while isinstance(condition, Grouping):
        condition = condition.element
    inner: ColumnElement[bool] = condition
    return inner


def one_by_one(
    condition: ColumnElement[bool], of: Collection[ColumnElement[Any]] | None = None
) -> ColumnElement[bool]:
    """Let a server look up the rows of other tables for each client; `of`: those of these columns alone."""

    def looked_up(element: object, **_options: object) -> ColumnElement[bool] | None:
        if not isinstance(element, OfClient) or (of is not None and element.column not in of):
            return None
        # Of "there is one" a server makes a list of all, of "the first one" never.
        having: Select[Any] = select(literal_column("1")).where(element.column == C.id, *element.holding)
        row = having.limit(1).scalar_subquery()
        # The shared pool, which is most of what an operator sees, is owed nothing.
        return and_(not_(C.pool), row.is_not(None)) if element.column is N.client_id else row.is_not(None)

    found: ColumnElement[bool] = visitors.replacement_traverse(condition, {}, looked_up)
    return found
