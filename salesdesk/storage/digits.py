"""Whether a text is digits and nothing else: each database asks that in its own words."""

from typing import Any

from sqlalchemy import Boolean, ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType


class _OnlyDigits(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: OperatorType | None = None) -> "_OnlyDigits":
        # A condition already.
        del against
        return self


@compiles(_OnlyDigits, "sqlite")
def _on_sqlite(element: _OnlyDigits, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401  # SQLAlchemy's
    (column,) = (compiler.process(part, **options) for part in element.clauses)
    return f"({column} <> '' AND {column} NOT GLOB '*[^0-9]*')"


@compiles(_OnlyDigits, "postgresql")
def _on_postgresql(element: _OnlyDigits, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401  # the same
    (column,) = (compiler.process(part, **options) for part in element.clauses)
    return f"({column} ~ '^[0-9]+$')"


def only_digits(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Tell whether a column of text holds ASCII digits only, and one at least."""
    return _OnlyDigits(column)
