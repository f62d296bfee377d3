"""vCards as a table: a row for each card, under columns that imports know by name."""

import re
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from urllib.parse import unquote

from salesdesk.base.cells import Cell
from salesdesk.base.folding import fold, name_key
from salesdesk.base.reading.card_lines import CUT_SHORT, TOO_LONG, Card, CardReader, Property
from salesdesk.base.reading.layouts import CARDS
from salesdesk.base.reading.table import BadRow, Row, Table
from salesdesk.i18n import _

_OURS = "salesdesk-client-"
_OWN_GROUPS = frozenset(["my contacts", "mycontacts", "starred in android", "контакты", "мои контакты"])


class CardTable(Table):
    """A file of vCards, read card by card."""

    def __init__(self, path: Path, encoding: str | None = None) -> None:
        self.path = path
        self.size = path.stat().st_size
        self.encoding = (reader := CardReader(path, encoding)).encoding
        self._reader = reader
        self.layout = CARDS
        self.header = CARDS.names
        self.header_found = True
        self.format = f"{self.encoding}, vCard"

    def rows(self) -> Iterator[tuple[int, Row]]:
        """Give a row for each card, numbered from 1."""
        places: dict[str, str] = {}
        for number, card in enumerate(self._reader.cards(), 1):
            self.position = self._reader.position
            yield number, _row(card, places)


def _row(card: Card, places: dict[str, str]) -> Row:
    said = _Cells(card)
    cells = said.filled()
    if said.company_alone:
        # Two cards of companies are two companies, whatever their name, unless they are at one place.
        mark = str(cells["external_id"])
        place = "\x1f".join(str(cells.get(name, "")) for name in ("city", "address", "phone"))
        if places.setdefault(mark, place) != place:
            cells["external_id"] = _mark(f"{cells['name']}\x1f{place}")
    row = tuple(cells.get(name) for name in CARDS.names)
    fault = _faults().get(card.fault or "")
    if fault is None and cells.get("name") is None:
        fault = _("a card without a name, a company, an e-mail address or a number")
    if fault is None and _kind(card) == "group":
        fault = _("a list of other cards, not a client")
    return row if fault is None else BadRow(row, fault)


def _mark(company: str) -> str:
    key = name_key(company) or company.casefold()
    return "~" + blake2b(key.encode("utf-8", "surrogateescape"), digest_size=8).hexdigest()


def _faults() -> dict[str, str]:
    return {
        CUT_SHORT: _("the card is cut short: the file ends within it"),
        TOO_LONG: _("the card is longer than any real one"),
    }


def _kind(card: Card) -> str:
    named = ("KIND", "X-ADDRESSBOOKSERVER-KIND", "X-ABSHOWAS")
    return next((each.value.lower() for each in card.properties if each.name in named), "")


class _Cells:
    """Puts what a card says into the columns; what has none of its own goes to the note."""

    def __init__(self, card: Card) -> None:
        self._of: dict[str, list[Property]] = {}
        for each in card.properties:
            self._of.setdefault(each.name, []).append(each)
        self._labels = {each.group: each.value for each in self._of.get("X-ABLABEL", ()) if each.group}
        self._card = card
        self._notes: list[str] = []
        self._cells: dict[str, str] = {}
        self.company_alone = False

    def filled(self) -> dict[str, Cell]:
        """Give the cells by their columns."""
        units = _parts(self._first("ORG"))
        company = units[0] if units else ""
        person = self._person()
        phones, emails = self._phones(), self._emails()
        position = " ".join(_text(self._first("TITLE") or self._first("ROLE")).split())
        if company and (not person or _kind(self._card) in {"org", "company"}):
            person = ""
        if company and name_key(person) == name_key(company) and not self._person_parts():
            person = ""
        whose = "contact." if company and person else ""
        name = company or person or _text(self._first("NICKNAME"))
        name = name or next(iter(emails), "") or next(iter(phones), "")
        self._cells["name"] = name
        if person and (company or position):
            self._cells |= {"contact.name": person, "contact.position": position}
        elif position:
            self._say(_("Position: {value}"), position)
        self._cells |= {f"{whose}phone": "; ".join(phones), f"{whose}email": next(iter(emails), "")}
        self._place(home=not whose)
        self._rest(emails[1:], units[1:])
        # The cards of one company are one client; who is alone is known by the card's own mark.
        uid = _text(self._first("UID"))
        ours = uid if uid.startswith(_OURS) else ""
        if self._first("X-SALESDESK-CLIENT"):
            ours = _OURS + _text(self._first("X-SALESDESK-CLIENT"))
        self._cells["external_id"] = ours or (_mark(company) if company else uid)
        self.company_alone = bool(company and not person and not ours)
        self._cells["note"] = _clean("\n".join(self._notes))
        return {column: text for column, text in self._cells.items() if text}

    # -- names -----------------------------------------------------------------------------------------

    def _first(self, name: str) -> str:
        return next((each.value for each in self._of.get(name, ()) if each.value), "")

    def _person_parts(self) -> list[str]:
        parts = [" ".join(part.split()) for part in _parts(self._first("N"), keep=True)]
        return [part for part in (*parts[1:3], *parts[:1]) if part]

    def _person(self) -> str:
        whole = " ".join(_text(self._first("FN")).split())
        return whole or " ".join(self._person_parts())

    # -- how to reach them -----------------------------------------------------------------------------

    def _phones(self) -> list[str]:
        """Give the numbers, the preferred one first; what is a fax says so."""
        phones: list[str] = []
        for each in _preferred(self._of.get("TEL", ())):
            number = _number(each.value)
            if number and ("fax" in each.types or "fax" in fold(self._labels.get(each.group, ""))):
                number = f"fax {number}"
            if number and number not in phones:
                phones.append(number)
        return phones

    def _emails(self) -> list[str]:
        """Give the addresses, those that can be written to first."""
        found = [
            re.sub("^mailto:", "", _text(each.value), flags=re.IGNORECASE).strip()
            for each in _preferred(self._of.get("EMAIL", ()))
        ]
        found = [*dict.fromkeys(filter(None, found))]
        return sorted(found, key=lambda email: "@" not in email)

    def _place(self, *, home: bool) -> None:
        """Take the address of work, or any but, for somebody at a company, that of a home."""
        found = [each for each in self._of.get("ADR", ()) if any(_parts(each.value))]
        found.sort(key=lambda each: ("work" not in each.types, "pref" not in each.types))
        chosen = next((each for each in found if home or "home" not in each.types), None)
        if chosen is not None:
            box, extended, street, city, region, code, country = _seven(chosen.value)
            # Of a label that was not quoted a piece stands before the address itself.
            box = "" if ":" in box else box
            lines = [" ".join(part.split()) for part in (street, extended, box) if part]
            self._cells |= {
                "address": ", ".join(filter(None, lines)), "city": city, "region": region,
                "postal_code": code, "country": country,
            }  # fmt: skip
        elif not found and self._first("LABEL"):
            self._cells["address"] = ", ".join(_text(self._first("LABEL")).split("\n"))
        for each in found:
            if each is not chosen:
                self._say(_("Address: {value}"), ", ".join(filter(None, map(_line, _seven(each.value)))))

    def _rest(self, emails: list[str], units: list[str]) -> None:
        """Keep in the note what has no column."""
        found = sorted(
            self._of.get("URL", ()), key=lambda each: ("home" in each.types, "work" not in each.types)
        )
        sites = [_text(each.value) for each in found]
        self._cells["website"] = next(iter(sites), "")
        groups = [word for word in _listed(self._first("CATEGORIES")) if fold(word) not in _OWN_GROUPS]
        if _kind(self._card) in {"org", "company"} and groups:
            self._cells["industry"] = ", ".join(groups)
            groups = []
        first = [_text(each.value) for each in self._of.get("NOTE", ())]
        self._notes = [*dict.fromkeys(filter(None, first)), *self._notes]
        for head, values in (
            (_("E-mail: {value}"), emails),
            (_("Department: {value}"), [", ".join(units)]),
            (_("Website: {value}"), sites[1:]),
            (_("Role: {value}"), [_text(self._first("ROLE"))] if self._first("TITLE") else []),
            (_("Also known as: {value}"), [_text(self._first("NICKNAME"))]),
            (_("Birthday: {value}"), [self._first("BDAY")]),
            (_("Groups: {value}"), [", ".join(groups)]),
            (_("Also at: {value}"), [", ".join(_parts(each.value)) for each in self._of.get("ORG", ())[1:]]),
            (_("Messages: {value}"), self._messengers()),
            (_("Assistant: {value}"), [_said(agent) for agent in self._card.agents]),
        ):
            for value in dict.fromkeys(values):
                self._say(head, value)

    def _messengers(self) -> list[str]:
        named = ("IMPP", "X-SKYPE", "X-SKYPE-USERNAME", "X-TELEGRAM")
        return [_text(each.value) for name in named for each in self._of.get(name, ())]

    def _say(self, head: str, value: str) -> None:
        if value.strip() and value not in {self._cells.get("name"), self._cells.get("contact.name")}:
            self._notes.append(head.format(value=value.strip()))


def _said(agent: Card) -> str:
    """Say in a line who the card within a card is."""
    cells = _Cells(agent)
    said = [cells._person(), *cells._phones(), *cells._emails()]  # noqa: SLF001  # its own module's
    return ", ".join(filter(None, said))


def _preferred(listed: "list[Property] | tuple[()]") -> list[Property]:
    def order(each: Property) -> int:
        rank = dict(each.params).get("PREF", "")
        return int(rank) if rank.isdecimal() and len(rank) < 4 else 0 if "pref" in each.types else 1000

    return sorted(listed, key=order)


def _number(value: str) -> str:
    """Give a number as people write it: of a tel: URI what is dialled, and its extension."""
    text = " ".join(_text(value).split())
    if not text.lower().startswith("tel:"):
        return text
    number, *params = unquote(text[4:]).split(";")
    extension = next((each[4:] for each in params if each.lower().startswith("ext=")), "")
    return f"{number} ext. {extension}" if extension else number


_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def _text(value: str) -> str:
    """Give a value without the marks before its commas and line ends."""
    if "\\" in value:
        value = _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)
    return value.replace("\r\n", "\n").replace("\r", "\n").strip()


def _cut(value: str, sign: str) -> list[str]:
    """Cut a value at a sign that no backslash stands before."""
    parts, start, at = [], 0, 0
    while at < len(value):
        if value[at] == "\\":
            at += 1
        elif value[at] == sign:
            parts.append(value[start:at])
            start = at + 1
        at += 1
    return [*parts, value[start:]]


def _parts(value: str, *, keep: bool = False) -> list[str]:
    """Give the parts of a value that has several; with `keep` also the empty ones."""
    parts = [_text(part) for part in _cut(value, ";")]
    return parts if keep else [part for part in parts if part]


def _listed(value: str) -> list[str]:
    return [word.strip() for part in _cut(value, ",") for word in _text(part).split(",") if word.strip()]


def _seven(value: str) -> list[str]:
    """Give the seven parts of an address, a line each."""
    parts = [
        ", ".join(filter(None, (_line(word) for word in part.split("\n"))))
        for part in _parts(value, keep=True)
    ]
    return (parts + [""] * 7)[:7]


def _line(text: str) -> str:
    return " ".join(text.split()).strip(" ,")


def _clean(note: str) -> str:
    """Let a damaged byte of a note be seen as such: nobody is found by it."""
    return re.sub("[\udc80-\udcff]", "\N{REPLACEMENT CHARACTER}", note)
