"""Which column of a file is which field: found by the columns' names and contents, or said by a person."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from salesdesk.base.datafiles import read_toml
from salesdesk.base.folding import fold
from salesdesk.base.values import known_words
from salesdesk.codes import ImportKind
from salesdesk.errors import InputError
from salesdesk.i18n import _

CLIENT_FIELDS = (
    "external_id", "name", "tax_id", "industry", "region", "city", "address", "postal_code", "country",
    "website", "email",
    "phone", "source", "campaign", "stage", "class", "interest", "expected_amount", "owner", "do_not_call",
    "last_call", "next_action", "next_goal", "note", "contact.name", "contact.first_name",
    "contact.last_name",
    "contact.middle_name",
    "contact.position", "contact.phone", "contact.email", "title", "parent", "is_company",
)  # fmt: skip
DEAL_FIELDS = (
    "external_id", "title", "client", "client.external_id", "owner", "product", "amount", "currency", "stage",
    "opened", "closed", "reject_reason", "status", "tax_id", "industry", "region", "city", "address",
    "postal_code", "country", "website", "contact.name", "contact.first_name",
    "contact.middle_name", "contact.last_name", "contact.position", "contact.phone", "contact.email", "phone",
    "email", "note",
)  # fmt: skip
CALL_FIELDS = (
    "external_id", "started", "from", "to", "talk_seconds", "duration", "answered", "operator", "client",
    "outcome", "note", "recording",
)  # fmt: skip
NUMBER_FIELDS = ("phone", "email")
FIELDS: Mapping[ImportKind, tuple[str, ...]] = {
    ImportKind.CLIENTS: CLIENT_FIELDS,
    ImportKind.CONTACTS: CLIENT_FIELDS,
    ImportKind.DEALS: DEAL_FIELDS,
    ImportKind.CALLS: CALL_FIELDS,
    ImportKind.DO_NOT_CALL: NUMBER_FIELDS,
}
MANY = frozenset({"phone", "contact.phone", "note", "operator", "outcome", "started"})
"""Fields that several columns may fill."""
IGNORED = "-"
_CODED = {
    "stage": "stage",
    "class": "class",
    "interest": "interest",
    "do_not_call": "yes",
    "next_goal": "goal",
    "reject_reason": "reason",
    "outcome": "outcome",
    "operator": "operator",
    "owner": "operator",
    "status": "stage",
}
_ANY_CODE = frozenset(["operator", "owner"])
"""Fields whose codes are in the base, where they are looked for once the file is read."""


@dataclass(frozen=True)
class FieldMap:
    """What each column of a table is to an import; None where it is nothing.

    `second` are the columns that give way to others of their field; `people` says that each row is of a
    person, whose client may have further rows.
    """

    header: tuple[str, ...]
    fields: tuple[str | None, ...]
    kind: ImportKind = ImportKind.CLIENTS
    second: frozenset[int] = frozenset()
    people: bool = False

    def columns(self, name: str) -> tuple[int, ...]:
        """Give the columns (from 0) that fill a field, the foremost first."""
        found = [at for at, field in enumerate(self.fields) if field == name]
        return tuple(sorted(found, key=lambda at: (at in self.second, at)))

    def column(self, name: str) -> int | None:
        """Give the one column that fills a field."""
        return next(iter(self.columns(name)), None)

    def as_json(self) -> dict[str, str]:
        """Give column name to field; columns of one name are told apart by their numbers."""
        found: dict[str, str] = {}
        for at, name in enumerate(self.fields):
            if name is not None:
                column = self.header[at] if self.header[at] not in found else f"{self.header[at]} #{at + 1}"
                found[column] = name
        return found

    def with_said(self, said: Mapping[str, str]) -> "FieldMap":
        """Lay what a person said over what was found. Raises InputError for an unknown column or field."""
        fields = list(self.fields)
        chosen = columns_said(said, self.header, self.kind)
        single = {name for name in chosen.values() if name not in MANY}
        fields = [None if name in single else name for name in fields]
        for at, field in chosen.items():
            fields[at] = field
        return replace(self, fields=tuple(fields), second=self.second - set(chosen))


def columns_said(said: Mapping[str, str], header: Sequence[str], kind: ImportKind) -> dict[int, str | None]:
    """Give the columns (from 0) that a person named, and their fields; None for what is to be left out.

    Raises InputError for an unknown column or field.
    """
    chosen: dict[int, str | None] = {}
    for column, name in said.items():
        field = _known_field(name, FIELDS[kind])
        chosen |= dict.fromkeys(_columns_of(column, tuple(header), several=field in MANY), field)
    return chosen


def _known_field(name: str, known: Sequence[str]) -> str | None:
    field = name.strip().lower()
    if field in {"", IGNORED}:
        return None
    if field in known:
        return field
    raise InputError(
        _("There is no field {field}.{near} The fields are: {fields}.").format(
            field=name.strip(), near=_near(field, known), fields=", ".join(known)
        ),
        "map",
    )


def _columns_of(column: str, header: tuple[str, ...], *, several: bool) -> list[int]:
    """Find a column by its number ("#3") or its name: as written first, then folded."""
    number = column.strip().removeprefix("#")
    if column.strip().startswith("#") and number.isdecimal() and 1 <= int(number) <= len(header):
        return [int(number) - 1]
    for same in (str.strip, fold):
        found = [at for at, name in enumerate(header) if same(name) == same(column)]
        if found:
            return found if several else found[:1]
    raise InputError(
        _("The file has no column {column}.{near} Its columns are: {columns}.").format(
            column=column.strip(), near=_near(column, header), columns=", ".join(header)
        ),
        "map",
    )


def _near(word: str, among: Sequence[str]) -> str:
    """Name what was probably meant."""
    folded = {fold(name) or name: name for name in among}
    close = [folded[name] for name in get_close_matches(fold(word), folded, n=3, cutoff=0.6)]
    return " " + _("Did you mean {names}?").format(names=", ".join(close)) if close else ""


def parse_pairs(text: str) -> dict[str, str]:
    """Read "Column=field,…". A comma or equals sign in a name stands in double quotes or after a backslash.

    Raises InputError for a piece without an equals sign.
    """
    pairs: dict[str, str] = {}
    sides: list[str] = [""]
    quoted = False
    letters = iter([*text, ","])
    for letter in letters:
        if letter == "\\":
            sides[-1] += next(letters, "")
        elif letter == '"':
            quoted = not quoted
        elif letter == "=" and not quoted and len(sides) == 1:
            sides.append("")
        elif letter == "," and not quoted:
            if len(sides) == 2:
                pairs[sides[0].strip()] = sides[1].strip()
            elif sides[0].strip():
                raise InputError(_("Write Column=field, not {piece}.").format(piece=sides[0].strip()), "map")
            sides = [""]
        else:
            sides[-1] += letter
    if quoted:
        raise InputError(_("A quote is opened and not closed in {text}.").format(text=text), "map")
    return pairs


def read_map_file(path: Path) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """Read `--map-file`: tables `[map]` (column = "field") and `[values.field]`. Raises InputError."""
    content = read_toml(path)
    said = content.get("map", {name: field for name, field in content.items() if isinstance(field, str)})
    values = content.get("values", {})
    flat = isinstance(said, dict) and all(isinstance(field, str) for field in said.values())
    if (
        not flat
        or not isinstance(values, dict)
        or any(not isinstance(meant, dict) for meant in values.values())
    ):
        raise InputError(_('{file}: write [map] with Column = "field" lines.').format(file=path), "map")
    return dict(said), {field: {str(k): str(v) for k, v in meant.items()} for field, meant in values.items()}


def parse_values(text: str, codes: Mapping[str, Iterable[str]] | None = None) -> dict[str, dict[str, str]]:
    """Read "stage:Won=shipped,Lost=rejected,interest:Да=5": a field named once holds until the next.

    `codes` are a team's own codes of a field. Raises InputError for an unknown field or code.
    """
    meant: dict[str, dict[str, str]] = {}
    field = ""
    for theirs, ours in parse_pairs(text).items():
        named, colon, word = theirs.partition(":")
        if colon and any(named.strip().lower() in fields for fields in FIELDS.values()):
            field, theirs = named.strip().lower(), word.strip()  # noqa: PLW2901  # the field is no part of the word
        if field not in _CODED:
            raise InputError(
                _("Say whose values these are: {fields}, as in stage:Won=shipped.").format(
                    fields=", ".join(_CODED)
                ),
                "values",
            )
        meant.setdefault(_CODED[field], {})[theirs] = _known_code(field, ours, (codes or {}).get(field, ()))
    return meant


def _known_code(field: str, code: str, own: Iterable[str]) -> str:
    if field in _ANY_CODE:
        return code
    known = sorted({*known_words()[_CODED[field]].values(), *own})
    if code not in known:
        raise InputError(
            _("{code} is no {field}.{near} Known: {codes}.").format(
                code=code, field=field, near=_near(code, known), codes=", ".join(known)
            ),
            "values",
        )
    return code
