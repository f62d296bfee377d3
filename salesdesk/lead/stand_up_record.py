"""The record of stand-ups: who, when, which cards, what was decided, and what became of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Row
from sqlmodel import Session

from salesdesk.codes import StepKind
from salesdesk.context import Context
from salesdesk.lead.grouping import OPERATOR
from salesdesk.lead.stand_up_rows import Became, CardRow, DecidedNote, DecidedStep, StandUpRow
from salesdesk.models import AuditEvent, Client, NextAction, Note, StageChange, StandUp, StandUpCard
from salesdesk.models.types import Instant
from salesdesk.scheduler import PROMISE_GRACE
from salesdesk.storage.among import among
from salesdesk.storage.journal import table_of
from salesdesk.team.rights import only_for_leads

DECIDE_STEP = "stand_up_step"
"""The use case that decides on a next action; its audit event says what was meant."""

STAND_UP, CARD = table_of(StandUp), table_of(StandUpCard)
EVENT, ACTION, NOTE, CHANGE = (table_of(model) for model in (AuditEvent, NextAction, Note, StageChange))
C = table_of(Client).c
_LEAD = OPERATOR.alias("lead")

_STAND_UPS = (
    select(STAND_UP, OPERATOR.c.login, OPERATOR.c.name.label("operator"), _LEAD.c.name.label("lead"))
    .join(OPERATOR, OPERATOR.c.id == STAND_UP.c.operator_id)
    .join(_LEAD, _LEAD.c.id == STAND_UP.c.lead_id)
    .order_by(STAND_UP.c.started_at.desc(), STAND_UP.c.id.desc())
)
_BY_ID = _STAND_UPS.where(among(STAND_UP.c.id, "stand_ups"))
_CARDS = (
    select(CARD, C.name, C.external_id, C.stage)
    .join(table_of(Client), C.id == CARD.c.client_id)
    .where(among(CARD.c.stand_up_id, "stand_ups"))
    .order_by(CARD.c.stand_up_id, CARD.c.position)
)
_ACTIONS = select(
    ACTION.c.id, ACTION.c.kind, ACTION.c.goal, ACTION.c.due_at, ACTION.c.promise, ACTION.c.moves,
    ACTION.c.closed_at, ACTION.c.call_id,
).where(among(ACTION.c.id, "actions"))  # fmt: skip
_NOTES = select(NOTE.c.id, NOTE.c.text, NOTE.c.seen_at).where(among(NOTE.c.id, "notes"))
_MEANT = (
    select(EVENT.c.at, EVENT.c.changes)
    .where(among(EVENT.c.client_id, "clients"), EVENT.c.action == DECIDE_STEP, EVENT.c.undone_at.is_(None))
    .order_by(EVENT.c.id)
)
_CHANGES = (
    select(CHANGE.c.client_id, CHANGE.c.at, CHANGE.c.from_stage)
    .where(among(CHANGE.c.client_id, "clients"), CHANGE.c.at >= bindparam("since", type_=Instant))
    .order_by(CHANGE.c.at, CHANGE.c.id)
)


def record(
    session: Session, context: Context, operator_id: int | None = None, limit: int = 20
) -> tuple[StandUpRow, ...]:
    """Give past stand-ups of an operator, or of everybody, the latest first. Raises NotAllowedError."""
    only_for_leads(context)
    wanted = _STAND_UPS if operator_id is None else _STAND_UPS.where(STAND_UP.c.operator_id == operator_id)
    return _whole(session, context, session.execute(wanted.limit(limit)).all())


def stand_ups(session: Session, context: Context, ids: Sequence[int]) -> tuple[StandUpRow, ...]:
    """Give these stand-ups, the latest first."""
    return _whole(session, context, session.execute(_BY_ID, {"stand_ups": ids}).all()) if ids else ()


# -- what of it was meant -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Meant:
    """A next action as it was decided on, at an instant."""

    at: datetime
    kind: StepKind
    goal: str
    due_at: datetime
    promise: bool
    moves: int


@dataclass(frozen=True)
class _Read:
    """What the cards of some stand-ups name, read at once."""

    actions: Mapping[int, Row[Any]]
    notes: Mapping[int, Row[Any]]
    meant: Mapping[int, Sequence[_Meant]]
    changes: Mapping[int, Sequence[Row[Any]]]


def _whole(session: Session, context: Context, found: Sequence[Row[Any]]) -> tuple[StandUpRow, ...]:
    cards = session.execute(_CARDS, {"stand_ups": [row.id for row in found]}).all() if found else []
    read = _read(session, cards, min((row.started_at for row in found), default=context.now))
    return tuple(
        StandUpRow(
            id=row.id, operator_id=row.operator_id, login=row.login, operator=row.operator, lead=row.lead,
            started_at=row.started_at, finished_at=row.finished_at,
            cards=tuple(_card(context, row, card, read) for card in cards if card.stand_up_id == row.id),
        )
        for row in found
    )  # fmt: skip


def _read(session: Session, cards: Sequence[Row[Any]], since: datetime) -> _Read:
    clients = sorted({card.client_id for card in cards})
    actions = [card.next_action_id for card in cards if card.next_action_id is not None]
    notes = [card.note_id for card in cards if card.note_id is not None]
    changes: dict[int, list[Row[Any]]] = {}
    if clients:
        for change in session.execute(_CHANGES, {"clients": clients, "since": since}):
            changes.setdefault(change.client_id, []).append(change)
    return _Read(
        actions={row.id: row for row in session.execute(_ACTIONS, {"actions": actions})} if actions else {},
        notes={row.id: row for row in session.execute(_NOTES, {"notes": notes})} if notes else {},
        meant=_meant(session.execute(_MEANT, {"clients": clients})) if actions else {},
        changes=changes,
    )


def _meant(events: Iterable[Row[Any]]) -> Mapping[int, Sequence[_Meant]]:
    """Read what each event decided on: what its journal held to, the last of what it says of the row."""
    found: dict[int, list[_Meant]] = {}
    for event in events:
        said = {row: after for table, row, _before, after in event.changes if table == ACTION.name and after}
        for action_id, after in said.items():
            found.setdefault(action_id, []).append(
                _Meant(
                    at=event.at, kind=StepKind(after["kind"]), goal=after["goal"],
                    due_at=Instant.revive(after["due_at"]) or event.at, promise=bool(after["promise"]),
                    moves=after["moves"],
                )
            )  # fmt: skip
    return found


# -- what became of it ----------------------------------------------------------------------------


def _card(context: Context, held: Row[Any], card: Row[Any], read: _Read) -> CardRow:
    left = next(
        (change for change in read.changes.get(card.client_id, ()) if change.at >= held.started_at), None
    )
    note = read.notes.get(card.note_id)
    return CardRow(
        id=card.id, position=card.position, client_id=card.client_id, external_id=card.external_id,
        name=card.name, rule=card.rule, plan=card.plan or "", remarks=card.remarks or "",
        stage_then=card.stage if left is None else left.from_stage, stage_now=card.stage,
        step=_step(context, held, card, read),
        note=None if card.note_id is None
        else DecidedNote(card.note_id, note.text if note else None, note.seen_at if note else None),
    )  # fmt: skip


def _step(context: Context, held: Row[Any], card: Row[Any], read: _Read) -> DecidedStep | None:
    if card.next_action_id is None:
        return None
    action = read.actions.get(card.next_action_id)
    during = [
        one
        for one in read.meant.get(card.next_action_id, ())
        if held.started_at <= one.at and (held.finished_at is None or one.at <= held.finished_at)
    ]
    meant: Any = during[-1] if during else action
    if meant is None:
        return None
    moves = max(0, action.moves - meant.moves) if action is not None else 0
    return DecidedStep(
        next_action_id=card.next_action_id, kind=meant.kind, goal=meant.goal, due_at=meant.due_at,
        promise=meant.promise, due_now=action.due_at if action is not None else None, moves=moves,
        done_at=action.closed_at if action is not None else None,
        became=_became(context, meant, action, moves),
    )  # fmt: skip


def _became(context: Context, meant: Any, action: Row[Any] | None, moves: int) -> Became:  # noqa: ANN401  # an action's row, or what was meant of it
    if action is None:
        return Became.GONE
    if action.closed_at is not None:
        if action.call_id is None:
            return Became.CLOSED
        in_time = action.closed_at < _time_for(context, meant.due_at, promise=meant.promise)
        return Became.IN_TIME if in_time else Became.LATE
    if action.due_at < (context.now if action.promise else context.late_before):
        return Became.OPEN
    return Became.MOVED if moves else Became.WAITING


def _time_for(context: Context, due_at: datetime, *, promise: bool) -> datetime:
    """Tell until when it is done in time: an agreed time has its grace, anything else its whole day."""
    if promise:
        return due_at + PROMISE_GRACE
    day = due_at.astimezone(context.catalogues.team.zone).date()
    return context.clock.midnight(day + timedelta(days=1))
