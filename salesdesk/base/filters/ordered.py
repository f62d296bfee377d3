"""Fields whose values have an order: numbers, amounts, instants."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, not_, or_, true

from salesdesk.base.amounts import parse_amount
from salesdesk.base.filters.ground import Ground
from salesdesk.base.filters.kinds import EQUAL, Condition, Kind
from salesdesk.base.filters.quoting import NONE, is_nothing
from salesdesk.base.filters.values import Days, Range, Span, Value, read_time
from salesdesk.context import Context
from salesdesk.errors import InputError
from salesdesk.i18n import _

ORDERED = (*EQUAL, "<", "<=", ">", ">=")
_MOST = 2**31 - 1


class NumberKind(Kind):
    """A whole number."""

    operators = ORDERED

    def __init__(self, column: ColumnElement[Any]) -> None:
        self.column = column

    def read(self, text: str, *, bare: bool, context: Context) -> Value:
        """Read a number or a range of them. Raises InputError."""
        del bare
        low, dots, high = text.partition("..")
        if not dots:
            return self.number(text, context)
        return _range(low, high, lambda end: self.number(end, context))

    def number(self, text: str, context: Context) -> int:
        """Read one number. Raises InputError."""
        del context
        typed = text.strip()
        if not (typed.isascii() and typed.isdigit() and int(typed) <= _MOST):
            raise InputError(_("“{value}” is not a whole number").format(value=text[:60]))
        return int(typed)

    def write(self, value: Value) -> str:
        """Write a number or a range."""
        if isinstance(value, Range):
            return "..".join("" if end is None else self.write(end) for end in (value.low, value.high))
        return str(value)

    def holds(self, operator: str, values: Sequence[Value], ground: Ground) -> Condition:
        """Compare."""
        del ground
        return or_(false(), *(_compared(self.column, operator, value) for value in values))


def _range(low: str, high: str, read: Callable[[str], int | Span | Days]) -> Range:
    ends = [read(end) if end.strip() else None for end in (low, high)]
    if ends == [None, None]:
        raise InputError(_("a range has an end at least: 100..500, 100.., ..500"))
    return Range(ends[0], ends[1])


def _compared(column: ColumnElement[Any], operator: str, value: Any) -> Condition:  # noqa: ANN401  # a number or an instant
    if isinstance(value, Range):
        ends = ((">=", value.low), ("<=", value.high))
        return and_(true(), *(_compared(column, sign, end) for sign, end in ends if end is not None))
    compared = {
        "=": column == value, "<": column < value, "<=": column <= value, ">": column > value,
        ">=": column >= value,
    }[operator]  # fmt: skip
    return and_(column.is_not(None), compared)


class AmountKind(NumberKind):
    """Money, in the base's currency, as people of both languages write it."""

    def number(self, text: str, context: Context) -> int:
        """Read an amount into minor units. Raises InputError."""
        amount = parse_amount(text)
        ours = context.catalogues.team.currency
        if amount.currency not in {None, ours}:
            raise InputError(
                _("an amount in {theirs}; the base is in {ours}").format(theirs=amount.currency, ours=ours)
            )
        return amount.minor

    def write(self, value: Value) -> str:
        """Write an amount with a point where it has kopecks."""
        if not isinstance(value, int):
            return super().write(value)
        whole, rest = divmod(value, 100)
        return f"{whole}.{rest:02}" if rest else str(whole)


@dataclass(frozen=True)
class TimeKind(Kind):
    """An instant. In the past a span is an age: `<30d` is less than thirty days ago."""

    column: ColumnElement[Any]
    forward: bool = False
    may_lack: bool = True
    inside: Callable[..., Condition] | None = None

    operators = ORDERED

    def read(self, text: str, *, bare: bool, context: Context) -> Value:
        """Read a time, a range of times, or `never`. Raises InputError."""
        del context
        if bare and is_nothing(text) and self.may_lack:
            return None
        low, dots, high = text.partition("..")
        if not dots:
            return read_time(text)
        found = _range(low, high, read_time)
        if len({type(end) for end in (found.low, found.high) if end is not None}) > 1:
            raise InputError(_("a range goes from day to day (2026-11-01..2026-11-15), or is 7d..30d"))
        return found

    def write(self, value: Value) -> str:
        """Write a time."""
        if isinstance(value, Range):
            return f"{'' if value.low is None else value.low}..{'' if value.high is None else value.high}"
        return NONE if value is None else str(value)

    def holds(self, operator: str, values: Sequence[Value], ground: Ground) -> Condition:
        """Compare with the instants that the times are now."""
        tests = [
            self._lacking()
            if value is None
            else self._inside(_within(self.column, *self._limits(operator, value, ground.context)))
            for value in values
        ]
        return or_(false(), *tests)

    def _inside(self, test: Condition) -> Condition:
        return test if self.inside is None else self.inside(test)

    def _lacking(self) -> Condition:
        return self.column.is_(None) if self.inside is None else not_(self.inside())

    def _limits(self, operator: str, value: Value, context: Context) -> tuple["_Limit", "_Limit"]:
        """Give the limits between which the instant lies."""
        if isinstance(value, Range):
            low = self._limits(">=", value.low, context) if value.low is not None else (None, None)
            high = self._limits("<=", value.high, context) if value.high is not None else (None, None)
            return low[0] or high[0], low[1] or high[1]
        if isinstance(value, Span):
            return self._span_limits(operator, value, context)
        if not isinstance(value, Days):
            raise TypeError(value)
        first, beyond = value.within(context)
        return {
            "=": ((">=", first), ("<", beyond)),
            "<": (None, ("<", first)),
            "<=": (None, ("<", beyond)),
            ">": ((">=", beyond), None),
            ">=": ((">=", first), None),
        }[operator]

    def _span_limits(self, operator: str, span: Span, context: Context) -> tuple["_Limit", "_Limit"]:
        point = context.now + span.length if self.forward else context.now - span.length
        sign = operator if self.forward else operator.translate(_MIRRORED)
        return (None, (sign, point)) if sign.startswith("<") else ((sign, point), None)


_Limit = tuple[str, datetime] | None
_MIRRORED = str.maketrans("<>", "><")


def _within(column: ColumnElement[Any], *limits: _Limit) -> Condition:
    tests = [_compared(column, limit[0], limit[1]) for limit in limits if limit is not None]
    return and_(true(), *tests)
