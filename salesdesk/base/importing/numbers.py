"""Numbers of a do-not-call list: kept, and marked wherever they stand; what comes later asks for them."""

from dataclasses import dataclass
from itertools import count

from sqlalchemy import insert

from salesdesk.base.cells import is_blank, text_of
from salesdesk.base.forbidden import listed_among, number_key
from salesdesk.base.importing.forbidding import forbid
from salesdesk.base.importing.intake import Asked, Intake
from salesdesk.base.importing.outcomes import Outcome
from salesdesk.base.importing.row_reader import RowReader, RowRejectedError
from salesdesk.base.phones import ParsedPhone, PhoneProblem, explain, parse_phones
from salesdesk.base.reading.table import Row
from salesdesk.codes import RowFate
from salesdesk.i18n import _
from salesdesk.models import ForbiddenNumber
from salesdesk.storage.journal import table_of

_KEPT = frozenset({None, PhoneProblem.UNKNOWN})
"""What can be compared with the numbers of cards; a fax, or what is no number, cannot be called anyway."""


@dataclass
class NumberReader(RowReader):
    """Reads the rows of a list of numbers."""

    region: str
    area_code: str = ""

    def read(self, number: int, row: Row) -> list[ParsedPhone]:
        """Read the numbers of a row. Raises RowRejectedError where it has none."""
        row = self._whole(row)
        found: list[ParsedPhone] = []
        refused: list[tuple[int, str, str]] = []
        for at in self._at.get("phone", ()):
            for phone in parse_phones(text_of(row[at]).replace("\0", ""), self.region, self.area_code):
                if phone.problem in _KEPT:
                    self._doubt(number, at, phone)
                    found.append(phone)
                elif phone.problem is not None:
                    why = _no_email() if "@" in phone.raw else explain(phone.problem)
                    refused.append((at, phone.raw, why))
        emails = [at for at in self._at.get("email", ()) if not is_blank(row[at])]
        refused += [(at, text_of(row[at]), _no_email()) for at in emails]
        # A row without any number is refused for the last that is wrong in it, and named then.
        for at, raw, why in refused if found else refused[:-1]:
            self.problem(number, at, raw, why)
        if not found:
            at, _raw, why = refused[-1] if refused else (0, "", _("no number"))
            raise RowRejectedError(why, at)
        return found

    def _doubt(self, number: int, at: int, phone: ParsedPhone) -> None:
        if phone.problem is not None:
            self.problem(number, at, phone.raw, explain(phone.problem))
        elif phone.e164 is None:
            self.problem(number, at, phone.raw, _("a local number: forbidden where it is written so"))


class NumberIntake(Intake):
    """Takes a do-not-call list in.

    Counts are of numbers: `added` are new to the list; `marked` are clients that have one of them.
    """

    def __init__(self, asked: Asked) -> None:
        super().__init__(asked)
        self._reader = self.reader = NumberReader(
            context=asked.context,
            mapping=asked.preview.mapping,
            words=asked.words,
            dates={},
            source=asked.preview.source,
            region=asked.region,
            area_code=asked.options.area_code or "",
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
            if self.told is not None:
                told[row] = _told_with(told.get(row), row, phone.e164 or phone.raw, new=new)
        if fresh:
            self.marked += forbid(self._session, self._context, self._batch, fresh, self._below, holding=True)
            self._session.connection().execute(
                insert(table_of(ForbiddenNumber)),
                [{"number": number, "batch_id": self._batch, "at": self._context.now} for number in fresh],
            )
        self.added += len(fresh)
        self.unchanged += len(chunk) - len(fresh)
        if self.told is not None:
            self.told += told.values()


def _told_with(told: Outcome | None, row: int, number: str, *, new: bool) -> Outcome:
    """Add a number to what is told of its row: it is added where one of its numbers is."""
    new = new or (told is not None and told.fate is RowFate.ADD)
    name = number if told is None else f"{told.name}, {number}"
    return Outcome(row, RowFate.ADD if new else RowFate.UNCHANGED, name)


def _no_email() -> str:
    return _("an e-mail address: only numbers are forbidden")
