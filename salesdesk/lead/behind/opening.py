"""How a figure opens into rows: its statement, what is shown of them, and a page of them read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, func, select, true
from sqlmodel import Session

from salesdesk.base.periods import Period
from salesdesk.i18n import N_
from salesdesk.lead.figures import Asked, Column, Unit, Value, Values
from salesdesk.lead.grouping import CLIENT, OPERATOR
from salesdesk.lead.rows import Spot
from salesdesk.models.types import Instant

PAGE = 500
_DAY = 86_400
OWNER = OPERATOR.alias("owner")


class Kind(StrEnum):
    """What the rows are."""

    CALLS = "calls"
    DEALS = "deals"
    CLIENTS = "clients"
    CHANGES = "changes"


NAME = Column("name", N_("Client"), Unit.TEXT)
AT = Column("at", N_("When"), Unit.INSTANT)
WHO = Column("operator", N_("Operator"), Unit.TEXT)
STAGE = Column("stage", N_("Stage"), Unit.TEXT)
OF_CLIENT = (
    NAME,
    Column("owner", N_("Owner"), Unit.TEXT),
    STAGE,
    Column("class", N_("Class"), Unit.TEXT),
)
TITLE = Column("title", N_("Deal"), Unit.TEXT)
AMOUNT = Column("amount", N_("Amount"), Unit.AMOUNT)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which figure is to be opened, of which report; `value` is what its group is in the base."""

    figure: str
    asked: Asked
    spot: Spot
    value: object = None

    def here(self, group: ColumnElement[Any]) -> ColumnElement[bool]:
        """Tell whether a row belongs to the group."""
        if self.spot.total:
            return true()
        return group.is_(None) if self.value is None else group == self.value


@dataclass(frozen=True, slots=True)
class Opening:
    """A figure opened: a statement in its order, with `client_id` and a column for each key of `columns`.

    What no database says is made of a row by `derived`.
    """

    kind: Kind
    columns: tuple[Column, ...]
    statement: Select[Any]
    derived: Mapping[str, Callable[[Mapping[Any, Any]], Value]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BehindRow:
    """One row behind a figure: its client, and what is shown of it."""

    client_id: int
    values: Values


@dataclass(frozen=True, slots=True)
class Behind:
    """A page of the rows behind a figure; `total` is how many there are in all."""

    report: str
    period: Period
    by: str | None
    spot: Spot
    group_title: str
    figure: Column
    kind: Kind
    currency: str
    columns: tuple[Column, ...]
    rows: tuple[BehindRow, ...]
    total: int
    offset: int


def page(
    session: Session, opening: Opening, bound: Mapping[str, object], limit: int, offset: int
) -> tuple[tuple[BehindRow, ...], int]:
    """Read a page, and tell how many rows there are in all: they are counted only where a page is not all."""
    found = session.execute(opening.statement.limit(limit).offset(offset), bound).mappings().all()
    rows = tuple(
        BehindRow(
            int(row["client_id"]),
            {column.key: _value(opening, column, row) for column in opening.columns},
        )
        for row in found
    )
    if len(rows) < limit and (rows or not offset):
        return rows, offset + len(rows)
    whole = select(func.count()).select_from(opening.statement.order_by(None).subquery("whole"))
    return rows, int(session.execute(whole, bound).scalar_one())


def clients_of(rows: FromClause) -> FromClause:
    """Put the clients and their owners beside rows that have a `client_id`."""
    return rows.join(CLIENT, CLIENT.c.id == rows.c.client_id).outerjoin(
        OWNER, OWNER.c.id == CLIENT.c.owner_id
    )


def people_of(rows: FromClause) -> FromClause:
    """Put the clients, and who did it, beside rows that have a `client_id` and an `operator_id`."""
    return rows.join(CLIENT, CLIENT.c.id == rows.c.client_id).outerjoin(
        OPERATOR, OPERATOR.c.id == rows.c.operator_id
    )


def of_client() -> tuple[ColumnElement[Any], ...]:
    """Select what is shown of a client."""
    return (
        CLIENT.c.name,
        OWNER.c.login.label("owner"),
        CLIENT.c.stage,
        CLIENT.c.client_class.label("class"),
    )


def _value(opening: Opening, column: Column, row: Mapping[Any, Any]) -> Value:
    derive = opening.derived.get(column.key)
    return derive(row) if derive is not None else _plain(row[column.key], column.unit)


def _plain(value: Any, unit: Unit) -> Value:  # noqa: ANN401  # what a database gives
    if value is None:
        return None
    if unit in {Unit.COUNT, Unit.AMOUNT, Unit.SECONDS}:
        return int(value)
    if unit == Unit.DAYS:
        return round(int(value) / _DAY, 1)
    if unit == Unit.FLAG:
        return bool(value)
    if isinstance(value, datetime):
        return value
    return Instant.revive(int(value)) if unit == Unit.INSTANT else str(value)
