"""What is owed: moved, made, given back; and drafts of what is being typed about it."""

from datetime import timedelta

import pytest
from builders import assert_consistent, owed, said, step
from sqlalchemy import select

from salesdesk.base.placement import NEXT_ACTION
from salesdesk.codes import Hold, Role, StepKind
from salesdesk.desk import calls, card, drafts, next_actions, queue
from salesdesk.desk.beside import read_beside
from salesdesk.errors import InputError, NotAllowedError, NotFoundError

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def owes(desk, client_id):
    return desk.read(card.card, client_id).next_action


def test_a_move_keeps_the_first_date_and_is_counted(desk):
    due = desk.now - DAY
    client_id = desk.client(stage="new", owes=owed(due))
    for place in (1, 2, 3):
        desk.write(next_actions.move, client_id, step(desk.now + place * HOUR, promise=True))
    action = owes(desk, client_id)
    assert (action.first_due_at, action.due_at, action.moves) == (due, desk.now + 3 * HOUR, 3)
    assert (action.promise, action.goal, action.kind) == (True, "get_request", StepKind.CALL)
    desk.write(next_actions.move, client_id, step(action.due_at, goal="get_invoice", kind="meeting"))
    action = owes(desk, client_id)
    assert (action.moves, action.goal, action.kind) == (3, "get_invoice", StepKind.MEETING)
    assert_consistent(desk)


def test_who_was_owed_nothing_is_owed_what_is_said(desk):
    cold, forgotten = desk.client("cold"), desk.client("forgotten", stage="proposal")
    for client_id in (cold, forgotten):
        action_id = desk.write(next_actions.move, client_id, step(desk.now + DAY, promise=True))
        action = owes(desk, client_id)
        assert (action.id, action.moves, action.first_due_at) == (action_id, 0, desk.now + DAY)
    assert_consistent(desk)


@pytest.mark.parametrize(
    ("columns", "told", "error"),
    [
        ({"stage": "new"}, {"due_at": -1}, InputError),
        ({"stage": "new"}, {"goal": "keep_in_touch"}, NotFoundError),
        ({"stage": "rejected"}, {}, NotAllowedError),
        ({"stage": "new", "do_not_call": True}, {}, NotAllowedError),
        ({}, {"client_id": 10**9}, NotFoundError),
    ],
)
def test_what_cannot_be_owed(desk, columns, told, error):
    client_id = desk.client(**columns)
    due = desk.now + told.get("due_at", 1) * HOUR
    with pytest.raises(error) as refused:
        desk.write(
            next_actions.move,
            told.get("client_id", client_id),
            step(due, goal=told.get("goal", "get_request")),
        )
    assert "\n" not in str(refused.value)
    assert owes(desk, client_id) is None


def test_what_waited_for_the_lead_goes_back_to_its_owner_with_its_attempts_anew(desk):
    lead = desk.beside("vera", Role.LEAD)
    client_id = desk.client(
        stage="new", attempts=6,
        owes=owed(desk.now, hold=Hold.ATTEMPTS_USED_UP, attempt=7, operator_id=lead.me),
    )  # fmt: skip
    lead.write(next_actions.move, client_id, step(desk.now + HOUR))
    action = owes(desk, client_id)
    assert (action.operator_id, action.attempt, action.hold) == (desk.me, 1, None)
    later = desk.later(hours=1)
    assert [row.attempt for row in later.read(queue.page).rows] == [1]
    later.write(calls.log_call, said(client_id, "no_answer"))
    assert (owes(desk, client_id).attempt, owes(desk, client_id).hold) == (2, None)


def test_a_reminder_speaks_of_promises_near_and_past_and_of_no_others(desk):
    with desk.filling() as base:
        for name, minutes, promise in (
            ("past", -30, True),
            ("near", 8, True),
            ("later", 30, True),
            ("due", 1, False),
        ):
            due = desk.now + timedelta(minutes=minutes)
            base.client(name, stage="new", owes=owed(due, promise=promise))

    def reminded(minutes):
        found = desk.read(queue.promises_due, within=timedelta(minutes=minutes))
        return [promise.name for promise in found]

    assert reminded(10) == ["past", "near"]
    assert reminded(1) == ["past"]
    assert reminded(45) == ["past", "near", "later"]


def test_a_draft_is_each_operators_own_is_replaced_and_goes_with_the_call(desk):
    client_id, boris = desk.client(owner_id=None), desk.beside("boris")
    for body in ({"note": "пол"}, {"note": "половина", "when": "завтра"}):
        desk.write(drafts.keep, client_id, body)
    assert desk.read(card.card, client_id).draft == {"note": "половина", "when": "завтра"}
    assert boris.read(card.card, client_id).draft is None
    boris.write(drafts.keep, client_id, {"note": "\ud83d [b]моё[/b] \x07"})
    boris.write(drafts.drop, client_id)
    desk.write(calls.log_call, said(client_id, "busy"))
    assert desk.read(read_beside, client_id).draft is None


def test_closing_an_action_names_the_call_that_did(desk):
    client_id = desk.client(stage="new", owes=owed(desk.now))
    logged = desk.write(calls.log_call, said(client_id, "busy"))
    with desk.base.read() as session:
        closed = select(NEXT_ACTION.c.call_id).where(NEXT_ACTION.c.closed_at.is_not(None))
        assert session.scalars(closed).all() == [logged.call_id]
