"""Undo and the trail: one's own last thing, while it is fresh, and never at the cost of what came later."""

from datetime import timedelta

import pytest
from builders import owed, said, snapshot, step

from salesdesk.codes import Role
from salesdesk.desk import calls, card, deals, editing, next_actions
from salesdesk.desk.undo import history, undo
from salesdesk.errors import NotAllowedError

DONE = {
    "log_call": lambda desk, client: desk.write(calls.log_call, said(client, "interested", result="hit")),
    "do_not_call": lambda desk, client: desk.write(calls.log_call, said(client, "do_not_call")),
    "move": lambda desk, client: desk.write(next_actions.move, client, step(desk.now + timedelta(days=1))),
    "edit": lambda desk, client: desk.write(editing.edit_client, client, name="Новое", city="Омск"),
    "reject": lambda desk, client: desk.write(
        editing.edit_client, client, stage="rejected", reject_reason="price"
    ),
    "add": lambda desk, _client: desk.write(editing.add_client, "Новый", "8 495 111-22-33", stage="new"),
    "contact": lambda desk, client: desk.write(editing.save_contact, client, None, name="Зоя"),
    "remove": lambda desk, client: desk.write(
        editing.remove_contact, client, desk.read(card.card, client).contacts[0].id
    ),
    "number": lambda desk, client: desk.write(editing.save_phone, client, None, raw="2-33-44"),
    "note": lambda desk, client: desk.write(editing.add_note, client, "заметка"),
    "deal": lambda desk, client: desk.write(
        deals.save_deal, client, None, title="Заказ", amount="5", stage="invoice"
    ),
}


def test_each_thing_done_is_taken_back_whole_and_stands_in_the_trail(desk):
    client = desk.client(stage="new", owes=owed(desk.now), people=("Мария",), deal=100)
    desk.client("shares the number")
    before = snapshot(desk.base)
    for name, do in DONE.items():
        do(desk, client)
        assert snapshot(desk.base) != before, name
        done = desk.read(history, limit=1)[0]
        assert (done.operator, done.undone) == ("anna", False)
        assert done.fields
        undone = desk.write(undo)
        assert (undone.event_id, undone.action) == (done.id, done.action)
        assert snapshot(desk.base) == before, name
        assert desk.read(history, limit=1)[0].undone
    assert len(desk.read(history, limit=100)) == len(DONE)


def test_undo_goes_back_one_thing_at_a_time_and_is_each_operators_own(desk):
    client, boris = desk.client(owner_id=None), desk.beside("boris")
    desk.write(editing.add_note, client, "первая")
    boris.write(editing.add_note, client, "чужая")
    desk.write(editing.add_note, client, "вторая")
    for wanted in ({"первая", "чужая"}, {"чужая"}):
        desk.write(undo)
        assert {row.text for row in desk.read(card.card, client).timeline} == wanted
    with pytest.raises(NotAllowedError, match="nothing to undo"):
        desk.write(undo)
    assert boris.write(undo).client_name == "Ромашка"


def test_nothing_is_undone_once_its_time_is_over(desk):
    client = desk.client()
    desk.write(editing.add_note, client, "заметка")
    with pytest.raises(NotAllowedError, match="24"):
        desk.later(hours=24, seconds=1).write(undo)
    desk.later(hours=24).write(undo)


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("log_call", "do_not_call"),
        ("log_call", "move"),
        ("edit", "edit again"),
        ("contact", "number of that contact"),
        ("add", "note on it"),
    ],
)
def test_what_somebody_has_built_upon_stays(desk, first, then):
    client = desk.client(stage="new", owes=owed(desk.now), people=("Мария",), owner_id=None)
    boris = desk.beside("boris", Role.LEAD)
    made = DONE[first](desk, client)
    if then == "edit again":
        boris.write(editing.edit_client, client, name="Ещё новее")
    elif then == "number of that contact":
        boris.write(editing.save_phone, client, None, raw="2-33-44", contact_id=made)
    elif then == "note on it":
        boris.write(editing.add_note, made, "важное")
    else:
        DONE[then](boris, client)
    before = snapshot(desk.base)
    with pytest.raises(NotAllowedError, match="changed since"):
        desk.write(undo)
    assert snapshot(desk.base) == before
    boris.write(undo)
    desk.write(undo)
