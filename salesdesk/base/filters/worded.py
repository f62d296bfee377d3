"""A filter in the words of the language in use: what stands on the screen, and is read as the same filter."""

import re
from collections.abc import Mapping

from salesdesk.base.filters.fields import FIELDS
from salesdesk.base.filters.kinds import CodeKind, Kind, Myself
from salesdesk.base.filters.ordered import NumberKind, TimeKind
from salesdesk.base.filters.parsing import parse_filter
from salesdesk.base.filters.quoting import is_nothing, quoted
from salesdesk.base.filters.tree import AllOf, AnyOf, Condition, Everything, Filter, FilterError, Not
from salesdesk.base.filters.values import Value
from salesdesk.base.folding import fold
from salesdesk.context import Context
from salesdesk.i18n import language

_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
_SPAN = re.compile(r"(?<=\d)(mo|[hdwy])\b")
_UNITS = {"h": "ч", "d": "д", "w": "нед", "mo": "мес", "y": "г"}
_DAYS = {
    "yesterday": "вчера", "today": "сегодня", "tomorrow": "завтра",
    "this-week": "эта-неделя", "this-month": "этот-месяц", "this-quarter": "этот-квартал",
    "this-year": "этот-год", "last-week": "прошлая-неделя", "last-month": "прошлый-месяц",
    "last-quarter": "прошлый-квартал", "last-year": "прошлый-год",
}  # fmt: skip
_DAY = re.compile("|".join(map(re.escape, _DAYS)))


def worded(where: Filter, context: Context) -> str:
    """Write a filter in the words of the language in use, as one types it."""
    if language() != "ru" or isinstance(where, Everything):
        return str(where)
    said = _worded(where, context)
    try:
        same = parse_filter(said, context) == where
    except FilterError:
        same = False
    # A team may call a stage by a word that means another one: what is read as the same rules.
    return said if same else str(where)


def worded_line(text: str, context: Context) -> str:
    """Write a line in the words of the language in use; one that cannot be read stays as it is."""
    if language() != "ru":
        return text
    try:
        return worded(parse_filter(text, context), context)
    except FilterError:
        return text


def code_words(kind: CodeKind, context: Context) -> Mapping[str | None, str]:
    """Give a word for each code, of the language in use where there is one."""
    words: dict[str | None, str] = {}
    cyrillic = language() == "ru"
    for word, code in kind.words(context).items():
        better = cyrillic and _CYRILLIC.search(fold(word)) is not None
        kept = words.get(code)
        if kept is None or (better and not _CYRILLIC.search(kept)):
            words[code] = (code or kind.nothing) if kept is None and not better else word
    return words


def stage_titles(context: Context) -> Mapping[str, str]:
    """Give what each stage is called in the language in use."""
    return {
        code: entry.title.get(language()) or next(iter(entry.title.values()))
        for code, entry in context.catalogues.stages.items()
    }


def _worded(where: Filter, context: Context) -> str:
    if isinstance(where, AllOf):
        return " ".join(_part(part, context, AnyOf) for part in where.parts)
    if isinstance(where, AnyOf):
        return " или ".join(_part(part, context) for part in where.parts)
    if isinstance(where, Not):
        return f"не {_part(where.part, context, AllOf, AnyOf)}"
    if not isinstance(where, Condition):
        return str(where)
    kind = FIELDS[where.field].kind
    values = ",".join(_value(where.field, kind, value, context) for value in where.values)
    return f"{_field(where.field)}{where.operator}{values}"


def _part(part: Filter, context: Context, *looser: type[Filter]) -> str:
    said = _worded(part, context)
    return f"({said})" if isinstance(part, looser) else said


def _field(name: str) -> str:
    return next((word for word in FIELDS[name].words if _CYRILLIC.search(word)), name)


def _value(name: str, kind: Kind, value: Value, context: Context) -> str:
    if isinstance(value, Myself):
        return "я"
    if isinstance(kind, CodeKind) and name != "class":
        code = None if value is None else str(value)
        title = stage_titles(context).get(code) if name == "stage" and code else None
        word = title or code_words(kind, context).get(code) or kind.write(value)
        return word if is_nothing(word) else quoted(word)
    if value is None:
        return "никогда" if name == "last_call" else "нет"
    written = kind.write(value)
    if isinstance(kind, NumberKind | TimeKind):
        written = _DAY.sub(lambda found: _DAYS[found[0]], written)
        written = _SPAN.sub(lambda found: _UNITS[found[0]], written)
    return written
