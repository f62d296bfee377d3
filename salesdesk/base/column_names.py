"""What a column's name says: by the names that are known, whatever they are written like and numbered."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from salesdesk.base.datafiles import read_data
from salesdesk.base.folding import fold
from salesdesk.codes import ImportKind

REACH = frozenset(
    ["phone", "email", "address", "city", "region", "postal_code", "country", "website", "contact.phone",
     "contact.email"]
)  # fmt: skip
"""Of which one has several: at work and at home, to bill to and to ship to."""
PEOPLE = ("contact.name", "contact.first_name", "contact.middle_name", "contact.last_name",
          "contact.position", "contact.phone", "contact.email", "phone", "email", "note", "tax_id",
          "industry", "region", "city", "address", "postal_code", "country", "website")  # fmt: skip
"""What a row of another kind may say of its client."""
_AS_PERSONS = {"phone": "contact.phone", "email": "contact.email"}
_STRIPPED, _BY_FIRST_WORD = 500, 900


@dataclass(frozen=True, slots=True)
class Match:
    """The field of a column: of several columns for one the lower rank wins, and the second come last."""

    field: str
    rank: int
    second: bool = False


@dataclass(frozen=True)
class Export:
    """A file as another system writes it: what its rows are, and columns that mean something else there."""

    name: str
    kind: ImportKind
    columns: Mapping[str, str] = field(default_factory=dict)


_OWN_IDS = frozenset(["external id", "внешний код"])
NO_EXPORT = Export("", ImportKind.CLIENTS)


@dataclass(frozen=True)
class _Known:
    names: dict[ImportKind, dict[str, Match]]
    company_ids: frozenset[str]
    kinds: frozenset[str]
    row_numbers: frozenset[str]
    first: re.Pattern[str]
    second: re.Pattern[str]
    never: re.Pattern[str]


@lru_cache(maxsize=1)
def known() -> _Known:
    """Read the names that are known."""
    file = read_data("fields.toml")
    ambiguous, beside = file["ambiguous"], file["beside"]
    names = {kind: _names(file.get(kind.value, {})) for kind in ImportKind}
    clients = names[ImportKind.CLIENTS]
    names[ImportKind.CONTACTS] = _of_people(clients, names[ImportKind.CONTACTS])
    borrowed = {name: match for name, match in clients.items() if match.field in PEOPLE}
    names[ImportKind.DEALS] = borrowed | names[ImportKind.DEALS]
    return _Known(
        names,
        frozenset(map(fold, file["contacts"]["external_id"])) | {fold("external_id")},
        frozenset(map(fold, ambiguous["kind"])),
        frozenset(sign(name) for name in ambiguous["row_number"]),
        *(_any_of(beside[which]) for which in ("first", "second", "never")),
    )


def _names(listed: Mapping[str, Sequence[str]]) -> dict[str, Match]:
    names: dict[str, Match] = {}
    for code, others in listed.items():
        for rank, name in enumerate((code, *others)):
            names.setdefault(fold(name), Match(code, rank))
    return names


def _of_people(clients: Mapping[str, Match], own: Mapping[str, Match]) -> dict[str, Match]:
    """Give the names where rows are people: the numbers and addresses are theirs, an id is the company's."""
    names = {
        name: Match(_AS_PERSONS.get(match.field, match.field), match.rank)
        for name, match in clients.items()
        if match.field != "external_id"
    }
    return names | {name: match for name, match in own.items() if name not in _AS_PERSONS}


def _any_of(words: Sequence[str]) -> re.Pattern[str]:
    listed = sorted(map(fold, words), key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(map(re.escape, listed)) + r")\b")


def sign(name: str) -> str:
    """Fold a column's name; "№" alone would fold to nothing."""
    return fold(name) or name.strip()


# "SHIPPINGSTREET": where there are neither blanks nor small letters.
_JAMMED = re.compile(r"(?:shipping|other|home(?!page))(?=[a-z])")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def match_column(name: str, kind: ImportKind, export: Export = NO_EXPORT) -> Match | None:
    """Find the field of a column's name; "Телефон 2", "Телефон (моб.)", "HomePhone" are phones too."""
    names, folded = known().names[kind], fold(name)
    if folded in export.columns:
        code = export.columns[folded]
        code = _AS_PERSONS.get(code, code) if kind == ImportKind.CONTACTS else code
        return Match(code, -1) if code else None
    spaced = fold(_CAMEL.sub(" ", name))
    for form in (folded, spaced, *map(_unnumbered, (folded, spaced))):
        if form in names:
            return _placed(names[form], spaced)
    if known().never.search(spaced):
        return None
    before_bracket = _unnumbered(fold(name.partition("(")[0]))
    for form in (_bare(spaced), before_bracket, _bare(before_bracket)):
        if form in names and (form == before_bracket or names[form].field in REACH):
            found = names[form]
            return _placed(Match(found.field, found.rank + _STRIPPED), spaced)
    return _by_first_word(folded, kind)


def _placed(match: Match, folded: str) -> Match:
    words = known().second.search(folded) or _JAMMED.match(folded)
    second = match.field in REACH and words is not None
    return Match(match.field, match.rank, second)


def _unnumbered(folded: str) -> str:
    """Leave the numbers out: "phone 1 value", "телефон2"."""
    words = (word.rstrip("0123456789") for word in folded.split())
    return " ".join(word for word in words if word)


def _bare(folded: str) -> str:
    """Leave out what only says which of several it is."""
    without = known().first.sub(" ", known().second.sub(" ", folded))
    return _unnumbered(" ".join(without.split()))


def _by_first_word(folded: str, kind: ImportKind) -> Match | None:
    phones = {"тел", "телефон", "телефоны", "phone", "mobile"}
    of_people = kind in {ImportKind.CLIENTS, ImportKind.CONTACTS}
    if of_people and folded.partition(" ")[0] in phones and _NO_NUMBER.isdisjoint(folded.split()):
        code = "contact.phone" if kind == ImportKind.CONTACTS else "phone"
        return _placed(Match(code, _BY_FIRST_WORD), folded)
    return None


_NO_NUMBER = frozenset(["code", "код", "кода", "country", "страна", "страны"])


def is_company_id(name: str) -> bool:
    """Tell whether a column called so has the ids of companies, whoever its rows are."""
    return fold(name) in known().company_ids


def is_own_id(name: str) -> bool:
    """Tell whether a column is called as our own exports call the id of a client: nobody does by chance."""
    return fold(name) in _OWN_IDS


def is_known_column(name: str) -> bool:
    """Tell whether a cell reads like a column's name that imports know: how a header row is found."""
    return (
        any(match_column(name, kind) is not None for kind in ImportKind)
        or sign(name) in known().kinds | known().row_numbers
    )


def is_more_of_it(name: str) -> bool:
    """Tell whether a column goes on where the one before ends: "Street2", "Address line 2"."""
    return re.search(r"[2-9]\W*$", name.partition("(")[0].strip()) is not None


@lru_cache(maxsize=1)
def _exports() -> tuple[tuple[Export, list[frozenset[str]]], ...]:
    return tuple(
        (
            Export(name, ImportKind(said["kind"]), said.get("columns", {})),
            [frozenset(each.split("|")) for each in said["has"]],
        )
        for name, said in read_data("exports.toml").items()
    )


def export_of(header: Sequence[str]) -> Export:
    """Tell which system wrote a file, by its columns as a whole."""
    names = {fold(name) for name in header}
    return next((export for export, has in _exports() if all(names & either for either in has)), NO_EXPORT)
