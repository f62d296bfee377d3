"""A client's history as one line of time: calls, notes, messages, changes of stage, imports."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVarTuple

from sqlalchemy import Select, bindparam, func, select
from sqlmodel import Session, col

from salesdesk.codes import SCORE_MOST, Role
from salesdesk.context import Context
from salesdesk.models import (
    Call,
    CallReview,
    CallScore,
    HandOn,
    ImportBatch,
    ImportRow,
    Message,
    Note,
    Operator,
    Phone,
    StageChange,
)
from salesdesk.rows import Happened, TimelineRow
from salesdesk.storage.among import among
from salesdesk.storage.journal import table_of


def timeline(
    session: Session, context: Context, client_id: int, limit: int = 50, before: datetime | None = None
) -> tuple[TimelineRow, ...]:
    """Give what happened with a client, the latest first, older than `before`."""
    found: list[TimelineRow] = _reviewed(session, context, [*_calls(session, client_id, limit, before)])
    for source in (_notes, _messages, _stages, _imports, _handed_on):
        found += source(session, client_id, limit, before)
    found.sort(key=lambda row: (row.at, _ORDER[row.kind], row.id), reverse=True)
    return tuple(found[:limit])


_WHOM = table_of(Operator).alias("whom")

Columns = TypeVarTuple("Columns")
Happening = Call | Note | Message | StageChange | ImportBatch


# A call and the change of stage that it brought have the same time: the cause comes first.
_KINDS = (
    Happened.CREATED, Happened.IMPORT, Happened.NOTE, Happened.MESSAGE, Happened.CALL, Happened.STAGE,
    Happened.HAND_ON,
)  # fmt: skip
_ORDER = {kind: place for place, kind in enumerate(_KINDS)}


def _latest(
    statement: Select[*Columns], table: type[Happening], at: datetime, limit: int, before: datetime | None
) -> Select[*Columns]:
    """Cut the latest rows of a table, older than `before`, with who did each."""
    latest = (
        statement.outerjoin(Operator, col(Operator.id) == col(table.operator_id))
        .order_by(col(at).desc(), col(table.id).desc())
        .limit(limit)
    )
    return latest if before is None else latest.where(col(at) < before)


def _calls(session: Session, client_id: int, limit: int, before: datetime | None) -> Iterable[TimelineRow]:
    statement = select(Call, col(Operator.name), col(Phone.raw)).where(col(Call.client_id) == client_id)
    statement = statement.outerjoin(Phone, col(Phone.id) == col(Call.phone_id))
    for call, operator, phone in session.execute(_latest(statement, Call, Call.started_at, limit, before)):
        yield TimelineRow(
            kind=Happened.CALL, id=call.id, at=call.started_at, operator=operator, text=call.note,
            outcome=call.outcome, goal=call.goal, goal_result=call.goal_result, reason=call.reason,
            attempt=call.attempt, talk_seconds=call.talk_seconds, phone=phone,
        )  # fmt: skip


_SCORES = col(CallScore.score)
_SAID = (
    select(
        col(CallReview.call_id), col(CallReview.remarks), func.sum(_SCORES).label("given"),
        func.count(_SCORES).label("items"),
    )
    .outerjoin(CallScore, col(CallScore.review_id) == col(CallReview.id))
    .where(among(table_of(CallReview).c.call_id, "calls"))
    .group_by(col(CallReview.id), col(CallReview.call_id), col(CallReview.remarks))
    .order_by(col(CallReview.id))
)  # fmt: skip
_SAID_OF_MINE = _SAID.where(col(CallReview.operator_id) == bindparam("me"))


def _reviewed(session: Session, context: Context, calls: list[TimelineRow]) -> list[TimelineRow]:
    """Put beside calls what leads said of them: an operator reads it of their own, a lead of everybody's."""
    said: dict[int, list[Any]] = {}
    mine = context.me.role is Role.OPERATOR
    given = {"calls": [call.id for call in calls]} | ({"me": context.me.id} if mine else {})
    for row in session.execute(_SAID_OF_MINE if mine else _SAID, given) if calls else ():
        said.setdefault(row.call_id, []).append(row)
    return [_with_review(call, said[call.id]) if call.id in said else call for call in calls]


def _with_review(call: TimelineRow, said: Sequence[Any]) -> TimelineRow:
    items = sum(row.items for row in said)
    return replace(
        call,
        score=sum(int(row.given or 0) for row in said) / (SCORE_MOST * items) if items else None,
        remarks="\n".join(row.remarks for row in said if row.remarks) or None,
    )


def _notes(session: Session, client_id: int, limit: int, before: datetime | None) -> Iterable[TimelineRow]:
    statement = select(Note, col(Operator.name), _WHOM.c.name).where(col(Note.client_id) == client_id)
    statement = statement.outerjoin(_WHOM, _WHOM.c.id == col(Note.to_operator_id))
    for note, operator, whom in session.execute(_latest(statement, Note, Note.at, limit, before)):
        yield TimelineRow(
            kind=Happened.NOTE, id=note.id, at=note.at, operator=operator, text=note.text, for_operator=whom,
            seen_at=note.seen_at,
        )  # fmt: skip


def _messages(session: Session, client_id: int, limit: int, before: datetime | None) -> Iterable[TimelineRow]:
    statement = select(Message, col(Operator.name)).where(col(Message.client_id) == client_id)
    for message, operator in session.execute(_latest(statement, Message, Message.at, limit, before)):
        yield TimelineRow(
            kind=Happened.MESSAGE, id=message.id, at=message.at, operator=operator, text=message.text,
            incoming=message.incoming,
        )  # fmt: skip


def _stages(session: Session, client_id: int, limit: int, before: datetime | None) -> Iterable[TimelineRow]:
    statement = select(StageChange, col(Operator.name)).where(col(StageChange.client_id) == client_id)
    for change, operator in session.execute(_latest(statement, StageChange, StageChange.at, limit, before)):
        yield TimelineRow(
            kind=Happened.STAGE, id=change.id, at=change.at, operator=operator, reason=change.reason,
            from_stage=change.from_stage, to_stage=change.to_stage,
        )  # fmt: skip


def _handed_on(
    session: Session, client_id: int, limit: int, before: datetime | None
) -> Iterable[TimelineRow]:
    statement = (
        select(HandOn, col(Operator.name), _WHOM.c.name)
        .join(Operator, col(Operator.id) == col(HandOn.from_id))
        .join(_WHOM, _WHOM.c.id == col(HandOn.to_id))
        .where(col(HandOn.client_id) == client_id)
        .order_by(col(HandOn.id).desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(col(HandOn.at) < before)
    for one, giver, whom in session.execute(statement):
        yield TimelineRow(
            kind=Happened.HAND_ON, id=one.id, at=one.at, operator=giver, text=one.note or None,
            for_operator=whom, seen_at=one.confirmed_at,
        )  # fmt: skip


def _imports(session: Session, client_id: int, limit: int, before: datetime | None) -> Iterable[TimelineRow]:
    statement = (
        select(ImportBatch, col(Operator.name))
        .join(ImportRow, col(ImportRow.batch_id) == col(ImportBatch.id))
        .where(col(ImportRow.client_id) == client_id)
    )
    latest = _latest(statement, ImportBatch, ImportBatch.started_at, limit, before)
    for batch, operator in session.execute(latest):
        yield TimelineRow(
            kind=Happened.IMPORT, id=batch.id, at=batch.started_at, operator=operator, text=batch.file_name
        )
