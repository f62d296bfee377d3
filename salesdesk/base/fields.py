"""Which column of a file is which field: found by the columns' names and contents, or said by a person."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

from salesdesk.base.cells import Cell, is_blank, text_of
from salesdesk.base.datafiles import read_data, read_toml
from salesdesk.base.folding import fold
from salesdesk.base.values import known_words, means_stage
from salesdesk.codes import ImportKind
from salesdesk.errors import InputError
from salesdesk.i18n import _

CLIENT_FIELDS = (
    "external_id", "name", "tax_id", "industry", "region", "city", "address", "postal_code", "country",
    "website", "email",
    "phone", "source", "campaign", "stage", "class", "interest", "expected_amount", "owner", "do_not_call",
    "last_call", "next_action", "next_goal", "note", "contact.name", "contact.first_name",
    "contact.last_name",
    "contact.position", "contact.phone", "contact.email",
)  # fmt: skip
DEAL_FIELDS = (
    "external_id", "title", "client", "client.external_id", "owner", "product", "amount", "currency", "stage",
    "opened", "closed", "reject_reason",
)  # fmt: skip
NUMBER_FIELDS = ("phone", "email")
FIELDS: Mapping[ImportKind, tuple[str, ...]] = {
    ImportKind.CLIENTS: CLIENT_FIELDS,
    ImportKind.DEALS: DEAL_FIELDS,
    ImportKind.DO_NOT_CALL: NUMBER_FIELDS,
}
MANY = frozenset({"phone", "contact.phone", "note"})
"""Fields that several columns may fill."""
IGNORED = "-"
_OWN_IDS = frozenset(["external id", "внешний код"])
_CODED = {
    "stage": "stage",
    "class": "class",
    "interest": "interest",
    "do_not_call": "yes",
    "next_goal": "goal",
    "reject_reason": "reason",
}


@dataclass(frozen=True)
class FieldMap:
    """What each column of a table is to an import; None where it is nothing."""

    header: tuple[str, ...]
    fields: tuple[str | None, ...]
    kind: ImportKind = ImportKind.CLIENTS

    def columns(self, name: str) -> tuple[int, ...]:
        """Give the columns (from 0) that fill a field."""
        return tuple(at for at, found in enumerate(self.fields) if found == name)

    def column(self, name: str) -> int | None:
        """Give the one column that fills a field."""
        return self.fields.index(name) if name in self.fields else None

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
        chosen: dict[int, str | None] = {}
        for column, name in said.items():
            field = _known_field(name, FIELDS[self.kind])
            chosen |= dict.fromkeys(_columns_of(column, self.header, several=field in MANY), field)
        single = {name for name in chosen.values() if name not in MANY}
        fields = [None if name in single else name for name in fields]
        for at, field in chosen.items():
            fields[at] = field
        return replace(self, fields=tuple(fields))


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


@dataclass(frozen=True)
class _Known:
    names: dict[ImportKind, dict[str, tuple[str, int]]]
    kinds: frozenset[str]
    row_numbers: frozenset[str]


@lru_cache(maxsize=1)
def _known() -> _Known:
    file = read_data("fields.toml")
    ambiguous = file["ambiguous"]
    return _Known(
        {kind: _names(file[kind]) for kind in ImportKind},
        frozenset(map(fold, ambiguous["kind"])),
        frozenset(_sign(name) for name in ambiguous["row_number"]),
    )


def _names(listed: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, int]]:
    names: dict[str, tuple[str, int]] = {}
    for field, others in listed.items():
        for rank, name in enumerate((field, *others)):
            names.setdefault(fold(name), (field, rank))
    return names


def _sign(name: str) -> str:
    """Fold a column's name; "№" alone would fold to nothing."""
    return fold(name) or name.strip()


def is_known_column(name: str) -> bool:
    """Tell whether a cell reads like a column's name that imports know: how a header row is found."""
    known = _known()
    return (
        any(_field_of(name, kind) is not None for kind in ImportKind)
        or _sign(name) in known.kinds | known.row_numbers
    )


def _field_of(name: str, kind: ImportKind) -> tuple[str, int] | None:
    """Find the field of a column's name; "Телефон 2" and "Телефон (моб.)" are phones too."""
    known = _known().names[kind]
    folded = fold(name)
    bare = folded.rstrip("0123456789 ")
    before_bracket = fold(name.partition("(")[0])
    for form in (folded, bare, before_bracket, before_bracket.rstrip("0123456789 ")):
        if form in known:
            return known[form]
    first = folded.partition(" ")[0]
    if (
        kind in {ImportKind.CLIENTS, ImportKind.DO_NOT_CALL}
        and first in {"тел", "телефон", "телефоны", "phone", "mobile"}
        and "факс" not in folded
        and "fax" not in folded
    ):
        return "phone", 99
    return None


def find_mapping(
    header: Sequence[str], sample: Sequence[Sequence[Cell]], kind: ImportKind = ImportKind.CLIENTS
) -> FieldMap:
    """Find which column is which field; of two columns for one field the better known name wins."""
    found: dict[int, tuple[str, int]] = {}
    for at, name in enumerate(header):
        values = [row[at] for row in sample if at < len(row)]
        match = _match(name, values, kind)
        if match and _contradicted(match[0], values):
            ours = kind == ImportKind.CLIENTS and _names_one_client(match[0], at, header, sample)
            match = match if ours else None
        if match:
            found[at] = match
    fields = _best_of(found, len(header))
    if kind == ImportKind.CLIENTS:
        _people_as_clients(fields)
        _by_content(fields, sample)
    if kind == ImportKind.DO_NOT_CALL:
        _numbers_alone(fields, sample)
    return FieldMap(tuple(header), tuple(fields), kind)


_REACHED = ("phone", "contact.phone", "email", "contact.email", "tax_id")


def guess_kind(header: Sequence[str], sample: Sequence[Sequence[Cell]]) -> ImportKind:
    """Tell what the rows are: deals where the columns are those of a pipeline and reach nobody.

    A list of clients may have a stage and an amount as well; what is not clear is taken for clients.
    """
    kinds = (ImportKind.CLIENTS, ImportKind.DEALS)
    clients, deals = (set(find_mapping(header, sample, kind).fields) for kind in kinds)
    pipeline = {"amount", "stage"} <= deals and bool({"title", "opened", "closed"} & deals)
    whose = bool({"client", "client.external_id"} & deals)
    named = "name" in clients
    if pipeline and (whose or not named) and not clients.intersection(_REACHED):
        return ImportKind.DEALS
    return ImportKind.CLIENTS


def _match(name: str, values: Sequence[Cell], kind: ImportKind) -> tuple[str, int] | None:
    """Tell the field of a column by its name; of clients, also by what stands in it."""
    known, match = _known(), _field_of(name, kind)
    if kind == ImportKind.CLIENTS:
        if _sign(name) in known.row_numbers and _each_its_own(values):
            return "external_id", 1000
        if _sign(name) in known.kinds and any(not is_blank(value) for value in values):
            return ("stage", 1000) if means_stage(values) else ("industry", 1000)
    return match


def _contradicted(field: str, values: Sequence[Cell]) -> bool:
    """Tell whether a column cannot be what its name says: an id that repeats, a class of no known word."""
    if field == "external_id":
        return not _each_its_own(values)
    if field in {"class", "interest"}:
        filled = [fold(text_of(value)) for value in values if not is_blank(value)]
        return bool(filled) and not any(word in known_words()[field] for word in filled)
    return False


def _names_one_client(field: str, at: int, header: Sequence[str], sample: Sequence[Sequence[Cell]]) -> bool:
    """Tell whether ids repeat only as an export of ours repeats them: a row for each person of a client.

    Said of a column that is called so by nobody by chance, and where an id (in its source) has one name.
    """
    names = [_field_of(name, ImportKind.CLIENTS) for name in header]
    fields = [None if found is None else found[0] for found in names]
    if field != "external_id" or fold(header[at]) not in _OWN_IDS or "name" not in fields:
        return False
    columns = [at, fields.index("name"), *([fields.index("source")] if "source" in fields else [])]
    rows = {tuple(text_of(row[column]).strip() for column in columns if column < len(row)) for row in sample}
    ids = {(row[0], *row[2:]) for row in rows}
    return len(ids) == len(rows) and all(row[0] for row in rows)


def _each_its_own(values: Iterable[Cell]) -> bool:
    """Tell whether an id identifies: every row of the sample has one, and no two the same."""
    seen = [text_of(value).strip() for value in values]
    return all(seen) and len(set(seen)) == len(seen)


def _best_of(found: dict[int, tuple[str, int]], width: int) -> list[str | None]:
    fields: list[str | None] = [None] * width
    taken: set[str] = set()
    for at, (field, _rank) in sorted(found.items(), key=lambda item: (item[1][1], item[0])):
        if field in MANY or field not in taken:
            fields[at] = field
            taken.add(field)
    return fields


def _people_as_clients(fields: list[str | None]) -> None:
    """Make clients of a list of people without companies: each is one of their own."""
    if "name" not in fields and "contact.name" in fields:
        fields[fields.index("contact.name")] = "name"


def _by_content(fields: list[str | None], sample: Sequence[Sequence[Cell]]) -> None:
    """Find a name and a phone among columns whose names say nothing."""
    from salesdesk.base.columns import looks_like

    for field in ("phone", "email", "website", "tax_id", "name"):
        if field in fields:
            continue
        unnamed = [at for at, known in enumerate(fields) if known is None]
        best = next(
            (at for at in unnamed if looks_like(field, [row[at] for row in sample if at < len(row)])), None
        )
        if best is not None and (field != "name" or len(fields) == 1 or {"phone", "email"} & set(fields)):
            fields[best] = field


def _numbers_alone(fields: list[str | None], sample: Sequence[Sequence[Cell]]) -> None:
    """Find the numbers of a list: in every column that holds them, else in the only one there is."""
    from salesdesk.base.columns import looks_like

    columns = [[row[at] for row in sample if at < len(row)] for at in range(len(fields))]
    numbers = {at for at, values in enumerate(columns) if looks_like("phone", values)}
    for at, known in enumerate(fields):
        if at in numbers:
            fields[at] = "phone"
        elif known == "phone" and numbers:
            # "Subscriber" may be a number as well as a name: where others are surely numbers it is none.
            fields[at] = None
        elif known is None and looks_like("email", columns[at]):
            fields[at] = "email"
    if "phone" not in fields and len(fields) == 1:
        fields[0] = "phone"


def parse_pairs(text: str) -> dict[str, str]:
    """Read "Column=field,…". A comma or equals sign in a name stands in double quotes or after a backslash.

    Raises InputError for a piece without an equals sign.
    """
    pairs: dict[str, str] = {}
    sides: list[str] = [""]
    quoted = False
    signs = iter([*text, ","])
    for sign in signs:
        if sign == "\\":
            sides[-1] += next(signs, "")
        elif sign == '"':
            quoted = not quoted
        elif sign == "=" and not quoted and len(sides) == 1:
            sides.append("")
        elif sign == "," and not quoted:
            if len(sides) == 2:
                pairs[sides[0].strip()] = sides[1].strip()
            elif sides[0].strip():
                raise InputError(_("Write Column=field, not {piece}.").format(piece=sides[0].strip()), "map")
            sides = [""]
        else:
            sides[-1] += sign
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
    known = sorted({*known_words()[_CODED[field]].values(), *own})
    if code not in known:
        raise InputError(
            _("{code} is no {field}.{near} Known: {codes}.").format(
                code=code, field=field, near=_near(code, known), codes=", ".join(known)
            ),
            "values",
        )
    return code
