"""What a lead does about tails: clients given to somebody else, or called at another time; one or many.

Each is one use case and one line of the trail, so that one undo takes the whole of it back.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import Session, col

from salesdesk.base.handed import end_what_is_over
from salesdesk.base.owed_history import change_owed
from salesdesk.base.placement import place, read_open_action, take_client
from salesdesk.context import Context
from salesdesk.desk.next_actions import move_owed
from salesdesk.errors import InputError, NotFoundError
from salesdesk.i18n import _
from salesdesk.models import Client, Deal, Operator
from salesdesk.rows import Due
from salesdesk.storage.journal import Journal, table_of
from salesdesk.team.rights import only_for_leads

REASSIGN = "reassign"
RESCHEDULE = "reschedule"

DEAL = table_of(Deal)


def reassign(session: Session, context: Context, clients: Sequence[int], login: str) -> int:
    """Give clients to an operator: with what is owed to them and their open deals. Give how many changed.

    Raises NotFoundError for an operator who does not work here, NotAllowedError for one who may not.
    """
    only_for_leads(context)
    operator = session.scalars(
        select(Operator).where(col(Operator.login) == login, col(Operator.active))
    ).first()
    if operator is None or operator.id is None:
        raise NotFoundError(_("There is no operator {login} who works at this base.").format(login=login))
    journal = Journal(session)
    changed = [client for client in clients if give(journal, context, client, operator.id)]
    for client in changed:
        place(journal, context, client)
    return _close(journal, context, REASSIGN, changed)


def reschedule(session: Session, context: Context, clients: Sequence[int], due: Due) -> int:
    """Move what is owed to clients to a time; those that are owed nothing stay. Give how many moved.

    Kind and goal of each stay its own; each keeps its first date and counts the move. Raises
    InputError for a time that has passed.
    """
    only_for_leads(context)
    if due.at < context.now:
        raise InputError(_("That time has passed already."), "next")
    journal = Journal(session)
    moved = []
    for client_id in clients:
        client = take_client(session, client_id)
        action = read_open_action(session, client_id)
        if client is not None and action is not None:
            move_owed(journal, context, client, action, due)
            moved.append(client_id)
    for client_id in moved:
        place(journal, context, client_id)
    return _close(journal, context, RESCHEDULE, moved)


def give(journal: Journal, context: Context, client_id: int, operator_id: int) -> bool:
    """Give a client to an operator, with what is owed to it and its open deals; tell whether it changed."""
    client = take_client(journal.session, client_id)
    if client is None:
        return False
    changed = journal.change(Client, client, owner_id=operator_id)
    action = read_open_action(journal.session, client_id)
    if action is not None:
        changed |= change_owed(journal, context, action, operator_id=operator_id)
    opened = select(DEAL).where(DEAL.c.client_id == client_id, DEAL.c.closed_at.is_(None))
    for deal in journal.session.execute(opened).all():
        changed |= journal.change(Deal, deal, owner_id=operator_id)
    end_what_is_over(journal, context, [client_id])
    return changed


def _close(journal: Journal, context: Context, action: str, clients: Sequence[int]) -> int:
    if clients:
        only = clients[0] if len(clients) == 1 else None
        journal.close(action, at=context.now, operator_id=context.me.id, client_id=only)
    return len(clients)
