"""Counting the clients of a condition, in the shortest way that there is to it."""

from sqlalchemy import ColumnElement, func, select, true, union
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import BooleanClauseList, True_, UnaryExpression
from sqlmodel import Session

from salesdesk.base.filters.kinds import C, OfClient
from salesdesk.base.filters.ways import bare, reached
from salesdesk.storage.walking import CLIENT, is_sqlite


def count_of(session: Session, condition: ColumnElement[bool]) -> int:
    """Count the clients of which a condition holds."""
    condition = bare(condition)
    denied = _denied(condition)
    if denied is not None:
        twice = _denied(denied)
        if twice is not None:
            return count_of(session, twice)
        if _has_rows(denied):
            return _count(session, true()) - count_of(session, denied)
    if isinstance(condition, OfClient):
        return _having(session, condition)
    if isinstance(condition, BooleanClauseList) and _has_rows(condition):
        return _either(session, condition)
    return _count(session, condition)


def _having(session: Session, condition: OfClient) -> int:
    """Count clients by the rows that they have: none of them need be looked at."""
    rows = select(condition.column).where(*condition.holding)
    if not (condition.holding or is_sqlite(session)):
        # All rows stand in an index in this order: a server that counts each client once keeps none of them.
        return session.scalar(rows.with_only_columns(func.count(condition.column.distinct()))) or 0
    return session.scalar(select(func.count()).select_from(rows.distinct().subquery())) or 0


def _denied(condition: ColumnElement[bool]) -> ColumnElement[bool] | None:
    """Give what a condition says is not so."""
    if not (isinstance(condition, UnaryExpression) and condition.operator is operators.inv):
        return None
    return bare(condition.element)


def _has_rows(condition: ColumnElement[bool]) -> bool:
    """Tell whether a condition is that clients have rows of another table: that alone, or that or another."""
    if isinstance(condition, BooleanClauseList) and condition.operator is operators.or_:
        return any(isinstance(bare(part), OfClient) for part in condition.clauses)
    return isinstance(condition, OfClient)


def _either(session: Session, condition: BooleanClauseList) -> int:
    """Count clients of which one condition of several holds, each of them looked for by itself."""
    parts = [
        select(part.column).where(*part.holding) if isinstance(part, OfClient) else select(C.id).where(part)
        for part in map(bare, condition.clauses)
    ]
    return session.scalar(select(func.count()).select_from(union(*parts).subquery())) or 0


def _count(session: Session, condition: ColumnElement[bool]) -> int:
    statement = select(func.count()).select_from(CLIENT)
    if not isinstance(condition, True_):
        statement = reached(session, statement, condition)
    return session.scalar(statement) or 0
