"""Whose turn it is: operators by their last stand-up, and what stands before the cards of one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select
from sqlalchemy.engine import Row
from sqlmodel import Session

from salesdesk.base.placement import NEXT_ACTION
from salesdesk.base.visible import read_visible
from salesdesk.codes import Role
from salesdesk.context import Context, Me
from salesdesk.desk import day, queue
from salesdesk.desk.card import card_of as card_read
from salesdesk.desk.reasons import reason
from salesdesk.errors import NotFoundError
from salesdesk.i18n import _
from salesdesk.lead.grouping import OPERATOR
from salesdesk.lead.stand_up_cards import choose_cards
from salesdesk.lead.stand_up_record import STAND_UP, stand_ups
from salesdesk.lead.stand_up_rows import Chosen, OperatorDay, Turn
from salesdesk.lead.tails import tails_of
from salesdesk.models.types import Instant
from salesdesk.rows import Card
from salesdesk.storage.existing import there_is
from salesdesk.team.rights import only_for_leads

LISTED = 12
"""So many rows of the operator's list are enough to see how the day begins."""

N, O, U = NEXT_ACTION.c, OPERATOR.c, STAND_UP.c  # noqa: E741  # beside N it reads as what it is

_MIDNIGHT, _TOMORROW = bindparam("midnight", type_=Instant), bindparam("tomorrow", type_=Instant)

_PEOPLE = select(O.id, O.login, O.name, O.absent_until).where(
    O.active,
    or_(
        O.role == Role.OPERATOR,
        # A lead or an administrator who calls clients of their own stands up as everybody.
        there_is(N.operator_id == O.id, N.closed_at.is_(None), N.hold.is_(None)),
    ),
)
_DUE_TODAY = (
    select(N.operator_id, func.count())
    .where(N.closed_at.is_(None), N.hold.is_(None), N.due_at >= _MIDNIGHT, N.due_at < _TOMORROW)
    .group_by(N.operator_id)
)
_DONE_TODAY = (
    select(N.operator_id, func.count())
    .where(N.closed_at >= _MIDNIGHT, N.closed_at < _TOMORROW, N.call_id.is_not(None))
    .group_by(N.operator_id)
)
_BEGUN = and_(U.started_at >= _MIDNIGHT, U.finished_at.is_(None))


def _latest(which: ColumnElement[bool]) -> Select[Any]:
    """Select the last stand-up of each operator among some."""
    last = (
        select(U.operator_id, func.max(U.started_at).label("at"))
        .where(which)
        .group_by(U.operator_id)
        .subquery()
    )
    return select(U.operator_id, func.max(U.id)).join(
        last, and_(last.c.operator_id == U.operator_id, last.c.at == U.started_at)
    ).where(which).group_by(U.operator_id)  # fmt: skip


_LAST, _GOES_ON = _latest(~_BEGUN), _latest(_BEGUN)


def in_turn(session: Session, context: Context) -> tuple[Turn, ...]:
    """Give the operators in turn: who was never stood up with first, then the longest ago.

    A stand-up of today that was broken off stands before all of them, the absent after. Raises
    NotAllowedError for an operator.
    """
    only_for_leads(context)
    given = _given(context)

    def read(statement: Select[Any]) -> dict[int, int]:
        return {row[0]: row[1] for row in session.execute(statement, given)}

    last, begun, due, done = read(_LAST), read(_GOES_ON), read(_DUE_TODAY), read(_DONE_TODAY)
    held = {row.id: row for row in stand_ups(session, context, list(last.values()))}
    tails = tails_of(session, context)
    turns = []
    for who in session.execute(_PEOPLE):
        late, amount = tails.get(who.id, (0, 0))
        turns.append(
            Turn(
                operator_id=who.id, login=who.login, name=who.name, absent=_absent(context, who), tails=late,
                amount_minor=amount, done=done.get(who.id, 0),
                planned=done.get(who.id, 0) + due.get(who.id, 0), last=held.get(last.get(who.id, 0)),
                begun=begun.get(who.id),
            )
        )  # fmt: skip
    return tuple(sorted(turns, key=_place))


def day_of(session: Session, context: Context, operator_id: int) -> OperatorDay:
    """Give what stands before an operator's cards: their list of today in short, and the last stand-up.

    Where one of today was broken off, the cards are its own: those it goes on with.
    """
    only_for_leads(context)
    theirs = _as_seen_by(session, context, operator_id)
    rows = queue.page(session, theirs, limit=LISTED).rows
    last = session.execute(_LAST.where(U.operator_id == operator_id), _given(context)).first()
    return OperatorDay(
        operator_id=operator_id,
        name=theirs.me.name,
        counts=day.counts(session, theirs),
        rows=rows,
        reasons={row.client_id: reason(theirs, row) for row in rows},
        last=next(iter(stand_ups(session, context, [last[1]])), None) if last is not None else None,
        cards=_begun_cards(session, context, operator_id) or choose_cards(session, context, operator_id),
    )


def _begun_cards(session: Session, context: Context, operator_id: int) -> tuple[Chosen, ...]:
    begun = session.execute(_GOES_ON.where(U.operator_id == operator_id), _given(context)).first()
    held = stand_ups(session, context, [begun[1]]) if begun is not None else ()
    return tuple(Chosen(card.client_id, card.name, card.rule) for one in held for card in one.cards)


def card_of(session: Session, context: Context, operator_id: int, client_id: int, timeline: int) -> Card:
    """Read a client's card as the operator sees it: why it stands where it stands in *their* list.

    Without what they have half-typed: that is theirs to go on with.
    """
    only_for_leads(context)
    theirs = _as_seen_by(session, context, operator_id)
    client = read_visible(session, context, client_id)
    return replace(card_read(session, theirs, client, timeline), draft=None)


def _as_seen_by(session: Session, context: Context, operator_id: int) -> Context:
    who = session.execute(select(OPERATOR).where(O.id == operator_id)).first()
    if who is None:
        raise NotFoundError(_("There is no operator {login}.").format(login=operator_id))
    return replace(context, me=Me(id=who.id, login=who.login, name=who.name, role=who.role))


def _given(context: Context) -> dict[str, datetime]:
    tomorrow = context.clock.midnight(context.today + timedelta(days=1))
    return {"midnight": context.midnight, "tomorrow": tomorrow}


def _absent(context: Context, who: Row[Any]) -> bool:
    return who.absent_until is not None and who.absent_until > context.now


def _place(turn: Turn) -> tuple[bool, bool, datetime, str]:
    at = turn.last.started_at if turn.last is not None else datetime.min.replace(tzinfo=UTC)
    return turn.absent, turn.begun is None, at, turn.name.casefold()
