"""What another system's words mean here: asked of a person for a word that an import does not know."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from salesdesk.codes import ImportKind
from salesdesk.i18n import _, title
from salesdesk.screens.choose import ChooseScreen, keyed
from salesdesk.widgets.cells import plain

if TYPE_CHECKING:
    from salesdesk.base.fields import FieldMap
    from salesdesk.base.importing import Problem
    from salesdesk.catalogues import Catalogues
    from salesdesk.context import Me

_KINDS: Final = {
    "stage": "stage",
    "class": "class",
    "interest": "interest",
    "do_not_call": "yes",
    "next_goal": "goal",
    "outcome": "outcome",
}
"""Fields that hold words with a meaning, to the name under which an import keeps the words."""
NEVER = "do_not_call"
OPERATOR = "operator"
"""The kind of word that an operator is called by in another system: a name, or an extension."""

_COLD: Final = frozenset([ImportKind.CLIENTS, ImportKind.CONTACTS])
"""Whose rows may be in no conversation yet: a deal is one."""


def kind_of(problem: "Problem", mapping: "FieldMap") -> str | None:
    """Tell the kind of word that a problem is about; None where no meaning would help."""
    if problem.asks:
        return problem.asks
    if not problem.value or problem.column not in mapping.header:
        return None
    return _KINDS.get(mapping.fields[mapping.header.index(problem.column)] or "")


def meaning_choice(kind: str, word: str, catalogues: "Catalogues", rows: ImportKind) -> ChooseScreen:
    """Make the question what a word means in a file of such rows."""
    codes = [
        (code, said)
        for code, said in _codes(kind, catalogues)
        if code not in {"cold", NEVER} or rows in _COLD
    ]
    options = keyed(codes)
    return ChooseScreen(_("What does “{word}” mean?").format(word=plain(word)), options)


def operator_choice(word: str, people: "Sequence[Me]") -> ChooseScreen:
    """Make the question which operator is called so, or has that extension."""
    names = [one.name for one in people]
    options = keyed(
        [
            (one.login, plain(one.name if names.count(one.name) == 1 else f"{one.name} ({one.login})"))
            for one in people
        ]
    )
    number = not any(sign.isalpha() for sign in word)
    asked = _("Whose extension is {word}?") if number else _("Which operator is “{word}”?")
    return ChooseScreen(asked.format(word=plain(word)), options)


def _codes(kind: str, catalogues: "Catalogues") -> list[tuple[str, str]]:
    """Give the codes that a word may mean, and their titles."""
    if kind == "stage":
        known = [(code, title(entry.title)) for code, entry in catalogues.stages.items()]
        return [*known, ("cold", _("never in conversation")), (NEVER, _("nobody may call"))]
    if kind == "goal":
        return [(code, title(entry.title)) for code, entry in catalogues.goals.items()]
    if kind == "outcome":
        known = [(code, title(entry.title)) for code, entry in catalogues.outcomes.items()]
        return [*known, ("answered", _("answered, and no more is known"))]
    if kind == "yes":
        return [("yes", _("yes")), ("no", _("no"))]
    if kind == "interest":
        return [(code, code) for code in "012345"]
    return [(code, code) for code in ("VIP", "A", "B", "C")]


def with_meaning(
    values: Mapping[str, Mapping[str, str]], kind: str, word: str, code: str
) -> dict[str, dict[str, str]]:
    """Add to what words mean."""
    meant = {name: dict(words) for name, words in values.items()}
    meant.setdefault(kind, {})[word] = code
    return meant
