"""What is owed: moved to another time, or made where it is missing."""

from typing import Any

from sqlalchemy.engine import Row
from sqlmodel import Session

from salesdesk.base.owed_history import change_owed
from salesdesk.base.placement import place, read_open_action
from salesdesk.base.visible import take_visible
from salesdesk.codes import Hold
from salesdesk.context import Context
from salesdesk.desk.calls import check_step
from salesdesk.desk.changed_meanwhile import refuse
from salesdesk.desk.work import owe
from salesdesk.errors import NotAllowedError
from salesdesk.i18n import _
from salesdesk.kept.rows import Owed
from salesdesk.models import Client, NextAction
from salesdesk.rows import Due, NextActionRow, NextStep
from salesdesk.storage.journal import Journal

MOVE = "move_next_action"
ADD = "add_next_action"


def move(
    session: Session,
    context: Context,
    client_id: int,
    step: NextStep,
    seen: NextActionRow | Owed | None = None,
) -> int:
    """Move the open next action: it keeps its first date, and the move is counted. Give its id.

    Where nothing is owed yet, the step becomes what is owed. `seen` is what was owed when it was asked
    to when. Raises InputError for a time that has passed, NotAllowedError for a client that is closed,
    ConflictError where somebody else has moved it meanwhile, or called.
    """
    if seen is not None:
        _as_seen(session, context, client_id, step, seen)
    journal = Journal(session)
    action_id, what = move_or_owe(journal, context, client_id, step)
    journal.close(what, at=context.now, operator_id=context.me.id, client_id=client_id)
    return action_id


def _as_seen(
    session: Session, context: Context, client_id: int, step: NextStep, seen: NextActionRow | Owed
) -> None:
    take_visible(session, context, client_id)
    now = read_open_action(session, client_id)
    if now is not None and (now.id != seen.id or now.due_at not in (seen.due_at, step.due_at)):
        refuse(session, NextAction, now, ["due_at"])


def move_or_owe(
    journal: Journal, context: Context, client_id: int, step: NextStep, operator_id: int | None = None
) -> tuple[int, str]:
    """Move what is owed, or owe it, as a part of something larger; say which of both, beside its id.

    `operator_id` is whose it is from then on; the one's who has it, where not said. Raises what `move` does.
    """
    client = take_visible(journal.session, context, client_id)
    entry = context.stage(client.stage)
    if client.do_not_call or (entry is not None and not entry.in_work):
        raise NotAllowedError(_("{name} is closed: nothing is owed to it.").format(name=client.name))
    check_step(context, step)
    action = read_open_action(journal.session, client_id)
    if action is None:
        action_id, what = owe(journal, context, client, step, operator_id), ADD
    else:
        action_id, what = int(action.id), MOVE
        journal.change(NextAction, action, kind=step.kind, goal=step.goal)
        move_owed(journal, context, client, action, Due(step.due_at, step.promise), operator_id)
    place(journal, context, client_id)
    return action_id, what


def move_owed(
    journal: Journal,
    context: Context,
    client: Row[Any],
    action: Row[Any],
    due: Due,
    operator_id: int | None = None,
) -> None:
    """Let an open next action be due at another time; whoever calls this places the client anew.

    `operator_id` is whose it is from then on; the one's who has it, where not said.
    """
    # Moving what waited for the lead gives it back to its owner, with its attempts counted anew.
    back = action.hold == Hold.ATTEMPTS_USED_UP
    whose = (client.owner_id or context.me.id) if back else action.operator_id
    if back:
        journal.change(Client, client, attempts=0)
    change_owed(
        journal,
        context,
        action,
        due_at=due.at,
        promise=due.promise,
        moves=action.moves + (1 if due.at != action.due_at else 0),
        attempt=1 if back else action.attempt,
        hold=None if back else action.hold,
        operator_id=whose if operator_id is None else operator_id,
    )
