"""Sums of money of deals: the team's currency is added up, every other one stands apart."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, FromClause, case, func, select
from sqlmodel import Session


def is_own(rows: FromClause, currency: str) -> ColumnElement[bool]:
    """Tell whether a row is in the team's currency."""
    return rows.c.currency == currency


def is_foreign(rows: FromClause, currency: str) -> ColumnElement[bool]:
    """Tell whether a row is in another currency; what is worth nothing at all is in none."""
    return rows.c.currency != currency


def in_currency(rows: FromClause, currency: str) -> ColumnElement[int]:
    """Sum `amount_minor` of the rows in the team's currency."""
    return func.coalesce(func.sum(case((is_own(rows, currency), rows.c.amount_minor), else_=0)), 0)


def together(amounts: Iterable[Mapping[str, int]]) -> Mapping[str, int]:
    """Add sums of other currencies up, each by itself."""
    total: Counter[str] = Counter()
    for one in amounts:
        total.update(one)
    return dict(sorted(total.items()))


def other_currencies(
    session: Session,
    rows: FromClause,
    currency: str,
    *keys: str,
    bound: Mapping[str, object] | None = None,
) -> Mapping[tuple[object, ...], Mapping[str, int]]:
    """Sum the rest by group and currency: the values of `keys` to a currency's minor units."""
    columns: list[ColumnElement[Any]] = [rows.c[key] for key in keys]
    statement = (
        select(*columns, rows.c.currency, func.sum(rows.c.amount_minor))
        .where(is_foreign(rows, currency))
        .group_by(*columns, rows.c.currency)
        .order_by(rows.c.currency)
    )
    found: dict[tuple[object, ...], dict[str, int]] = defaultdict(dict)
    for *group, foreign, amount in session.execute(statement, bound or {}):
        found[tuple(group)][str(foreign)] = int(amount)
    return found
