"""What a lead leaves for an operator: who may, what stands in the base, and that it can be taken back."""

from datetime import timedelta

import pytest
from builders import snapshot
from sqlalchemy import select

from salesdesk.codes import Role
from salesdesk.desk.undo import history, undo
from salesdesk.errors import InputError, NotAllowedError, NotFoundError
from salesdesk.lead.notes import leave_note
from salesdesk.models import Note, Operator
from salesdesk.storage.journal import table_of

NOTE = table_of(Note)


def notes(desk):
    with desk.base.read() as session:
        return session.execute(select(NOTE)).all()


def test_a_note_says_whom_it_is_for_by_login_or_id_and_is_one_line_of_the_trail(desk):
    client, boris = desk.client(), desk.beside("boris")
    first = desk.write(leave_note, client, "boris", "  позвони сам\n[b]сегодня[/b]  ")
    second = desk.write(leave_note, client, boris.me, "и ещё")
    assert [(row.id, row.operator_id, row.to_operator_id, row.seen_at, row.text) for row in notes(desk)] == [
        (first, desk.me, boris.me, None, "позвони сам\n[b]сегодня[/b]"),
        (second, desk.me, boris.me, None, "и ещё"),
    ]
    assert [(row.action, row.client_id) for row in desk.read(history)] == [("leave_note", client)] * 2


def test_undo_takes_it_back_until_it_was_seen(desk):
    client, boris = desk.client(), desk.beside("boris")
    before = snapshot(desk.base)
    desk.write(leave_note, client, "boris", "позвони сам")
    assert desk.write(undo).client_name == "Ромашка"
    assert snapshot(desk.base) == before

    note = desk.write(leave_note, client, "boris", "позвони сам")
    with desk.base.write() as session:
        session.execute(NOTE.update().where(NOTE.c.id == note).values(seen_at=boris.now + timedelta(hours=1)))
    with pytest.raises(NotAllowedError, match="changed since"):
        desk.write(undo)
    assert len(notes(desk)) == 1


def test_what_cannot_be_left_is_said_in_one_line(desk):
    client = desk.client()
    boris, lead = desk.beside("boris"), desk.beside("lead", Role.LEAD)
    with pytest.raises(NotAllowedError, match="Only a team lead"):
        boris.write(leave_note, client, "boris", "сам себе")
    with pytest.raises(InputError, match="empty"):
        lead.write(leave_note, client, "boris", " \n ")
    with pytest.raises(NotFoundError, match="no client 99"):
        lead.write(leave_note, 99, "boris", "о ком?")
    with desk.base.write() as session:
        session.execute(table_of(Operator).update().where(Operator.id == boris.me).values(active=False))
    for nobody in ("boris", "nobody", boris.me, 99):
        with pytest.raises(NotFoundError, match="no operator"):
            lead.write(leave_note, client, nobody, "кому?")
    assert notes(desk) == []
