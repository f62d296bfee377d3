"""Reading a filter as people type it: `city=Москва and not (last_call<30d or missing=phone)`."""

import re
from difflib import get_close_matches

from salesdesk.base.filters.fields import FIELDS, Field, field_words
from salesdesk.base.filters.quoting import BARE
from salesdesk.base.filters.tree import Condition, Everything, Filter, FilterError
from salesdesk.base.filters.values import Range, Span, Value
from salesdesk.base.folding import fold
from salesdesk.context import Context
from salesdesk.errors import InputError
from salesdesk.i18n import _

_AND, _OR, _NOT = frozenset(["and", "и"]), frozenset(["or", "или"]), frozenset(["not", "не"])
_WORD = re.compile(r"[^\W\d_]\w*")
_OPERATOR = re.compile(r"\s*(!=|<>|==|<=|>=|[=<>~≠≤≥])")
_SAME = {"<>": "!=", "==": "=", "≠": "!=", "≤": "<=", "≥": ">="}
_NAMES = [re.compile(rf"{_WORD.pattern}(?:\s+\w+){{{more}}}(?=\s*[=<>~≠≤≥!])") for more in (2, 1, 0)]
_QUOTES = {'"': '"', "'": "'", "«": "»"}
_SINGLE = frozenset(["<", "<=", ">", ">="])
_DEEPEST = 40
_MOST = 200
"""Conditions in one filter: databases read a statement only so deep."""


def parse_filter(text: str, context: Context) -> Filter:
    """Read a filter; an empty line chooses everything. Raises FilterError, which names the column."""
    return _Reader(text, context).whole()


class _Reader:
    """Walks along the line; `at` is the next sign."""

    def __init__(self, text: str, context: Context) -> None:
        self.text = text
        self.context = context
        self.at = 0
        self.count = 0

    def whole(self) -> Filter:
        self._blanks()
        if self.at == len(self.text):
            return Everything()
        found = self._either(0)
        if self.at < len(self.text):
            raise self._error(_("this bracket closes nothing"))
        return found

    # -- and, or, not ----------------------------------------------------------------------------

    def _either(self, depth: int) -> Filter:
        found = self._both(depth)
        while self._keyword(_OR):
            found |= self._both(depth)
        return found

    def _both(self, depth: int) -> Filter:
        found = self._one(depth)
        while True:
            self._blanks()
            if self.at == len(self.text) or self.text[self.at] == ")" or self._is_next(_OR):
                return found
            self._keyword(_AND)
            found &= self._one(depth)

    def _one(self, depth: int) -> Filter:
        if depth > _DEEPEST:
            raise self._error(_("more brackets in brackets than can be followed"))
        self._blanks()
        if self.at == len(self.text):
            raise self._error(_("a condition is missing here: city=Moscow"))
        # First: "не звонить=да" is a field, not a denial.
        named = self._field_here()
        if named is None and self._keyword(_NOT):
            return ~self._one(depth + 1)
        if self.text[self.at] == "(":
            return self._bracketed(depth)
        return self._condition(named)

    def _bracketed(self, depth: int) -> Filter:
        opened = self.at
        self.at += 1
        found = self._either(depth + 1)
        self._blanks()
        if self.at == len(self.text):
            raise self._error(_("this bracket is not closed"), opened)
        self.at += 1
        return found

    def _is_next(self, words: frozenset[str]) -> bool:
        match = _WORD.match(self.text, self.at)
        if match is None or fold(match[0]) not in words:
            return False
        return _OPERATOR.match(self.text, match.end()) is None

    def _keyword(self, words: frozenset[str]) -> bool:
        self._blanks()
        if not self._is_next(words):
            return False
        while self.at < len(self.text) and self.text[self.at].isalpha():
            self.at += 1
        return True

    # -- a condition -----------------------------------------------------------------------------

    def _field_here(self) -> tuple[Field, int] | None:
        """Find the field whose name stands here, the longest name first, and where the name ends."""
        for names in _NAMES:
            match = names.match(self.text, self.at)
            name = field_words().get(fold(match[0])) if match else None
            if match and name:
                return FIELDS[name], match.end()
        return None

    def _condition(self, named: tuple[Field, int] | None) -> Filter:
        start = self.at
        if named is None:
            raise self._no_field()
        self.count += 1
        if self.count > _MOST:
            raise self._error(_("more than {most} conditions in one filter").format(most=_MOST))
        field, self.at = named
        operator = self._operator(field)
        values = [self._value(field, operator)]
        while self._comma():
            values.append(self._value(field, operator, further=True))
        return Condition(field.name, operator, tuple(values), start + 1, self.text)

    def _operator(self, field: Field) -> str:
        self._blanks()
        match = _OPERATOR.match(self.text, self.at)
        if match is None:
            raise self._error(_("an operator is missing here: = != < <= > >= ~"))
        operator = _SAME.get(match[1], match[1])
        if operator not in field.kind.operators:
            raise self._error(
                _("{field} is compared with {operators} only").format(
                    field=field.name, operators=" ".join(field.kind.operators)
                )
            )
        self.at = match.end()
        return operator

    def _value(self, field: Field, operator: str, *, further: bool = False) -> Value:
        self._blanks()
        start = self.at
        if further and operator in _SINGLE:
            raise self._error(_("{operator} takes one value").format(operator=operator))
        text, bare = self._written()
        try:
            value = field.kind.read(text, bare=bare, context=self.context)
        except FilterError:
            raise
        except InputError as wrong:
            raise self._error(str(wrong), start) from wrong
        if operator in _SINGLE and (value is None or isinstance(value, Range)):
            raise self._error(_("{operator} takes one value").format(operator=operator), start)
        if operator == "~" and value is None:
            raise self._error(_("~ takes a part of a text"), start)
        if isinstance(value, Span) and operator not in _SINGLE:
            raise self._error(
                _("say {field}<{value} or {field}>{value}").format(field=field.name, value=value), start
            )
        return value

    def _written(self) -> tuple[str, bool]:
        """Take a value as it stands: in quotes, or one word."""
        if self.at < len(self.text) and self.text[self.at] in _QUOTES:
            return self._quoted(), False
        match = BARE.match(self.text, self.at)
        if match is None:
            raise self._error(_("a value is missing here"))
        self.at = match.end()
        return match[0], True

    def _quoted(self) -> str:
        opened = self.at
        closing = _QUOTES[self.text[opened]]
        found: list[str] = []
        self.at += 1
        while self.at < len(self.text):
            sign = self.text[self.at]
            self.at += 1
            if sign == closing:
                return "".join(found)
            if sign == "\\" and self.at < len(self.text):
                sign = self.text[self.at]
                self.at += 1
            found.append(sign)
        raise self._error(_("this quote is not closed"), opened)

    def _comma(self) -> bool:
        self._blanks()
        if self.at < len(self.text) and self.text[self.at] == ",":
            self.at += 1
            return True
        return False

    # -- along the line ----------------------------------------------------------------------------

    def _blanks(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1

    def _no_field(self) -> FilterError:
        """Say what a word is that begins no condition."""
        match = _WORD.match(self.text, self.at)
        if match is None:
            return self._error(_("a condition begins with a field: city=Moscow"))
        if _OPERATOR.match(self.text, match.end()) is None:
            return self._error(
                _('“{word}” is no condition; a value with blanks stands in quotes: name~"two words"').format(
                    word=match[0][:60]
                )
            )
        near = get_close_matches(fold(match[0]), field_words(), n=1)
        hint = " " + _("Did you mean {near}?").format(near=field_words()[near[0]]) if near else ""
        return self._error(
            _("there is no field “{word}”.{hint} The fields are: {fields}").format(
                word=match[0][:60], hint=hint, fields=", ".join(FIELDS)
            )
        )

    def _error(self, what: str, at: int | None = None) -> FilterError:
        return FilterError(what, (self.at if at is None else at) + 1, self.text)
