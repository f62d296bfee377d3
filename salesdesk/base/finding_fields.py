"""Finding which column of a file is which field, and what its rows are: by names, contents, neighbours."""

import re
from collections.abc import Callable, Iterable, Sequence

from salesdesk.base.cells import Cell, is_blank, text_of
from salesdesk.base.column_names import (
    NO_EXPORT,
    REACH,
    Match,
    export_of,
    is_company_id,
    is_own_id,
    known,
    match_column,
    sign,
)
from salesdesk.base.fields import MANY, FieldMap
from salesdesk.base.folding import fold
from salesdesk.base.values import known_words, means_stage
from salesdesk.codes import ImportKind

_FALL_BACK = REACH - MANY
"""Fields that another place's column fills where the first place is not said at all."""
_ANY_OF_THEM = frozenset(["email", "contact.email", "address", "website", "closed"])
_NAME_PARTS = frozenset(["contact.first_name", "contact.last_name"])


def find_mapping(
    header: Sequence[str], sample: Sequence[Sequence[Cell]], kind: ImportKind = ImportKind.CLIENTS
) -> FieldMap:
    """Find which column is which field; of two columns for one field the better known name wins."""
    return _Finding(tuple(header), sample, kind).mapping()


class Findings:
    """The mappings of one table, by what its rows may be: each is found once."""

    def __init__(self, header: Sequence[str], sample: Sequence[Sequence[Cell]]) -> None:
        self.header = header
        self._sample = sample
        self._found: dict[ImportKind, FieldMap] = {}

    def mapping(self, kind: ImportKind) -> FieldMap:
        """Give the mapping for rows of a kind."""
        if kind not in self._found:
            self._found[kind] = find_mapping(self.header, self._sample, kind)
        return self._found[kind]


class _Finding:
    """Finds the fields of one table's columns: by their names, what stands in them, and one another."""

    def __init__(self, header: tuple[str, ...], sample: Sequence[Sequence[Cell]], kind: ImportKind) -> None:
        self._header = header
        self._sample = sample
        self._kind = kind
        self._export = export_of(header)
        self._of_clients = kind in {ImportKind.CLIENTS, ImportKind.CONTACTS}
        self._found: dict[int, Match] = {}

    def mapping(self) -> FieldMap:
        """Find it."""
        for at, name in enumerate(self._header):
            match = self._match(name, self._values(at))
            if match and self._contradicted(match.field, at):
                match = None
            if match:
                self._found[at] = match
        people = False
        if self._of_clients:
            self._parents()
            self._names_of_people()
            people = self._are_people()
            if people:
                self._ids_of_companies()
        fields, second = _best_of(self._found, self._header)
        self._settle(fields, people=people)
        return FieldMap(self._header, tuple(fields), self._kind, frozenset(second), people)

    def _settle(self, fields: list[str | None], *, people: bool) -> None:
        """Do what a kind asks for once the names of the columns have said what they can."""
        if self._kind == ImportKind.CLIENTS:
            _people_as_clients(fields, people=people)
        elif self._kind == ImportKind.CONTACTS:
            _clients_as_people(fields)
        elif self._kind == ImportKind.DEALS and "stage" not in fields and "status" in fields:
            fields[fields.index("status")] = "stage"
        elif self._kind == ImportKind.DO_NOT_CALL:
            _numbers_alone(fields, self._sample)
        if self._of_clients:
            _by_content(fields, self._sample, self._kind)

    def _values(self, at: int) -> list[Cell]:
        return [row[at] for row in self._sample if at < len(row)]

    def _match(self, name: str, values: Sequence[Cell]) -> Match | None:
        """Tell the field of a column by its name; of clients, also by what stands in it."""
        match = match_column(name, self._kind, self._export)
        if self._of_clients:
            if match and match.field == "is_company" and not _all_in("company", values):
                match = None
            if sign(name) in known().row_numbers and _each_its_own(values):
                return Match("external_id", 1000) if self._kind == ImportKind.CLIENTS else None
            if match is None and sign(name) in known().kinds and any(not is_blank(value) for value in values):
                if _all_in("company", values):
                    return Match("is_company", 1000)
                return Match("stage" if means_stage(values) else "industry", 1000)
            if match and match.field == "stage" and _all_in("legal", values):
                return Match("note", 0)
        if match and sign(name) == "opportunity":
            return _opportunity(values, self._kind)
        return match

    def _contradicted(self, field: str, at: int) -> bool:
        """Tell whether a column cannot be what it is called: an id that repeats, a class of no known word."""
        values = self._values(at)
        if field == "external_id":
            if self._kind == ImportKind.CALLS:  # of a call there may be a row for each of its legs
                return False
            if self._of_clients and is_company_id(self._header[at]) and self._has_people():
                return False
            return not _each_its_own(values) and not (
                self._kind == ImportKind.CLIENTS and self._names_one_client(at)
            )
        if field in {"opened", "closed"}:
            return _all_in("yes", values)
        if field in {"class", "interest"}:
            filled = [fold(text_of(value)) for value in values if not is_blank(value)]
            return bool(filled) and not any(word in known_words()[field] for word in filled)
        return False

    def _fields(self) -> list[str | None]:
        matches = [match_column(name, self._kind, self._export) for name in self._header]
        return [match.field if match else None for match in matches]

    def _has_people(self) -> bool:
        return self._kind == ImportKind.CONTACTS or not _NAME_PARTS.isdisjoint(self._fields())

    def _names_one_client(self, at: int) -> bool:
        """Tell whether ids repeat only as an export of ours repeats them: a row for each person of a client.

        Said of a column that is called so by nobody by chance, and where an id (in its source) has one name.
        """
        fields = self._fields()
        if not is_own_id(self._header[at]) or "name" not in fields:
            return False
        columns = [at, fields.index("name"), *([fields.index("source")] if "source" in fields else [])]
        rows = {
            tuple(text_of(row[column]).strip() for column in columns if column < len(row))
            for row in self._sample
        }
        ids = {(row[0], *row[2:]) for row in rows}
        return len(ids) == len(rows) and all(row[0] for row in rows)

    def _columns(self, field: str) -> list[int]:
        return [at for at, match in self._found.items() if match.field == field]

    def _parents(self) -> None:
        """Where rows say whether each is a company, another column with a company is the person's."""
        if self._columns("parent"):
            if not self._columns("is_company") and self._export.name != "odoo":
                for at in self._columns("parent"):
                    del self._found[at]
            return
        if not self._columns("is_company"):
            return
        names = self._columns("name") + self._columns("contact.name")
        companies = [at for at in names if fold(self._header[at]) in _COMPANIES]
        others = [at for at in names if at not in companies]
        if len(companies) == 1 and others:
            self._found[companies[0]] = Match("parent", 0)
            self._found[min(others)] = Match("name", 0)

    def _names_of_people(self) -> None:
        """Take a bare "Name" for a person's beside a surname, or beside the company's name."""
        if self._columns("parent"):
            return
        names = self._columns("name")
        bare = next((at for at in names if fold(self._header[at]) in _BARE), None)
        if bare is None:
            return
        if self._columns("contact.last_name"):
            whole = self._columns("contact.first_name")
            self._found[bare] = Match("contact.name" if whole else "contact.first_name", 0)
        elif any(fold(self._header[at]) in _COMPANIES for at in names):
            self._found[bare] = Match("contact.name", 0)

    def _are_people(self) -> bool:
        """Tell whether each row is of a person."""
        if ImportKind.CONTACTS in {self._kind, self._export.kind}:
            return True
        if self._columns("parent"):
            return False
        fields = {match.field for match in self._found.values()}
        bare = [at for at in self._columns("contact.name") if fold(self._header[at]) in _BARE]
        return not _NAME_PARTS.isdisjoint(fields) or bool(bare and "name" in fields)

    def _ids_of_companies(self) -> None:
        """Leave out ids of people: the client's is one that says so. A lead's own id tells leads apart."""
        fields = {match.field for match in self._found.values()}
        lead = bool({"stage", "expected_amount"} & fields) and self._export.kind != ImportKind.CONTACTS
        if lead or not {"name", "contact.name"} & fields:
            return
        if "name" not in fields:
            return
        for at in self._columns("external_id"):
            if not is_company_id(self._header[at]):
                del self._found[at]


_BARE = frozenset(["name", "full name", "имя", "фио", "display name", "имя полностью", "ф и о"])
_COMPANIES = frozenset(
    ["company", "company name", "companyname", "organization", "organisation", "organization name",
     "account name", "accountname", "company account", "associated company", "employer", "компания",
     "название компании", "наименование компании", "организация", "название организации",
     "наименование организации", "компания контакта", "фирма", "место работы", "работодатель",
     "primary company", "primary associated company"]
)  # fmt: skip


def _all_in(words: str, values: Sequence[Cell]) -> bool:
    """Tell whether a column says nothing but words of a kind."""
    filled = [fold(text_of(value)) for value in values if not is_blank(value)]
    return bool(filled) and all(word in known_words()[words] for word in filled)


def _opportunity(values: Sequence[Cell], kind: ImportKind) -> Match:
    """Tell an opportunity's worth from its name."""
    filled = [text_of(value) for value in values if not is_blank(value)]
    worth = bool(filled) and all(any(letter.isdecimal() for letter in text[:6]) for text in filled)
    if worth:
        return Match("amount" if kind == ImportKind.DEALS else "expected_amount", 5)
    return Match("title", 5)


_REACHED = ("phone", "contact.phone", "email", "contact.email", "tax_id")


def guess_kind(findings: Findings) -> ImportKind:
    """Tell what the rows are; what is not clear is taken for clients."""
    return next((kind for kind, tells in _GUESSES if tells(findings)), ImportKind.CLIENTS)


def _are_deals(findings: Findings) -> bool:
    """Tell whether the columns are those of a pipeline: called so by name, or reaching nobody.

    A list of clients may have a stage and an amount as well.
    """
    if export_of(findings.header).kind == ImportKind.DEALS:
        return True
    found = findings.mapping(ImportKind.DEALS)
    deals = set(found.fields)
    at = found.column("title")
    if at is not None and _DEAL.search(fold(findings.header[at])) and {"stage", "amount"} & deals:
        return True
    clients = set(findings.mapping(ImportKind.CLIENTS).fields)
    pipeline = {"amount", "stage"} <= deals and bool({"title", "opened", "closed"} & deals)
    whose = bool({"client", "client.external_id"} & deals)
    named = "name" in clients
    return pipeline and (whose or not named) and not clients.intersection(_REACHED)


def _are_contacts(findings: Findings) -> bool:
    """Tell whether the rows are people, and no leads."""
    export = export_of(findings.header)
    if export is not NO_EXPORT:
        return export.kind == ImportKind.CONTACTS
    found = findings.mapping(ImportKind.CLIENTS)
    return found.people and not {"stage", "expected_amount"} & set(found.fields)


def _are_calls(findings: Findings) -> bool:
    """Tell calls by what nothing else has: a time, and two ends, a length, a recording."""
    fields = set(findings.mapping(ImportKind.CALLS).fields)
    ends = fields & {"from", "to"}
    lasted = fields & {"talk_seconds", "duration", "recording"}
    if "started" not in fields:
        return False
    if len(ends) == 2 and (lasted or "outcome" in fields):
        return True
    return bool(ends and lasted) or ("client" in fields and bool(lasted - {"duration"}))


_Guess = Callable[[Findings], bool]
_GUESSES: tuple[tuple[ImportKind, _Guess], ...] = (
    (ImportKind.CALLS, _are_calls),
    (ImportKind.DEALS, _are_deals),
    (ImportKind.CONTACTS, _are_contacts),
)
_DEAL = re.compile(r"\b(?:deal|сделк[аи]|opportunity)\b|^dealname$")


def _each_its_own(values: Iterable[Cell]) -> bool:
    """Tell whether an id identifies: every row of the sample has one, and no two the same."""
    seen = [text_of(value).strip() for value in values]
    return all(seen) and len(set(seen)) == len(seen)


def _best_of(found: dict[int, Match], header: Sequence[str]) -> tuple[list[str | None], set[int]]:
    """Give each field its best column, and those that go on or fall back for it; beside it, the second."""
    fields: list[str | None] = [None] * len(header)
    second: set[int] = set()
    best: dict[str, Match] = {}
    tiers: set[tuple[str, bool]] = set()
    for at, match in sorted(found.items(), key=lambda item: (item[1].second, item[1].rank, item[0])):
        tier = (match.field, match.second)
        named = match.field in {"name", "client"} and fold(header[at]) not in _BARE
        more = match.field in _ANY_OF_THEM or named or (match.field in _FALL_BACK and tier not in tiers)
        if match.field not in best or match.field in MANY or more:
            fields[at] = match.field
            best.setdefault(match.field, match)
            tiers.add(tier)
            behind = match.second and (match.field in MANY or not best[match.field].second)
            if behind or (named and match != best[match.field]):
                second.add(at)
    return fields, second


def _people_as_clients(fields: list[str | None], *, people: bool) -> None:
    """Make clients of a list of people without companies: each is one of their own."""
    if "name" not in fields and "contact.name" in fields and not people:
        fields[fields.index("contact.name")] = "name"


def _clients_as_people(fields: list[str | None]) -> None:
    """Make people of rows that have one name only: it is theirs."""
    if "name" in fields and "parent" not in fields and not _NAME_PARTS.union(["contact.name"]) & set(fields):
        fields[fields.index("name")] = "contact.name"


def _by_content(
    fields: list[str | None], sample: Sequence[Sequence[Cell]], kind: ImportKind = ImportKind.CLIENTS
) -> None:
    """Find a name and a phone among columns whose names say nothing."""
    from salesdesk.base.columns import looks_like

    taken = {name.removeprefix("contact.") for name in fields if name is not None}
    for field in ("phone", "email", "website", "tax_id", "name"):
        if field in fields or field in taken:
            continue
        unnamed = [at for at, known in enumerate(fields) if known is None]
        best = next(
            (at for at in unnamed if looks_like(field, [row[at] for row in sample if at < len(row)])), None
        )
        if best is not None and (field != "name" or len(fields) == 1 or {"phone", "email"} & set(fields)):
            own = kind == ImportKind.CONTACTS and field in {"phone", "email", "name"}
            fields[best] = f"contact.{field}" if own else field


def _numbers_alone(fields: list[str | None], sample: Sequence[Sequence[Cell]]) -> None:
    """Find the numbers of a list: in every column that holds them, else in the only one there is."""
    from salesdesk.base.columns import looks_like

    columns = [[row[at] for row in sample if at < len(row)] for at in range(len(fields))]
    numbers = {at for at, values in enumerate(columns) if looks_like("phone", values)}
    for at, field in enumerate(fields):
        if at in numbers:
            fields[at] = "phone"
        elif field == "phone" and numbers:
            # "Subscriber" may be a number as well as a name: where others are surely numbers it is none.
            fields[at] = None
        elif field is None and looks_like("email", columns[at]):
            fields[at] = "email"
    if "phone" not in fields and len(fields) == 1:
        fields[0] = "phone"
