"""Entering and leaving work: who is in work is owed a next action, who is closed is owed nothing."""

from typing import Any

from sqlalchemy.engine import Row

from salesdesk.base.handed import end_what_is_over
from salesdesk.base.placement import Standing, has_number, read_client, read_open_action, standing
from salesdesk.codes import Hold, StepKind
from salesdesk.context import Context
from salesdesk.desk.queue_rows import usual_goal
from salesdesk.models import Client, NextAction
from salesdesk.rows import NextStep
from salesdesk.storage.journal import Journal


def keep_owed(journal: Journal, context: Context, client_id: int) -> None:
    """Close what is owed to a closed client; owe something, from now on, to one in work owed nothing."""
    client = read_client(journal.session, client_id)
    if client is None:
        return
    action = read_open_action(journal.session, client_id)
    stage = context.stage(client.stage)
    if client.do_not_call or (stage is not None and not stage.in_work):
        if action is not None:
            journal.change(NextAction, action, closed_at=context.not_before(action.opened_at))
        end_what_is_over(journal, context, [client_id])
    elif stage is not None:
        if client.owner_id is None:
            journal.change(Client, client, owner_id=context.me.id)
        if action is None:
            owe(journal, context, client)


def owe(
    journal: Journal,
    context: Context,
    client: Row[Any],
    step: NextStep | None = None,
    operator_id: int | None = None,
) -> int:
    """Owe a client something: the usual call of its stage, now, where not said. Give the next action's id.

    `operator_id` is who owes it: the client's owner, where not said.
    """
    step = step or NextStep(StepKind.CALL, usual_goal(context, client.stage), context.now, promise=False)
    where = standing(context, client, number=has_number(journal.session, client.id), next_action=True)
    return open_action(
        journal, context, client, step, where,
        operator_id=operator_id or client.owner_id or context.me.id,
        attempt=client.attempts + 1,
        hold=where.hold(step.kind, 0, None),
    )  # fmt: skip


def open_action(
    journal: Journal,
    context: Context,
    client: Row[Any],
    step: NextStep,
    where: Standing,
    *,
    operator_id: int,
    attempt: int,
    hold: Hold | None,
    deal_id: int | None = None,
) -> int:
    """Write a next action; its keys in the lists are the client's. Give its id."""
    return journal.add(
        NextAction,
        client_id=client.id,
        deal_id=deal_id,
        operator_id=operator_id,
        kind=step.kind,
        goal=step.goal,
        due_at=step.due_at,
        promise=step.promise,
        first_due_at=step.due_at,
        moves=0,
        attempt=attempt,
        hold=hold,
        opened_at=context.now,
        closed_at=None,
        call_id=None,
        band=where.band,
        sort_key=where.sort_key,
        zone=client.zone,
    )
