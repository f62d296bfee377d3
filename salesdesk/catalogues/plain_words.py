"""What pydantic found, in words for the one who edits the file."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from salesdesk.i18n import _


def in_words(kind: str, place: Iterable[str | int], context: Mapping[str, Any], known: Iterable[str]) -> str:
    """Say what is wrong with the value at `place` and what is allowed.

    `kind` and `context` are pydantic's, `known` the keys that may stand beside the one at `place`.
    """
    names = [part for part in place if isinstance(part, str)]
    key, last = ".".join(names), names[-1] if names else ""
    if kind == "missing":
        return _("the key “{key}” is missing here").format(key=key)
    if kind == "extra_forbidden":
        return _("the key “{key}” is not known here; known are: {known}").format(
            key=key, known=", ".join(known)
        )
    return f"{key}: {_wanted(kind, last, context)}"


def _wanted(kind: str, name: str, context: Mapping[str, Any]) -> str:
    if kind in {"enum", "literal_error"}:
        allowed = re.findall(r"'([^']*)'", str(context.get("expected", "")))
        return _("must be one of: {allowed}").format(allowed=", ".join(allowed))
    if kind == "string_pattern_mismatch":
        return _shape(name, str(context.get("pattern", "")))
    if kind == "greater_than_equal":
        return _("must be {least} or more").format(least=context["ge"])
    if kind == "less_than_equal":
        return _("must be {most} or less").format(most=context["le"])
    if kind == "too_short":
        return _("must name at least one")
    return _type(kind)


def _type(kind: str) -> str:
    words = {
        "string": _("must be a text in quotes"),
        "int": _("must be a whole number, without quotes"),
        "bool": _("must be true or false, without quotes"),
        "list": _('must be a list in brackets: [ "…", "…" ]'),
        "dict": _('must be written in every language: { en = "…", ru = "…" }'),
        "model": _("must be a table of keys and values"),
    }
    return words.get(kind.split("_", maxsplit=1)[0], _("is not a value that is allowed here"))


def _shape(name: str, pattern: str) -> str:
    if name == "country":
        return _('must be the two capital letters of a country, "RU"')
    if name == "currency":
        return _('must be the three capital letters of a currency, "RUB"')
    if name == "key":
        return (
            _("must be one Latin letter a–z or one digit")
            if "0-9" in pattern
            else _("must be one Latin letter a–z")
        )
    if ":" in pattern:
        return _('must be a time of the day from "00:00" to "23:59"')
    return _("must be a code: small Latin letters, digits and _, a letter first, 32 at the most")
