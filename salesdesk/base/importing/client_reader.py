"""Reading a row of a table as a client: what can be taken is taken, what cannot is named."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from salesdesk.base.amounts import parse_amount
from salesdesk.base.cells import Cell, block_of, is_blank, line_of, text_of
from salesdesk.base.folding import fold, name_key
from salesdesk.base.importing.incoming import Incoming, Person, fingerprint
from salesdesk.base.importing.order import TypedTime
from salesdesk.base.importing.row_reader import RowReader, RowRejectedError
from salesdesk.base.phones import explain, parse_phones, region_of_country
from salesdesk.base.reading.table import Row
from salesdesk.base.values import parse_email, parse_tax_id
from salesdesk.errors import InputError
from salesdesk.i18n import _

_PLAIN = ("industry", "region", "city", "address", "postal_code", "website")
_OWN_WORDS = frozenset(
    ["note", "notes", "comment", "comments", "description", "remarks", "комментарий", "комментарии",
    "примечание",
     "примечания", "описание", "заметка", "заметки"]
)  # fmt: skip


@dataclass
class ClientReader(RowReader):
    """Reads the rows of a file of clients. `owners` is folded login or name to operator id."""

    region: str
    owners: Mapping[str, int]
    when: TypedTime | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        self._note_heads = {
            at: "" if fold(self.mapping.header[at]) in _OWN_WORDS else f"{self.mapping.header[at]}: "
            for at in self._at.get("note", ())
        }
        self._readers: list[tuple[str, str, Callable[[Cell], Any]]] = [
            ("tax_id", "tax_id", parse_tax_id), ("email", "email", parse_email),
            ("client_class", "class", self.words.client_class), ("interest", "interest", self.words.interest),
            ("expected_minor", "expected_amount", self._amount),
        ]  # fmt: skip
        self._readers = [each for each in self._readers if each[1] in self._at]
        self._has_people = any(name.startswith("contact.") for name in self._at)
        self._plain = [name for name in _PLAIN if name in self._at]

    def read(self, number: int, row: Row) -> Incoming:
        """Read one row. Raises RowRejectedError."""
        row = self._whole(row)
        columns: dict[str, Any] = {}
        notes: list[str] = []
        for name in self._plain:
            text = self._line(row, name)
            if text:
                columns[name] = text
        for column, name, reads in self._readers:
            value = self._value(number, row, name, reads, notes)
            if value is not None:
                columns[column] = value
        found = Incoming(number, self._source(row), "", columns, notes=notes)
        self._people_and_phones(number, row, found)
        self._name(row, found)
        self._state(number, row, found)
        self._notes(row, found)
        found.external_id = self._external_id(row, found)
        return found

    def _amount(self, cell: Cell) -> int:
        amount = parse_amount(cell)
        ours = self.context.catalogues.team.currency
        if amount.currency not in {None, ours}:
            raise InputError(
                _("an amount in {theirs}; the base is in {ours}").format(theirs=amount.currency, ours=ours)
            )
        return amount.minor

    def _source(self, row: Row) -> str:
        return self._line(row, "source") or self.source

    def _people_and_phones(self, number: int, row: Row, found: Incoming) -> None:
        region = self.region
        if "country" in self._at:
            region = region_of_country(self._line(row, "country")) or region
        person = self._person(number, row, found)
        for name, whose in (("phone", None), ("contact.phone", person)):
            for at in self._at.get(name, ()):
                cell = row[at]
                if cell is None or cell == "":
                    continue
                for phone in parse_phones(text_of(cell).replace("\0", ""), region):
                    if phone.problem is not None:
                        self.problem(number, at, phone.raw, explain(phone.problem))
                    found.phones.append((phone, whose))

    def _person(self, number: int, row: Row, found: Incoming) -> Person | None:
        if not self._has_people:
            return None
        name = self._line(row, "contact.name") or " ".join(
            filter(None, (self._line(row, "contact.first_name"), self._line(row, "contact.last_name")))
        )
        position = self._line(row, "contact.position") or None
        email = self._value(number, row, "contact.email", parse_email, found.notes)
        if not name and (position or email):
            name = position or email or ""
        if not name:
            return None
        person = Person(name, position, email)
        found.people.append(person)
        return person

    def _name(self, row: Row, found: Incoming) -> None:
        name = self._line(row, "name") or (found.people[0].name if found.people else "")
        if not name:
            raise RowRejectedError(_("no name"))
        found.columns["name"] = name
        found.columns["name_key"] = name_key(name)

    def _state(self, number: int, row: Row, found: Incoming) -> None:
        """Read what the work with the client has come to, where the file knows of any."""
        if "stage" in self._at and not is_blank(self._cell(row, "stage")):
            asked = self._value(number, row, "stage", lambda cell: (self.words.stage(cell),), found.notes)
            if asked is not None:
                found.stage, found.staged = asked[0], True
        if "do_not_call" in self._at:
            found.do_not_call = bool(self._value(number, row, "do_not_call", self.words.flag, found.notes))
        if "owner" in self._at:
            found.owner_id = self._value(number, row, "owner", self._owner, found.notes)
        if "campaign" in self._at:
            found.campaign = self._line(row, "campaign") or None
        if "last_call" in self._at:
            found.last_call_at = self._value(number, row, "last_call", self._past, found.notes)
        if "next_action" in self._at:
            due = self._value(number, row, "next_action", self._due, found.notes)
            if due is not None:
                found.due_at, found.promise = due
        if "next_goal" in self._at:
            found.goal = self._value(number, row, "next_goal", self.words.goal, found.notes)

    def _owner(self, cell: Cell) -> int:
        owner = self.owners.get(fold(text_of(cell)))
        if owner is None:
            raise InputError(_("there is no operator {name}").format(name=line_of(cell)[:60]))
        return owner

    def _past(self, cell: Cell) -> datetime | None:
        moment = self._instant(self.dates[self._at["last_call"][0]].parse(cell))[0]
        if moment is not None and moment > self.context.now + timedelta(days=1):
            raise InputError(_("a call in the future: {value}").format(value=text_of(cell)[:60]))
        return min(moment, self.context.now) if moment else None

    def _due(self, cell: Cell) -> tuple[datetime, bool] | None:
        try:
            moment, clock = self._instant(self.dates[self._at["next_action"][0]].parse(cell))
        except InputError:
            if self.when is None or not isinstance(cell, str):
                raise
            typed = self.when(cell, self.context)
            return typed.at, typed.promise
        return (moment, clock) if moment else None

    def _notes(self, row: Row, found: Incoming) -> None:
        said = [head + block_of(row[at]) for at, head in self._note_heads.items() if not is_blank(row[at])]
        if said or found.notes:
            found.notes = ["\n".join([*said, *found.notes])]

    def _external_id(self, row: Row, found: Incoming) -> str:
        """Give the file's id, or one made of what identifies the client, numbered where several are alike."""
        given = self._line(row, "external_id")
        if given:
            return given
        columns = found.columns
        place = fold(f"{columns.get('city', '')} {columns.get('address', '')}")
        digits = found.phones[0][0].digits if found.phones else ""
        mark = fingerprint(found.source, columns["name_key"], columns.get("tax_id") or "", place or digits)
        return self._numbered(mark)
