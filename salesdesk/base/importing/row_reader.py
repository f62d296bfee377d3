"""Reading a row of a table as a client: what can be taken is taken, what cannot is named."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from salesdesk.base.amounts import parse_amount
from salesdesk.base.cells import Cell, block_of, is_blank, line_of, text_of
from salesdesk.base.dates import DateColumn
from salesdesk.base.fields import FieldMap
from salesdesk.base.folding import fold, name_key
from salesdesk.base.guarding import without_guard
from salesdesk.base.importing.incoming import Incoming, Person, fingerprint
from salesdesk.base.importing.order import Problem, TypedTime
from salesdesk.base.importing.seen import Seen
from salesdesk.base.phones import explain, parse_phones, region_of_country
from salesdesk.base.reading.table import Row
from salesdesk.base.values import Words, parse_email, parse_tax_id
from salesdesk.context import Context
from salesdesk.errors import InputError, SalesdeskError
from salesdesk.i18n import _
from salesdesk.scheduler import day_start

_LONGEST = {"external_id": 200, "source": 100, "campaign": 80, "tax_id": 64}
_PLAIN = ("industry", "region", "city", "address", "postal_code", "website")
_OWN_WORDS = frozenset(
    ["note", "notes", "comment", "comments", "description", "remarks", "комментарий", "комментарии",
    "примечание",
     "примечания", "описание", "заметка", "заметки"]
)  # fmt: skip
MOST_PROBLEMS = 1000
# What the reading of a file makes of bytes that are no text.
_DAMAGED = re.compile("[\udc80-\udcff]")


class RowRejectedError(SalesdeskError):
    """A row that cannot be a client; its text says why."""


@dataclass
class RowReader:
    """Reads the rows of one file.

    `owners` is folded login or name to operator id. Problems are kept up to a thousand, and counted.
    """

    context: Context
    mapping: FieldMap
    words: Words
    dates: Mapping[int, DateColumn]
    region: str
    source: str
    owners: Mapping[str, int]
    when: TypedTime | None = None
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0
    _seen: Seen = field(default_factory=Seen)

    def __post_init__(self) -> None:
        self._at = {name: self.mapping.columns(name) for name in self.mapping.fields if name is not None}
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
        self._check_whole(row)
        row = _unguarded(row)
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

    def _check_whole(self, row: Row) -> None:
        if len(row) > len(self.mapping.header):
            raise RowRejectedError(_("more cells than columns: a delimiter or a quote too many"))
        if any(isinstance(cell, str) and not cell.isascii() and _DAMAGED.search(cell) for cell in row):
            raise RowRejectedError(_("bytes that are no text in this encoding"))

    def _cell(self, row: Row, name: str) -> Cell:
        columns = self._at.get(name)
        return row[columns[0]] if columns else None

    def _line(self, row: Row, name: str) -> str:
        cell = self._cell(row, name)
        if cell is None or cell == "":
            return ""
        text = line_of(cell)
        longest = _LONGEST.get(name)
        if longest is not None and len(text) > longest:
            raise RowRejectedError(
                _("{field} is longer than {most} characters").format(field=name, most=longest)
            )
        return text

    def problem(self, number: int, column: int, value: Cell, why: str) -> None:
        """Keep what could not be taken."""
        self.problem_count += 1
        if len(self.problems) < MOST_PROBLEMS:
            name = self.mapping.header[column] if column < len(self.mapping.header) else str(column + 1)
            self.problems.append(Problem(number, name, text_of(value).strip()[:200], why))

    def _value(self, number: int, row: Row, name: str, reads: Callable[[Cell], Any], notes: list[str]) -> Any:  # noqa: ANN401  # what the reader of the field gives
        """Read a cell; what is not understood becomes a problem, and a note: no word of the file is lost."""
        columns = self._at.get(name)
        if not columns or is_blank(row[columns[0]]):
            return None
        cell = row[columns[0]]
        try:
            return reads(cell)
        except InputError as wrong:
            self.problem(number, columns[0], cell, str(wrong))
            notes.append(f"{self.mapping.header[columns[0]]}: {block_of(cell)}")
            return None

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

    def _instant(self, found: date | datetime | None) -> tuple[datetime | None, bool]:
        """Give the instant, and whether a clock time was said; a day alone begins as the team's day does."""
        if found is None:
            return None, False
        zone = self.context.catalogues.team.zone
        if not 1970 <= found.year <= 2200:
            raise InputError(_("a date out of all time: {value}").format(value=found.isoformat()))
        if isinstance(found, datetime):
            clock = found.time() != time(0)
            return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC), clock
        return day_start(found, self.context.working, zone), False

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
        times = self._seen.count(mark)
        return f"~{mark:016x}" + (f"-{times}" if times > 1 else "")


def _unguarded(row: Row) -> Row:
    """Take the apostrophes off that keep a spreadsheet from reading text as formulas."""
    if not any(isinstance(cell, str) and "'" in cell for cell in row):
        return row
    return tuple(without_guard(cell) if isinstance(cell, str) else cell for cell in row)
