"""Looking at a file before anything is done: how it is read, which column is which field."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from sqlmodel import Session

from salesdesk.base.cells import line_of, text_of
from salesdesk.base.dates import DateColumn
from salesdesk.base.fields import FieldMap
from salesdesk.base.finding_fields import Findings, guess_kind
from salesdesk.base.importing.order import ImportOptions, ImportStoppedError
from salesdesk.base.importing.remembering import recall, recall_kind
from salesdesk.base.phones import parse_phones, region_of
from salesdesk.base.reading import Table, open_table
from salesdesk.base.reading.table import Row
from salesdesk.codes import ImportKind
from salesdesk.errors import InputError
from salesdesk.i18n import _

_SAMPLE = 2000
_DATED = {
    ImportKind.CLIENTS: ("last_call", "next_action"),
    ImportKind.CONTACTS: ("last_call", "next_action"),
    ImportKind.DEALS: ("opened", "closed"),
    ImportKind.CALLS: ("started",),
}
_BY_DAYS = frozenset([ImportKind.DEALS, ImportKind.CALLS])
"""What is counted by its days: none of them may be guessed."""
_PHONES = ("phone", "contact.phone")
_NUMBERS = (*_PHONES, "from", "to")
_NEEDED = {
    ImportKind.DEALS: frozenset(["client", "client.external_id", "contact.name", "contact.last_name"]),
    ImportKind.DO_NOT_CALL: frozenset(["phone"]),
}
"""Fields of which rows of a kind cannot do without one."""
_NAMING = frozenset({"name", "contact.name", "contact.last_name", "contact.first_name", "title", "parent"})
_NEVER_CALL = re.compile(
    r"не\W?звон|стоп\W?(?:лист|спис)|ч[её]рн\w+\W?спис|do\W?not\W?call|\bdnc|stop\W?list|black\W?list|отписа",
    re.IGNORECASE,
)
_LONGEST_SOURCE = 100
_LOOKED_FOR_A_STOP = 1000


@dataclass(frozen=True, slots=True)
class OpenDates:
    """A column whose dates can be read in two ways, and one of them as it is written."""

    column: str
    example: str


@dataclass(frozen=True)
class Preview:
    """A file as an import would read it."""

    path: Path
    table: Table
    mapping: FieldMap
    sample: tuple[Row, ...]
    source: str
    kind: ImportKind = ImportKind.CLIENTS
    date_order: str | None = None
    said: ImportOptions = field(default_factory=ImportOptions)
    """What a person said of this file, and of such files before."""
    remembered: bool = False

    @property
    def format(self) -> str:
        """How the file is read: encoding and delimiter, or the sheet."""
        return self.table.format

    @property
    def has_name(self) -> bool:
        """Whether a column with the clients' names is known."""
        return not _NAMING.isdisjoint(self.mapping.fields)

    @property
    def is_enough(self) -> bool:
        """Whether the columns are known that rows of this kind cannot do without."""
        fields = set(self.mapping.fields)
        if self.kind == ImportKind.CALLS:
            return "started" in fields and bool({"from", "to", "client"} & fields)
        if self.kind in _NEEDED:
            return not _NEEDED[self.kind].isdisjoint(self.mapping.fields)
        return self.has_name

    def require(self) -> None:
        """Raise InputError where a column is missing that rows of this kind cannot do without."""
        self._require_kind()
        if self.kind == ImportKind.DEALS:
            self._require_client()
            self._require_dates()
        elif self.kind == ImportKind.CALLS:
            self._require_call()
            self._require_dates()
        elif self.kind == ImportKind.DO_NOT_CALL:
            self._require_numbers()
        elif not self.is_enough:
            raise InputError(
                _(
                    'No column with the clients\' names is found. Say which one it is: --map "COLUMN=name".'
                    " The columns are: {columns}."
                ).format(columns=", ".join(self.mapping.header)),
                "map",
            )

    def _require_kind(self) -> None:
        """Raise InputError for records of calls that are taken for something else, or the other way round."""
        layout = self.table.layout
        if layout is None or self.said.map or ImportKind.CALLS not in {layout.kind, self.kind}:
            return
        if layout.kind != self.kind:
            raise InputError(
                _("{file} is a file of {layout}: import it with --as {kind}.").format(
                    file=self.path.name, layout=layout.title, kind=layout.kind.value
                ),
                "as",
            )

    def _require_call(self) -> None:
        if not self.is_enough:
            raise InputError(
                _(
                    "No columns are found that say when a call began and with whom. Say which they are:"
                    ' --map "COLUMN=started,COLUMN=to". The columns are: {columns}.'
                ).format(columns=", ".join(self.mapping.header)),
                "map",
            )

    def _require_client(self) -> None:
        if not self.is_enough:
            raise InputError(
                _(
                    'No column with the deals\' clients is found. Say which one it is: --map "COLUMN=client".'
                    " The columns are: {columns}."
                ).format(columns=", ".join(self.mapping.header)),
                "map",
            )

    def _require_numbers(self) -> None:
        if not self.is_enough:
            raise InputError(
                _(
                    'No column with numbers is found. Say which one it is: --map "COLUMN=phone".'
                    " The columns are: {columns}."
                ).format(columns=", ".join(self.mapping.header)),
                "map",
            )

    def region(self, default: str) -> str:
        """Tell where numbers without a country code belong."""
        return region_of([*self._texts(_NUMBERS)], default)

    @property
    def has_phones(self) -> bool:
        """Whether numbers to call are imported: an area code may be said of the local ones."""
        return not set(_PHONES).isdisjoint(self.mapping.fields)

    def local_number(self, default: str) -> str | None:
        """Give a number of the sample that has no area code, as it is written; None where all have one."""
        region, area = self.region(default), self.said.area_code or ""
        for text in self._texts(_PHONES):
            for phone in parse_phones(text, region, area):
                if phone.problem is None and phone.e164 is None:
                    return phone.raw
        return None

    def _texts(self, names: Sequence[str]) -> Iterator[str]:
        """Give what the sample says in the columns of these fields."""
        for name in names:
            for at in self.mapping.columns(name):
                yield from (text_of(row[at]) for row in self.sample if at < len(row))

    @cached_property
    def dates(self) -> dict[int, DateColumn]:
        """Give the readers of the date columns; one that the sample leaves open sees its whole column."""
        return self._read_dates(lambda: False)

    def open_dates(self, cancelled: Callable[[], bool] = lambda: False) -> tuple[OpenDates, ...]:
        """Give the date columns of which nothing tells the order of day and month.

        The whole file may have to be read for that. Raises ImportStoppedError once `cancelled` says so.
        """
        return tuple(
            OpenDates(self.mapping.header[at], dates.unclear)
            for at, dates in self._read_dates(cancelled).items()
            if dates.ambiguous
        )

    def _read_dates(self, cancelled: Callable[[], bool]) -> dict[int, DateColumn]:
        found: dict[int, DateColumn] = {}
        for name in _DATED.get(self.kind, ()):
            for at in self.mapping.columns(name):
                found[at] = DateColumn(
                    (row[at] for row in self.sample if at < len(row)), order=self.date_order
                )
        # Deals are counted by their days: what one row far below says of its column is asked for too.
        whole = self.kind in _BY_DAYS and len(self.sample) == _SAMPLE
        undecided = {
            at: dates for at, dates in found.items() if not dates.decided and (whole or dates.ambiguous)
        }
        if undecided:
            for number, row in self.table.rows():
                if number % _LOOKED_FOR_A_STOP == 0 and cancelled():
                    raise ImportStoppedError(_("Stopped: nothing was imported."))
                for at, dates in undecided.items():
                    dates.learn(row[at] if at < len(row) else None)
        return found

    def _require_dates(self) -> None:
        for at, dates in self.dates.items():
            if dates.ambiguous:
                raise InputError(
                    _(
                        "The dates of column {column} can be read in two ways. "
                        "Say which comes first, the day or the month: --dates dmy or --dates mdy."
                    ).format(column=self.mapping.header[at]),
                    "dates",
                )


def look(path: Path | str, options: ImportOptions | None = None, session: Session | None = None) -> Preview:
    """Open a file and find its mapping, with what a person said laid over it. Raises InputError.

    With a `session`, what was said of such a file before holds too.
    """
    options = options or ImportOptions()
    table, sample = _opened(path, options)
    return _preview(Path(path), table, sample, Findings(table.header, sample), options, session)


def _opened(path: Path | str, options: ImportOptions) -> tuple[Table, tuple[Row, ...]]:
    """Open a file as a person said it is to be read; give its table and the first rows."""
    table = open_table(path, encoding=options.encoding, sheet=options.sheet, delimiter=options.delimiter)
    return table, tuple(table.sample(_SAMPLE))


def _preview(
    path: Path,
    table: Table,
    sample: tuple[Row, ...],
    findings: Findings,
    options: ImportOptions,
    session: Session | None,
) -> Preview:
    before = None
    # Columns that have no names are called the same in every file.
    if session is not None and options.memory and table.columns_named:
        before = recall(session, table.header, options.kind)
    if before is not None:
        options = before.beneath(options, table.header)
    mapping = _mapping(table, findings, options.kind).with_said(options.map)
    source = line_of(options.source if options.source is not None else path.stem)[:_LONGEST_SOURCE]
    return Preview(
        path, table, mapping, sample, source, options.kind, options.dates, options, before is not None
    )


def _mapping(table: Table, findings: Findings, kind: ImportKind) -> FieldMap:
    """Find the mapping of a table: of a known kind of record it is known, whatever stands in it."""
    if table.layout is not None and table.layout.kind == kind:
        return FieldMap(tuple(table.header), table.layout.mapping(table.header), kind)
    return findings.mapping(kind)


def _forbidding(path: Path, mapping: FieldMap) -> ImportKind | None:
    """Take numbers alone, in a file that is called a list of whom nobody may call, for such a list."""
    if _NAMING.isdisjoint(mapping.fields) and "phone" in mapping.fields and _NEVER_CALL.search(path.stem):
        return ImportKind.DO_NOT_CALL
    return None


def look_unasked(
    path: Path | str, options: ImportOptions | None = None, session: Session | None = None
) -> Preview:
    """Look into a file whose kind nobody said: it is as before, or guessed. Raises InputError."""
    options = options or ImportOptions()
    table, sample = _opened(path, options)
    kind = None
    if session is not None and options.memory and table.columns_named:
        kind = recall_kind(session, table.header)
    if table.layout is not None:
        kind = table.layout.kind
    findings = Findings(table.header, sample)
    kind = kind or _forbidding(Path(path), findings.mapping(ImportKind.CLIENTS)) or guess_kind(findings)
    return _preview(Path(path), table, sample, findings, replace(options, kind=kind), session)
