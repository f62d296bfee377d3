"""Reading whom a row names at a client, and how they are reached: one person, or several in a cell."""

import re
from dataclasses import dataclass, field

from salesdesk.base.cells import Cell, block_of, is_blank, line_of, text_of
from salesdesk.base.folding import fold
from salesdesk.base.importing.incoming import Person
from salesdesk.base.importing.row_reader import RowReader
from salesdesk.base.phones import ParsedPhone, explain, parse_phones, region_of_country
from salesdesk.base.reading.table import Row
from salesdesk.base.values import parse_emails
from salesdesk.errors import InputError
from salesdesk.i18n import _

_BETWEEN = re.compile(r"\s*(?:\n|\r|;|:::|\s/\s)\s*")
_SEVERAL = re.compile(r"[\n\r;,:/]")
_WHOLE_NAME = re.compile(r"[^\W\d_][\w.'’-]*(?:\s+[^\W\d_][\w.'’-]*){1,3}")
_MAIL_BESIDE = re.compile(r"\s*[(<\[]\s*([^\s()<>\[\]]+@[^\s()<>\[\]]+)\s*[)>\]]")
_OWN_WORDS = frozenset(
    ["note", "notes", "comment", "comments", "description", "remarks", "комментарий", "комментарии",
     "примечание", "примечания", "описание", "заметка", "заметки"]
)  # fmt: skip
_NO_CALL = re.compile(r"fax|pager|факс|пейджер|telex", re.IGNORECASE)


@dataclass(slots=True)
class Reached:
    """Whom a row names, their numbers, and the addresses that are the client's own."""

    people: list[Person] = field(default_factory=list)
    phones: list[tuple[ParsedPhone, Person | None]] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)


@dataclass
class PeopleReader(RowReader):
    """Reads the people of a row. `region` is where numbers belong, `area_code` whose the local ones are."""

    region: str = field(default="RU", kw_only=True)
    area_code: str = field(default="", kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        self._has_people = any(name.startswith("contact.") for name in self._at)
        self._labels = self._label_columns()
        self._note_heads = {
            at: "" if fold(self.mapping.header[at]) in _OWN_WORDS else f"{self.mapping.header[at]}: "
            for at in self._at.get("note", ())
        }

    def _said(self, row: Row) -> list[str]:
        """Give what a row notes, each thing under its column's name unless that says nothing."""
        return [head + block_of(row[at]) for at, head in self._note_heads.items() if self._said_line(row[at])]

    def _label_columns(self) -> dict[int, int]:
        """Find, for "Phone 1 - Value", the column that says what it is: "Phone 1 - Label"."""
        named = {fold(name): at for at, name in enumerate(self.mapping.header)}
        found = {}
        for name in ("phone", "contact.phone"):
            for at in self._at.get(name, ()):
                stem = fold(self.mapping.header[at]).removesuffix("value").strip()
                for word in ("label", "type"):
                    if f"{stem} {word}" in named:
                        found[at] = named[f"{stem} {word}"]
        return found

    def _reached(
        self, number: int, row: Row, notes: list[str], *, names: list[str] | None = None, own: bool = False
    ) -> Reached:
        """Read them. `names` are the people where something else than their own columns says them.

        What nobody in particular is reached by is theirs where the row is of a person, or `own` says so.
        """
        own = own or self.mapping.people
        found = Reached()
        theirs: list[str] = []
        if "contact.email" in self._at:
            theirs = self._mails(number, row, "contact.email", notes)
        if "email" in self._at:
            found.emails = self._mails(number, row, "email", notes)
        if names is None:
            names = self._names(row) if self._has_people else []
        if own and names:
            theirs += [mail for mail in found.emails if mail not in theirs]
            found.emails = []
        position = self._line(row, "contact.position") and block_of(self._cell(row, "contact.position"))
        if not names and (position or theirs):
            names = self._unnamed(row, position, theirs)
            if not names:
                found.emails, theirs = [*theirs, *found.emails], []
        if names:
            found.people = _paired(names, position, theirs, notes)
        self._phones(number, row, found, own=own)
        return found

    def _unnamed(self, row: Row, position: str, mails: list[str]) -> list[str]:
        """Name somebody of whom only the position or the address is said; an address may be the client's."""
        if position:
            return [line_of(position)]
        of_client = self.mapping.people and "name" in self._at and self._line(row, "name")
        return [] if of_client else mails[:1]

    def _names(self, row: Row) -> list[str]:
        if "contact.name" in self._at:
            whole = self._cell(row, "contact.name")
            if self._said_line(whole):
                return people_of(whole)
        parts = (
            self._line(row, name)
            for name in ("contact.first_name", "contact.middle_name", "contact.last_name")
        )
        name = " ".join(filter(None, parts))
        return [name] if name else []

    def _mails(self, number: int, row: Row, name: str, notes: list[str]) -> list[str]:
        found: list[str] = []
        for at in self._at[name]:
            cell = row[at]
            if is_blank(cell):
                continue
            try:
                found += [mail for mail in parse_emails(cell) if mail not in found]
            except InputError as wrong:
                self.problem(number, at, cell, str(wrong))
                notes.append(f"{self.mapping.header[at]}: {block_of(cell)}")
        return found

    def _phones(self, number: int, row: Row, found: Reached, *, own: bool) -> None:
        region = self.region
        if "country" in self._at:
            country = next((row[at] for at in self._at["country"] if not is_blank(row[at])), None)
            region = region_of_country(line_of(country)) or region
        for name in ("phone", "contact.phone"):
            for at in self._at.get(name, ()):
                cell = row[at]
                if cell is None or cell == "":
                    continue
                phones = parse_phones(text_of(cell).replace("\0", ""), region, self.area_code)
                if at in self._labels and _NO_CALL.search(text_of(row[self._labels[at]])):
                    continue
                self._take(number, at, phones, found, of_people=own or name == "contact.phone")

    def _take(
        self, number: int, at: int, phones: tuple[ParsedPhone, ...], found: Reached, *, of_people: bool
    ) -> None:
        """Keep the numbers of a cell: as many as people are one for each of them."""
        people = found.people if of_people else []
        each = len(people) > 1 and len(people) == len(phones)
        for place, phone in enumerate(phones):
            if phone.problem is not None:
                self.problem(number, at, phone.raw, explain(phone.problem))
            whose = people[place if each else 0] if people else None
            found.phones.append((phone, whose))


def people_of(cell: Cell) -> list[str]:
    """Give the people that a cell names, a line or a semicolon between them; a comma between whole names."""
    whole = line_of(cell)
    if not _SEVERAL.search(block_of(cell)):
        return [whole] if whole else []
    pieces = [line_of(piece) for piece in _BETWEEN.split(block_of(cell)) if piece.strip()]
    found: list[str] = []
    for piece in pieces:
        names = [name.strip() for name in piece.split(",")]
        each = len(names) > 1 and all(_WHOLE_NAME.fullmatch(name) and name.istitle() for name in names)
        found += names if each else [piece.strip(" ,")]
    return [name for name in dict.fromkeys(found) if name]


def _paired(names: list[str], position: str, mails: list[str], notes: list[str]) -> list[Person]:
    """Give each person their position and address, where there are as many; the first one all otherwise."""
    positions = [line_of(piece) for piece in _BETWEEN.split(position)] if len(names) > 1 else []
    if len(positions) != len(names):
        positions = [line_of(position), *[""] * (len(names) - 1)]
    each = len(names) > 1 and len(mails) == len(names)
    people: list[Person] = []
    for at, name in enumerate(names):
        beside = _MAIL_BESIDE.search(name)
        bare = _MAIL_BESIDE.sub("", name).strip() or name
        mail = beside[1] if beside else None
        if mail is None and mails and (each or at == 0):
            mail = mails[at]
        people.append(Person(bare, positions[at] or None, mail))
    known = {person.email for person in people}
    further = [mail for mail in mails if mail not in known]
    if further:
        notes.append(_("E-mail: {addresses}").format(addresses=", ".join(further)))
    return people
