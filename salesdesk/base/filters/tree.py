"""Filters: conditions, and what and, or and not make of them. Each knows itself in SQL and in words."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, not_, or_, true
from sqlmodel import Session

from salesdesk.base.filters.fields import FIELDS
from salesdesk.base.filters.ground import Ground
from salesdesk.base.filters.kinds import D, N
from salesdesk.base.filters.values import Value
from salesdesk.base.filters.ways import one_by_one
from salesdesk.context import Context
from salesdesk.errors import InputError
from salesdesk.i18n import _
from salesdesk.models import Client
from salesdesk.storage.among import within
from salesdesk.storage.journal import table_of
from salesdesk.storage.policies import by_login

_ID = table_of(Client).c.id
_OF_SEEN = frozenset([N.client_id, D.client_id])
"""What is looked up for clients that are known to be seen, under the rules of a base: a server that took all
of it first would ask of each row whether its client is, and it is everybody's."""


class FilterError(InputError):
    """A filter that cannot be taken; `column` (from 1) is where in `line`."""

    def __init__(self, what: str, column: int, line: str = "") -> None:
        super().__init__(_("column {column}: {what}").format(column=column, what=what), "where")
        self.what = what
        self.column = column
        self.line = line

    @property
    def pointed(self) -> str:
        """The line, and under it a caret at the place."""
        shown = "".join(sign if sign.isprintable() else " " for sign in self.line)
        return f"{shown}\n{' ' * (self.column - 1)}^" if shown else ""


class Filter:
    """What clients are chosen by. `a & b`, `a | b`, `~a` make new ones; `str` writes one as it is typed."""

    def sql(self, ground: Ground) -> ColumnElement[bool]:
        """Give the condition on the table of clients."""
        raise NotImplementedError

    def __and__(self, other: "Filter") -> "Filter":
        if isinstance(other, Everything):
            return self
        return AllOf((*_parts(self, AllOf), *_parts(other, AllOf)))

    def __or__(self, other: "Filter") -> "Filter":
        if isinstance(other, Everything):
            return other
        return AnyOf((*_parts(self, AnyOf), *_parts(other, AnyOf)))

    def __invert__(self) -> "Filter":
        return Not(self)


@dataclass(frozen=True)
class Everything(Filter):
    """No condition at all."""

    def sql(self, ground: Ground) -> ColumnElement[bool]:
        """Give what is always so."""
        del ground
        return true()

    def __and__(self, other: Filter) -> Filter:
        return other

    def __or__(self, other: Filter) -> Filter:
        return self

    def __str__(self) -> str:
        return ""


@dataclass(frozen=True)
class Condition(Filter):
    """One field, one operator, one value or several of which one is enough. `at` is where it was typed."""

    field: str
    operator: str
    values: tuple[Value, ...]
    at: int = dataclasses.field(default=1, compare=False)
    line: str = dataclasses.field(default="", compare=False, repr=False)
    """What was typed, for an error that points at the place."""

    def sql(self, ground: Ground) -> ColumnElement[bool]:
        """Give what the field's kind makes of it. Raises FilterError where the base knows no such value."""
        try:
            return FIELDS[self.field].kind.condition(self.operator, self.values, ground)
        except FilterError:
            raise
        except InputError as wrong:
            raise FilterError(
                str(wrong), self.at, self.line or (str(self) if self.at == 1 else "")
            ) from wrong

    def __str__(self) -> str:
        kind = FIELDS[self.field].kind
        return f"{self.field}{self.operator}{','.join(map(kind.write, self.values))}"


@dataclass(frozen=True)
class These(Filter):
    """Clients that were marked one by one. No line can be written that says them."""

    clients: tuple[int, ...]

    def sql(self, ground: Ground) -> ColumnElement[bool]:
        """Give whether a client is one of them."""
        del ground
        return within(_ID, self.clients)


@dataclass(frozen=True)
class AllOf(Filter):
    """Every part holds."""

    parts: tuple[Filter, ...]

    def sql(self, ground: Ground) -> ColumnElement[bool]:
        """Join the parts."""
        return and_(true(), *(part.sql(ground) for part in self.parts))

    def __str__(self) -> str:
        return " and ".join(_written(part, AnyOf) for part in self.parts)


@dataclass(frozen=True)
class AnyOf(Filter):
    """One part at least holds."""

    parts: tuple[Filter, ...]

    def sql(self, ground: Ground) -> ColumnElement[bool]:
        """Join the parts."""
        return or_(*(part.sql(ground) for part in self.parts))

    def __str__(self) -> str:
        return " or ".join(map(str, self.parts))


@dataclass(frozen=True)
class Not(Filter):
    """The part does not hold."""

    part: Filter

    def sql(self, ground: Ground) -> ColumnElement[bool]:
        """Turn the part round."""
        return not_(self.part.sql(ground))

    def __str__(self) -> str:
        return f"not {_written(self.part, AllOf, AnyOf)}"


def _parts(one: Filter, kind: type[AllOf] | type[AnyOf]) -> Iterable[Filter]:
    return one.parts if isinstance(one, kind) else (one,)


def _written(part: Filter, *looser: type[Filter]) -> str:
    return f"({part})" if isinstance(part, looser) else str(part)


def condition_of(session: Session, context: Context, where: Filter) -> ColumnElement[bool]:
    """Put a filter to a base: the condition on its table of clients."""
    condition = where.sql(Ground(session, context))
    return one_by_one(condition, _OF_SEEN) if by_login(session) else condition
