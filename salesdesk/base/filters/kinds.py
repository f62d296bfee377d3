"""The kinds of fields: how a value is read and written, and what a condition is in SQL.

Every condition is true or false, never unknown: a client without a city is not one whose city is
Moscow, so `not city=Moscow` finds it. An SQL comparison with NULL would lose it on both sides.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, false, not_, or_, select
from sqlalchemy.sql.selectable import Exists

from salesdesk.base.cells import line_of
from salesdesk.base.filters.ground import Ground
from salesdesk.base.filters.quoting import NONE, is_nothing, quoted
from salesdesk.base.filters.values import Value
from salesdesk.base.folding import fold
from salesdesk.context import Context
from salesdesk.errors import InputError
from salesdesk.i18n import _
from salesdesk.models import Client, Contact, Deal, NextAction, Phone
from salesdesk.storage.among import within
from salesdesk.storage.journal import table_of
from salesdesk.storage.walking import entering

C = table_of(Client).c
P, D, N, PERSON = table_of(Phone).c, table_of(Deal).c, table_of(NextAction).c, table_of(Contact).c

EQUAL = ("=", "!=")
TEXT = (*EQUAL, "~")
Condition = ColumnElement[bool]


class Kind:
    """What a field holds."""

    operators: tuple[str, ...] = EQUAL

    def read(self, text: str, *, bare: bool, context: Context) -> Value:
        """Read a value as it was typed, in quotes or `bare`. Raises InputError."""
        raise NotImplementedError

    def write(self, value: Value) -> str:
        """Write a value so that it is read as the same."""
        return NONE if value is None else quoted(str(value))

    def condition(self, operator: str, values: Sequence[Value], ground: Ground) -> Condition:
        """Give the condition in SQL; `!=` is whatever `=` is not."""
        if operator == "!=":
            return not_(self.holds("=", values, ground))
        return self.holds(operator, values, ground)

    def holds(self, operator: str, values: Sequence[Value], ground: Ground) -> Condition:
        """Give the condition of any operator but `!=`."""
        raise NotImplementedError


def absent(column: ColumnElement[Any]) -> Condition:
    """Tell whether a column of text says nothing."""
    return or_(column.is_(None), column == "")


def among(column: ColumnElement[Any], values: Sequence[Any]) -> Condition:
    """Tell whether a column is among values; an empty one is not."""
    if len(values) == 1:
        return and_(column.is_not(None), column == values[0])
    return and_(column.is_not(None), within(column, values)) if values else false()


class OfClient(Exists):
    """That a client has a row of another table, whose `column` is the client, of which `holding` holds."""

    inherit_cache = True

    def __init__(self, column: ColumnElement[Any], where: Sequence[Condition]) -> None:
        super().__init__(select(column).where(column == C.id, *where))
        self.column = column
        self.holding = where


def of_client(column: ColumnElement[Any], *where: Condition) -> OfClient:
    """Tell whether a client has a row of another table, of which this holds."""
    return OfClient(column, where)


def open_action(*where: Condition) -> OfClient:
    """Tell whether a client is owed a next action of which this holds."""
    return of_client(N.client_id, N.closed_at.is_(None), *where)


def has_deal(*where: Condition) -> Condition:
    """Tell whether a client has a deal of which this holds."""
    return of_client(D.client_id, *where)


class TextKind(Kind):
    """Text that people write in many ways, compared folded."""

    operators = TEXT

    def __init__(self, column: ColumnElement[Any]) -> None:
        self.column = column

    def read(self, text: str, *, bare: bool, context: Context) -> Value:
        """Read text; a bare `none` is no text at all."""
        del context
        if bare and is_nothing(text):
            return None
        clean = line_of(text)
        if not clean:
            raise InputError(_("there is nothing between the quotes"))
        return clean

    def holds(self, operator: str, values: Sequence[Value], ground: Ground) -> Condition:
        """Look for the base's own spellings of what was typed."""
        wanted = [fold(str(value)) for value in values if value is not None]
        fits = _contains(wanted) if operator == "~" else _equals(wanted)
        found = self.fitting(fits, ground) if wanted else []
        tests = [self.among(found, ground)] if found else []
        return or_(false(), *tests, *([self.absent()] if None in values else ()))

    def fitting(self, fits: Callable[[str], bool], ground: Ground) -> Sequence[Any]:
        """Give the values of the column that fit."""
        # What is empty is absent: no text equals it.
        return [text for text in ground.spelled(self.column, fits) if text]

    def among(self, found: Sequence[Any], ground: Ground) -> Condition:
        """Tell whether a client has one of these."""
        return and_(among(self.column, found), *entering(ground.session, self.column, found))

    def absent(self) -> Condition:
        """Tell whether a client has none."""
        return absent(self.column)


def _equals(wanted: Sequence[str]) -> Callable[[str], bool]:
    return lambda text: fold(text) in wanted


def _contains(wanted: Sequence[str]) -> Callable[[str], bool]:
    return lambda text: any(part in fold(text) for part in wanted)


class CampaignKind(TextKind):
    """A campaign, by its code or title."""

    def fitting(self, fits: Callable[[str], bool], ground: Ground) -> Sequence[Any]:
        """Give the codes of campaigns that fit."""
        return ground.campaigns(fits)


class Myself(str):
    """The login of who asks; written as `me` again, so that a shared filter is everybody's own."""

    __slots__ = ()


class OwnerKind(TextKind):
    """Who leads a client: a login, a name, or `me`."""

    _ME = frozenset(["me", "я", "мои", "мой"])

    def read(self, text: str, *, bare: bool, context: Context) -> Value:
        """Read a person; a bare `me` is who sits here."""
        if bare and fold(text) in self._ME:
            return Myself(context.me.login)
        return super().read(text, bare=bare, context=context)

    def write(self, value: Value) -> str:
        """Write a person; somebody whose login is `me` stands in quotes."""
        if isinstance(value, Myself):
            return "me"
        if value is not None and fold(str(value)) in self._ME:
            return f'"{value}"'
        return super().write(value)

    def fitting(self, fits: Callable[[str], bool], ground: Ground) -> Sequence[Any]:
        """Give the people who fit. Raises InputError where there is nobody."""
        found = ground.operators(fits)
        if not found:
            raise InputError(_("there is no such operator; `salesdesk operators list` shows who is"))
        return found

    def absent(self) -> Condition:
        """Tell whether nobody leads a client."""
        return self.column.is_(None)


class ProductKind(TextKind):
    """What a deal of the client is about."""

    def among(self, found: Sequence[Any], ground: Ground) -> Condition:
        """Tell whether a deal is about one of these."""
        return of_client(D.client_id, super().among(found, ground))

    def absent(self) -> Condition:
        """Tell whether no deal says its product."""
        return not_(of_client(D.client_id, D.product.is_not(None), D.product != ""))


@dataclass(frozen=True)
class CodeKind(Kind):
    """One of a set of codes. `codes` gives, for a context, folded words to codes (None: nothing there)."""

    words: Callable[[Context], Mapping[str, str | None]]
    test: Callable[[str | None, Ground], Condition]
    nothing: str = NONE

    def read(self, text: str, *, bare: bool, context: Context) -> Value:
        """Read a code or a word for it. Raises InputError, which names the codes."""
        words = self.words(context)
        word = fold(text)
        if word in words:
            return words[word]
        if bare and is_nothing(text) and None in words.values():
            return None
        codes = dict.fromkeys(self.nothing if code is None else code for code in words.values())
        raise InputError(
            _("there is no “{value}” here, there are: {codes}").format(
                value=text[:60], codes=", ".join(codes)
            )
        )

    def write(self, value: Value) -> str:
        """Write the code."""
        return self.nothing if value is None else str(value)

    def holds(self, operator: str, values: Sequence[Value], ground: Ground) -> Condition:
        """Any of the codes."""
        del operator
        return or_(false(), *(self.test(_code(value), ground) for value in values))


def _code(value: Value) -> str | None:
    return None if value is None else str(value)


def coded(column: ColumnElement[Any]) -> Callable[[str | None, Ground], Condition]:
    """Make the test of a column that holds the code itself."""

    def test(code: str | None, ground: Ground) -> Condition:
        del ground
        return column.is_(None) if code is None else and_(column.is_not(None), column == code)

    return test
