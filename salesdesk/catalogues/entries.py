"""One file of entries: each checked by itself and against its neighbours in the file."""

import unicodedata
from collections.abc import Iterator
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ValidationError

from salesdesk.catalogues.keep_in_touch import is_keep_in_touch
from salesdesk.catalogues.plain_words import in_words
from salesdesk.catalogues.schemas import GOALS, SCRIPTS, Schema
from salesdesk.catalogues.scripts import script_mistake
from salesdesk.catalogues.source import Source
from salesdesk.i18n import LANGUAGES, _
from salesdesk.models.catalogue import Entry

M = TypeVar("M", bound=BaseModel)

TITLE_LIMIT = 60
"""Characters: a title stands in a column of the list."""


def read_entries(source: Source, schema: Schema) -> dict[str, Entry]:
    """Give the entries of a file by code, in its order. Raises CatalogueError."""
    entries: dict[str, Entry] = {}
    for number, table in enumerate(_tables(source, schema.table)):
        place = (schema.table, number)
        entry = checked(source, schema.entry, table, *place)
        if entry.code in entries:
            first = source.line((schema.table, list(entries).index(entry.code), "code"))
            what = _("the code “{code}” stands already on line {line}; every code is needed once")
            raise source.error(what.format(code=entry.code, line=first), *place, "code")
        for field in ("title", "rule", "text", "hint"):
            if field in table:
                _check_languages(source, table[field], *place, field)
        entries[entry.code] = entry
    _check_core(source, schema, entries)
    _check_alone(source, schema, entries, "key")
    _check_alone(source, schema, entries, "client_class")
    if schema is GOALS:
        _check_goals(source, entries)
    if schema is SCRIPTS:
        _check_scripts(source, entries)
    return entries


def checked(source: Source, model: type[M], table: object, *place: str | int) -> M:
    """Validate one table of a file. Raises CatalogueError at the line of its first mistake."""
    try:
        return model.model_validate(table)
    except ValidationError as error:
        faults = error.errors(include_url=False)
    # The order of the file, not of the schema: people read from the top.
    fault = min(faults, key=lambda each: source.line((*place, *each["loc"])))
    known = _known(model, fault["loc"])
    raise source.error(
        in_words(fault["type"], fault["loc"], fault.get("ctx", {}), known), *place, *fault["loc"]
    )


def _known(model: type[BaseModel], place: tuple[str | int, ...]) -> list[str]:
    for part in place[:-1]:
        inner = model.model_fields[str(part)].annotation
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            break
        model = inner
    return list(model.model_fields)


def _tables(source: Source, name: str) -> Iterator[dict[str, Any]]:
    for key in source.data:
        if key != name:
            what = _("“{key}” is not known in this file; it holds only [[{name}]] tables")
            raise source.error(what.format(key=key, name=name), *_beginning(source, key))
    tables = source.data.get(name, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise source.error(
            _("write [[{name}]], with two brackets, before each entry").format(name=name), name
        )
    if not tables:
        raise source.error(_("there is no [[{name}]] in this file").format(name=name))
    yield from tables


def _beginning(source: Source, key: str) -> tuple[str | int, ...]:
    return (key, 0) if isinstance(source.data[key], list) else (key,)


def _check_languages(source: Source, texts: dict[str, str], *place: str | int) -> None:
    name = str(place[-1])
    for code in texts:
        if code not in LANGUAGES:
            what = _("{name}.{code} is no language of the desk; its languages are: {languages}")
            raise source.error(
                what.format(name=name, code=code, languages=", ".join(LANGUAGES)), *place, code
            )
    for code in LANGUAGES:
        words = texts.get(code, "")
        if not words.strip():
            what = _("{name}.{code} is missing: write it in every language ({languages})")
            raise source.error(
                what.format(name=name, code=code, languages=", ".join(LANGUAGES)), *place, code
            )
        allowed = "" if name == "title" else "\n\t"
        if any(unicodedata.category(sign) == "Cc" and sign not in allowed for sign in words):
            what = _("{name}.{code} holds a control character; take it out")
            raise source.error(what.format(name=name, code=code), *place, code)
        if name == "title" and len(words) > TITLE_LIMIT:
            what = _("{name}.{code} is longer than {limit} characters")
            raise source.error(what.format(name=name, code=code, limit=TITLE_LIMIT), *place, code)


def _check_core(source: Source, schema: Schema, entries: dict[str, Entry]) -> None:
    missing = [code for code in schema.core if code not in entries]
    if missing:
        what = _("[[{table}]] {codes} must stay: the desk's rules and commands name it")
        last = (schema.table, len(entries) - 1)
        raise source.error(what.format(table=schema.table, codes=", ".join(missing)), *last)


def _check_alone(source: Source, schema: Schema, entries: dict[str, Entry], field: str) -> None:
    seen: dict[str, str] = {}
    for number, (code, entry) in enumerate(entries.items()):
        value = cast("str | None", getattr(entry, field, None))
        if value is None:
            continue
        if value in seen:
            what = _("{field} “{value}” belongs to {code} already; each is given once")
            place = (schema.table, number, field)
            raise source.error(what.format(field=field, value=value, code=seen[value]), *place)
        seen[value] = code


def _check_goals(source: Source, entries: dict[str, Entry]) -> None:
    for number, entry in enumerate(entries.values()):
        texts = [("code",), *(("title", language) for language in entry.title)]
        for place, text in zip(texts, [entry.code, *entry.title.values()], strict=True):
            if is_keep_in_touch(text):
                what = _("“{text}” is not a goal: nobody can say whether it was reached. Name what to get")
                raise source.error(what.format(text=text), "goal", number, *place)


def _check_scripts(source: Source, entries: dict[str, Entry]) -> None:
    for number, entry in enumerate(entries.values()):
        for language, text in cast("dict[str, str]", entry.text).items():  # type: ignore[attr-defined]  # of a script
            mistake = script_mistake(text)
            if mistake:
                what, line = mistake
                raise source.error_in_text(what, line, "script", number, "text", language)
