"""What was kept on a workstation comes in once, as of when it was said, and over nobody's work."""

import secrets
from dataclasses import replace
from datetime import timedelta

import pytest
from builders import Desk, assert_consistent, owed, said, snapshot, step
from sqlalchemy import select
from sqlmodel import col

from salesdesk.base.filters import Everything
from salesdesk.base.placement import CLIENT, NEXT_ACTION
from salesdesk.codes import GoalResult, Role
from salesdesk.desk import calls, card, editing, next_actions, undo
from salesdesk.desk.coming_in import ClashError, NotYetError, come_in
from salesdesk.errors import NotAllowedError, NotFoundError
from salesdesk.kept.rows import Kept, Theirs, Way, seen_on
from salesdesk.lead.handing_over import Asked, hand_over
from salesdesk.lead.sharing_out import read_to
from salesdesk.models import Call, Note
from salesdesk.storage import receipts
from salesdesk.team import claims

HOUR = timedelta(hours=1)
ONE, TWO = "one", "two"


def of(desk: Desk, model, client_id: int):
    with desk.base.read() as session:
        found = select(model).where(col(model.client_id) == client_id).order_by(col(model.id))
        return list(session.scalars(found))


def row_of(desk: Desk, table, *where):
    with desk.base.read() as session:
        return session.execute(select(table).where(*where)).one()


def kept_call(desk: Desk, client_id: int, outcome: str = "interested", **what) -> Kept:
    """Say a call of which the base does not hear yet, on the card as it stands."""
    token = secrets.token_urlsafe(16)
    wrap_up = said(client_id, outcome, **what)
    seen = desk.read(card.card, client_id)
    completed = calls.completed(
        desk.context, wrap_up,
        goal=seen.goal, stage=seen.client.stage, attempt=1, zone=seen.client.zone,
    )  # fmt: skip
    wrap_up = replace(completed, token=token, at=desk.now)
    return Kept("b", "anna", token, desk.now, client_id, "Ромашка", seen_on(seen), wrap_up=wrap_up)


@pytest.fixture
def client_id(desk) -> int:
    return desk.client(stage="new", owes=owed(desk.now))


HIT = {"result": GoalResult.HIT}


def test_under_one_token_a_call_is_logged_once(desk, client_id):
    wrap_up = replace(said(client_id, "interested", **HIT), token=ONE)
    first = desk.write(calls.log_call, wrap_up)
    before = snapshot(desk.base)
    again = desk.later(minutes=5).write(calls.log_call, wrap_up)
    assert again == replace(first, again=True)
    assert snapshot(desk.base) == before
    other = desk.write(calls.log_call, replace(wrap_up, token=TWO))
    assert other.call_id != first.call_id


def test_a_client_that_is_handed_on_with_a_call_is_so_once(desk, client_id):
    boris = desk.beside("boris")
    wrap_up = replace(said(client_id, "interested", hand_to="boris", **HIT), token=ONE)
    first = desk.write(calls.log_call, wrap_up)
    assert first.handed_on.to.id == boris.me
    again = desk.write(calls.log_call, wrap_up)
    assert again == replace(first, again=True)


def test_what_comes_in_is_logged_as_of_when_it_was_said(desk, client_id):
    kept = kept_call(desk, client_id, talk_seconds=60, **HIT)
    straight = desk.client("Лютик", stage="new", owes=owed(desk.now))
    desk.write(calls.log_call, said(straight, "interested", talk_seconds=60, **HIT))
    later = desk.later(hours=3)
    assert later.write(come_in, kept) == client_id
    assert later.write(come_in, kept) == client_id
    (call,) = of(desk, Call, client_id)
    (told_at_once,) = of(desk, Call, straight)
    assert call.started_at == told_at_once.started_at == desk.now - timedelta(seconds=60)
    for column in ("last_call_at", "stage", "stage_since", "band", "sort_key"):
        assert (
            row_of(desk, CLIENT, CLIENT.c.id == client_id)._mapping[column]
            == (row_of(desk, CLIENT, CLIENT.c.id == straight)._mapping[column])
        )
    assert open_action(desk, client_id).due_at == open_action(desk, straight).due_at
    assert_consistent(later)
    later.write(undo.undo)
    assert of(desk, Call, client_id) == []


def open_action(desk: Desk, client_id: int):
    return row_of(desk, NEXT_ACTION, NEXT_ACTION.c.client_id == client_id, NEXT_ACTION.c.closed_at.is_(None))


def call_it(other: Desk, client_id: int) -> None:
    other.write(calls.log_call, said(client_id, "busy", note="были в отпуске"))


def close_it(other: Desk, client_id: int) -> None:
    other.write(calls.log_call, said(client_id, "not_interested", reason="price"))


def move_it(other: Desk, client_id: int) -> None:
    other.write(next_actions.move, client_id, step(other.now + 48 * HOUR))


def hand_it_over(other: Desk, client_id: int) -> None:
    other.write(editing.edit_client, client_id, owner="boris")


MEANWHILE = [(call_it, "calls"), (close_it, "stage"), (move_it, "owed"), (hand_it_over, "owner")]


@pytest.mark.parametrize(("meanwhile", "differs"), MEANWHILE)
def test_what_others_did_meanwhile_is_shown_and_not_written_over(desk, client_id, meanwhile, differs):
    kept = kept_call(desk, client_id, **HIT)
    boris = desk.beside("boris", Role.LEAD).later(hours=1)
    meanwhile(boris, client_id)
    before = snapshot(desk.base)
    with pytest.raises(ClashError) as clash:
        desk.later(hours=2).write(come_in, kept)
    assert snapshot(desk.base) == before
    assert differs in clash.value.theirs.differs
    if meanwhile is call_it:
        (theirs,) = clash.value.theirs.calls
        assert (theirs.operator, theirs.outcome, theirs.note) == ("Boris", "busy", "были в отпуске")


def test_a_client_that_is_anothers_by_now_is_a_clash_that_says_so_and_no_more(desk):
    boris, carl = desk.beside("boris"), desk.beside("carl")
    client_id = desk.client(stage="new", owner_id=boris.me, owes=owed(desk.now, operator_id=boris.me))
    kept = replace(kept_call(boris, client_id, **HIT), operator="boris")
    desk.later(hours=1).write(hand_over, Asked("boris", read_to("carl"), Everything()))
    before = snapshot(desk.base)
    for way in (None, Way.AS_SAID):
        with pytest.raises(ClashError, match="among yours no more") as clash:
            boris.later(hours=2).write(come_in, kept, way)
        assert clash.value.theirs == Theirs(client_id, "Ромашка", merged=False, now=None)
    assert snapshot(desk.base) == before
    # In the same words as of one that is nowhere: whose it is by now, nobody is told.
    with pytest.raises(ClashError) as nowhere:
        boris.write(come_in, replace(kept, token=TWO, client_id=999))
    assert str(nowhere.value) == str(clash.value)
    with pytest.raises(NotFoundError):
        desk.write(come_in, replace(kept, token=TWO, client_id=999))
    assert carl.read(card.card, client_id).client.owner == "Carl"


def test_a_merged_client_is_told_by_its_new_card(desk, client_id):
    from salesdesk.base.merging import merge

    kept = kept_call(desk, client_id, **HIT)
    keep = desk.client("Ромашка плюс", stage="new", owes=owed(desk.now))
    desk.write(merge, keep, [client_id])
    with pytest.raises(ClashError) as clash:
        desk.later(hours=2).write(come_in, kept)
    assert (clash.value.theirs.merged, clash.value.theirs.client_id) == (True, keep)
    assert desk.later(hours=2).write(come_in, kept, Way.AS_SAID) == keep
    assert [call.outcome for call in of(desk, Call, keep)] == ["interested"]


@pytest.fixture
def clashed(desk, client_id) -> tuple[Desk, Kept]:
    kept = kept_call(desk, client_id, **HIT)
    boris = desk.beside("boris", Role.LEAD).later(hours=1)
    call_it(boris, client_id)
    move_it(boris, client_id)
    return desk.later(hours=2), kept


def test_one_may_let_ones_own_next_action_stand(clashed):
    desk, kept = clashed
    desk.write(come_in, kept, Way.AS_SAID)
    assert open_action(desk, kept.client_id).due_at == kept.wrap_up.next_step.due_at
    # The client was called last by the other one, after this call.
    assert row_of(desk, CLIENT, CLIENT.c.id == kept.client_id).last_call_at == kept.at + HOUR
    assert_consistent(desk)


def test_or_theirs_with_ones_call_alone(clashed):
    desk, kept = clashed
    theirs = open_action(desk, kept.client_id)
    stage = row_of(desk, CLIENT, CLIENT.c.id == kept.client_id).stage
    desk.write(come_in, kept, Way.ONLY_CALL)
    desk.write(come_in, kept, Way.ONLY_CALL)
    assert open_action(desk, kept.client_id).id == theirs.id
    assert row_of(desk, CLIENT, CLIENT.c.id == kept.client_id).stage == stage
    assert sorted(call.outcome for call in of(desk, Call, kept.client_id)) == ["busy", "interested"]
    assert_consistent(desk)


def test_or_put_it_away_as_a_note(clashed):
    desk, kept = clashed
    desk.write(come_in, kept, Way.AS_NOTE)
    (note,) = of(desk, Note, kept.client_id)
    assert note.at == kept.at
    assert "nterested" in note.text
    assert [call.outcome for call in of(desk, Call, kept.client_id)] == ["busy"]


def test_whoever_asked_never_to_be_called_again_is_not_whatever_others_agreed(desk, client_id):
    kept = kept_call(desk, client_id, "do_not_call")
    move_it(desk.beside("boris", Role.LEAD).later(hours=1), client_id)
    desk.later(hours=2).write(come_in, kept, Way.ONLY_CALL)
    assert row_of(desk, CLIENT, CLIENT.c.id == client_id).do_not_call
    assert_consistent(desk.later(hours=2))


def test_what_may_not_be_logged_is_refused_and_may_be_noted(desk, client_id):
    kept = kept_call(desk, client_id, **HIT)
    desk.write(calls.log_call, said(client_id, "do_not_call"))
    with pytest.raises(NotAllowedError):
        desk.later(hours=1).write(come_in, kept, Way.AS_SAID)
    desk.later(hours=1).write(come_in, kept, Way.AS_NOTE)
    assert len(of(desk, Note, client_id)) == 1


def test_notes_and_moves_come_in_once_too(desk, client_id):
    note = Kept("b", "anna", "n", desk.now, client_id, "Ромашка", text="звонить после обеда")
    seen = seen_on(desk.read(card.card, client_id))
    move = Kept("b", "anna", "m", desk.now, client_id, "Ромашка", seen, step=step(desk.now + 50 * HOUR))
    for _again in range(2):
        desk.later(hours=1).write(come_in, note)
        desk.later(hours=1).write(come_in, move)
    assert [one.text for one in of(desk, Note, client_id)] == ["звонить после обеда"]
    moved = open_action(desk, client_id)
    assert (moved.due_at, moved.moves) == (desk.now + 50 * HOUR, 1)
    stale = replace(move, token=TWO, step=step(desk.now + 60 * HOUR))
    with pytest.raises(ClashError):
        desk.later(hours=1).write(come_in, stale)


def test_a_receipt_that_nobody_asks_for_any_more_goes(desk, client_id, monkeypatch):
    monkeypatch.setattr(receipts, "_AT_ONCE", 2)
    for number in range(3):
        desk.write(come_in, Kept("b", "anna", f"t{number}", desk.now, client_id, "Ромашка", text="да"))
    last = desk.at(desk.now + receipts.KEPT_FOR)
    last.write(come_in, Kept("b", "anna", "last", last.now, client_id, "Ромашка", text="да"))
    assert receipts.drop_old(desk.base, last.now) == 0
    assert receipts.drop_old(desk.base, last.later(minutes=1).now) == 3
    assert receipts.drop_old(desk.base, last.later(minutes=1).now) == 0
    # The one that is left is still found: nothing is written twice.
    last.write(come_in, Kept("b", "anna", "last", last.now, client_id, "Ромашка", text="да"))
    assert len(of(desk, Note, client_id)) == 4


def test_while_somebody_is_on_the_client_it_waits(desk, client_id):
    kept = kept_call(desk, client_id, **HIT)
    boris = desk.beside("boris", Role.LEAD).later(hours=1)
    boris.write(claims.claim, client_id)
    with pytest.raises(NotYetError, match="Boris"):
        desk.later(hours=1).write(come_in, kept)
    boris.write(claims.release, client_id)
    desk.later(hours=1).write(come_in, kept)
    assert [call.outcome for call in of(desk, Call, client_id)] == ["interested"]
