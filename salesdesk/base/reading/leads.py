"""VICIdial's list of leads as a table: a person for each row, under columns that imports know by name."""

import re
from collections.abc import Iterator
from itertools import zip_longest

from salesdesk.base.cells import text_of
from salesdesk.base.phones import parse_phones
from salesdesk.base.reading.delimited import DelimitedTable
from salesdesk.base.reading.layouts import VICIDIAL
from salesdesk.base.reading.table import Row, Table
from salesdesk.i18n import _

_NAMES = (
    "vendor_lead_code", "source_id", "list_id", "phone_code", "phone_number", "title", "first_name", "middle",
    "last_name", "address1", "address2", "address3", "city", "state", "province", "postal_code", "country",
    "gender", "date_of_birth", "alt_phone", "email", "security_phrase", "comments", "called_count", "status",
)  # fmt: skip
_SAMPLE = 2000
_NEVER = frozenset(["DNC", "DNCL", "DNCC"])
_STAGES = {"SALE": "shipped", "NI": "rejected", "CALLBK": "new", "CBHOLD": "new"}
_ALTERNATIVES = re.compile(r"\+?[\d ()-]{5,}_\d{0,4}(_[^!]*)?(!\+?[\d ()-]{5,}_\d{0,4}(_[^!]*)?)*!?")


class LeadTable(Table):
    """The rows of a text file, each put together as a client."""

    def __init__(self, table: DelimitedTable) -> None:
        self._table = table
        self._coded = _tells_apart(table)
        self.path = table.path
        self.layout = VICIDIAL
        self.header = VICIDIAL.names
        self.header_found = True
        self.encoding, self.dialect = table.encoding, table.dialect
        self.size = table.size
        self.format = f"{table.format}, {VICIDIAL.title}"

    def rows(self) -> Iterator[tuple[int, Row]]:
        """Give each lead, with the number of its row."""
        for number, row in self._table.rows():
            self.position = self._table.position
            yield number, _lead(row, coded=self._coded)


def _tells_apart(table: DelimitedTable) -> bool:
    """Tell whether a vendor's codes are ids: many a list has one code for all of its leads."""
    codes = [code for row in table.sample(_SAMPLE) if (code := text_of(row[0]).strip())]
    return len(set(codes)) >= 0.9 * len(codes)


def _lead(row: Row, *, coded: bool) -> Row:
    """Put a row together as a client; `coded`: the vendor's codes are ids."""
    cells = [text_of(cell).strip() for cell in row]
    said = dict(zip_longest(_NAMES, cells[: len(_NAMES)], fillvalue=""))
    phones = _phones(said, cells[len(_NAMES) :])
    status = said["status"].upper()
    person = " ".join(filter(None, (said["first_name"], said["middle"], said["last_name"])))
    found = {
        "external_id": said["vendor_lead_code"] if coded else "",
        "name": person or (phones[0] if phones else ""),
        "phone": "; ".join(phones),
        "email": said["email"],
        "address": ", ".join(filter(None, (said["address1"], said["address2"], said["address3"]))),
        "city": said["city"],
        "region": said["state"] or said["province"],
        "postal_code": said["postal_code"],
        "country": said["country"],
        "stage": _STAGES.get(status, ""),
        "do_not_call": "yes" if status in _NEVER else "",
        "note": _note(said, cells[len(_NAMES) :]),
    }
    return tuple(found[name] or None for name in VICIDIAL.names)


def _phones(said: dict[str, str], rest: list[str]) -> list[str]:
    """Give every number of a lead, international where its code is known."""
    code = said["phone_code"]
    numbers = [_whole(said["phone_number"], code), _whole(said["alt_phone"], code)]
    numbers += [_whole(number, own) for number, own, _note in _alternatives(rest)]
    return [*dict.fromkeys(filter(None, numbers))]


def _whole(number: str, code: str) -> str:
    code = code.lstrip("+0")
    if not number or not code or number.startswith("+"):
        return number
    parsed = parse_phones(number, _region(code))
    if len(parsed) == 1 and parsed[0].e164:
        return parsed[0].e164
    return f"+{code}{number}" if number.isdecimal() else number


def _region(code: str) -> str:
    import phonenumbers

    return phonenumbers.region_code_for_country_code(int(code)) if code.isdecimal() else "ZZ"


def _alternatives(rest: list[str]) -> Iterator[tuple[str, str, str]]:
    """Give the further numbers of a lead, each with its code and what is said of it."""
    for cell in rest:
        if _ALTERNATIVES.fullmatch(cell):
            for entry in filter(None, cell.split("!")):
                number, _sign, after = entry.partition("_")
                code, _sign, note = after.partition("_")
                yield number.strip(), code.strip(), note.strip()


def _note(said: dict[str, str], rest: list[str]) -> str:
    """Keep what has no column of its own."""
    lines = [re.sub(r"!N!|<br ?/?>", "\n", said["comments"])]
    lines += [f"{number}: {note}" for number, _code, note in _alternatives(rest) if note]
    for head, value in (
        (_("Position: {value}"), "" if said["title"].rstrip(".").lower() in _MANNERS else said["title"]),
        (_("Birthday: {value}"), said["date_of_birth"] if said["date_of_birth"].strip("0-/.") else ""),
        (_("Security phrase: {value}"), said["security_phrase"]),
        (_("Status in VICIdial: {value}"), said["status"] if said["status"].upper() != "NEW" else ""),
    ):
        if value:
            lines.append(head.format(value=value))
    return "\n".join(filter(None, lines))


_MANNERS = frozenset(["", "mr", "mrs", "ms", "miss", "dr", "mx", "sir", "г-н", "г-жа"])
