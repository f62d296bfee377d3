"""Reading a row of a table as a deal. What a deal comes to is never guessed: such a row is refused."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from salesdesk.base.amounts import Amount, parse_amount, parse_currency
from salesdesk.base.cells import Cell, is_blank, line_of
from salesdesk.base.deal_course import deal_ends
from salesdesk.base.folding import fold, name_key
from salesdesk.base.importing.incoming import fingerprint
from salesdesk.base.importing.people_reader import PeopleReader, Reached
from salesdesk.base.importing.row_reader import RowRejectedError
from salesdesk.base.reading.table import Row
from salesdesk.base.values import FIRST, parse_tax_id
from salesdesk.errors import InputError
from salesdesk.i18n import _
from salesdesk.models.catalogue import StageEntry

T = TypeVar("T")
OTHER = "other"
_OF_CLIENT = ("industry", "region", "city", "address", "postal_code", "website")
_DASHES = "-–— "


@dataclass(slots=True)
class IncomingDeal:
    """A deal as its row tells it.

    `facts` holds the columns of the deal that the file says something of. `opened_at` and `ended_at` are
    None where the file does not say them; the latter also while the deal is open.
    """

    row: int
    external_id: str
    client_ref: str
    client_name: str
    facts: dict[str, Any]
    stage: StageEntry
    owner: str = ""
    opened_at: datetime | None = None
    ended_at: datetime | None = None
    reason: str | None = None
    notes: list[str] = field(default_factory=list)
    reached: Reached = field(default_factory=Reached)
    said: list[str] = field(default_factory=list)
    """What the row notes of its client."""
    of_client: dict[str, str] = field(default_factory=dict)
    further: list[int] = field(default_factory=list)
    """Rows that speak of the same deal, before this one."""

    @property
    def more_rows(self) -> int:
        """How many rows speak of this deal beside this one."""
        return len(self.further)

    @property
    def says_of_client(self) -> bool:
        """Whether the row says more of the client than its name."""
        reached = self.reached
        return bool(reached.people or reached.phones or reached.emails or self.said or self.of_client)

    def with_people_of(self, earlier: "IncomingDeal") -> None:
        """Take over whom an earlier row of the same deal names."""
        mine, theirs = self.reached, earlier.reached
        mine.people = [*theirs.people, *(each for each in mine.people if each not in theirs.people)]
        mine.phones = [*theirs.phones, *mine.phones]
        mine.emails = [*theirs.emails, *mine.emails]
        self.said = [*earlier.said, *(text for text in self.said if text not in earlier.said)]

    def began(self, now: datetime) -> datetime:
        """Tell when it was opened, as far as that is known: never after it was over."""
        known = [moment for moment in (self.opened_at, self.ended_at) if moment]
        return min(known, default=now)

    def came_to_stage(self, now: datetime) -> datetime:
        """Tell since when it stands at its stage, as far as that is known."""
        return self.ended_at or self.opened_at or now


class DealReader(PeopleReader):
    """Reads the rows of a file of deals."""

    def read(self, number: int, row: Row) -> IncomingDeal:
        """Read one row. Raises RowRejectedError."""
        row = self._whole(row)
        stage = self._stage(row)
        found = IncomingDeal(
            number, "", self._line(row, "client.external_id"), self._line(row, "client"), {}, stage,
            owner=self._owner(row),
        )  # fmt: skip
        found.reached = self._reached(number, row, found.said, own=True)
        if not found.client_ref and not found.client_name:
            if not found.reached.people:
                raise RowRejectedError(_("no client"))
            found.client_name = found.reached.people[0].name
        said = self._said(row)
        found.of_client = self._of_client(number, row, found.said)
        found.said = ["\n".join([*said, *found.said])] if said or found.said else []
        self._facts(row, found)
        opened = self._days(row, found)
        self._reason(row, found)
        found.external_id = self._line(row, "external_id") or self._own_key(found, opened)
        return found

    def _required(self, row: Row, name: str, reads: Callable[[Cell], T]) -> T | None:
        """Read a cell; None for an empty one. Raises RowRejectedError for one that is not understood."""
        cell = self._cell(row, name)
        if is_blank(cell) or (isinstance(cell, str) and not cell.strip(_DASHES)):
            return None
        try:
            return reads(cell)
        except InputError as wrong:
            raise RowRejectedError(str(wrong), self._at[name][0]) from wrong

    def _stage(self, row: Row) -> StageEntry:
        code = self._required(row, "stage", self.words.deal_stage) or FIRST
        stage = self.context.catalogues.stage(code)
        if "status" not in self._at:
            return stage
        # Won or lost rules over where in the pipeline that was.
        word = self.words.ending(self._cell(row, "status"))
        ended = None if word is None else self.context.catalogues.stage(word)
        if ended is None or (ended.in_work and not ended.won) or (ended.won and stage.won):
            return stage
        return stage if not (ended.in_work or ended.won or stage.in_work) else ended

    def _owner(self, row: Row) -> str:
        name = self._line(row, "owner")
        return name if fold(name) else ""

    def _of_client(self, number: int, row: Row, notes: list[str]) -> dict[str, str]:
        said = {name: self._line(row, name) for name in _OF_CLIENT if name in self._at}
        tax_id = self._value(number, row, "tax_id", parse_tax_id, notes)
        return {name: text for name, text in (said | {"tax_id": tax_id}).items() if text}

    def _facts(self, row: Row, found: IncomingDeal) -> None:
        for name in ("title", "product"):
            text = self._line(row, name)
            if text:
                found.facts[name] = text
        currency = self._required(row, "currency", parse_currency)
        amount: Amount | None = self._required(row, "amount", parse_amount)
        if amount is not None:
            found.facts["amount_minor"] = amount.minor
            currency = currency or amount.currency or self.context.catalogues.team.currency
        if currency:
            found.facts["currency"] = currency

    def _days(self, row: Row, found: IncomingDeal) -> datetime | None:
        """Read when it was opened and over; an open deal's day of closing is only hoped for.

        Give when it was opened as the file has it: of a day that has just begun that is still to come.
        """
        opened, closed = self._moment(row, "opened"), self._moment(row, "closed")
        found.opened_at = self._past(opened)
        if found.stage.won or deal_ends(self.context, found.stage):
            found.ended_at = self._past(closed)
        return opened

    def _moment(self, row: Row, name: str) -> datetime | None:
        """Read a day: of several columns, as for won and for lost, the first that says one."""
        for at in self._at.get(name, ()):
            try:
                found = None if is_blank(row[at]) else self._instant(self.dates[at].parse(row[at]))[0]
            except InputError as wrong:
                raise RowRejectedError(str(wrong), at) from wrong
            if found is not None:
                return found
        return None

    def _past(self, moment: datetime | None) -> datetime | None:
        return None if moment is None else min(moment, self.context.now).replace(microsecond=0)

    def _reason(self, row: Row, found: IncomingDeal) -> None:
        """Read why a deal was lost; a reason in other words is kept as a note."""
        if found.stage.in_work:
            return
        said = self._cell(row, "reject_reason")
        found.reason = (None if is_blank(said) else self.words.reason(said)) or OTHER
        what = line_of(self._cell(row, "stage") if is_blank(said) else said)
        if found.reason == OTHER and what:
            found.notes.append(f"{found.facts['title']}: {what}" if "title" in found.facts else what)

    def _own_key(self, found: IncomingDeal, opened: datetime | None) -> str:
        """Make an id of what tells deals without one apart, numbered where several are alike."""
        client = found.client_ref or name_key(found.client_name)
        day = opened.isoformat() if opened else ""
        return self._numbered(fingerprint(fold(found.facts.get("title", "")), client, day))
