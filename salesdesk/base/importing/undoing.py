"""Taking a whole import back: what it added goes, what it changed is again what it was."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from salesdesk.base.forbidden import number_key
from salesdesk.base.importing.forbidding import phones_of
from salesdesk.base.importing.order import UndoneImport
from salesdesk.base.importing.owners import trail_of
from salesdesk.base.placement import place
from salesdesk.base.search_document import documents
from salesdesk.codes import ImportAction, ImportKind, ImportState, PhoneState
from salesdesk.context import Context
from salesdesk.errors import NotAllowedError, NotFoundError
from salesdesk.i18n import _
from salesdesk.models import (
    AuditEvent,
    Call,
    Client,
    Deal,
    ForbiddenNumber,
    ImportBatch,
    ImportRow,
    Merge,
    MergedClient,
    Message,
    Phone,
)
from salesdesk.storage import search_index
from salesdesk.storage.journal import Journal, play_back, table_of
from salesdesk.team.rights import only_for_leads

_CHUNK = 1000
_BATCH = table_of(ImportBatch)
_CLIENT = table_of(Client)
_DEAL = table_of(Deal)
_CALL = table_of(Call)
_EVENT = table_of(AuditEvent)
_LISTED = table_of(ForbiddenNumber)
_PHONE = table_of(Phone)
_ROW = table_of(ImportRow)
_MERGE, _MERGED = table_of(Merge), table_of(MergedClient)


def undo_import(session: Session, context: Context, batch_id: int) -> UndoneImport:
    """Take an import back. Clients that were worked with since stay as they are, and are named.

    Raises NotFoundError for no such import, NotAllowedError for one that was taken back already and for who
    may not.
    """
    only_for_leads(context)
    batch = session.execute(select(ImportBatch).where(col(ImportBatch.id) == batch_id)).scalar_one_or_none()
    if batch is None:
        raise NotFoundError(_("There is no import {batch}.").format(batch=batch_id))
    if batch.state == ImportState.UNDONE:
        raise NotAllowedError(_("Import {batch} was taken back already.").format(batch=batch_id))
    _require_first(session, batch)
    undone = _UNDOING.get(ImportKind(batch.kind), _Undoing)(session, context, batch)
    for rows in _rows(session, batch_id, ImportAction.UPDATED):
        undone.restore(rows)
    undone.settle()
    for rows in _rows(session, batch_id, ImportAction.ADDED):
        undone.remove(rows)
    _dismiss(session, context, batch_id)
    batches = table_of(ImportBatch)
    session.execute(update(batches).where(batches.c.id == batch_id).values(state=ImportState.UNDONE))
    kept = tuple(sorted(undone.kept.items()))
    return UndoneImport(
        batch_id, undone.removed, undone.restored, kept, ImportKind(batch.kind), dict(undone.why)
    )


def _require_first(session: Session, batch: ImportBatch) -> None:
    """Refuse to free numbers that a later list has as well. Raises NotAllowedError."""
    if batch.kind != ImportKind.DO_NOT_CALL:
        return
    later = session.scalars(
        select(_BATCH.c.id)
        .where(
            _BATCH.c.id > batch.id, _BATCH.c.kind == batch.kind, _BATCH.c.unchanged > 0,
            _BATCH.c.state == ImportState.DONE,
        )
        .limit(1)
    ).first()  # fmt: skip
    if later is not None:
        raise NotAllowedError(
            _("Import {later} forbids some of the same numbers: take that one back first.").format(
                later=later
            )
        )


def _rows(session: Session, batch_id: int, action: ImportAction) -> Iterator[list[tuple[int, int]]]:
    """Give (row, client id) of what an import did, a chunk at a time, the last first."""
    last: int | None = None
    while True:
        wanted = select(_ROW.c.row, _ROW.c.client_id).where(
            _ROW.c.batch_id == batch_id, _ROW.c.action == action
        )
        if last is not None:
            wanted = wanted.where(_ROW.c.row < last)
        rows = [
            (row, client_id)
            for row, client_id in session.execute(wanted.order_by(_ROW.c.row.desc()).limit(_CHUNK))
        ]
        if not rows:
            return
        last = rows[-1][0]
        yield rows


class _Undoing:
    """Takes the rows of a batch back, and counts clients."""

    def __init__(self, session: Session, context: Context, batch: ImportBatch) -> None:
        self._session = session
        self._context = context
        self._batch = batch
        self.removed = self.restored = 0
        self.kept: dict[int, str] = {}
        self.why: dict[int, str] = {}
        self._stuck: list[int] = []

    def restore(self, rows: list[tuple[int, int]]) -> None:
        """Write back what clients were, the last row first; what cannot be yet is tried again at the end."""
        ids = {client_id for _row, client_id in rows}
        merged = self._merged_since(ids)
        self._keep(sorted(merged), _("merged since"))
        spared = self._spared(ids) | merged
        left = [row for row, client_id in rows if client_id not in spared]
        self._stuck += [row for row, _client_id in self._play_back(left)]

    def settle(self) -> None:
        """Try once more what stood under another row's changes; what still cannot be was changed since."""
        for start in range(0, len(self._stuck), _CHUNK):
            ids = {client_id for _row, client_id in self._play_back(self._stuck[start : start + _CHUNK])}
            later = self._written_later(ids)
            self._keep(sorted(ids - set(later)), _("changed since"))
            self._keep_for(later)

    def _play_back(self, numbers: list[int]) -> list[tuple[int, int]]:
        """Write back the rows of these numbers; give (row, client id) of those that have changed since."""
        before = (
            select(_ROW.c.row, _ROW.c.client_id, _ROW.c.before)
            .where(_ROW.c.batch_id == self._batch.id, _ROW.c.row.in_(numbers))
            .order_by(_ROW.c.row.desc())
        )
        restored, stuck = [], []
        for row, client_id, changes in self._session.execute(before).all():
            try:
                with self._session.begin_nested():
                    play_back(self._session, [tuple(change) for change in changes])
            except NotAllowedError:
                stuck.append((row, client_id))
            else:
                restored.append(client_id)
                self._count_restored(changes)
        self._find_again([*dict.fromkeys(restored)])
        return stuck

    def _find_again(self, restored: list[int]) -> None:
        """Let clients be found by what they were."""
        search_index.replace(self._session, documents(self._session, restored))

    def remove(self, rows: list[tuple[int, int]]) -> None:
        """Take out clients that the import added, with all that hangs on them."""
        ids = [client_id for _row, client_id in rows]
        called = {
            client_id
            for model in (Call, Message)
            for client_id in self._session.scalars(
                select(table_of(model).c.client_id).where(table_of(model).c.client_id.in_(ids)).distinct()
            )
        }
        merged = self._merged_since(ids) - called
        later = self._written_later(set(ids) - called - merged)
        changed = self._changed_since(ids, _CLIENT.c.updated_at > _CLIENT.c.created_at)
        self._keep(sorted(called), _("called since"))
        self._keep(sorted(merged), _("merged since"))
        self._keep_for(later)
        worked_with = called | merged | set(later)
        self._keep(sorted(changed - worked_with), _("changed since"))
        worked_with |= changed
        gone = [client_id for client_id in ids if client_id not in worked_with]
        self._count_removed(gone)
        search_index.drop(self._session, gone)
        self._session.execute(delete(_CLIENT).where(_CLIENT.c.id.in_(gone)))

    def _written_later(self, ids: set[int]) -> dict[int, int]:
        """Give the clients that a later import has written, and the last one that did."""
        later = (
            select(_ROW.c.client_id, func.max(_ROW.c.batch_id))
            .join(_BATCH, _BATCH.c.id == _ROW.c.batch_id)
            .where(
                _ROW.c.client_id.in_(ids), _ROW.c.batch_id > self._batch.id,
                _BATCH.c.state == ImportState.DONE,
            )
            .group_by(_ROW.c.client_id)
        )  # fmt: skip
        return {row[0]: row[1] for row in self._session.execute(later)}

    def _keep_for(self, later: dict[int, int]) -> None:
        for batch_id in sorted(set(later.values())):
            ids = sorted(client_id for client_id, by in later.items() if by == batch_id)
            self._keep(ids, _("import {batch} wrote it since").format(batch=batch_id))

    def _spared(self, ids: set[int]) -> set[int]:
        """Give the clients whose rows may not be played back at all."""
        del ids
        return set()

    def _count_restored(self, changes: list[Any]) -> None:
        del changes
        self.restored += 1

    def _count_removed(self, client_ids: list[int]) -> None:
        self.removed += len(client_ids)

    def _changed_since(self, ids: Iterable[int], *other: ColumnElement[bool]) -> set[int]:
        since = or_(_CLIENT.c.updated_at > self._batch.started_at, *other)
        return set(self._session.scalars(select(_CLIENT.c.id).where(_CLIENT.c.id.in_(ids), since)))

    def _merged_since(self, ids: Iterable[int]) -> set[int]:
        """Give the cards that others went into since: what the file brought is one with what it did not."""
        since = exists().where(
            _MERGED.c.kept_id == _CLIENT.c.id, _MERGED.c.merge_id == _MERGE.c.id,
            _MERGE.c.at >= self._batch.started_at,
        )  # fmt: skip
        return set(self._session.scalars(select(_CLIENT.c.id).where(_CLIENT.c.id.in_(ids), since)))

    def _keep(self, ids: list[int], why: str) -> None:
        names = _names(self._session, ids)
        self.kept |= names
        for client_id in names:
            self.why.setdefault(client_id, why)


class _DealsUndoing(_Undoing):
    """The same for a batch of deals, which are what is counted.

    A client's deals may have come in several rows, of which an older one says less of the client: with
    none of them is it as it was once somebody has worked with it.
    """

    def _spared(self, ids: set[int]) -> set[int]:
        spared = self._changed_since(ids)
        self._keep(sorted(spared), _("changed since"))
        return spared

    def _count_restored(self, changes: list[Any]) -> None:
        deals = [(row_id, before is None) for table, row_id, before, _after in changes if table == _DEAL.name]
        added = {row_id for row_id, new in deals if new}
        self.removed += len(added)
        self.restored += len({row_id for row_id, _new in deals} - added)

    def _count_removed(self, client_ids: list[int]) -> None:
        deals = select(func.count()).select_from(_DEAL).where(_DEAL.c.client_id.in_(client_ids))
        self.removed += self._session.execute(deals).scalar_one()


class _CallsUndoing(_Undoing):
    """The same for a batch of calls, which are what is counted; they never brought a client."""

    def _spared(self, ids: set[int]) -> set[int]:
        spared = self._changed_since(ids)
        self._keep(sorted(spared), _("changed since"))
        return spared

    def _find_again(self, restored: list[int]) -> None:
        """Nobody is found by their calls."""

    def _count_restored(self, changes: list[Any]) -> None:
        calls = [(row_id, before is None) for table, row_id, before, _after in changes if table == _CALL.name]
        added = {row_id for row_id, new in calls if new}
        self.removed += len(added)
        self.restored += len({row_id for row_id, _new in calls} - added)


class _NumbersUndoing(_Undoing):
    """The same for a do-not-call list: its numbers are free again, whatever else was done since.

    That holds for cards that came later as well. A number that was forbidden before the list, or whose
    client asked never to be called, stays so.
    """

    def restore(self, rows: list[tuple[int, int]]) -> None:
        """Wait for the numbers: they say which phones are freed, on these cards and on others."""

    def settle(self) -> None:
        """Free the numbers, a chunk at a time."""
        last = ""
        while numbers := self._numbers_after(last):
            last = numbers[-1]
            self._free(numbers)
        taken_off = self._session.execute(delete(_LISTED).where(_LISTED.c.batch_id == self._batch.id))
        self.removed = taken_off.rowcount  # type: ignore[attr-defined]  # a delete's result has it

    def _numbers_after(self, last: str) -> list[str]:
        wanted = select(_LISTED.c.number).where(_LISTED.c.batch_id == self._batch.id, _LISTED.c.number > last)
        return [*self._session.scalars(wanted.order_by(_LISTED.c.number).limit(_CHUNK))]

    def _free(self, numbers: list[str]) -> None:
        phones = [each for each in phones_of(self._session, numbers) if each.state == PhoneState.DO_NOT_CALL]
        ids = {phone.client_id for phone in phones}
        before = self._states_before(ids)
        kept = {
            number_key(phone.e164, phone.digits)
            for phone in phones
            if before.get(phone.id) == PhoneState.DO_NOT_CALL
        }
        asking = set(
            self._session.scalars(
                select(_CLIENT.c.id).where(_CLIENT.c.id.in_(ids), _CLIENT.c.do_not_call.is_(True))
            )
        )
        self._keep(sorted(asking), _("asked never to be called"))
        kept |= {number_key(each.e164, each.digits) for each in phones if each.client_id in asking}
        journals: dict[int, Journal] = {}
        for phone in phones:
            if number_key(phone.e164, phone.digits) not in kept:
                journal = journals.setdefault(phone.client_id, Journal(self._session))
                journal.change(Phone, phone, state=PhoneState(before.get(phone.id, PhoneState.GOOD)))
        for client_id, journal in journals.items():
            place(journal, self._context, client_id)
        self.restored += len(journals)

    def _states_before(self, client_ids: set[int]) -> dict[int, str]:
        """Give the states that phones of some clients had when the list came in."""
        rows = select(_ROW.c.before).where(
            _ROW.c.batch_id == self._batch.id, _ROW.c.client_id.in_(client_ids)
        )
        return {
            row_id: was["state"]
            for changes in self._session.scalars(rows)
            for table, row_id, was, _after in changes or ()
            if table == _PHONE.name
        }


_UNDOING: Mapping[ImportKind, type[_Undoing]] = {
    ImportKind.DEALS: _DealsUndoing,
    ImportKind.CALLS: _CallsUndoing,
    ImportKind.DO_NOT_CALL: _NumbersUndoing,
}


def _dismiss(session: Session, context: Context, batch_id: int) -> None:
    """Take out the operators whom the import made, unless somebody works with them since."""
    trail = select(_EVENT).where(_EVENT.c.operator_id.is_(None), _EVENT.c.action == trail_of(batch_id))
    for event in session.execute(trail).all():
        for change in event.changes:
            # Whose name stands on something else by now, or who works here by now, stays.
            with suppress(IntegrityError, NotAllowedError), session.begin_nested():
                play_back(session, [tuple(change)])
        session.execute(update(_EVENT).where(_EVENT.c.id == event.id).values(undone_at=context.now))


def _names(session: Session, ids: list[int]) -> dict[int, str]:
    found = session.execute(select(_CLIENT.c.id, _CLIENT.c.name).where(_CLIENT.c.id.in_(ids)))
    return {row[0]: row[1] for row in found}
