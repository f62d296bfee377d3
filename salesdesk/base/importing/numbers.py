"""Numbers of a do-not-call list: kept, and marked wherever they stand; what comes later asks for them."""

from dataclasses import dataclass
from itertools import count

from sqlalchemy import insert
from sqlmodel import Session

from salesdesk.base.cells import is_blank, text_of
from salesdesk.base.forbidden import listed_among, number_key
from salesdesk.base.importing.forbidding import forbid
from salesdesk.base.importing.intake import Intake
from salesdesk.base.importing.looking import Preview
from salesdesk.base.importing.order import ImportOptions
from salesdesk.base.importing.outcomes import Outcome
from salesdesk.base.importing.row_reader import RowReader, RowRejectedError
from salesdesk.base.phones import ParsedPhone, PhoneProblem, explain, parse_phones
from salesdesk.base.reading.table import Row
from salesdesk.base.values import Words
from salesdesk.codes import RowFate
from salesdesk.context import Context
from salesdesk.i18n import _
from salesdesk.models import ForbiddenNumber
from salesdesk.storage.journal import table_of

_KEPT = frozenset({None, PhoneProblem.UNKNOWN})
"""What can be compared with the numbers of cards; a fax, or what is no number, cannot be called anyway."""


@dataclass
class NumberReader(RowReader):
    """Reads the rows of a list of numbers."""

    region: str

    def read(self, number: int, row: Row) -> list[ParsedPhone]:
        """Read the numbers of a row. Raises RowRejectedError where it has none."""
        row = self._whole(row)
        found: list[ParsedPhone] = []
        why, column = _("no number"), 0
        for at in self._at.get("phone", ()):
            for phone in parse_phones(text_of(row[at]).replace("\0", ""), self.region):
                if phone.problem not in _KEPT and phone.problem is not None:
                    email = "@" in phone.raw
                    why, column = _no_email() if email else explain(phone.problem), at
                    self._name(number, at, phone.raw, why)
                    continue
                if phone.problem is not None:
                    self.problem(number, at, phone.raw, explain(phone.problem))
                elif phone.e164 is None:
                    self.problem(number, at, phone.raw, _("a local number: forbidden where it is written so"))
                found.append(phone)
        for at in self._at.get("email", ()):
            if not is_blank(row[at]):
                self.problem(number, at, row[at], _no_email())
        if not found:
            raise RowRejectedError(why, column)
        return found

    def _name(self, number: int, at: int, raw: str, why: str) -> None:
        # A row with one number is refused for it, and named then.
        if len(self._at["phone"]) > 1:
            self.problem(number, at, raw, why)


class NumberIntake(Intake):
    """Takes a do-not-call list in.

    Counts are of numbers: `added` are new to the list; `marked` are clients that have one of them.
    """

    def __init__(
        self,
        session: Session,
        context: Context,
        preview: Preview,
        options: ImportOptions,
        words: Words,
        batch: int,
    ) -> None:
        del options
        self._session = session
        self._context = context
        self._batch = batch
        self._reader = self.reader = NumberReader(
            context=context,
            mapping=preview.mapping,
            words=words,
            dates={},
            source=preview.source,
            region=preview.region(context.catalogues.team.country),
        )
        self._pending: list[tuple[int, ParsedPhone]] = []
        self._below = count(-1, -1)

    def take(self, number: int, row: Row) -> None:
        """Read a row."""
        self._pending += [(number, phone) for phone in self._reader.read(number, row)]

    def write(self) -> None:
        """Keep the numbers that no list had, and mark them where they stand."""
        chunk, self._pending = self._pending, []
        listed = listed_among(self._session, [number_key(phone.e164, phone.digits) for _row, phone in chunk])
        fresh: dict[str, int] = {}
        told: dict[int, Outcome] = {}
        for row, phone in chunk:
            number = number_key(phone.e164, phone.digits)
            new = number not in listed and number not in fresh
            if new:
                fresh[number] = row
            if self.told is not None and (new or row not in told):
                fate = RowFate.ADD if new else RowFate.UNCHANGED
                told[row] = Outcome(row, fate, phone.raw if phone.e164 is None else phone.e164)
        if fresh:
            self._session.connection().execute(
                insert(table_of(ForbiddenNumber)),
                [{"number": number, "batch_id": self._batch, "at": self._context.now} for number in fresh],
            )
            self.marked += forbid(self._session, self._context, self._batch, fresh, self._below)
        self.added += len(fresh)
        self.unchanged += len(chunk) - len(fresh)
        if self.told is not None:
            self.told += told.values()


def _no_email() -> str:
    return _("an e-mail address: only numbers are forbidden")
