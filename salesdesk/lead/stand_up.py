"""The stand-up: five minutes over an operator's list and a few of their cards, written down as it goes."""

from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.engine import Row
from sqlmodel import Session, col

from salesdesk.base.cells import block_of
from salesdesk.base.placement import read_open_action
from salesdesk.context import Context
from salesdesk.desk.next_actions import move_or_owe
from salesdesk.errors import NotAllowedError, NotFoundError
from salesdesk.i18n import _
from salesdesk.lead.notes import write_note
from salesdesk.lead.stand_up_cards import choose_cards
from salesdesk.lead.stand_up_record import CARD, DECIDE_STEP, STAND_UP, stand_ups
from salesdesk.lead.stand_up_rows import StandUpRow
from salesdesk.models import AuditEvent, NextAction, Operator, StandUp, StandUpCard
from salesdesk.rows import NextStep
from salesdesk.storage.journal import GOES_ON, WRITE_DOWN, Change, Journal, table_of
from salesdesk.team.rights import only_for_leads

BEGIN = "begin_stand_up"
DECIDE_NOTE = "stand_up_note"
FINISH = "finish_stand_up"

EVENT = table_of(AuditEvent)


def begin(session: Session, context: Context, operator_id: int) -> StandUpRow:
    """Begin an operator's stand-up with the cards of today; one of today that was broken off goes on.

    Raises NotFoundError for who does not work here, NotAllowedError for one who has no clients.
    """
    only_for_leads(context)
    name = _take_operator(session, operator_id)
    begun = broken_off(session, context, operator_id)
    if begun is not None:
        return stand_up(session, context, begun)
    cards = choose_cards(session, context, operator_id)
    if not cards:
        raise NotAllowedError(_("{name} has no client to talk about.").format(name=name))
    journal = Journal(session)
    stand_up_id = journal.add(
        StandUp, operator_id=operator_id, lead_id=context.me.id, started_at=context.now, finished_at=None
    )
    for position, card in enumerate(cards, 1):
        # What is empty yet is said, so that undo does not take away what was written down since.
        journal.add(
            StandUpCard, stand_up_id=stand_up_id, client_id=card.client_id, position=position, rule=card.rule,
            plan=None, remarks=None, next_action_id=None, note_id=None,
        )  # fmt: skip
    journal.close(BEGIN, at=context.now, operator_id=context.me.id)
    return stand_up(session, context, stand_up_id)


def broken_off(session: Session, context: Context, operator_id: int) -> int | None:
    """Give the stand-up of an operator that began today and has not ended, if there is one."""
    return session.scalars(
        select(STAND_UP.c.id)
        .where(
            STAND_UP.c.operator_id == operator_id,
            STAND_UP.c.started_at >= context.midnight,
            STAND_UP.c.finished_at.is_(None),
        )
        .order_by(STAND_UP.c.started_at.desc())
        .limit(1)
    ).first()


def stand_up(session: Session, context: Context, stand_up_id: int) -> StandUpRow:
    """Read a stand-up as it is now. Raises NotFoundError: its beginning may have been taken back."""
    only_for_leads(context)
    found = stand_ups(session, context, [stand_up_id])
    if not found:
        raise NotFoundError(_("This stand-up is no longer there: it was taken back."))
    return found[0]


def write_down(session: Session, context: Context, card_id: int, plan: str, remarks: str) -> bool:
    """Keep what is typed on a card: the operator's plan, the lead's remarks. Tell whether it was new.

    Called at every pause of the typing: what follows on itself is one thing to undo.
    """
    card = _take_card(session, context, card_id)
    journal = Journal(session)
    said = {"plan": block_of(plan) or None, "remarks": block_of(remarks) or None}
    if not journal.change(StandUpCard, card, **said):
        return False
    last = session.execute(
        select(EVENT.c.id, EVENT.c.action, EVENT.c.changes, EVENT.c.at)
        .where(EVENT.c.operator_id == context.me.id, EVENT.c.undone_at.is_(None))
        .order_by(EVENT.c.id.desc())
        .limit(1)
    ).first()
    typed = last is not None and last.action == WRITE_DOWN and last.at <= context.now <= last.at + GOES_ON
    if last is not None and typed and last.changes[0][:2] == [CARD.name, card_id]:
        journal.go_on(last.id, cast("list[Change]", last.changes), at=context.now)
    else:
        journal.close(WRITE_DOWN, at=context.now, operator_id=context.me.id, client_id=card.client_id)
    return True


def decide_next_action(session: Session, context: Context, card_id: int, step: NextStep) -> int:
    """Decide what is owed to a card's client from now on, by the operator whose stand-up it is. Give its id.

    Raises InputError for a time that has passed, NotAllowedError for a client that is closed.
    """
    card = _take_card(session, context, card_id)
    journal = Journal(session)
    action_id, _what = move_or_owe(journal, context, card.client_id, step, operator_id=card.operator_id)
    journal.change(StandUpCard, card, next_action_id=action_id)
    owed = read_open_action(session, card.client_id)
    if owed is not None:
        # What was decided, whole: later on it tells what became of it.
        journal.hold_to(
            NextAction, action_id, kind=owed.kind, goal=owed.goal, due_at=owed.due_at, promise=owed.promise,
            moves=owed.moves, closed_at=None,
        )  # fmt: skip
    journal.close(DECIDE_STEP, at=context.now, operator_id=context.me.id, client_id=card.client_id)
    return action_id


def decide_note(session: Session, context: Context, card_id: int, text: str) -> int:
    """Leave the operator a note about a card's client. Give its id. Raises InputError for nothing."""
    card = _take_card(session, context, card_id)
    journal = Journal(session)
    note_id = write_note(journal, context, card.client_id, int(card.operator_id), text)
    journal.change(StandUpCard, card, note_id=note_id)
    journal.close(DECIDE_NOTE, at=context.now, operator_id=context.me.id, client_id=card.client_id)
    return note_id


def finish(session: Session, context: Context, stand_up_id: int) -> None:
    """End a stand-up. Raises NotFoundError."""
    only_for_leads(context)
    found = session.execute(select(STAND_UP).where(STAND_UP.c.id == stand_up_id).with_for_update()).first()
    if found is None:
        raise NotFoundError(_("This stand-up is no longer there: it was taken back."))
    journal = Journal(session)
    if found.finished_at is None and journal.change(StandUp, found, finished_at=context.now):
        journal.close(FINISH, at=context.now, operator_id=context.me.id)


def _take_operator(session: Session, operator_id: int) -> str:
    """Give an operator's name; whoever else would begin their stand-up waits for this unit of work."""
    found = session.execute(
        select(col(Operator.name))
        .where(col(Operator.id) == operator_id, col(Operator.active))
        .with_for_update()
    ).first()
    if found is None:
        raise NotFoundError(
            _("There is no operator {login} who works at this base.").format(login=operator_id)
        )
    return str(found.name)


def _take_card(session: Session, context: Context, card_id: int) -> Row[Any]:
    only_for_leads(context)
    card = session.execute(
        select(CARD, STAND_UP.c.operator_id)
        .join(STAND_UP, STAND_UP.c.id == CARD.c.stand_up_id)
        .where(CARD.c.id == card_id)
        .with_for_update(of=CARD)
    ).first()
    if card is None:
        raise NotFoundError(_("This stand-up is no longer there: it was taken back."))
    return card
