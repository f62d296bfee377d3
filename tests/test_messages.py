"""Every text a person may see is marked for translation, and translated whole in every catalogue."""

import ast
import builtins
import re
import string
from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import salesdesk
from salesdesk.i18n import LANGUAGES, LOCALE_DIR

SOURCES = Path(salesdesk.__file__).parent
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}
"""The same as in the Makefile's `messages`."""

TRANSLATED = [code for code in LANGUAGES if code != "en"]
SHOWN_FIRST = {"say", "notify", "complain", "show_face", "SalesdeskError", "update", "Content", "Text"}
"""What shows its first argument to a person as it is, besides the errors for people."""

Key = str | tuple[str, str]


@cache
def messages() -> dict[Key, str]:
    """Each message of the sources, and where it first stands."""
    found: dict[Key, str] = {}
    method_map = [("**.py", "python")]
    for file, line, message, _comments, _context in extract_from_dir(
        SOURCES, method_map, keywords=KEYWORDS, strip_comment_tags=False
    ):
        found.setdefault(message, f"{file}:{line}")
    return found


@cache
def catalogue(language: str) -> Catalog:
    with (LOCALE_DIR / language / "LC_MESSAGES" / "salesdesk.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def translated(language: str, key: Key) -> tuple[str, ...]:
    """The translation of a message, in all its plural forms; nothing where there is none."""
    entry = catalogue(language).get(key)
    if entry is None or not entry.string:
        return ()
    return entry.string if isinstance(entry.string, tuple) else (entry.string,)


def placeholders(text: str) -> list[str]:
    try:
        return sorted(name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name)
    except ValueError:  # a lone brace: no format string, and never formatted
        return sorted(re.findall(r"\{(\w+)\}", text))


def test_messages_are_found():
    assert len(messages()) > 500
    assert "" not in messages()


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_is_translated_in_all_plural_forms(language):
    forms = catalogue(language).num_plurals
    missing = [
        f"{place}: {key}"
        for key, place in messages().items()
        if len([text for text in translated(language, key) if text.strip()])
        != (forms if isinstance(key, tuple) else 1)
    ]
    assert not missing, "\n".join(missing)


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_placeholders_and_the_edges_of_its_message(language):
    wrong = []
    for key, place in messages().items():
        original = key[1] if isinstance(key, tuple) else key
        for text in translated(language, key):
            same_edges = text.count("\n") == original.count("\n") and text.strip() == text
            if placeholders(text) != placeholders(original) or not same_edges:
                wrong.append(f"{place}: {original!r} → {text!r}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_has_nothing_doubtful_and_nothing_left_over(language):
    entries: list[Message] = [entry for entry in catalogue(language) if entry.id]
    assert [entry.id for entry in entries if entry.fuzzy] == []
    assert [entry.id for entry in entries if entry.id not in messages()] == []
    assert list(catalogue(language).obsolete) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_compiles_and_its_header_survives(language):
    compiled = BytesIO()
    write_mo(compiled, catalogue(language))
    compiled.seek(0)
    spoken = GNUTranslations(compiled)
    assert spoken.info()["language"] == language
    assert spoken.charset() == "utf-8"


@pytest.mark.parametrize(
    ("count", "said"),
    [(1, "1 день"), (2, "2 дня"), (5, "5 дней"), (11, "11 дней"), (21, "21 день"), (104, "104 дня")],
)
def test_russian_counts_in_its_three_forms(count, said):
    compiled = BytesIO()
    write_mo(compiled, catalogue("ru"))
    compiled.seek(0)
    spoken = GNUTranslations(compiled).ngettext("{count} day", "{count} days", count)
    assert spoken.format(count=count) == said


def test_russian_is_written_in_russian():
    """Words of Latin letters stand in a translation only where they are names, keys or codes there too."""
    left = []
    for key, place in messages().items():
        original = key[0] if isinstance(key, tuple) else key
        for text in translated("ru", key):
            words = re.sub(r"\{\w*\}", " ", text)
            if re.search(r"[a-z]{3}", original) and re.search(r"[A-Za-z]{3}", words):
                strange = set(re.findall(r"[A-Za-z]+", words)) - set(re.findall(r"[A-Za-z]+", original))
                left += [f"{place}: {text}: {word}" for word in strange - {"FILE", "e", "mail"}]
    assert not left, "\n".join(left)


# What is not marked


def _sources():
    return [(file, ast.parse(file.read_text("utf-8"))) for file in sorted(SOURCES.rglob("*.py"))]


def _called(call: ast.Call) -> str:
    name = call.func
    return name.attr if isinstance(name, ast.Attribute) else name.id if isinstance(name, ast.Name) else ""


def _words(node: ast.expr) -> str:
    """The words of a plain string, or of the fixed parts of a formatted one."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return " ".join(_words(part) for part in node.values if isinstance(part, ast.Constant))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        return _words(node.func.value)
    return ""


def _is_said(call: ast.Call) -> bool:
    name = _called(call)
    for_people = name.endswith("Error") and not hasattr(builtins, name)
    return name in SHOWN_FIRST or for_people


def test_nothing_is_said_past_the_translation():
    """An English text that is shown or raised as it is would stay English on every screen."""
    found = []
    for file, tree in _sources():
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and call.args and _is_said(call):
                words = _words(call.args[0])
                if " " in words.strip() and re.search(r"[A-Za-z]{2}", words):
                    found.append(f"{file.relative_to(SOURCES)}:{call.lineno}: {words}")
    assert not found, "\n".join(found)


def test_messages_stand_where_they_can_be_collected():
    """A message inside a formatted string is not collected on Python 3.11: it would never be translated."""
    found = []
    for file, tree in _sources():
        for formatted in ast.walk(tree):
            if isinstance(formatted, ast.JoinedStr):
                found += [
                    f"{file.relative_to(SOURCES)}:{call.lineno}: {ast.unparse(call)}"
                    for call in ast.walk(formatted)
                    if isinstance(call, ast.Call) and _called(call) in KEYWORDS
                ]
    assert not found, "\n".join(found)
