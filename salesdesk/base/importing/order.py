"""What an import is asked to do, and what it tells when it is done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from salesdesk.base.importing.outcomes import OutcomeLog
from salesdesk.codes import AbsentPolicy, DuplicatePolicy, ImportKind
from salesdesk.context import Context
from salesdesk.errors import SalesdeskError, StoppedError

TypedTime = Callable[[str, Context], Any]
"""Understands a time as a person types it; gives `at` (aware) and `promise`. Raises InputError."""


class ImportStoppedError(StoppedError):
    """The one who watched asked to stop; the base is as it was."""


class ImportDiffersError(SalesdeskError):
    """The base or the file has changed since the rehearsal; nothing was kept."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a rehearsal came to: its counts, and a sign of the file as it was."""

    counts: Mapping[str, int]
    file: str


@dataclass(frozen=True)
class ImportOptions:
    """What a person said of a file; what was not said is found.

    `kind` is what the rows are; `map` is column to field, laid over what is found ("-" leaves a column
    out); `values` is field to their words to our codes, as `fields.parse_values` gives it. `rejected` is
    where refused rows go. `dates` is one of `dates.ORDERS`. `area_code` is whose the local numbers of the
    file are; an empty one takes back what was said before. `memory` lets what was said of such a file
    before hold for what is not said now. `when` understands next actions typed in words.
    `duplicates` says what is done with rows that are likely clients of the base already, `absent` what
    with clients of the source that no row speaks of. A rehearsal tells `outcomes` what becomes of each
    row; a run holds to what was `rehearsed`.
    """

    kind: ImportKind = ImportKind.CLIENTS
    map: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    source: str | None = None
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    dates: str | None = None
    area_code: str | None = None
    memory: bool = True
    dry_run: bool = False
    rejected: Path | None = None
    when: TypedTime | None = None
    duplicates: DuplicatePolicy = DuplicatePolicy.ADD
    absent: AbsentPolicy = AbsentPolicy.NOTHING
    outcomes: OutcomeLog | None = field(default=None, compare=False)
    rehearsed: Rehearsed | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """What could not be taken as it stands. `row` counts from 1 below the header.

    `asks` is the name under which `ImportOptions.values` would say what `value` means, where that would help.
    """

    row: int
    column: str
    value: str
    why: str
    asks: str = ""


@dataclass(frozen=True, slots=True)
class UnknownProduct:
    """A product that no deal of the base had, as the file first writes it; `near` is what may be meant."""

    product: str
    rows: int
    near: str | None = None


@dataclass(frozen=True)
class ImportResult:
    """What an import did, or would do in a rehearsal (`batch` None). `problems` are the first thousand.

    The counts are of clients, people, deals or calls, as `kind` says; `left_out` are rows of calls within
    the house, or of nobody (totals, headings), which count as unchanged; `clients_made` and `operators_made`
    are who had to be made for the others to belong to. `unknown_products` are the first of those that no
    deal had before. `remembered` where what was said of such a file before held.
    """

    batch: int | None
    rows: int
    added: int
    updated: int
    unchanged: int
    rejected: int
    rejected_file: str | None
    possible_duplicates: int
    problems: tuple[Problem, ...]
    problem_count: int
    source: str
    format: str
    mapping: dict[str, str]
    kind: ImportKind = ImportKind.CLIENTS
    clients_made: int = 0
    operators_made: int = 0
    unknown_products: tuple[UnknownProduct, ...] = ()
    unknown_product_count: int = 0
    left_out: int = 0
    remembered: bool = False
    skipped: int = 0
    absent: int = 0
    marked: int = 0
    file_sign: str = ""

    @property
    def rehearsed(self) -> Rehearsed:
        """Give what a run must come to as well."""
        return Rehearsed(self.counts, self.file_sign)

    @property
    def counts(self) -> dict[str, int]:
        """How many rows came to what."""
        return {
            "rows": self.rows, "added": self.added, "updated": self.updated, "unchanged": self.unchanged,
            "rejected": self.rejected, "possible_duplicates": self.possible_duplicates,
            "skipped": self.skipped, "absent": self.absent, "clients_made": self.clients_made,
            "marked": self.marked,
        }  # fmt: skip

    def as_json(self) -> dict[str, Any]:
        """Give what `salesdesk import --json` prints."""
        return {
            "batch": self.batch,
            "rows": self.rows,
            "added": self.added,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "rejected": self.rejected,
            "rejected_file": self.rejected_file,
            "possible_duplicates": self.possible_duplicates,
            "problems": [
                {"row": each.row, "column": each.column, "value": each.value, "why": each.why}
                for each in self.problems
            ],
            "problem_count": self.problem_count,
            "source": self.source,
            "format": self.format,
            "mapping": self.mapping,
            "remembered": self.remembered,
            "kind": self.kind.value,
            "clients_made": self.clients_made,
            "operators_made": self.operators_made,
            "unknown_products": [_product(each) for each in self.unknown_products],
            "unknown_product_count": self.unknown_product_count,
            "left_out": self.left_out,
            "skipped": self.skipped,
            "absent": self.absent,
            "marked": self.marked,
        }


def _product(unknown: UnknownProduct) -> dict[str, Any]:
    said: dict[str, Any] = {"product": unknown.product, "rows": unknown.rows}
    return said if unknown.near is None else said | {"did_you_mean": unknown.near}


@dataclass(frozen=True, slots=True)
class UndoneImport:
    """What taking an import back did, in clients, deals or calls.

    `kept` are clients (id, name) that were worked with since: they stay as they are. `why` says of each
    what was done.
    """

    batch: int
    removed: int
    restored: int
    kept: tuple[tuple[int, str], ...]
    kind: ImportKind = ImportKind.CLIENTS
    why: Mapping[int, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Give what `salesdesk import undo --json` prints."""
        return {
            "batch": self.batch,
            "removed": self.removed,
            "restored": self.restored,
            "kept": [
                {"client": client_id, "name": name, "why": self.why.get(client_id, "")}
                for client_id, name in self.kept
            ],
        }
