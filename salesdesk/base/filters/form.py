"""A filter as a form to be filled: one line for each field, all of them together or any one of them.

What a line says beyond that (brackets, a field twice) no form can hold: `as_form` gives None, and the line
stays as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, bindparam, or_, select
from sqlmodel import Session

from salesdesk.base.filters.fields import FIELDS
from salesdesk.base.filters.ground import Ground
from salesdesk.base.filters.kinds import CampaignKind, CodeKind, OwnerKind, TextKind
from salesdesk.base.filters.ordered import NumberKind
from salesdesk.base.filters.parsing import parse_filter
from salesdesk.base.filters.quoting import is_nothing, quoted
from salesdesk.base.filters.saved import O, S, SegmentKind
from salesdesk.base.filters.tree import AllOf, AnyOf, Condition, Everything, Filter, FilterError, Not
from salesdesk.base.filters.values import Value
from salesdesk.base.filters.worded import code_words, stage_titles
from salesdesk.context import Context
from salesdesk.errors import InputError
from salesdesk.models import Campaign
from salesdesk.storage.journal import table_of

NOT = "not "
_OPPOSITE = {"=": "!=", "!=": "="}
_QUOTES = {'"': '"', "'": "'", "«": "»"}


_CAMPAIGNS: Select[Any] = select(table_of(Campaign).c.title).distinct().order_by("title")
_LOGINS: Select[Any] = select(O.login).where(O.active.is_(True)).order_by(O.login)
_SEGMENTS: Select[Any] = (
    select(S.name).where(or_(S.shared.is_(True), S.owner_id == bindparam("me"))).order_by(S.name_key)
)


@dataclass(frozen=True, slots=True)
class Line:
    """What is said of one field: an operator, `not ` before it where it is denied, and values as typed."""

    operator: str
    text: str


@dataclass(frozen=True)
class Form:
    """A form as it is filled; `any`: one line is enough."""

    any: bool = False
    lines: Mapping[str, Line] = field(default_factory=dict)


def operators_of(name: str) -> tuple[str, ...]:
    """Give the operators of a field, and the denied ones where that is something else."""
    own = FIELDS[name].kind.operators
    return (*own, *(NOT + each for each in own if each not in _OPPOSITE))


def as_form(where: Filter) -> Form | None:
    """Give a filter as a form; None for one that no form can hold."""
    parts: tuple[Filter, ...] = (where,)
    if isinstance(where, Everything):
        return Form()
    if isinstance(where, AllOf | AnyOf):
        parts = where.parts
    lines: dict[str, Line] = {}
    for part in parts:
        condition = part.part if isinstance(part, Not) else part
        if not isinstance(condition, Condition) or condition.field in lines:
            return None
        operator = condition.operator
        if isinstance(part, Not):
            operator = _OPPOSITE.get(operator, NOT + operator)
        lines[condition.field] = Line(
            operator, ", ".join(_shown(condition.field, one) for one in condition.values)
        )
    return Form(isinstance(where, AnyOf), lines)


def _shown(name: str, value: Value) -> str:
    """Write a value as one types it into its own field: no quotes where nothing would be misread."""
    written = FIELDS[name].kind.write(value)
    bare = isinstance(value, str) and written == quoted(value) != value
    safe = bare and isinstance(value, str) and not is_nothing(value) and not {*"\",'«»\\"} & {*value}
    return str(value) if safe else written


def from_form(form: Form, context: Context) -> Filter:
    """Make the filter that a form says. Raises InputError, which names the field."""
    found: Filter = Everything()
    for name, line in form.lines.items():
        if not line.text.strip():
            continue
        one = _condition(name, line, context)
        found = one if isinstance(found, Everything) else found | one if form.any else found & one
    return found


def _condition(name: str, line: Line, context: Context) -> Filter:
    kind = FIELDS[name].kind
    denied = line.operator.startswith(NOT)
    operator = line.operator.removeprefix(NOT)
    try:
        values = ",".join(kind.write(value) for value in _values(name, line.text, context))
        read = parse_filter(f"{name}{operator}{values}", context)
    except FilterError as wrong:
        raise InputError(wrong.what, name) from wrong
    except InputError as wrong:
        raise InputError(str(wrong), name) from wrong
    return ~read if denied else read


def _values(name: str, text: str, context: Context) -> list[Value]:
    kind = FIELDS[name].kind
    if isinstance(kind, NumberKind):
        # "1,5 млн" is one amount.
        try:
            return [kind.read(text.strip(), bare=True, context=context)]
        except InputError:
            pass
    return [kind.read(piece, bare=bare, context=context) for piece, bare in _pieces(text)]


def _pieces(text: str) -> list[tuple[str, bool]]:
    """Cut what is typed at commas; what stands in quotes is one piece, without them."""
    found: list[tuple[str, bool]] = []
    rest = text.strip()
    while rest:
        closing = _QUOTES.get(rest[0])
        end = rest.find(closing, 1) if closing else -1
        if end > 0 and rest[end + 1 :].lstrip()[:1] in {"", ","}:
            found.append((rest[1:end], False))
            rest = rest[end + 1 :].lstrip().removeprefix(",").strip()
            continue
        piece, _comma, rest = rest.partition(",")
        found.append((piece.strip(), True))
        rest = rest.strip()
    return [(piece, bare) for piece, bare in found if piece]


def offers(session: Session, context: Context, name: str) -> tuple[str, ...]:
    """Give what a field may be, as one types it: from catalogues, or as the base spells it."""
    kind = FIELDS[name].kind
    if name == "stage":
        return tuple(stage_titles(context).values())
    if isinstance(kind, CodeKind):
        return tuple(code_words(kind, context).values())
    if isinstance(kind, TextKind) and not isinstance(kind, CampaignKind | OwnerKind):
        return tuple(sorted(text for text in Ground(session, context).spelled(kind.column, bool) if text))
    named = {CampaignKind: _CAMPAIGNS, OwnerKind: _LOGINS, SegmentKind: _SEGMENTS}.get(type(kind))
    return () if named is None else tuple(session.scalars(named, {"me": context.me.id}))
