"""A column's value among many that are given at once, as one parameter.

`IN (?, ?, …)` is another statement for each number of values: it is put together and parsed anew
each time, which takes longer than finding the rows.
"""

import json
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    BindParameter,
    Boolean,
    ColumnElement,
    String,
    TypeDecorator,
    bindparam,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeEngine


class _Many(TypeDecorator[Sequence[Any]]):
    """Values in one parameter: a JSON list on SQLite, an array on PostgreSQL, each written as text.

    To put an array together value by value takes psycopg longer than all else of a statement.
    """

    impl = String
    cache_ok = True

    def __init__(self, *, whole: bool) -> None:
        super().__init__()
        self.whole = whole

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String())
        return dialect.type_descriptor(ARRAY(BigInteger() if self.whole else String()))

    def bind_processor(self, dialect: Dialect) -> Callable[[Sequence[Any] | None], str]:
        """Write the values as the database reads them."""
        written = json.dumps if dialect.name == "sqlite" else _array
        # The same few texts, zones for the most part, are asked for again and again.
        again = written if self.whole else lru_cache(maxsize=8)(written)
        return lambda values: again(tuple(values or ()))


def _array(values: Sequence[Any]) -> str:
    return f"{{{','.join(map(_element, values))}}}"


def _element(value: int | str | None) -> str:
    if isinstance(value, str):
        escaped = value.replace("\\", r"\\").replace('"', r"\"")
        return f'"{escaped}"'
    return "NULL" if value is None else str(value)


class Among(FunctionElement[bool]):
    """That a column is among many values."""

    type = Boolean()
    inherit_cache = True

    @property
    def column(self) -> ColumnElement[Any]:
        """The column that is."""
        column: ColumnElement[Any] = next(iter(self.clauses))
        return column

    def self_group(self, against: OperatorType | None = None) -> "Among":  # noqa: D102  # SQLAlchemy's
        # A condition already: compared with 1, as SQLAlchemy would, no index is used for it.
        del against
        return self


@compiles(Among, "sqlite")
def _on_sqlite(element: Among, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401  # SQLAlchemy's
    column, values = (compiler.process(part, **options) for part in element.clauses)
    return f"({column} IN (SELECT value FROM json_each({values})))"


@compiles(Among, "postgresql")
def _on_postgresql(element: Among, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401  # the same
    column, values = (compiler.process(part, **options) for part in element.clauses)
    return f"({column} = ANY ({values}))"


def among(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Tell whether a column of whole numbers or of text is among the values of the parameter `name`."""
    return Among(column, bindparam(name, type_=_Many(whole=column.type.python_type is int)))


def texts(name: str) -> BindParameter[Sequence[str]]:
    """Give the texts of the parameter `name`, as a function of a server takes them."""
    return bindparam(name, type_=_Many(whole=False))


def within(column: ColumnElement[Any], values: Sequence[Any]) -> ColumnElement[bool]:
    """Tell whether a column is among these values, for a statement that is made for them."""
    whole = column.type.python_type is int
    return Among(column, bindparam("within", [*values], type_=_Many(whole=whole), unique=True))
