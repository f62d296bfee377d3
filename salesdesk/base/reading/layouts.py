"""Records that come without a header: known by their shape, and their columns by name.

One line in `LAYOUTS` for each: what its columns are called, which field each is, and what a row of it
looks like. A table that has a header is never looked up here.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from salesdesk.base.cells import Cell, is_blank, text_of
from salesdesk.codes import ImportKind

_LOOKED_AT = 40
_ENOUGH = 0.7


@dataclass(frozen=True)
class Layout:
    """A kind of record. `fields` tells which of the columns are which fields of an import."""

    title: str
    kind: ImportKind
    names: tuple[str, ...]
    fields: Mapping[str, str]
    fits: Callable[[Sequence[str]], bool] = field(compare=False, default=lambda _cells: False)

    def header(self, width: int) -> tuple[str, ...]:
        """Name the columns of a table; one beyond those that are known has its number."""
        return (*self.names[:width], *(str(at + 1) for at in range(len(self.names), width)))

    def mapping(self, header: Sequence[str]) -> tuple[str | None, ...]:
        """Tell the field of each column."""
        return tuple(self.fields.get(name) for name in header)


def find_layout(rows: Sequence[Sequence[Cell]]) -> Layout | None:
    """Tell of which known kind the first rows of a table are, if of any."""
    filled = [row for row in rows[:_LOOKED_AT] if not all(map(is_blank, row))]
    texts = [[text_of(cell).strip() for cell in row] for row in filled]
    if not texts or not any(cell.isdecimal() for cell in texts[0]):
        # The names of columns are no numbers: what stands below them is told by them.
        return None
    for layout in LAYOUTS:
        if sum(map(layout.fits, texts)) >= _ENOUGH * len(texts):
            return layout
    return None


_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:?\d\d)?|\d{10}(\.\d+)?")
_WHOLE = re.compile(r"\d{1,7}(\.\d+)?")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_CAUSE = re.compile(r"[A-Z]+(_[A-Z0-9]+)*")
_DISPOSITIONS = frozenset(
    [
        "ANSWERED",
        "ANSWER",
        "NO ANSWER",
        "NOANSWER",
        "BUSY",
        "FAILED",
        "CONGESTION",
        "CANCEL",
        "UNKNOWN",
        "DOCUMENTATION",
    ]
)


def _is_call(cells: Sequence[str], moments: Sequence[int], seconds: Sequence[int], disposition: int) -> bool:
    """Tell a call record: `moments` are columns of times, of which the middle one may be empty."""
    must = (moments[0], moments[-1])
    return (
        all(_MOMENT.fullmatch(cells[at]) for at in must)
        and all(not cells[at] or _MOMENT.fullmatch(cells[at]) for at in moments)
        and all(_WHOLE.fullmatch(cells[at]) for at in seconds)
        and (cells[disposition].upper() in _DISPOSITIONS or cells[disposition].isdecimal())
    )


def _asterisk(cells: Sequence[str]) -> bool:
    return 16 <= len(cells) <= 19 and _is_call(cells, (9, 10, 11), (12, 13), 14)


def _asterisk_custom(cells: Sequence[str]) -> bool:
    return 14 <= len(cells) <= 21 and _is_call(cells, (8, 9, 10), (11, 12), 13)


def _freepbx(cells: Sequence[str]) -> bool:
    return 14 <= len(cells) <= 28 and _is_call(cells, (0,), (9, 10), 11)


def _freeswitch(cells: Sequence[str]) -> bool:
    return (
        11 <= len(cells) <= 20
        and all(_MOMENT.fullmatch(cells[at]) for at in (4, 6))
        and all(_WHOLE.fullmatch(cells[at]) for at in (7, 8))
        and _CAUSE.fullmatch(cells[9]) is not None
        and _UUID.fullmatch(cells[10]) is not None
    )


_LIST, _CODE, _NUMBER = re.compile(r"\d{0,14}"), re.compile(r"\+?\d{0,4}"), re.compile(r"\+?[\d ()-]{6,20}")
_BORN = re.compile(r"(\d{4}-\d\d-\d\d|\d\d[/.]\d\d[/.]\d{4})?")
_STATUS = re.compile(r"[A-Z0-9-]{0,8}", re.IGNORECASE)


def _vicidial(cells: Sequence[str]) -> bool:
    """Tell a lead list: numbers where they must be, a gender and a day of birth or nothing where they may."""
    if not 20 <= len(cells) <= 32:
        return False
    count, status = [*cells[23:25], "", ""][:2]
    return (
        _LIST.fullmatch(cells[2]) is not None
        and _CODE.fullmatch(cells[3]) is not None
        and _NUMBER.fullmatch(cells[4]) is not None
        and cells[17].upper() in {"", "M", "F", "U"}
        and _BORN.fullmatch(cells[18]) is not None
        and len(cells[16]) <= 3
        and (not count or count.isdecimal() or count in {"Y", "N"})
        and _STATUS.fullmatch(status) is not None
        and bool(cells[3] or cells[2])
    )


_CALL_FIELDS = {
    "src": "from", "dst": "to", "accountcode": "operator", "channel": "operator", "dstchannel": "operator",
    "clid": "operator", "start": "started", "calldate": "started", "duration": "duration",
    "billsec": "talk_seconds", "disposition": "outcome", "lastapp": "outcome", "uniqueid": "external_id",
    "userfield": "note",
}  # fmt: skip
_BEFORE = ("clid", "src", "dst", "dcontext", "channel", "dstchannel", "lastapp", "lastdata")

ASTERISK = Layout(
    "Asterisk cdr-csv",
    ImportKind.CALLS,
    (
        "accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp", "lastdata",
        "start", "answer", "end", "duration", "billsec", "disposition", "amaflags", "uniqueid", "userfield",
        "sequence",
    ),
    _CALL_FIELDS,
    _asterisk,
)  # fmt: skip
ASTERISK_CUSTOM = Layout(
    "Asterisk cdr_custom",
    ImportKind.CALLS,
    (
        *_BEFORE, "start", "answer", "end", "duration", "billsec", "disposition", "amaflags", "accountcode",
        "uniqueid", "userfield", "sequence",
    ),
    _CALL_FIELDS,
    _asterisk_custom,
)  # fmt: skip
FREEPBX = Layout(
    "FreePBX",
    ImportKind.CALLS,
    (
        "calldate", *_BEFORE, "duration", "billsec", "disposition", "amaflags", "accountcode", "uniqueid",
        "userfield", "did", "recordingfile", "cnum", "cnam", "outbound_cnum", "outbound_cnam", "dst_cnam",
        "linkedid", "peeraccount", "sequence",
    ),
    {name: code for name, code in _CALL_FIELDS.items() if name != "uniqueid"}
    | {"linkedid": "external_id", "recordingfile": "recording", "cnum": "operator", "cnam": "operator",
       "dst_cnam": "operator"},
    _freepbx,
)  # fmt: skip
FREEPBX_OLD = Layout(
    FREEPBX.title, FREEPBX.kind, FREEPBX.names[:16], _CALL_FIELDS,
    lambda cells: len(cells) <= 23 and _freepbx(cells),
)  # fmt: skip
FREESWITCH = Layout(
    "FreeSWITCH cdr_csv",
    ImportKind.CALLS,
    (
        "caller_id_name", "caller_id_number", "destination_number", "context", "start_stamp", "answer_stamp",
        "end_stamp", "duration", "billsec", "hangup_cause", "uuid", "bleg_uuid", "accountcode", "read_codec",
        "write_codec",
    ),
    {
        "caller_id_name": "operator", "caller_id_number": "from", "destination_number": "to",
        "start_stamp": "started", "duration": "duration", "billsec": "talk_seconds",
        "hangup_cause": "outcome", "uuid": "external_id", "accountcode": "operator",
    },
    _freeswitch,
)  # fmt: skip
# What is read out of several columns, or of no columns at all, is put under the fields' own names.
_LEAD = (
    "external_id", "name", "phone", "email", "address", "city", "region", "postal_code", "country", "stage",
    "do_not_call", "note",
)  # fmt: skip
_CARD = (
    "external_id", "name", "phone", "email", "website", "industry", "address", "city", "region",
    "postal_code", "country", "contact.name", "contact.position", "contact.phone", "contact.email", "note",
)  # fmt: skip
VICIDIAL = Layout("VICIdial", ImportKind.CLIENTS, _LEAD, dict(zip(_LEAD, _LEAD, strict=True)), _vicidial)
CARDS = Layout("vCard", ImportKind.CLIENTS, _CARD, dict(zip(_CARD, _CARD, strict=True)))
LAYOUTS = (ASTERISK, FREESWITCH, ASTERISK_CUSTOM, FREEPBX_OLD, FREEPBX, VICIDIAL)
