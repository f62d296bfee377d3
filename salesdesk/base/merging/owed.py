"""What is owed: at most one next action stays open, the others are closed and told of in a note."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Row
from sqlmodel import Session

from salesdesk import wording
from salesdesk.base.owed_history import change_owed
from salesdesk.base.placement import NEXT_ACTION, has_number, read_client, read_open_action, standing
from salesdesk.codes import StepKind
from salesdesk.context import Context
from salesdesk.formatting import day_and_time, day_title
from salesdesk.i18n import _
from salesdesk.models import NextAction
from salesdesk.storage.among import within
from salesdesk.storage.journal import Journal


def open_actions(session: Session, clients: Sequence[int]) -> dict[int, Row[Any]]:
    """Read what is owed to clients, by client."""
    statement = select(NEXT_ACTION).where(
        within(NEXT_ACTION.c.client_id, clients), NEXT_ACTION.c.closed_at.is_(None)
    )
    return {action.client_id: action for action in session.execute(statement)}


def stays_open(actions: Mapping[int, Row[Any]], chosen: int | None) -> int | None:
    """Tell whose next action stays open: the one chosen, else the promise, else the earliest.

    What waits for the lead stays only where nothing else is owed.
    """
    if chosen is not None and chosen in actions:
        return chosen
    if not actions:
        return None
    return min(
        actions,
        key=lambda client: (
            actions[client].hold is not None, not actions[client].promise, actions[client].due_at, client,
        ),
    )  # fmt: skip


def move_owed(
    journal: Journal,
    context: Context,
    cards: Sequence[Row[Any]],
    chosen: int | None,
    stage: str | None,
    *,
    never: bool,
) -> list[str]:
    """Take what was owed over to the first card; give a line for each next action that is closed.

    `stage` is where the card will stand, `never` whether it will never be called.
    """
    keep, *others = cards
    actions = open_actions(journal.session, [card.id for card in cards])
    entry = context.stage(stage)
    over = never or (entry is not None and not entry.in_work)
    stays = None if over else stays_open(actions, chosen)
    lines = []
    for client, action in actions.items():
        if client != stays:
            journal.change(NextAction, action, closed_at=context.not_before(action.opened_at))
            lines.append(_closed(context, action, over=over))
    for other in others:
        journal.repoint(NextAction, "client_id", other.id, keep.id)
    return lines


def hand_over(journal: Journal, context: Context, cards: Sequence[Row[Any]], owner_id: int | None) -> None:
    """Let what is owed be its new owner's, where it was its old owner's."""
    owners = {card.owner_id for card in cards} - {None}
    action = read_open_action(journal.session, cards[0].id)
    if action is not None and owner_id is not None and action.operator_id in owners:
        change_owed(journal, context, action, operator_id=owner_id)


def owe_where_nothing_is(journal: Journal, context: Context, client_id: int) -> bool:
    """Owe the usual call of its stage to a client in work that is owed nothing; tell whether it was so."""
    session = journal.session
    client = read_client(session, client_id)
    entry = None if client is None else context.stage(client.stage)
    if client is None or entry is None or not entry.in_work or client.do_not_call:
        return False
    if read_open_action(session, client_id) is not None:
        return False
    where = standing(context, client, number=has_number(session, client_id), next_action=True)
    journal.add(
        NextAction, client_id=client_id, deal_id=None, operator_id=client.owner_id or context.me.id,
        kind=StepKind.CALL, goal=entry.goal, due_at=context.now, promise=False, first_due_at=context.now,
        moves=0, attempt=client.attempts + 1, hold=where.hold(StepKind.CALL, 0, None),
        opened_at=context.now, closed_at=None, call_id=None, band=where.band, sort_key=where.sort_key,
        zone=client.zone,
    )  # fmt: skip
    return True


def said_owed(context: Context, action: Row[Any]) -> str:
    """Write what is owed in a few words."""
    goal = wording.titled(context.catalogues.goals, action.goal)
    return f"{wording.kind(action.kind)}: {goal}, {_when(context, action.due_at, promise=action.promise)}"


def _when(context: Context, due_at: datetime, *, promise: bool) -> str:
    zone = context.catalogues.team.zone
    if promise:
        return _("promised for {when}").format(when=day_and_time(due_at, context.now, zone))
    return day_title(due_at.astimezone(zone).date())


def _closed(context: Context, action: Row[Any], *, over: bool) -> str:
    line = (
        _("Closed, for nothing is owed to a closed client: {owed}")
        if over
        else _("Closed, for one next action stays open: {owed}")
    )
    return line.format(owed=said_owed(context, action))
