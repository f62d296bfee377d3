"""Logging a call: what it came to, and what is owed next, in one transaction."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import Delete, Table, bindparam, delete, select
from sqlalchemy.engine import Dialect, Row
from sqlmodel import Session, SQLModel

from salesdesk.base.cells import block_of
from salesdesk.base.handed import end_what_is_over
from salesdesk.base.never_call import mark_numbers
from salesdesk.base.placement import (
    ask_client_to_change,
    ask_open_action,
    ask_phones,
    first_good,
    place,
    standing,
)
from salesdesk.base.visible import taken
from salesdesk.codes import GoalResult, Hold, PhoneState, Role, Specialty
from salesdesk.context import Context
from salesdesk.desk.beside import ask_beside, beside_of
from salesdesk.desk.handing_on import confirm_by_call, hand_on_after
from salesdesk.desk.pipeline import Moved, move_along
from salesdesk.desk.proposals import owes_after, propose, stage_after
from salesdesk.desk.queue_rows import usual_goal
from salesdesk.desk.receivers import ruled
from salesdesk.desk.work import open_action
from salesdesk.errors import InputError, NotAllowedError
from salesdesk.i18n import _
from salesdesk.models import AuditEvent, Call, Claim, Client, Draft, NextAction, Operator, Phone
from salesdesk.models.catalogue import OutcomeEntry
from salesdesk.rows import HandedOn, Logged, NextStep, Receiver, WrapUp
from salesdesk.storage import receipts
from salesdesk.storage.answers import Answer
from salesdesk.storage.ids import ask_ids
from salesdesk.storage.journal import Journal, table_of
from salesdesk.storage.made_once import MadeOnce
from salesdesk.storage.planning import planned_once

__all__ = ["call_alone", "completed", "log_call", "logged_before", "propose", "receipt_of"]

OPERATOR = table_of(Operator)
LOG_CALL = "log_call"


def _of_mine(table: Table, _dialect: Dialect) -> Delete:
    return delete(table).where(
        table.c.client_id == bindparam("client"), table.c.operator_id == bindparam("me")
    )


_LET_GO = tuple(MadeOnce(partial(_of_mine, table_of(model))) for model in (Draft, Claim))
_LEADS = (
    select(OPERATOR.c.id)
    .where(OPERATOR.c.role != Role.OPERATOR, OPERATOR.c.active)
    .order_by(OPERATOR.c.role != Role.LEAD, OPERATOR.c.id)
    .limit(1)
)


class _Asked(NamedTuple):
    """What is asked before a call is logged, all of it before any answer is needed."""

    client: Answer
    beside: Answer
    action: Answer
    phones: Answer
    ids: Callable[[], Mapping[type[SQLModel], int]]


@dataclass(frozen=True)
class _Situation:
    """What is known when a call is logged: the rows as they were, and what is said of the call."""

    context: Context
    client: Row[Any]
    action: Row[Any] | None
    phones: tuple[Row[Any], ...]
    rule: OutcomeEntry
    goal: str
    said: WrapUp
    handed: bool
    """Whether the client was ever handed on."""

    @property
    def attempt(self) -> int:
        """Which dial in a row this one was."""
        return int(self.client.attempts) + 1

    @property
    def phone(self) -> Row[Any] | None:
        """The number that was called: the one said, else the first good one."""
        if self.said.phone_id is None:
            return first_good(self.phones)
        return next((phone for phone in self.phones if phone.id == self.said.phone_id), None)


@planned_once
def log_call(session: Session, context: Context, wrap_up: WrapUp) -> Logged:
    """Log a call made now, with what is owed next. What a rule has a default for may be left out.

    What was said before is logged as of then. Under a token that came in already nothing is logged: what the
    first time came to is given. Raises InputError, whose `field` names what is missing, NotFoundError, or
    NotAllowedError for a client that may never be called, or that somebody else is on: what was said is not
    lost, and can be logged when they are done.
    """
    token = wrap_up.token
    if token is None:
        return _logged(session, context, _asked(session, context, wrap_up), wrap_up)
    receipt = receipts.ask_for(session, token, operator_id=context.me.id, at=context.now)
    asked = _asked(session, context, wrap_up)
    done = receipts.given_before(session, token, receipt)
    if done is not None:
        return logged_before(done)
    logged = _logged(session, context, asked, wrap_up)
    receipts.fill(session, token, receipt_of(logged))
    return logged


def call_alone(session: Session, context: Context, wrap_up: WrapUp) -> Logged:
    """Log a call and nothing that follows from it: stage and next action stay as others have left them.

    Who asked never to be called again is not called again, whatever others have agreed. Raises what
    `log_call` does.
    """
    asked = _asked(session, context, wrap_up)
    now = _situation(session, context, asked, wrap_up)
    if now.rule.do_not_call:
        return _logged(session, context, asked, wrap_up)
    journal = Journal(session, asked.ids())
    call_id = _write_call(journal, replace(now, said=replace(wrap_up, goal=now.goal)))
    _mark_phones(journal, now)
    journal.change(Client, now.client, last_call_at=_last_call_at(now), updated_at=context.now)
    place(journal, context, now.client.id)
    event = journal.close(LOG_CALL, at=context.now, operator_id=context.me.id, client_id=now.client.id)
    _let_go(session, context, now.client.id)
    action_id = now.action.id if now.action is not None else None
    return Logged(call_id, now.client.id, action_id, now.client.stage, event)


def receipt_of(logged: Logged) -> dict[str, Any]:
    """Write down what logging a call came to, in plain values."""
    said = asdict(logged)
    if logged.handed_on is not None:
        said["handed_on"]["confirm_by"] = logged.handed_on.confirm_by.isoformat()
    return said


def logged_before(result: Mapping[str, Any]) -> Logged:
    """Give what logging a call came to, of what its receipt says."""
    said = result.get("handed_on")
    handed_on = None if said is None else HandedOn(**said | {
        "to": Receiver(**said["to"] | {"specialty": Specialty(said["to"]["specialty"])}),
        "confirm_by": datetime.fromisoformat(said["confirm_by"]),
    })  # fmt: skip
    return Logged(**{**result, "handed_on": handed_on, "again": True})


def _logged(session: Session, context: Context, asked: _Asked, wrap_up: WrapUp) -> Logged:
    now = _situation(session, context, asked, wrap_up)
    now = replace(now, said=_completed(now))
    journal = Journal(session, asked.ids())
    call_id = _write_call(journal, now)
    if now.handed:
        confirm_by_call(journal, context, now.client.id)
    spoilt = _mark_phones(journal, now)
    moved = move_along(
        journal,
        now.context,
        now.client,
        stage_after(now.context, now.rule, now.client.stage),
        reason=now.said.reason,
    )
    if now.action is not None:
        closed_at = now.context.not_before(now.action.opened_at)
        journal.change(NextAction, now.action, closed_at=closed_at, call_id=call_id)
    action_id = _write_client(journal, now, moved, good_left=_good_left(now, spoilt))
    code = moved.entry.code if moved.entry else None
    handed_on = _hand_on(journal, context, now, code)
    event = journal.close(LOG_CALL, at=context.now, operator_id=context.me.id, client_id=now.client.id)
    _let_go(session, context, now.client.id)
    return Logged(call_id, now.client.id, action_id, code, event, handed_on)


def _let_go(session: Session, context: Context, client_id: int) -> None:
    """Forget the draft, and let go of the client."""
    for deleting in _LET_GO:
        deleting.run(session, {"client": client_id, "me": context.me.id})


# -- what was said --------------------------------------------------------------------------------


def _asked(session: Session, context: Context, said: WrapUp) -> _Asked:
    return _Asked(
        ask_client_to_change(session, said.client_id),
        ask_beside(session, context.as_of(said.at), said.client_id),
        ask_open_action(session, said.client_id),
        ask_phones(session, said.client_id),
        ask_ids(session, (Call, NextAction, AuditEvent)),
    )


def _situation(session: Session, context: Context, asked: _Asked, said: WrapUp) -> _Situation:
    context = context.as_of(said.at)
    # Who has an old card open logs the call on the one that it went into.
    client = taken(session, context, said.client_id, asked.client.first(), followed=True)
    if client.id != said.client_id:
        asked = _asked(session, context, replace(said, client_id=client.id))
    beside = beside_of(asked.beside)
    if beside.claimed_by is not None:
        raise NotAllowedError(
            _("{name} is on this client now: log the call when they are done with it.").format(
                name=beside.claimed_by
            )
        )
    if client.do_not_call:
        raise NotAllowedError(
            _("{name} asked never to be called: no call can be logged.").format(name=client.name)
        )
    action, phones = asked.action.first(), tuple(asked.phones)
    if phones and all(phone.state == PhoneState.DO_NOT_CALL for phone in phones):
        raise NotAllowedError(
            _("Every number of {name} is on a do-not-call list: no call can be logged.").format(
                name=client.name
            )
        )
    _check_phone(said, phones)
    if not said.outcome:
        raise InputError(_("Say what came of the call: the outcome is missing."), "outcome")
    goal = said.goal or (action.goal if action else usual_goal(context, client.stage))
    context.catalogues.goal(goal)
    rule = context.catalogues.outcome(said.outcome)
    return _Situation(context, client, action, phones, rule, goal, said, beside.handed)


def _check_phone(said: WrapUp, phones: tuple[Row[Any], ...]) -> None:
    if said.talk_seconds < 0:
        raise InputError(_("A talk cannot be shorter than nothing."), "talk")
    if said.phone_id is None:
        return
    phone = next((phone for phone in phones if phone.id == said.phone_id), None)
    if phone is None:
        raise InputError(_("This client has no such number."), "phone")
    if phone.state == PhoneState.DO_NOT_CALL:
        raise NotAllowedError(
            _("{phone} asked never to be called: no call can be logged.").format(phone=phone.raw)
        )


def _completed(now: _Situation) -> WrapUp:
    return completed(
        now.context, now.said,
        goal=now.goal, stage=now.client.stage, attempt=now.attempt, zone=now.client.zone,
    )  # fmt: skip


def completed(
    context: Context, said: WrapUp, *, goal: str, stage: str | None, attempt: int, zone: str
) -> WrapUp:
    """Fill in what the rule knows and demand what only the operator can say; the base is not asked.

    `goal` is the call's where none is said; `stage`, `attempt` and `zone` are the client's before the call.
    Raises InputError, whose `field` names what is missing, or NotFoundError for an unknown code.
    """
    if not said.outcome:
        raise InputError(_("Say what came of the call: the outcome is missing."), "outcome")
    rule, goal = context.catalogues.outcome(said.outcome), said.goal or goal
    result = said.result
    if result is None:
        if rule.contact and not rule.terminal:
            raise InputError(_("Say whether the goal was hit, partly hit or missed."), "result")
        result = rule.result or GoalResult.MISSED
    _check_reason(context, rule, said)
    if rule.terminal or not owes_after(context, rule, stage):
        if said.next_step is not None and not rule.terminal:
            raise InputError(
                _("The client is closed: nothing can be owed to it. Change its stage first."), "next"
            )
        return replace(said, goal=goal, result=result, next_step=None)
    step = said.next_step or propose(
        context, outcome=rule.code, goal=goal, result=result, stage=stage, attempt=attempt, zone=zone
    )
    if step is None:
        missing = (
            _("Say at what time you agreed to talk: a date and a clock time.")
            if rule.needs_time
            else _("Say when to come back to this client: the date is missing.")
        )
        raise InputError(missing, "next")
    if rule.needs_time and not step.promise:
        raise InputError(_("You agreed to talk at a time: give the clock time as well."), "next")
    check_step(context, step)
    return replace(said, goal=goal, result=result, next_step=step)


def _check_reason(context: Context, rule: OutcomeEntry, said: WrapUp) -> None:
    if said.reason is None:
        if rule.needs_reason:
            raise InputError(_("Say why: the reject reason is missing."), "reason")
        return
    if context.catalogues.reason(said.reason).needs_note and not block_of(said.note):
        raise InputError(_("This reason needs a note: write why."), "note")


def check_step(context: Context, step: NextStep) -> None:
    """Refuse a next action without a concrete goal or in the past. Raises InputError, NotFoundError."""
    context.catalogues.goal(step.goal)
    if step.due_at < context.now - timedelta(minutes=1):
        raise InputError(_("The next action lies in the past: give a time to come."), "next")


# -- what is written ------------------------------------------------------------------------------


def _write_call(journal: Journal, now: _Situation) -> int:
    said, phone = now.said, now.phone
    return journal.add(
        Call,
        client_id=now.client.id,
        operator_id=now.context.me.id,
        deal_id=now.action.deal_id if now.action else None,
        phone_id=phone.id if phone else None,
        started_at=now.context.now - timedelta(seconds=said.talk_seconds),
        talk_seconds=said.talk_seconds,
        outcome=now.rule.code,
        goal=said.goal,
        goal_result=said.result,
        reason=said.reason,
        attempt=now.attempt,
        stage=now.client.stage,
        note=block_of(said.note) or None,
    )


def _mark_phones(journal: Journal, now: _Situation) -> set[int]:
    """Mark the number bad, or every number as never to be called: theirs, wherever else they stand."""
    if now.rule.do_not_call:
        mark_numbers(journal, now.context, now.client.id, do_not_call=True)
        return {phone.id for phone in now.phones}
    if now.rule.unworkable and now.phone is not None:
        journal.change(Phone, now.phone, state=PhoneState.BAD)
        return {now.phone.id}
    return set()


def _good_left(now: _Situation, spoilt: set[int]) -> bool:
    return any(phone.state == PhoneState.GOOD and phone.id not in spoilt for phone in now.phones)


def _write_client(journal: Journal, now: _Situation, moved: Moved, *, good_left: bool) -> int | None:
    """Write what the call changes of the client, and the next action; give its id."""
    context, client, step, stage = now.context, now.client, now.said.next_step, moved.entry
    owner_id = client.owner_id or context.me.id
    last_call_at = _last_call_at(now)
    attempts = 0 if now.rule.answered or now.rule.unworkable else now.attempt
    where = replace(
        standing(context, client, number=good_left, next_action=step is not None),
        stage=stage,
        won=client.won_at is not None or bool(stage and stage.won),
        last_call_at=last_call_at,
        do_not_call=now.rule.do_not_call,
    )
    journal.change(
        Client,
        client,
        last_call_at=last_call_at,
        attempts=attempts,
        owner_id=owner_id,
        do_not_call=now.rule.do_not_call,
        updated_at=max(client.updated_at, context.now),
        **moved.columns,
        **where.keys,
    )
    if step is None:
        return None
    hold = where.hold(step.kind, attempts + 1, now.rule.max_attempts)
    return open_action(
        journal, context, client, step, where,
        operator_id=_lead(journal.session, context) if hold == Hold.ATTEMPTS_USED_UP else owner_id,
        attempt=attempts + 1,
        hold=hold,
        deal_id=now.action.deal_id if now.action else None,
    )  # fmt: skip


def _hand_on(journal: Journal, context: Context, now: _Situation, stage: str | None) -> HandedOn | None:
    """Hand the client on where its new `stage` or the operator says so; it goes with the note of the call.

    It changes hands now, whenever the call was: the hours to confirm it in begin when it is there to be seen.
    """
    said, client = now.said, now.client
    if said.next_step is None:
        end_what_is_over(journal, context, [client.id])
    if said.hand_to is None and ruled(context, client.stage, stage) is None:
        # No rule takes it from where it stands: nothing need be read for that, at every call.
        return None
    note = said.note if said.hand_note is None else said.hand_note
    return hand_on_after(journal, context, client.id, client.stage, said.hand_to, note)


def _last_call_at(now: _Situation) -> datetime:
    """Tell when the client was called last: others may have called since this was said."""
    return now.context.not_before(now.client.last_call_at)


def _lead(session: Session, context: Context) -> int:
    """Find who looks after clients that fell out of the cadence: a lead, or nobody but the operator."""
    return session.connection().execute(_LEADS).scalar() or context.me.id
