"""Column types that mean the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import BigInteger, CheckConstraint, Integer, String, TypeDecorator, text
from sqlalchemy.engine import Dialect
from sqlmodel import SQLModel
from sqlmodel._compat import SQLModelConfig


class Model(SQLModel):
    """What every table derives from. Its validators are built only if one is asked for."""

    model_config = SQLModelConfig(defer_build=True)


MAILBOX = "lower(substr(email, 1, 100))"
"""An e-mail address as it is looked up, in SQL; PostgreSQL takes no text of any length into an index."""

Sorted = String().with_variant(String(collation="C"), "postgresql")
"""Text that both databases sort and compare letter by letter, whatever language a server was set up for."""

Id = BigInteger().with_variant(Integer(), "sqlite")
"""A row's id: 64 bits on both databases; SQLite autoincrements only a plain INTEGER."""


class Instant(TypeDecorator[datetime]):
    """An instant, aware UTC in Python, whole seconds since 1970 in the base.

    Integers halve tables and indexes against text dates on SQLite and let one SQL statement
    cut days, weeks and months on both databases. Raises ValueError for a naive datetime.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Turn an aware datetime into seconds."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return int(value.timestamp())

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Turn seconds into an aware datetime."""
        return self.revive(value)

    @staticmethod
    def revive(value: int | None) -> datetime | None:
        """Give the instant that a stored number is."""
        return None if value is None else datetime.fromtimestamp(value, UTC)


E = TypeVar("E", bound=StrEnum)


class Code(TypeDecorator[E], Generic[E]):
    """A fixed set of codes: refuses an unknown one at write, and never breaks a read.

    A value that this version does not know (written by a newer one, or by hand) is read as
    the plain string it is; a string equals no member, so rules pass it by.
    """

    impl = String(24)
    cache_ok = True

    def __init__(self, codes: type[E]) -> None:
        super().__init__()
        self.codes = codes
        self._members = {code.value: code for code in codes}

    def process_bind_param(self, value: E | str | None, dialect: Dialect) -> str | None:
        """Raise ValueError for a code outside the set."""
        return None if value is None else self.codes(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> E | None:
        """Give the member, or the string itself where it is unknown."""
        return self.revive(value)

    def revive(self, value: str | None) -> E | None:
        """Give what a stored string is."""
        return None if value is None else self._members.get(value, cast("E", value))

    def __repr__(self) -> str:
        return f"Code({self.codes.__name__})"


def one_of(column: str, codes: type[StrEnum]) -> CheckConstraint:
    """Make the CHECK that keeps a column to a set of codes against raw SQL as well."""
    values = ", ".join(f"'{code.value}'" for code in codes)
    return CheckConstraint(f"{column} IN ({values})", name=f"{column}_code")


def only(predicate: str) -> dict[str, Any]:
    """Make the condition of a partial index.

    It is said for SQLite alone: naming PostgreSQL here would import every driver that SQLAlchemy
    knows of, at each start. The migrations say it for both.
    """
    return {"sqlite_where": text(predicate)}
