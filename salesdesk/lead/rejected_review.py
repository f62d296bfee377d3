"""Rejected clients before a lead: each is accepted as it is, or goes back into work.

What waits is a client that stands at a closing stage now, and whose last rejection has no verdict
yet. A rejection is a change of stage; a client that came back and was rejected again waits anew.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select
from sqlalchemy.engine import Row
from sqlmodel import Session, col

from salesdesk.base.cells import block_of
from salesdesk.base.placement import CLIENT, place, read_client, read_open_action, take_client
from salesdesk.codes import Band, StepKind, Verdict
from salesdesk.context import Context
from salesdesk.desk.calls import check_step
from salesdesk.desk.pipeline import move_deal, move_stage
from salesdesk.desk.queue_rows import usual_goal
from salesdesk.desk.work import owe
from salesdesk.errors import InputError, NotAllowedError, NotFoundError
from salesdesk.i18n import _
from salesdesk.lead.putting_right import give
from salesdesk.lead.review_rows import LastCall, Offer, RejectedPick, RejectedRow, Return
from salesdesk.models import Call, Deal, NextAction, Note, Operator, Review, StageChange
from salesdesk.models.catalogue import StageEntry
from salesdesk.models.types import Instant
from salesdesk.rows import NextStep
from salesdesk.storage.among import among
from salesdesk.storage.existing import there_is
from salesdesk.storage.journal import Journal, table_of
from salesdesk.team.rights import only_for_leads

PAGE = 200
CALLS = 8
ACCEPT = "accept_rejected"
GIVE_BACK = "return_client"

CHANGE, DEAL, CALL = table_of(StageChange), table_of(Deal), table_of(Call)
OPERATOR, REVIEW = table_of(Operator), table_of(Review)
LATER, BESIDE = CHANGE.alias("later"), CHANGE.alias("beside")

_CLOSING = "closing"
"""The parameter of a statement that holds the closing stages."""

_last = ~there_is(
    LATER.c.client_id == CHANGE.c.client_id,
    LATER.c.at >= CHANGE.c.at,
    or_(LATER.c.at > CHANGE.c.at, LATER.c.id > CHANGE.c.id),
    among(LATER.c.to_stage, _CLOSING),
)
_REJECTED = and_(among(CHANGE.c.to_stage, _CLOSING), among(CLIENT.c.stage, _CLOSING), _last)
"""That a change closed a client that stands closed now, as the last one to do so."""

_WAITS = and_(
    _REJECTED, ~there_is(REVIEW.c.client_id == CHANGE.c.client_id, REVIEW.c.change_id == CHANGE.c.id)
)

# One call may end several deals at once; all of them are lost by it.
_AMOUNT = func.coalesce(
    select(func.sum(DEAL.c.amount_minor))
    .select_from(BESIDE.join(DEAL, DEAL.c.id == BESIDE.c.deal_id))
    .where(
        BESIDE.c.client_id == CHANGE.c.client_id,
        BESIDE.c.at == CHANGE.c.at,
        among(BESIDE.c.to_stage, _CLOSING),
        DEAL.c.currency == bindparam("currency"),
    )
    .scalar_subquery(),
    CLIENT.c.expected_minor,
)
_OF_CLIENT = CALL.c.client_id == CHANGE.c.client_id
_QUEUE = (
    select(
        CHANGE.c.id, CHANGE.c.client_id, CHANGE.c.reason, CHANGE.c.operator_id, CHANGE.c.at,
        CHANGE.c.from_stage, CLIENT.c.name, CLIENT.c.client_class, CLIENT.c.do_not_call,
        CLIENT.c.last_call_at, OPERATOR.c.name.label("operator"), _AMOUNT.label("amount"),
        select(func.count()).select_from(CALL).where(_OF_CLIENT).scalar_subquery().label("calls"),
    )
    .select_from(
        CHANGE.join(CLIENT, CLIENT.c.id == CHANGE.c.client_id)
        .join(OPERATOR, OPERATOR.c.id == CHANGE.c.operator_id)
    )
    .where(_WAITS)
    .order_by(CHANGE.c.at.desc(), CHANGE.c.id.desc())
)  # fmt: skip

_REJECTION = (
    select(CHANGE)
    .join(CLIENT, CLIENT.c.id == CHANGE.c.client_id)
    .where(CHANGE.c.client_id == bindparam("client"), _REJECTED)
    .limit(1)
)
_REJECTED_DEALS = (
    select(DEAL, BESIDE.c.from_stage)
    .join(BESIDE, BESIDE.c.deal_id == DEAL.c.id)
    .where(
        BESIDE.c.client_id == bindparam("client"),
        BESIDE.c.at == bindparam("at", type_=Instant),
        among(BESIDE.c.to_stage, _CLOSING),
        among(DEAL.c.stage, _CLOSING),
    )
    .order_by(BESIDE.c.id)
)
_LAST_CALLS = (
    select(
        CALL.c.id, CALL.c.started_at, CALL.c.outcome, CALL.c.goal, CALL.c.goal_result, CALL.c.reason,
        CALL.c.talk_seconds, CALL.c.note, CALL.c.recording, OPERATOR.c.name,
    )
    .join(OPERATOR, OPERATOR.c.id == CALL.c.operator_id)
    .where(
        CALL.c.client_id == bindparam("client"),
        or_(CALL.c.talk_seconds > 0, CALL.c.note.is_not(None), CALL.c.recording.is_not(None)),
    )
    .order_by(CALL.c.started_at.desc(), CALL.c.id.desc())
)  # fmt: skip


# -- what waits -----------------------------------------------------------------------------------


def waiting(
    session: Session,
    context: Context,
    pick: RejectedPick | None = None,
    *,
    after: RejectedRow | None = None,
    limit: int = PAGE,
) -> tuple[RejectedRow, ...]:
    """Give the rejected clients that wait for a verdict, the last rejected first; those after a row."""
    only_for_leads(context)
    conditions = [*_picked(pick or RejectedPick())]
    if after is not None:
        conditions += [
            CHANGE.c.at <= after.at,
            or_(CHANGE.c.at < after.at, CHANGE.c.id < after.change_id),
        ]
    given = {_CLOSING: _closing(context), "currency": context.catalogues.team.currency}
    rows = session.execute(_QUEUE.where(*conditions).limit(limit), given)
    return tuple(
        RejectedRow(
            change_id=row.id, client_id=row.client_id, name=row.name, client_class=row.client_class,
            reason=row.reason, operator_id=row.operator_id, operator=row.operator, at=row.at,
            from_stage=row.from_stage, amount_minor=int(row.amount), calls=row.calls,
            last_call_at=row.last_call_at, do_not_call=row.do_not_call,
        )
        for row in rows
    )  # fmt: skip


def _picked(pick: RejectedPick) -> Iterable[ColumnElement[bool]]:
    if pick.period is not None:
        yield CHANGE.c.at >= pick.period.start
        yield CHANGE.c.at < pick.period.end
    if pick.operator_id is not None:
        yield CHANGE.c.operator_id == pick.operator_id
    if pick.reason is not None:
        yield CHANGE.c.reason == pick.reason


def last_calls(
    session: Session, context: Context, client_id: int, limit: int = CALLS
) -> tuple[LastCall, ...]:
    """Give a client's last calls that say something, the latest first."""
    del context
    rows = session.execute(_LAST_CALLS.limit(limit), {"client": client_id})
    return tuple(
        LastCall(
            call_id=row.id, at=row.started_at, operator=row.name, outcome=row.outcome, goal=row.goal,
            goal_result=row.goal_result, reason=row.reason, talk_seconds=row.talk_seconds, note=row.note,
            recording=row.recording,
        )
        for row in rows
    )  # fmt: skip


# -- verdicts -------------------------------------------------------------------------------------


def accept(session: Session, context: Context, clients: Sequence[int], note: str = "") -> int:
    """Accept that clients are rejected; give how many. Those that wait no longer are left alone."""
    only_for_leads(context)
    journal = Journal(session)
    accepted = [client_id for client_id in clients if _accept(journal, context, client_id, note)]
    if accepted:
        only = accepted[0] if len(accepted) == 1 else None
        journal.close(ACCEPT, at=context.now, operator_id=context.me.id, client_id=only)
    return len(accepted)


def _accept(journal: Journal, context: Context, client_id: int, note: str) -> bool:
    if take_client(journal.session, client_id) is None:
        return False
    change = _rejection(journal.session, context, client_id)
    if change is None or _has_verdict(journal.session, change.id, client_id):
        return False
    _judge(journal, context, change, Verdict.ACCEPTED, note)
    return True


def offer(session: Session, context: Context, client_id: int) -> Offer:
    """Tell what is usual for a client that goes back into work. Raises NotFoundError, NotAllowedError."""
    only_for_leads(context)
    client, change = _to_give_back(session, context, read_client(session, client_id), client_id)
    stage = stage_back(context, change.from_stage)
    at_work = select(OPERATOR.c.id, OPERATOR.c.login).where(OPERATOR.c.active)
    logins = {row.id: row.login for row in session.execute(at_work)}
    had_it = (client.owner_id, change.operator_id, context.me.id)
    return Offer(
        client_id=client_id,
        name=client.name,
        zone=client.zone,
        stage=stage.code,
        goal=usual_goal(context, stage.code),
        login=next((logins[one] for one in had_it if one in logins), context.me.login),
    )


def give_back(session: Session, context: Context, client_id: int, back: Return) -> int:
    """Put a rejected client back into work, with a call owed to it by an operator. Give the review's id.

    What was rejected with it stands where it stood before; the note is on the card, for the one who
    calls. Raises NotFoundError, InputError for a goal or a time that cannot be, NotAllowedError for a
    client that is not rejected or never to be called.
    """
    only_for_leads(context)
    step = NextStep(StepKind.CALL, back.goal, back.due.at, back.due.promise)
    check_step(context, step)
    operator = session.scalars(
        select(Operator).where(col(Operator.login) == back.login, col(Operator.active))
    ).first()
    if operator is None or operator.id is None:
        raise InputError(
            _("There is no operator {login} who works at this base.").format(login=back.login), "login"
        )
    client, change = _to_give_back(session, context, take_client(session, client_id), client_id)
    journal = Journal(session)
    _reopen(journal, context, client, change)
    owed = read_open_action(session, client_id)
    if owed is not None:
        journal.change(NextAction, owed, closed_at=context.not_before(owed.opened_at))
    give(journal, context, client_id, operator.id)
    owe(journal, context, _there(session, client_id), step)
    if text := block_of(back.note):
        journal.add(
            Note, client_id=client_id, operator_id=context.me.id, at=context.now, text=text,
            to_operator_id=operator.id,
        )  # fmt: skip
    place(journal, context, client_id)
    review_id = _judge(journal, context, change, Verdict.RETURNED, back.note)
    journal.close(GIVE_BACK, at=context.now, operator_id=context.me.id, client_id=client_id)
    return review_id


def _reopen(journal: Journal, context: Context, client: Row[Any], change: Row[Any]) -> None:
    """Move what was rejected back: each deal to where it stood; a deal is opened where there was none."""
    given = {"client": client.id, "at": change.at, _CLOSING: _closing(context)}
    deals = journal.session.execute(_REJECTED_DEALS, given).all()
    for deal in deals:
        there = _there(journal.session, client.id)
        move_deal(journal, context, there, deal, stage_back(context, deal.from_stage).code, None)
    if not deals:
        move_stage(journal, context, client, stage_back(context, change.from_stage).code)


def stage_back(context: Context, before: str | None) -> StageEntry:
    """Tell where a rejected client or deal goes back to: where it stood, else to the beginning.

    To a won stage nothing goes back by a verdict: it is won again once it is won.
    """
    entry = context.stage(before)
    if entry is not None and entry.in_work and not entry.won:
        return entry
    along = (one for one in context.catalogues.stages.values() if one.in_work and one.band != Band.OTHER)
    first = next(along, None)
    if first is None:
        raise NotAllowedError(_("There is no stage in the catalogue at which a client is in work."))
    return first


def _to_give_back(
    session: Session, context: Context, client: Row[Any] | None, client_id: int
) -> tuple[Row[Any], Row[Any]]:
    """Give a client that can go back into work, and the change that closed it."""
    if client is None:
        raise NotFoundError(_("There is no client {number}.").format(number=client_id))
    if client.do_not_call:
        raise NotAllowedError(
            _("{name} asked never to be called: it cannot go back into work.").format(name=client.name)
        )
    change = _rejection(session, context, client_id)
    if change is None:
        raise NotAllowedError(_("{name} is not rejected any more.").format(name=client.name))
    return client, change


def _there(session: Session, client_id: int) -> Row[Any]:
    """Read again a client that is being changed."""
    client = read_client(session, client_id)
    if client is None:
        raise NotFoundError(_("There is no client {number}.").format(number=client_id))
    return client


def _judge(journal: Journal, context: Context, change: Row[Any], verdict: Verdict, note: str) -> int:
    return journal.add(
        Review,
        client_id=change.client_id,
        change_id=change.id,
        reviewer_id=context.me.id,
        at=context.now,
        verdict=verdict,
        note=block_of(note) or None,
    )


def _rejection(session: Session, context: Context, client_id: int) -> Row[Any] | None:
    """Find the change of stage by which a client stands closed."""
    return session.execute(_REJECTION, {"client": client_id, _CLOSING: _closing(context)}).first()


def _has_verdict(session: Session, change_id: int, client_id: int) -> bool:
    known = select(REVIEW.c.id).where(REVIEW.c.client_id == client_id, REVIEW.c.change_id == change_id)
    return session.execute(known.limit(1)).first() is not None


def _closing(context: Context) -> list[str]:
    return [code for code, entry in context.catalogues.stages.items() if not entry.in_work]
