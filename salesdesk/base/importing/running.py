"""Running an import: rows in, chunk by chunk, in one transaction; nothing stays of one that fails."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update
from sqlmodel import Session, col

from salesdesk.base.folding import fold
from salesdesk.base.importing.adding import Adder
from salesdesk.base.importing.forbidding import forbid
from salesdesk.base.importing.known import Known, count_alike, known_clients
from salesdesk.base.importing.looking import Preview, look
from salesdesk.base.importing.order import ImportOptions, ImportResult, ImportStoppedError
from salesdesk.base.importing.rejecting import RejectedFile
from salesdesk.base.importing.row_reader import RowReader, RowRejectedError
from salesdesk.base.importing.updating import Updater
from salesdesk.base.reading.table import Row
from salesdesk.base.values import Words, words_with_titles
from salesdesk.codes import ImportState, PhoneState
from salesdesk.context import Context
from salesdesk.i18n import _
from salesdesk.models import ImportBatch, Operator, Phone
from salesdesk.storage.journal import table_of

if TYPE_CHECKING:
    from salesdesk.base.importing.incoming import Incoming

_CHUNK = 2000
Progress = Callable[[int, int | None], None]


def run_import(
    session: Session,
    context: Context,
    path: Path | str,
    options: ImportOptions | None = None,
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> ImportResult:
    """Bring a file's clients into the base, or rehearse it: a rehearsal rolls the session back.

    `progress` is told how far the file is read: bytes of a text, of a sheet, or rows. Raises InputError
    for a file or a mapping that cannot be used, ImportStoppedError once `cancelled` says so; the caller's
    unit of work then keeps nothing.
    """
    options = options or ImportOptions()
    preview = look(path, options)
    preview.require_name()
    with RejectedFile(options.rejected, preview.mapping.header) as rejected:
        run = _Run(session, context, preview, options, rejected)
        run.through(progress, cancelled)
        result = run.result()
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
        self._reader = RowReader(
            context=context,
            mapping=preview.mapping,
            words=_words(context, options),
            dates=preview.dates(),
            region=preview.region(context.catalogues.team.country),
            source=preview.source,
            owners=_owners(session),
            when=options.when,
        )
        self._batch = _begin(session, context, preview)
        self._adder = Adder(session, context, self._batch, _never(session))
        self._updater = Updater(session, context, self._batch, self._adder)
        self._pending: dict[tuple[str, str], Incoming] = {}
        self._rows = self._added = self._updated = self._unchanged = self._alike = 0

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
        forbid(self._session, self._context, self._batch, self._adder.newly_never)
        if progress is not None:
            progress(table.position, table.size)

    def _take(self, number: int, row: Row) -> None:
        try:
            incoming = self._reader.read(number, row)
        except RowRejectedError as why:
            self._rejected.put(row, str(why))
            self._reader.problem(number, 0, row[0] if row else "", str(why))
            return
        first = self._pending.setdefault(incoming.key, incoming)
        if first is not incoming:
            first.take_in(incoming)

    def _write(self) -> None:
        chunk, self._pending = [*self._pending.values()], {}
        if not chunk:
            return
        known = known_clients(self._session, chunk)
        fresh = [incoming for incoming in chunk if incoming.key not in known]
        if fresh:
            self._alike += count_alike(self._session, fresh)
            self._adder.add(fresh)
        pairs: list[tuple[Incoming, Known]] = [
            (incoming, known[incoming.key]) for incoming in chunk if incoming.key in known
        ]
        changed = self._updater.update(pairs)
        self._added += len(fresh)
        self._updated += changed
        # Further rows of one client changed nothing that its first row does not count already.
        self._unchanged += len(pairs) - changed + sum(incoming.more_rows for incoming in chunk)

    def result(self) -> ImportResult:
        """Close the batch and say what came of it."""
        counts = {
            "rows": self._rows, "added": self._added, "updated": self._updated, "unchanged": self._unchanged,
            "rejected": self._rejected.count,
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
            possible_duplicates=self._alike,
            problems=tuple(self._reader.problems),
            problem_count=self._reader.problem_count,
            source=self._preview.source,
            format=self._preview.format,
            mapping=self._preview.mapping.as_json(),
            **counts,
        )


def _begin(session: Session, context: Context, preview: Preview) -> int:
    result = session.execute(
        insert(table_of(ImportBatch)).values(
            operator_id=context.me.id, started_at=context.now, state=ImportState.RUNNING, kind="clients",
            source=preview.source, file_name=preview.path.name, mapping=preview.mapping.as_json(),
        )
    )  # fmt: skip
    return int(result.inserted_primary_key[0])  # type: ignore[attr-defined]  # an insert's result has it


def _words(context: Context, options: ImportOptions) -> Words:
    books = {"stage": context.catalogues.stages, "goal": context.catalogues.goals}
    titles = {
        name: [(title, code) for code, entry in book.items() for title in (code, *entry.title.values())]
        for name, book in books.items()
    }
    return words_with_titles(titles, options.values)


def _owners(session: Session) -> dict[str, int]:
    owners: dict[str, int] = {}
    for operator in session.scalars(
        select(Operator).where(col(Operator.active)).order_by(col(Operator.id).desc())
    ):
        owners |= {fold(operator.name): operator.id or 0, fold(operator.login): operator.id or 0}
    return owners


def _never(session: Session) -> set[str]:
    """Give every number that asked never to be called."""
    marked = select(col(Phone.e164)).where(
        col(Phone.state) == PhoneState.DO_NOT_CALL, col(Phone.e164).is_not(None)
    )
    return {number for number in session.scalars(marked.distinct()) if number}
