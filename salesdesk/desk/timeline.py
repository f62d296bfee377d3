"""A client's history as one line of time: calls, notes, messages, changes of stage, imports.

All of it is one statement: each kind is cut to its latest by an index of its own, then they are merged.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    bindparam,
    cast,
    false,
    func,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.engine import Row
from sqlmodel import Session

from salesdesk.codes import SCORE_MOST
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
from salesdesk.storage.answers import Answer
from salesdesk.storage.journal import table_of
from salesdesk.storage.made_once import MadeOnce
from salesdesk.team.rights import leads

CALL, NOTE, MESSAGE, STAGE_CHANGE = (table_of(model) for model in (Call, Note, Message, StageChange))
HAND_ON, IMPORT, IMPORT_ROW = (table_of(model) for model in (HandOn, ImportBatch, ImportRow))
PHONE, OPERATOR = table_of(Phone), table_of(Operator)
WHOM = OPERATOR.alias("whom")

# A call and the change of stage that it brought have the same time: the cause comes first.
_KINDS = (
    Happened.CREATED, Happened.IMPORT, Happened.NOTE, Happened.MESSAGE, Happened.CALL, Happened.STAGE,
    Happened.HAND_ON,
)  # fmt: skip

_COLUMNS: dict[str, ColumnElement[Any]] = {
    "operator": OPERATOR.c.name, "text": CALL.c.note, "outcome": CALL.c.outcome, "goal": CALL.c.goal,
    "goal_result": CALL.c.goal_result, "reason": CALL.c.reason, "attempt": CALL.c.attempt,
    "talk_seconds": CALL.c.talk_seconds, "phone": PHONE.c.raw, "from_stage": STAGE_CHANGE.c.from_stage,
    "to_stage": STAGE_CHANGE.c.to_stage, "incoming": MESSAGE.c.incoming, "for_operator": WHOM.c.name,
    "seen_at": NOTE.c.seen_at,
}  # fmt: skip
"""What some kind of line has, as one of those kinds has it; its type is that of the others too."""


def _latest(
    kind: Happened,
    tables: FromClause,
    of_client: ColumnElement[Any],
    at: ColumnElement[Any],
    **has: ColumnElement[Any],
) -> Select[Any]:
    """Select the latest lines of one kind, each with all columns; `tables` have who did it among them."""
    row_id, has = at.table.c.id, {"operator": OPERATOR.c.name} | has
    latest = (
        select(
            literal_column(str(_KINDS.index(kind))).label("place"),
            row_id.label("id"),
            at.label("at"),
            *(has.get(name, _nothing(name)).label(name) for name in _COLUMNS),
        )
        .select_from(tables)
        .where(of_client == bindparam("client"))
        .order_by(at.desc(), row_id.desc())
        .limit(bindparam("most"))
    )
    return select(latest.subquery())


def _nothing(name: str) -> ColumnElement[Any]:
    return false() if name == "incoming" else cast(null(), _COLUMNS[name].type)


def _by(table: FromClause, whose: str = "operator_id") -> FromClause:
    return table.outerjoin(OPERATOR, OPERATOR.c.id == table.c[whose])


_OF_A_CALL = ("outcome", "goal", "goal_result", "reason", "attempt", "talk_seconds")
_LINES = (
    _latest(
        Happened.CALL,
        _by(CALL).outerjoin(PHONE, PHONE.c.id == CALL.c.phone_id),
        CALL.c.client_id,
        CALL.c.started_at,
        text=CALL.c.note,
        phone=PHONE.c.raw,
        **{name: CALL.c[name] for name in _OF_A_CALL},
    ),
    _latest(
        Happened.NOTE,
        _by(NOTE).outerjoin(WHOM, WHOM.c.id == NOTE.c.to_operator_id),
        NOTE.c.client_id,
        NOTE.c.at,
        text=NOTE.c.text,
        for_operator=WHOM.c.name,
        seen_at=NOTE.c.seen_at,
    ),
    _latest(
        Happened.MESSAGE,
        _by(MESSAGE),
        MESSAGE.c.client_id,
        MESSAGE.c.at,
        text=MESSAGE.c.text,
        incoming=MESSAGE.c.incoming,
    ),
    _latest(
        Happened.STAGE,
        _by(STAGE_CHANGE),
        STAGE_CHANGE.c.client_id,
        STAGE_CHANGE.c.at,
        **{name: STAGE_CHANGE.c[name] for name in ("reason", "from_stage", "to_stage")},
    ),
    _latest(
        Happened.HAND_ON,
        _by(HAND_ON, whose="from_id").join(WHOM, WHOM.c.id == HAND_ON.c.to_id),
        HAND_ON.c.client_id,
        HAND_ON.c.at,
        text=func.nullif(HAND_ON.c.note, ""),
        for_operator=WHOM.c.name,
        seen_at=HAND_ON.c.confirmed_at,
    ),
    _latest(
        Happened.IMPORT,
        _by(IMPORT).join(IMPORT_ROW, IMPORT_ROW.c.batch_id == IMPORT.c.id),
        IMPORT_ROW.c.client_id,
        IMPORT.c.started_at,
        text=IMPORT.c.file_name,
    ),
)
_ALL = union_all(*_LINES).subquery()
_LATEST = (
    select(_ALL).order_by(_ALL.c.at.desc(), _ALL.c.place.desc(), _ALL.c.id.desc()).limit(bindparam("most"))
)
_TIMELINE = MadeOnce(lambda _dialect: _LATEST, typed=True)


class History(NamedTuple):
    """What is asked of a client's history: its lines, and what leads said of its latest calls."""

    lines: Answer
    reviews: Answer


def ask_timeline(session: Session, context: Context, client_id: int, limit: int) -> History:
    """Ask for the latest that happened with a client.

    Of what leads said of calls an operator reads what is of their own, a lead all.
    """
    given = {"client": client_id, "most": limit}
    lines = _TIMELINE.run(session, given)
    if leads(context):
        return History(lines, _SAID.run(session, given))
    return History(lines, _SAID_OF_MINE.run(session, given | {"me": context.me.id}))


def timeline_of(asked: History) -> tuple[TimelineRow, ...]:
    """Give what was asked for, the latest first, with what was said of a call beside it."""
    said: dict[int, list[Any]] = {}
    for row in asked.reviews:
        said.setdefault(row.call_id, []).append(row)
    lines = map(_line, asked.lines)
    return tuple(
        _with_review(line, said[line.id]) if line.kind is Happened.CALL and line.id in said else line
        for line in lines
    )


def _line(row: Sequence[Any]) -> TimelineRow:
    place, row_id, at, *has = row
    said = dict(zip(_COLUMNS, has, strict=True))
    return TimelineRow(kind=_KINDS[place], id=row_id, at=at, **said)


_REVIEW, _SCORE = table_of(CallReview).c, table_of(CallScore).c
_OF_LATEST = (
    select(CALL.c.id)
    .where(CALL.c.client_id == bindparam("client"))
    .order_by(CALL.c.started_at.desc(), CALL.c.id.desc())
    .limit(bindparam("most"))
)
_ALL_SAID: Select[Any] = (
    select(
        _REVIEW.call_id, _REVIEW.remarks, func.sum(_SCORE.score).label("given"),
        func.count(_SCORE.score).label("items"),
    )
    .outerjoin(table_of(CallScore), _SCORE.review_id == _REVIEW.id)
    .where(_REVIEW.call_id.in_(_OF_LATEST))
    .group_by(_REVIEW.id, _REVIEW.call_id, _REVIEW.remarks)
    .order_by(_REVIEW.id)
)  # fmt: skip
_SAID = MadeOnce(lambda _dialect: _ALL_SAID, typed=True)
_SAID_OF_MINE = MadeOnce(lambda _dialect: _ALL_SAID.where(_REVIEW.operator_id == bindparam("me")), typed=True)


def _with_review(call: TimelineRow, said: Sequence[Row[Any]]) -> TimelineRow:
    items = sum(row.items for row in said)
    return replace(
        call,
        score=sum(int(row.given or 0) for row in said) / (SCORE_MOST * items) if items else None,
        remarks="\n".join(row.remarks for row in said if row.remarks) or None,
    )
