"""Reading a row of a table as a client: what can be taken is taken, what cannot is named."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from salesdesk.base.amounts import parse_amount
from salesdesk.base.cells import Cell, is_blank, line_of, text_of
from salesdesk.base.column_names import is_more_of_it
from salesdesk.base.folding import fold, name_key
from salesdesk.base.importing.incoming import Incoming, fingerprint
from salesdesk.base.importing.order import TypedTime
from salesdesk.base.importing.people_reader import PeopleReader
from salesdesk.base.importing.row_reader import RowRejectedError
from salesdesk.base.reading.table import Row
from salesdesk.base.values import branch_code, known_words, parse_tax_id
from salesdesk.base.zones import is_city
from salesdesk.errors import InputError
from salesdesk.i18n import _

_PLAIN = ("industry", "website")
_PLACE = ("region", "city", "address", "postal_code")


@dataclass
class ClientReader(PeopleReader):
    """Reads the rows of a file of clients, or of their people.

    `owners` is folded login or name to operator id; `parents` are the ids of companies by name, where
    companies and their people stand in one list.
    """

    owners: Mapping[str, int]
    when: TypedTime | None = None
    parents: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        self._readers: list[tuple[str, str, Callable[[Cell], Any]]] = [
            ("tax_id", "tax_id", parse_tax_id),
            ("client_class", "class", self.words.client_class), ("interest", "interest", self.words.interest),
            ("expected_minor", "expected_amount", self._amount),
        ]  # fmt: skip
        self._readers = [each for each in self._readers if each[1] in self._at]
        self._plain = [name for name in _PLAIN if name in self._at]
        places = [at for name in _PLACE for at in self._at.get(name, ())]
        self._first_places = [at for at in places if at not in self.mapping.second]
        self._two_places = len(self._first_places) < len(places)

    def read(self, number: int, row: Row) -> Incoming:
        """Read one row. Raises RowRejectedError."""
        row = self._whole(row)
        columns: dict[str, Any] = {}
        notes: list[str] = []
        for name in self._plain:
            text = next(filter(None, (self._said_line(row[at]) for at in self._at[name])), "")
            if text:
                columns[name] = text
        self._place(row, columns)
        self._under_heading(columns, notes)
        for column, name, reads in self._readers:
            value = self._value(number, row, name, reads, notes)
            if value is not None:
                columns[column] = value
        if "tax_id" in columns and (branch := branch_code(self._cell(row, "tax_id"))):
            notes.append(_("КПП: {code}").format(code=branch))
        found = Incoming(number, self._source(row), "", columns, notes=notes)
        company, names = self._whose(row, found)
        alone = names is not None and not company
        reached = self._reached(number, row, notes, names=names, own=found.of_parent or alone)
        found.people, found.phones = reached.people, reached.phones
        self._emails(found, reached.emails, company)
        self._name(row, found, company)
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

    def _place(self, row: Row, columns: dict[str, Any]) -> None:
        """Read where a client is: of its places the first one that is said at all, and of that one all."""
        first = not self._two_places or any(self._said_line(row[at]) for at in self._first_places)
        for name in _PLACE:
            texts: list[str] = []
            for at in self._at.get(name, ()):
                if (at in self.mapping.second) != first or not self._two_places:
                    text = self._said_line(row[at])
                    if text and (not texts or is_more_of_it(self.mapping.header[at])):
                        texts.append(text)
            if texts:
                columns[name] = ", ".join(dict.fromkeys(texts))

    def _under_heading(self, columns: dict[str, Any], notes: list[str]) -> None:
        """Take what the heading above a row says: a city where the row names none, else a note."""
        if self.heading and "city" not in columns and is_city(self.heading):
            columns["city"] = self.heading
        elif self.heading and self.heading != columns.get("city"):
            notes.append(_("Group: {name}").format(name=self.heading))

    def _whose(self, row: Row, found: Incoming) -> tuple[str, list[str] | None]:
        """Tell the company of a row, and its people where other columns than theirs say them."""
        name = self._line(row, "name")
        if "parent" not in self._at and "is_company" not in self._at:
            return name, None
        parent = self._line(row, "parent")
        said = known_words()["company"].get(fold(self._line(row, "is_company")))
        if not parent and said == "no" and ", " in name:
            parent = name.rpartition(", ")[0]
        if parent and name_key(parent) != name_key(name):
            # Where somebody is says nothing of where their company is.
            for column in (*_PLACE, "website", "tax_id"):
                found.columns.pop(column, None)
            found.of_parent = True
            own = name.removeprefix(f"{parent}, ").strip()
            return parent, self._names(row) or ([own] if own else [])
        return ("", self._names(row) or [name]) if said == "no" and name else (name, None)

    def _emails(self, found: Incoming, mails: list[str], company: str) -> None:
        """Keep the client's address, its further ones as a note; of somebody without a company, theirs."""
        if found.of_parent and found.people:
            mails = []
        elif not company and found.people and found.people[0].email:
            mails = [found.people[0].email, *mails]
        if mails:
            found.columns["email"] = mails[0]
        if len(mails) > 1:
            found.notes.append(_("E-mail: {addresses}").format(addresses=", ".join(mails[1:])))

    def _name(self, row: Row, found: Incoming, company: str) -> None:
        title = self._line(row, "title")
        person = found.people[0].name if found.people else ""
        named_in_title = not company and title and name_key(title) != fold(title)
        name = company or (title if named_in_title else "") or person or title
        if not name:
            raise RowRejectedError(_("no name"))
        if title and name != title:
            found.notes.append(f"{self.mapping.header[self._at['title'][0]]}: {title}")
        found.alone = not company and name == person
        found.columns["name"] = name
        found.columns["name_key"] = name_key(name)

    def _state(self, number: int, row: Row, found: Incoming) -> None:
        """Read what the work with the client has come to, where the file knows of any."""
        if "stage" in self._at and not is_blank(self._cell(row, "stage")):
            self._stage(number, row, found)
        if "do_not_call" in self._at:
            found.do_not_call |= bool(self._value(number, row, "do_not_call", self.words.flag, found.notes))
        if "owner" in self._at:
            found.owner_id = self._value(number, row, "owner", self._owner, found.notes, "operator")
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

    def _stage(self, number: int, row: Row, found: Incoming) -> None:
        """Read the stage; what may stand there as well is that nobody may call."""
        if self.words.forbids(self._cell(row, "stage")):
            found.do_not_call = True
            return
        asked = self._value(number, row, "stage", lambda cell: (self.words.stage(cell),), found.notes)
        if asked is not None:
            found.stage, found.staged = asked[0], True

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
        said = self._said(row)
        if said or found.notes:
            text = "\n".join([*said, *found.notes])
            whose = found.people[0].name if self._of_company(found) and found.people else ""
            found.notes = [f"{whose}: {text}" if whose else text]

    def _of_company(self, found: Incoming) -> bool:
        """Tell whether a row is of somebody at a company, which may have further rows."""
        return found.of_parent or (self.mapping.people and not found.alone)

    def _external_id(self, row: Row, found: Incoming) -> str:
        """Give the file's id, or one made of what identifies the client, numbered where several are alike."""
        columns = found.columns
        if found.of_parent:
            found.id_given = columns["name_key"] in self.parents
            return (
                self.parents.get(columns["name_key"])
                or f"~{fingerprint(found.source, columns['name_key']):016x}"
            )
        given = self._line(row, "external_id")
        if given:
            found.id_given = True
            return given
        if "parent" in self._at or self._of_company(found):
            mark = fingerprint(found.source, columns["name_key"], *filter(None, [self._own_tax_id(columns)]))
            return f"~{mark:016x}"
        if self.mapping.people:
            return self._numbered(fingerprint(found.source, "", columns["name_key"]))
        place = fold(f"{columns.get('city', '')} {columns.get('address', '')}")
        digits = found.phones[0][0].digits if found.phones else ""
        mark = fingerprint(found.source, columns["name_key"], columns.get("tax_id") or "", place or digits)
        return self._numbered(mark)

    def _own_tax_id(self, columns: Mapping[str, Any]) -> str | None:
        return columns.get("tax_id") if "parent" not in self._at else None
