"""Copying a base whole into an empty one, on either database, and comparing the two row by row."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import Connection
from sqlalchemy.engine import URL

from salesdesk.errors import BaseError, InputError
from salesdesk.i18n import _
from salesdesk.storage import policies
from salesdesk.storage.copying.comparing import compare
from salesdesk.storage.copying.reading import chunks, count, lost_row, row_at, snapshot
from salesdesk.storage.copying.refusing import LostRowError, RefusedRowError
from salesdesk.storage.copying.tables import Copied, copied_tables
from salesdesk.storage.copying.writing import empty_base, filling, ready_at_the_end
from salesdesk.storage.engine import base_url, sqlite_path
from salesdesk.storage.faults import StoppedError, said_plainly
from salesdesk.storage.ids import given_out

__all__ = ["Step", "copy_base"]


class Step(StrEnum):
    """What a copy is at."""

    COPYING = "copying"
    INDEXING = "indexing"
    COMPARING = "comparing"


Report = Callable[[Step, int, int], None]
"""Takes what the copy is at, how many rows are done, and of how many."""


@dataclass
class _Run:
    """A copy on its way: how many rows there are, where it is, and whether it shall go on."""

    report: Report
    stopped: Callable[[], bool]
    rows: dict[str, int] = field(default_factory=dict)
    step: Step = Step.COPYING
    done: int = 0

    def begin(self, step: Step) -> None:
        self.step, self.done = step, 0
        self.add(0)

    def add(self, rows: int) -> None:
        """Take note of rows that are done. Raises StoppedError where nobody waits any more."""
        if self.stopped():
            raise StoppedError(_("It was stopped."))
        self.done += rows
        self.report(self.step, self.done, sum(self.rows.values()))


def copy_base(
    source: str, target: str, *, report: Report | None = None, stopped: Callable[[], bool] | None = None
) -> dict[str, int]:
    """Copy a base into one that has no clients, or is not there yet; give the rows of each table.

    Both are paths or URLs. The source is read as it is at this moment, whatever others write
    meanwhile. The target is whole in the end, or as it was: its people and catalogues give way to
    the source's. Raises InputError or BaseError, and StoppedError once `stopped` says so.
    """
    came, goes = base_url(source), base_url(target)
    _must_be_two(came, goes)
    tables = copied_tables()
    run = _Run(report or (lambda *_told: None), stopped or (lambda: False))
    with (
        said_plainly(),
        snapshot(came) as original,
        empty_base(goes, tables, run.stopped) as copy,
    ):
        run.rows = {table.name: count(original, table) for table in tables}
        _fill(original, copy, tables, run)
        run.begin(Step.COMPARING)
        for table in tables:
            compare(original, copy, table, run.add)
        run.add(0)
        policies.settle(copy)
    return run.rows


def _must_be_two(source: URL, target: URL) -> None:
    paths = sqlite_path(source), sqlite_path(target)
    same = source == target if None in paths else paths[0].resolve() == paths[1].resolve()  # type: ignore[union-attr]
    if same:
        raise InputError(_("A base cannot be copied into itself."))


def _fill(original: Connection, copy: Connection, tables: Sequence[Copied], run: _Run) -> None:
    try:
        with ready_at_the_end(copy, given_out(original)):
            run.begin(Step.COPYING)
            for table in tables:
                with (
                    _naming_rows(original, table),
                    filling(copy, table) as put,
                    closing(chunks(original, table)) as read,
                ):
                    for rows in read:
                        put(rows)
                        run.add(len(rows))
            run.begin(Step.INDEXING)
    except LostRowError:
        raise _refusal(lost_row(original) or "", _("it names a row that is not there")) from None


@contextmanager
def _naming_rows(original: Connection, table: Copied) -> Iterator[None]:
    """Turn a row that the copy does not take into one line that names it."""
    try:
        yield
    except RefusedRowError as error:
        named = table.name_row(row_at(original, table, error.number))
        raise _refusal(named if error.column is None else f"{named}, {error.column}", error.why) from None


def _refusal(row: str, why: str) -> BaseError:
    return BaseError(
        _("{row} cannot be copied: {why}. Nothing was copied; put it right and copy again.").format(
            row=row, why=why
        )
    )
