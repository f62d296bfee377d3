"""Running an import: rows in, chunk by chunk, in one transaction; nothing stays of one that fails."""

from collections.abc import Callable, Mapping
from pathlib import Path

from sqlalchemy import insert, update
from sqlmodel import Session

from salesdesk.base.importing.calls import CallIntake
from salesdesk.base.importing.clients import ClientIntake
from salesdesk.base.importing.contacts import ContactIntake
from salesdesk.base.importing.deals import DealIntake
from salesdesk.base.importing.intake import Intake
from salesdesk.base.importing.looking import Preview, look
from salesdesk.base.importing.order import ImportOptions, ImportResult, ImportStoppedError
from salesdesk.base.importing.rejecting import RejectedFile
from salesdesk.base.importing.remembering import remember, says_something
from salesdesk.base.importing.row_reader import RowRejectedError
from salesdesk.base.reading.table import Row
from salesdesk.base.values import Words, words_with_titles
from salesdesk.codes import ImportKind, ImportState
from salesdesk.context import Context
from salesdesk.i18n import _
from salesdesk.models import ImportBatch
from salesdesk.storage.journal import table_of

_CHUNK = 2000
Progress = Callable[[int, int | None], None]
_INTAKES: Mapping[ImportKind, Callable[[Session, Context, Preview, ImportOptions, Words, int], Intake]] = {
    ImportKind.CLIENTS: ClientIntake,
    ImportKind.CONTACTS: ContactIntake,
    ImportKind.DEALS: DealIntake,
    ImportKind.CALLS: CallIntake,
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
    for a file or a mapping that cannot be used, ImportStoppedError once `cancelled` says so; the caller's
    unit of work then keeps nothing.
    """
    asked = options or ImportOptions()
    preview = look(path, asked, session)
    preview.require()
    options = preview.said
    with RejectedFile(options.rejected, preview.mapping.header) as rejected:
        run = _Run(session, context, preview, options, rejected)
        run.through(progress, cancelled)
        result = run.result()
        if says_something(asked) and preview.table.header_found:
            remember(session, context, preview.table.header, options)
        if options.dry_run:
            session.rollback()
    return result


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
        self._batch = _begin(session, context, preview)
        intake = _INTAKES[options.kind]
        self._intake = intake(session, context, preview, options, _words(context, options), self._batch)
        self._rows = 0

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
        if progress is not None:
            progress(table.position, table.size)

    def _take(self, number: int, row: Row) -> None:
        try:
            self._intake.take(number, row)
        except RowRejectedError as why:
            self._refuse(number, row, why)

    def _write(self) -> None:
        self._intake.write()
        self._refuse_late()

    def _refuse_late(self) -> None:
        """Refuse the rows that were found to be wrong only when they were written."""
        refused, self._intake.refused = self._intake.refused, []
        for number, row, why in refused:
            self._refuse(number, row, why)

    def _refuse(self, number: int, row: Row, why: RowRejectedError) -> None:
        self._rejected.put(row, str(why))
        self._intake.reader.problem(number, why.column, row[why.column] if row else "", str(why))

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
            .values(state=ImportState.DONE, finished_at=self._context.clock.now(), **counts)
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
            **counts,
        )


def _begin(session: Session, context: Context, preview: Preview) -> int:
    result = session.execute(
        insert(table_of(ImportBatch)).values(
            operator_id=context.me.id, started_at=context.now, state=ImportState.RUNNING, kind=preview.kind,
            source=preview.source, file_name=preview.path.name, mapping=preview.mapping.as_json(),
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
