"""A client's history as one line of time: calls, notes, messages, changes of stage, imports."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from salesdesk.models import (
    Call,
    ImportBatch,
    ImportRow,
    Message,
    Note,
    Operator,
    Phone,
    StageChange,
)
from salesdesk.rows import Happened, TimelineRow


def timeline(
    session: Session, client_id: int, limit: int = 50, before: datetime | None = None
) -> tuple[TimelineRow, ...]:
    """Give what happened with a client, the latest first, older than `before`."""
    found: list[TimelineRow] = []
    for source in (_calls, _notes, _messages, _stages, _imports):
        found += source(session, client_id, limit, before)
    found.sort(key=lambda row: (row.at, _ORDER[row.kind], row.id), reverse=True)
    return tuple(found[:limit])


# A call and the change of stage that it brought have the same time: the cause comes first.
_KINDS = (Happened.CREATED, Happened.IMPORT, Happened.NOTE, Happened.MESSAGE, Happened.CALL, Happened.STAGE)
_ORDER = {kind: place for place, kind in enumerate(_KINDS)}


def _calls(session: Session, client_id: int, limit: int, before: datetime | None) -> Iterable[TimelineRow]:
    statement = (
        select(Call, col(Operator.name), col(Phone.raw))
        .outerjoin(Operator, col(Operator.id) == col(Call.operator_id))
        .outerjoin(Phone, col(Phone.id) == col(Call.phone_id))
        .where(col(Call.client_id) == client_id)
        .order_by(col(Call.started_at).desc(), col(Call.id).desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(col(Call.started_at) < before)
    for call, operator, phone in session.execute(statement):
        yield TimelineRow(
            kind=Happened.CALL, id=call.id, at=call.started_at, operator=operator, text=call.note,
            outcome=call.outcome, goal=call.goal, goal_result=call.goal_result, reason=call.reason,
            attempt=call.attempt, talk_seconds=call.talk_seconds, phone=phone,
        )  # fmt: skip


def _notes(session: Session, client_id: int, limit: int, before: datetime | None) -> Iterable[TimelineRow]:
    statement = (
        select(Note, col(Operator.name))
        .outerjoin(Operator, col(Operator.id) == col(Note.operator_id))
        .where(col(Note.client_id) == client_id)
        .order_by(col(Note.at).desc(), col(Note.id).desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(col(Note.at) < before)
    for note, operator in session.execute(statement):
        yield TimelineRow(kind=Happened.NOTE, id=note.id, at=note.at, operator=operator, text=note.text)


def _messages(session: Session, client_id: int, limit: int, before: datetime | None) -> Iterable[TimelineRow]:
    statement = (
        select(Message, col(Operator.name))
        .outerjoin(Operator, col(Operator.id) == col(Message.operator_id))
        .where(col(Message.client_id) == client_id)
        .order_by(col(Message.at).desc(), col(Message.id).desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(col(Message.at) < before)
    for message, operator in session.execute(statement):
        yield TimelineRow(
            kind=Happened.MESSAGE, id=message.id, at=message.at, operator=operator, text=message.text,
            incoming=message.incoming,
        )  # fmt: skip


def _stages(session: Session, client_id: int, limit: int, before: datetime | None) -> Iterable[TimelineRow]:
    statement = (
        select(StageChange, col(Operator.name))
        .outerjoin(Operator, col(Operator.id) == col(StageChange.operator_id))
        .where(col(StageChange.client_id) == client_id)
        .order_by(col(StageChange.at).desc(), col(StageChange.id).desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(col(StageChange.at) < before)
    for change, operator in session.execute(statement):
        yield TimelineRow(
            kind=Happened.STAGE, id=change.id, at=change.at, operator=operator, reason=change.reason,
            from_stage=change.from_stage, to_stage=change.to_stage,
        )  # fmt: skip


def _imports(session: Session, client_id: int, limit: int, before: datetime | None) -> Iterable[TimelineRow]:
    statement = (
        select(ImportBatch, col(Operator.name))
        .join(ImportRow, col(ImportRow.batch_id) == col(ImportBatch.id))
        .outerjoin(Operator, col(Operator.id) == col(ImportBatch.operator_id))
        .where(col(ImportRow.client_id) == client_id)
        .order_by(col(ImportBatch.id).desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(col(ImportBatch.started_at) < before)
    for batch, operator in session.execute(statement):
        yield TimelineRow(
            kind=Happened.IMPORT, id=batch.id, at=batch.started_at, operator=operator, text=batch.file_name
        )
