"""Reading a row of a table as a call: of an exchange's record, or of any list of calls."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

from salesdesk.base.cells import Cell, block_of, is_blank, line_of, text_of
from salesdesk.base.folding import fold
from salesdesk.base.importing.incoming import fingerprint
from salesdesk.base.importing.row_reader import RowReader, RowRejectedError
from salesdesk.base.phones import ParsedPhone, parse_phones
from salesdesk.base.reading.table import Row
from salesdesk.errors import InputError
from salesdesk.i18n import _

ANSWERED = "answered"
"""What an exchange knows of a call that somebody took: not what came of it."""
EXTENSION = re.compile(r"[*#]?\d{1,5}")
# What a dialplan calls its own steps.
_NO_SIDE = frozenset(["s", "h", "i", "t", "o", "fax"])
_CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?(?:\s*[AaPp]\.?[Mm]\.?)?")
_EPOCH = re.compile(r"\d{10}(?:\.\d+)?")
_CHANNEL = re.compile(r"[A-Za-z]\w*/(?:[^/@]+/)?([^/@]+?)(?:-[0-9a-f]{6,}|@.*)?(?:;\d)?")
_CLID = re.compile(r'"?(.*?)"?\s*<([^>]*)>')
_NAME = re.compile(r"[^\W\d_][^<>@\d]*")
_UNITS = re.compile(r"(\d+)\s*(ч|h|мин|min|m|м|сек|sec|s|с)\w*\.?", re.IGNORECASE)
_WORTH = {"ч": 3600, "h": 3600, "м": 60, "m": 60, "с": 1, "s": 1}
_LONGEST = 24 * 3600
_OUTSIDE_LINE = "9"


@dataclass(frozen=True, slots=True)
class Side:
    """One end of a call as it was written. `phone` is a number of the world, None for one of the house."""

    raw: str
    phone: ParsedPhone | None
    inner: bool


@dataclass(slots=True)
class IncomingCall:
    """A call as its row, or the rows of its legs, tell it. `outcome` may be ANSWERED."""

    row: int
    cells: Row
    external_id: str
    given: bool
    started_at: datetime
    sides: list[Side]
    outcome: str
    talk_seconds: int
    operators: list[str]
    client: str = ""
    notes: list[str] = field(default_factory=list)
    recording: str = ""
    further: list[int] = field(default_factory=list)
    """Rows that are legs of the same call, after the first."""

    @property
    def more_rows(self) -> int:
        """How many rows are legs of this call beside the first."""
        return len(self.further)

    @property
    def row_last(self) -> int:
        """The row of the last leg so far."""
        return max(self.row, *self.further) if self.further else self.row

    @property
    def inner(self) -> bool:
        """Whether nobody outside took part."""
        return not self.client and bool(self.sides) and all(side.inner for side in self.sides)

    def take_in(self, other: "IncomingCall", *, better: bool) -> None:
        """Add a further leg of the same call; `better`: it says more of what came of it."""
        self.sides += [side for side in other.sides if side not in self.sides]
        pair = (other, self) if better else (self, other)
        self.operators = [*dict.fromkeys(word for each in pair for word in each.operators)]
        if better:
            self.outcome, self.talk_seconds = other.outcome, other.talk_seconds
        elif other.outcome == self.outcome:
            self.talk_seconds = max(self.talk_seconds, other.talk_seconds)
        self.started_at = min(self.started_at, other.started_at)
        self.client = self.client or other.client
        self.recording = self.recording or other.recording
        self.notes += [note for note in other.notes if note not in self.notes]
        self.further.append(other.row)


@dataclass
class CallReader(RowReader):
    """Reads the rows of a file of calls. `region` is where numbers without a country code belong."""

    region: str

    @property
    def whose_column(self) -> int:
        """The column to name where nobody is found: that of a number, or of a client."""
        return next(self._at[name][0] for name in ("to", "from", "client") if name in self._at)

    def read(self, number: int, row: Row) -> IncomingCall:
        """Read one row. Raises RowRejectedError."""
        row = self._whole(row)
        started = self._started(row)
        notes: list[str] = []
        talk = self._seconds(number, row, "talk_seconds")
        duration = self._seconds(number, row, "duration")
        outcome, talked = self._outcome(number, row, talk, duration, notes)
        sides = [self._side(row, name) for name in ("to", "from") if name in self._at]
        given = self._line(row, "external_id")
        found = IncomingCall(
            number, row, given, bool(given), started, sides, outcome, talked, self._operators(row),
            self._line(row, "client"), self._notes(row) + notes, self._line(row, "recording"),
        )  # fmt: skip
        if not given:
            told = (started.isoformat(), *(side.raw for side in sides), fold(found.client), str(duration))
            found.external_id = self._numbered(fingerprint(*told))
        return found

    # -- when, and how long ----------------------------------------------------------------------------

    def _started(self, row: Row) -> datetime:
        at, cell = self._when(row)
        try:
            moment = _epoch(cell) or self._instant(self.dates[at].parse(cell))[0]
        except InputError as wrong:
            raise RowRejectedError(str(wrong), at) from wrong
        if moment is None:
            raise RowRejectedError(_("no time of the call"), at)
        if moment > self.context.now + timedelta(days=1):
            raise RowRejectedError(_("a call in the future: {value}").format(value=text_of(cell)[:60]), at)
        return min(moment, self.context.now).replace(microsecond=0)

    def _when(self, row: Row) -> tuple[int, Cell]:
        """Find when a call began: a day and a clock time may stand in columns of their own."""
        columns = [at for at in self._at["started"] if not is_blank(row[at])]
        clocks = [at for at in columns if _CLOCK.fullmatch(text_of(row[at]).strip())]
        days = [at for at in columns if at not in clocks]
        if not days:
            return self._at["started"][0], None
        cell = row[days[0]]
        bare = cell.date() if isinstance(cell, datetime) and cell.time() == time(0) else cell
        text = text_of(bare).strip()
        if clocks and ":" not in text:
            return days[0], f"{text} {text_of(row[clocks[0]]).strip()}"
        return days[0], cell

    def _seconds(self, number: int, row: Row, name: str) -> int | None:
        found: int | None = self._value(number, row, name, parse_seconds, [])
        return found

    # -- what came of it -------------------------------------------------------------------------------

    def _outcome(
        self, number: int, row: Row, talk: int | None, duration: int | None, notes: list[str]
    ) -> tuple[str, int]:
        """Give the outcome, and how long they talked: where nobody took the call, not at all."""
        code = self._said_outcome(number, row, notes)
        answered = self._answered(row)
        lasted = talk if talk is not None else duration
        if code is None:
            took = bool(lasted) if answered is None else answered
            code = ANSWERED if took else "no_answer"
        elif code == ANSWERED and talk == 0:
            # An exchange takes a call itself, to play music or a menu.
            code = "no_answer"
        rule = self.context.catalogues.outcomes.get(code)
        return code, (lasted or 0) if rule is None or rule.answered else 0

    def _said_outcome(self, number: int, row: Row, notes: list[str]) -> str | None:
        """Read what came of the call: of several columns a voice mail says more than that it was taken."""
        columns = [at for at in self._at.get("outcome", ()) if not is_blank(row[at])]
        codes = [self.words.outcome(row[at]) for at in columns]
        known = [code for code in codes if code is not None]
        if known:
            return "voicemail" if "voicemail" in known else known[-1]
        if columns:
            cell = row[columns[0]]
            self.problem(
                number, columns[0], cell,
                _("unknown outcome {value}: say what it means with --values").format(
                    value=text_of(cell).strip()[:60]
                ),
            )  # fmt: skip
            notes.append(f"{self.mapping.header[columns[0]]}: {block_of(cell)}")
        return None

    def _answered(self, row: Row) -> bool | None:
        """Read whether somebody took the call: yes or no, or the time when it was taken."""
        cell = self._cell(row, "answered")
        if "answered" not in self._at:
            return None
        try:
            return self.words.flag(cell)
        except InputError:
            code = self.words.outcome(cell)
            if code is not None:
                return code == ANSWERED
            return any(sign.isdecimal() and sign != "0" for sign in text_of(cell))

    # -- who -------------------------------------------------------------------------------------------

    def _side(self, row: Row, name: str) -> Side:
        text = line_of(self._cell(row, name))
        clid = _CLID.fullmatch(text)
        text = (clid[2] if clid else text).strip()
        if text.lower().startswith(("sip:", "tel:")):
            text = text[4:].partition("@")[0]
        if text.lower() in _NO_SIDE or EXTENSION.fullmatch(text):
            phones = [each for each in parse_phones(text, self.region) if each.problem is None]
            return Side(text, phones[0] if phones else None, inner=True)
        phones = [each for each in _read(text, self.region) if each.digits]
        return Side(text, phones[0] if phones else None, inner=False)

    def _operators(self, row: Row) -> list[str]:
        """Give what may name the operator: logins, names, extensions, in the order of the columns."""
        said: list[str] = []
        for at in self._at.get("operator", ()):
            text = line_of(row[at])
            channel, clid = _CHANNEL.fullmatch(text), _CLID.fullmatch(text)
            if channel:
                said.append(channel[1])
            elif clid:
                said += [clid[2], clid[1]]
            elif text:
                said.append(text)
        for name in ("from", "to"):
            if name in self._at:
                said.append(line_of(self._cell(row, name)))
        return [*dict.fromkeys(word.strip() for word in said if word.strip())]

    def named(self, row: Row) -> str:
        """Give the name by which a row calls its operator: a word, and neither a line nor a number."""
        said = (line_of(row[at]) for at in self._at.get("operator", ()))
        return next((text for text in said if _NAME.fullmatch(text) and not _CHANNEL.fullmatch(text)), "")

    def _notes(self, row: Row) -> list[str]:
        return [block_of(row[at]) for at in self._at.get("note", ()) if not is_blank(row[at])]


def _read(text: str, region: str) -> Iterable[ParsedPhone]:
    """Read a number as an exchange writes it: also with the digit in front that gives an outside line."""
    found = parse_phones(text, region)
    if found and found[0].e164 is None and text.startswith(_OUTSIDE_LINE) and len(text) > 10:
        inner = parse_phones(text[1:], region)
        if inner and inner[0].e164 is not None:
            return inner
    return found


def _epoch(cell: Cell) -> datetime | None:
    """Read a time that is written as seconds since 1970."""
    text = text_of(cell).strip()
    return datetime.fromtimestamp(float(text), UTC) if _EPOCH.fullmatch(text) else None


def parse_seconds(cell: Cell) -> int | None:
    """Read how long something took: "95", "1:35", "00:01:35", "1 мин 35 с"; None for an empty cell.

    Raises InputError for what is none of these, or longer than a day.
    """
    text = text_of(cell).strip()
    if not text.strip("-—"):
        return None
    clock = text.split(":")
    seconds: float | None = None
    if re.fullmatch(r"\d+(?:[.,]\d+)?", text):
        seconds = float(text.replace(",", "."))
    elif len(clock) in {2, 3} and all(part.strip().isdecimal() for part in clock):
        seconds = sum(int(part) * 60**power for power, part in enumerate(reversed(clock)))
    elif units := _UNITS.findall(text):
        seconds = sum(int(count) * _WORTH[unit[0].lower()] for count, unit in units)
    if seconds is None or seconds > _LONGEST:
        raise InputError(_("not a length of time: {value}").format(value=text[:60]))
    return round(seconds)
