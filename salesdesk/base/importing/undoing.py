"""Taking a whole import back: what it added goes, what it changed is again what it was."""

from collections.abc import Iterator

from sqlalchemy import delete, or_, select, update
from sqlmodel import Session, col

from salesdesk.base.importing.order import UndoneImport
from salesdesk.base.search_document import documents
from salesdesk.codes import ImportAction, ImportState
from salesdesk.context import Context
from salesdesk.errors import NotAllowedError, NotFoundError
from salesdesk.i18n import _
from salesdesk.models import Call, Client, ImportBatch, ImportRow, Message
from salesdesk.storage import search_index
from salesdesk.storage.journal import play_back, table_of

_CHUNK = 1000
_CLIENT = table_of(Client)
_ROW = table_of(ImportRow)


def undo_import(session: Session, context: Context, batch_id: int) -> UndoneImport:
    """Take an import back. Clients that were worked with since stay as they are, and are named.

    Raises NotFoundError for no such import, NotAllowedError for one that was taken back already.
    """
    del context
    batch = session.execute(select(ImportBatch).where(col(ImportBatch.id) == batch_id)).scalar_one_or_none()
    if batch is None:
        raise NotFoundError(_("There is no import {batch}.").format(batch=batch_id))
    if batch.state == ImportState.UNDONE:
        raise NotAllowedError(_("Import {batch} was taken back already.").format(batch=batch_id))
    kept: list[tuple[int, str]] = []
    restored = sum(
        _restore(session, batch_id, rows, kept) for rows in _rows(session, batch_id, ImportAction.UPDATED)
    )
    removed = sum(
        _remove(session, rows, kept, batch) for rows in _rows(session, batch_id, ImportAction.ADDED)
    )
    batches = table_of(ImportBatch)
    session.execute(update(batches).where(batches.c.id == batch_id).values(state=ImportState.UNDONE))
    return UndoneImport(batch_id, removed, restored, tuple(kept))


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


def _restore(
    session: Session, batch_id: int, rows: list[tuple[int, int]], kept: list[tuple[int, str]]
) -> int:
    numbers = [row for row, _client_id in rows]
    before = select(_ROW.c.client_id, _ROW.c.before).where(
        _ROW.c.batch_id == batch_id, _ROW.c.row.in_(numbers)
    )
    restored = []
    for client_id, changes in session.execute(before).all():
        try:
            with session.begin_nested():
                play_back(session, [tuple(change) for change in changes])
            restored.append(client_id)
        except NotAllowedError:
            kept += _names(session, [client_id])
    search_index.replace(session, documents(session, restored))
    return len(restored)


def _remove(
    session: Session, rows: list[tuple[int, int]], kept: list[tuple[int, str]], batch: ImportBatch
) -> int:
    ids = [client_id for _row, client_id in rows]
    worked_with = {
        client_id
        for model in (Call, Message)
        for client_id in session.scalars(
            select(table_of(model).c.client_id).where(table_of(model).c.client_id.in_(ids)).distinct()
        )
    }
    worked_with |= set(
        session.scalars(
            select(_CLIENT.c.id).where(
                _CLIENT.c.id.in_(ids),
                or_(_CLIENT.c.updated_at > batch.started_at, _CLIENT.c.updated_at > _CLIENT.c.created_at),
            )
        )
    )
    kept += _names(session, sorted(worked_with))
    gone = [client_id for client_id in ids if client_id not in worked_with]
    search_index.drop(session, gone)
    session.execute(delete(_CLIENT).where(_CLIENT.c.id.in_(gone)))
    return len(gone)


def _names(session: Session, ids: list[int]) -> list[tuple[int, str]]:
    found = session.execute(select(_CLIENT.c.id, _CLIENT.c.name).where(_CLIENT.c.id.in_(ids)))
    return [(client_id, name) for client_id, name in found]
