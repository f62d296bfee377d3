"""A lead's notes as the operator meets them: counted, on the card, in the history, seen by their word."""

from datetime import timedelta

from sqlalchemy import text

from salesdesk.codes import Role
from salesdesk.desk import card, day, editing, lead_notes
from salesdesk.desk.undo import history, undo
from salesdesk.lead.notes import leave_note


def left(desk, client, whom, *texts):
    return [desk.write(leave_note, client, whom.me, words) for words in texts]


def texts(notes):
    return [note.text for note in notes]


def test_what_is_new_is_counted_listed_and_on_the_card_until_it_was_seen(desk):
    one, boris = desk.client("Ромашка", owner_id=None), desk.beside("boris")
    other = desk.client("Лютик")
    first, second = left(desk, one, boris, "первая", "вторая")
    left(desk.later(hours=1), other, boris, "третья")
    left(desk, one, desk, "себе")
    desk.write(editing.add_note, one, "ничья")

    assert boris.read(day.counts).from_lead == 3
    found = boris.read(lead_notes.for_me)
    assert [(note.client_name, note.author, note.text) for note in found] == [
        ("Ромашка", "anna", "первая"), ("Ромашка", "anna", "вторая"), ("Лютик", "anna", "третья"),
    ]  # fmt: skip
    assert texts(boris.read(card.card, one).from_lead) == ["первая", "вторая"]
    assert texts(desk.read(card.card, one).from_lead) == ["себе"]

    assert boris.write(lead_notes.mark_seen, [first]) == 1
    assert boris.write(lead_notes.mark_seen, [first]) == 0
    assert boris.read(day.counts).from_lead == 2
    assert texts(boris.read(card.card, one).from_lead) == ["вторая"]
    # A wrong key is taken back by the same one.
    assert boris.write(lead_notes.mark_seen, [first, second], seen=False) == 1
    assert texts(boris.read(card.card, one).from_lead) == ["первая", "вторая"]


def test_nobody_sees_for_somebody_else(desk):
    client, boris = desk.client(), desk.beside("boris")
    (note,) = left(desk, client, boris, "тебе")
    assert desk.write(lead_notes.mark_seen, [note]) == 0
    assert boris.read(day.counts).from_lead == 1


def test_the_history_says_whom_it_was_for_and_whether_they_saw_it(desk):
    client, boris = desk.client(), desk.beside("boris")
    (note,) = left(desk, client, boris, "тебе")
    (row,) = desk.read(card.card, client).timeline
    assert (row.operator, row.for_operator, row.seen_at, row.text) == ("anna", "Boris", None, "тебе")
    later = boris.later(minutes=5)
    later.write(lead_notes.mark_seen, [note])
    (row,) = desk.read(card.card, client).timeline
    assert row.seen_at == desk.now + timedelta(minutes=5)


def test_to_see_leaves_no_trail_so_that_undo_stays_with_what_was_done(desk):
    client, boris = desk.client(owner_id=None), desk.beside("boris", Role.OPERATOR)
    (note,) = left(desk, client, boris, "тебе")
    boris.write(editing.add_note, client, "моё")
    boris.write(lead_notes.mark_seen, [note])
    assert [row.action for row in boris.read(history)] == ["add_note"]
    assert [row.action for row in desk.read(history)] == ["add_note", "leave_note"]
    assert boris.write(undo).action == "add_note"


def test_the_counter_reads_nothing_but_its_index(lite):
    with lite.base.read() as session:
        compiled = str(
            lead_notes._UNSEEN.compile(session.get_bind(), compile_kwargs={"literal_binds": False})
        )
        (step,) = session.execute(text("EXPLAIN QUERY PLAN " + compiled.replace("?", ":me")), {"me": 1}).all()
    assert "COVERING INDEX ix_note_unseen" in step[-1] or "INDEX ix_note_unseen" in step[-1]
