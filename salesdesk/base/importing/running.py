"""Running an import: rows in, chunk by chunk, in one transaction; nothing stays of one that fails."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from sqlalchemy import insert, update
from sqlmodel import Session

from salesdesk.base.cells import is_blank, line_of
from salesdesk.base.importing.asides import Aside, Asides
from salesdesk.base.importing.calls import CallIntake
from salesdesk.base.importing.clients import ClientIntake
from salesdesk.base.importing.contacts import ContactIntake
from salesdesk.base.importing.deals import DealIntake
from salesdesk.base.importing.intake import Asked, Intake
from salesdesk.base.importing.looking import Preview, look
from salesdesk.base.importing.numbers import NumberIntake
from salesdesk.base.importing.order import (
    ImportDiffersError,
    ImportOptions,
    ImportResult,
    ImportStoppedError,
    Rehearsed,
)
from salesdesk.base.importing.outcomes import LONGEST_NAME, Outcome
from salesdesk.base.importing.rejecting import RejectedFile
from salesdesk.base.importing.remembering import remember, says_something
from salesdesk.base.importing.row_reader import RowRejectedError
from salesdesk.base.reading.table import Row
from salesdesk.base.values import Words, words_with_titles
from salesdesk.codes import ImportKind, ImportState, RowFate
from salesdesk.context import Context
from salesdesk.errors import InputError
from salesdesk.i18n import _
from salesdesk.models import ImportBatch
from salesdesk.storage.journal import table_of
from salesdesk.storage.taking_turns import take_turn
from salesdesk.team.rights import only_for_leads

_CHUNK = 2000
Progress = Callable[[int, int | None], None]
_INTAKES: Mapping[ImportKind, Callable[[Asked], Intake]] = {
    ImportKind.CLIENTS: ClientIntake,
    ImportKind.CONTACTS: ContactIntake,
    ImportKind.DEALS: DealIntake,
    ImportKind.CALLS: CallIntake,
    ImportKind.DO_NOT_CALL: NumberIntake,
}


def run_import(
    session: Session,
    context: Context,
    path: Path | str,
    options: ImportOptions | None = None,
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> ImportResult:
    """Bring a file's rows into the base, or rehearse it: a rehearsal rolls the session back.

    `progress` is told how far the file is read: bytes of a text, of a sheet, or rows. Raises InputError
    for a file or a mapping that cannot be used, ImportStoppedError once `cancelled` says so, LockedError
    while another import writes, ImportDiffersError where it would come to something else than was
    rehearsed, and NotAllowedError; the caller's unit of work then keeps nothing.
    """
    only_for_leads(context)
    asked = options or ImportOptions()
    preview = look(path, asked, session)
    sign = _sign_of(preview.path)
    if asked.rehearsed is not None and asked.rehearsed.file != sign:
        raise ImportDiffersError(_("The file has changed since the rehearsal. Nothing was imported."))
    preview.require()
    options = preview.said
    take_turn(session)
    with RejectedFile(options.rejected, preview.mapping.header) as rejected:
        run = _Run(session, context, preview, options, rejected)
        run.through(progress, cancelled)
        if _sign_of(preview.path) != sign:
            raise InputError(
                _("{file} was changed while it was read: nothing was imported. Import it again.").format(
                    file=preview.path.name
                )
            )
        result = replace(run.result(), file_sign=sign)
        _require_rehearsed(result, options.rehearsed)
        if says_something(asked) and preview.table.columns_named:
            remember(session, context, preview.table.header, options)
        if options.dry_run:
            session.rollback()
    return result


def _sign_of(path: Path) -> str:
    """Give a sign of a file that is another one once the file has changed, or is gone."""
    try:
        state = path.stat()
    except OSError:
        return ""
    return f"{state.st_size} {state.st_mtime_ns}"


def _require_rehearsed(result: ImportResult, rehearsed: Rehearsed | None) -> None:
    """Hold a run to what was rehearsed: it was that which a person said yes to."""
    if rehearsed is not None and dict(rehearsed.counts) != result.counts:
        raise ImportDiffersError(_("The base has changed since the rehearsal. Nothing was imported."))


class _Run:
    """One import under way."""

    def __init__(
        self,
        session: Session,
        context: Context,
        preview: Preview,
        options: ImportOptions,
        rejected: RejectedFile,
    ) -> None:
        self._session = session
        self._preview = preview
        self._options = options
        self._rejected = rejected
        self._context = context
        self._batch = _begin(session, context, preview, options)
        intake = _INTAKES[options.kind]
        words = _words(context, options)
        self._intake = intake(Asked(session, context, preview, options, words, self._batch))
        self._asides = Asides(preview.mapping, preview.sample)
        self._rows = 0
        if options.outcomes is not None:
            self._intake.told = []

    def through(self, progress: Progress | None, cancelled: Callable[[], bool] | None) -> None:
        """Read the file to its end."""
        table = self._preview.table
        for number, row in table.rows():
            self._rows += 1
            self._take(number, row)
            if self._rows % _CHUNK == 0:
                self._write()
                if progress is not None:
                    progress(table.position, table.size)
                if cancelled is not None and cancelled():
                    raise ImportStoppedError(_("Stopped: nothing was imported."))
        self._write()
        self._intake.finish()
        self._refuse_late()
        self._tell()
        if progress is not None:
            progress(table.position, table.size)

    def _write(self) -> None:
        self._intake.write()
        self._refuse_late()
        self._tell()

    def _tell(self) -> None:
        """Hand on what became of the rows since: no more of it is kept in memory."""
        told, log = self._intake.told, self._options.outcomes
        if told and log is not None:
            told.sort(key=lambda outcome: outcome.row or 0)
            log.put(told)
            told.clear()

    def _take(self, number: int, row: Row) -> None:
        aside = self._asides.of(row)
        if aside is not None:
            self._leave_out(number, row, aside)
            return
        try:
            self._intake.take(number, row)
        except RowRejectedError as why:
            self._refuse(number, row, why)

    def _leave_out(self, number: int, row: Row, aside: Aside) -> None:
        """Count a row that is nobody, and let what it says of the rows below it hold for them."""
        self._intake.left_out += 1
        self._intake.unchanged += 1
        if aside.heading:
            self._intake.reader.heading = aside.heading
        if self._intake.told is not None:
            self._intake.told.append(Outcome(number, RowFate.UNCHANGED, self._name_in(row), why=aside.why))

    def _refuse_late(self) -> None:
        """Refuse the rows that were found to be wrong only when they were written."""
        refused, self._intake.refused = self._intake.refused, []
        for number, row, why in refused:
            self._refuse(number, row, why)

    def _refuse(self, number: int, row: Row, why: RowRejectedError) -> None:
        self._rejected.put(row, str(why))
        self._intake.reader.problem(number, why.column, row[why.column] if row else "", str(why))
        if self._intake.told is not None:
            self._intake.told.append(Outcome(number, RowFate.REJECT, self._name_in(row), why=str(why)))

    def _name_in(self, row: Row) -> str:
        """Give what a refused row calls its client, or the first that it says."""
        at = next((self._preview.mapping.column(name) for name in ("name", "client", "title")), None)
        named = [row[at]] if at is not None and at < len(row) else []
        said = next((line_of(cell) for cell in (*named, *row) if not is_blank(cell)), "")
        return said[:LONGEST_NAME]

    def result(self) -> ImportResult:
        """Close the batch and say what came of it."""
        intake, reader = self._intake, self._intake.reader
        counts = {
            "rows": self._rows, "added": intake.added, "updated": intake.updated,
            "unchanged": intake.unchanged, "rejected": self._rejected.count,
        }  # fmt: skip
        batches = table_of(ImportBatch)
        self._session.execute(
            update(batches)
            .where(batches.c.id == self._batch)
            .values(
                state=ImportState.DONE,
                finished_at=self._context.clock.now(),
                options=_said(self._options)
                | {
                    "possible_duplicates": intake.alike,
                    "skipped": intake.skipped,
                    "absent": intake.absent,
                    "marked": intake.marked,
                },
                **counts,
            )
        )
        return ImportResult(
            batch=None if self._options.dry_run else self._batch,
            rejected_file=self._rejected.name,
            possible_duplicates=intake.alike,
            problems=tuple(reader.problems),
            problem_count=reader.problem_count,
            source=self._preview.source,
            format=self._preview.format,
            mapping=self._preview.mapping.as_json(),
            kind=self._preview.kind,
            remembered=self._preview.remembered,
            clients_made=intake.clients_made,
            operators_made=intake.operators_made,
            unknown_products=intake.unknown_products,
            unknown_product_count=intake.unknown_product_count,
            left_out=intake.left_out,
            skipped=intake.skipped,
            absent=intake.absent,
            marked=intake.marked,
            rows=self._rows,
            added=intake.added,
            updated=intake.updated,
            unchanged=intake.unchanged,
            rejected=self._rejected.count,
        )


def _said(options: ImportOptions) -> dict[str, object]:
    return {"duplicates": options.duplicates.value, "absent": options.absent.value}


def _begin(session: Session, context: Context, preview: Preview, options: ImportOptions) -> int:
    result = session.execute(
        insert(table_of(ImportBatch)).values(
            operator_id=context.me.id, started_at=context.now, state=ImportState.RUNNING, kind=preview.kind,
            source=preview.source, file_name=preview.path.name, mapping=preview.mapping.as_json(),
            options=_said(options),
        )
    )  # fmt: skip
    return int(result.inserted_primary_key[0])  # type: ignore[attr-defined]  # an insert's result has it


def _words(context: Context, options: ImportOptions) -> Words:
    books = {
        "stage": context.catalogues.stages,
        "goal": context.catalogues.goals,
        "reason": context.catalogues.reasons,
        "outcome": context.catalogues.outcomes,
    }
    titles = {
        name: [(title, code) for code, entry in book.items() for title in (code, *entry.title.values())]
        for name, book in books.items()
    }
    return words_with_titles(titles, options.values)
