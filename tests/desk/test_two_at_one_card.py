"""Two change one card at once: what each changed alone is merged, what both changed is asked about."""

from dataclasses import replace
from datetime import timedelta

import pytest
from builders import owed, said, step
from sqlalchemy import select

from salesdesk.codes import Role
from salesdesk.desk import calls, deals, editing, next_actions
from salesdesk.desk.card import card
from salesdesk.desk.changed_meanwhile import who_changed
from salesdesk.desk.open_forms import close_form, open_form, others_at_form
from salesdesk.desk.undo import undo
from salesdesk.errors import ConflictError
from salesdesk.models import OpenForm
from salesdesk.rows import Conflict
from salesdesk.team.claims import HOLDS


def conflicts(refused):
    return [(one.field, one.by) for one in refused.value.conflicts]


def test_each_field_that_one_alone_has_changed_is_merged(desk):
    client_id, boris = desk.client(city="Тверь"), desk.beside("boris", Role.LEAD)
    seen = desk.read(card, client_id).client
    boris.write(editing.edit_client, client_id, seen=seen, city="Омск", website="nim.ru")
    desk.write(editing.edit_client, client_id, seen=seen, industry="стройка", city="Тверь")
    now = desk.read(card, client_id).client
    assert (now.city, now.website, now.industry) == ("Омск", "nim.ru", "стройка")


def test_a_field_that_two_have_changed_is_named_with_who_and_when(desk):
    client_id, boris = desk.client(expected_minor=100), desk.beside("boris", Role.LEAD).later(minutes=2)
    seen = desk.read(card, client_id).client
    boris.write(editing.edit_client, client_id, seen=seen, expected_amount="5", city="Омск")
    later = boris.later(minutes=1)
    later.write(editing.edit_client, client_id, seen=desk.read(card, client_id).client, website="nim.ru")
    with pytest.raises(ConflictError, match="Boris has changed this meanwhile") as refused:
        desk.write(
            editing.edit_client, client_id, seen=seen, expected_amount="7", website="nim.ru", city="Тверь"
        )
    assert refused.value.conflicts == (
        Conflict("expected_minor", "Boris", boris.now),
        Conflict("city", "Boris", boris.now),
    )
    assert desk.read(card, client_id).client.expected_minor == 500
    # What both have changed to the same is no conflict; nor is what is decided once it was seen.
    desk.write(editing.edit_client, client_id, seen=seen, city="Омск")
    now = desk.read(card, client_id).client
    desk.write(editing.edit_client, client_id, seen=now, expected_amount="7")
    assert desk.read(card, client_id).client.expected_minor == 700


def test_people_numbers_and_deals_are_merged_by_field_too(desk):
    client_id = desk.client(people=("Ольга",), stage="new", deal=100, owes=owed(desk.now))
    boris, seen = desk.beside("boris", Role.LEAD), desk.read(card, client_id)
    (person,), (number,), (deal,) = seen.contacts, seen.phones, seen.deals

    def contact(who, **said):
        typed = {"name": person.name, "position": "", "email": ""} | said
        who.write(editing.save_contact, client_id, person.id, seen=person, **typed)

    contact(boris, position="снабжение")
    contact(desk, email="o@nim.ru")
    with pytest.raises(ConflictError) as refused:
        contact(desk, position="директор")
    assert conflicts(refused) == [("position", "Boris")]

    def phone(who, raw=number.raw, **said):
        who.write(editing.save_phone, client_id, number.id, raw=raw, seen=number, **said)

    phone(boris, "8 495 765-43-21")
    phone(desk, contact_id=person.id)
    with pytest.raises(ConflictError) as refused:
        phone(desk, "8 495 111-11-11")
    assert conflicts(refused) == [("raw", "Boris")]

    def sell(who, **said):
        typed = {"title": deal.title, "amount": "1", "stage": "new"} | said
        who.write(deals.save_deal, client_id, deal.id, seen=deal, **typed)

    sell(boris, stage="invoice")
    sell(desk, amount="9")
    with pytest.raises(ConflictError) as refused:
        sell(desk, stage="proposal")
    assert conflicts(refused) == [("stage", "Boris")]

    now = desk.read(card, client_id)
    assert now.contacts[0].position == "снабжение"
    assert now.contacts[0].email == "o@nim.ru"
    assert now.contacts[0].phones == (replace(number, contact_id=person.id, raw="8 495 765-43-21",
                                              e164="+74957654321"),)  # fmt: skip
    assert (now.deals[0].stage, now.deals[0].amount_minor) == ("invoice", 900)


def test_who_has_changed_a_client_since_a_moment_is_named(desk):
    client_id, boris = desk.client(owner_id=None), desk.beside("boris").later(minutes=2)
    desk.write(editing.edit_client, client_id, city="Тверь")
    assert not desk.read(who_changed, client_id, desk.now)
    boris.write(editing.edit_client, client_id, city="Омск")
    assert desk.read(who_changed, client_id, boris.now) == ("Boris",)
    later = boris.later(minutes=1)
    assert not desk.read(who_changed, client_id, later.now)
    later.write(undo)
    assert desk.read(who_changed, client_id, later.now) == ("Boris",)
    assert not boris.read(who_changed, client_id, later.now)


def test_who_else_has_a_form_open_is_told_until_it_is_left(desk):
    client_id, boris = desk.client(owner_id=None), desk.beside("boris")
    desk.write(open_form, client_id)
    assert not desk.read(others_at_form, client_id)
    boris.write(open_form, client_id)
    boris.write(close_form, desk.client())
    assert desk.read(others_at_form, client_id) == ("Boris",)
    assert boris.read(others_at_form, client_id) == ("anna",)
    boris.write(close_form, client_id)
    assert not desk.read(others_at_form, client_id)
    # It ends by itself where nobody could say that it was left, and is swept up by the next one.
    later = boris.at(desk.now + HOLDS)
    assert not later.read(others_at_form, client_id)
    desk.at(later.now).write(open_form, another := desk.client(owner_id=None))
    with desk.base.read() as session:
        assert [form.client_id for form in session.scalars(select(OpenForm))] == [another]


def test_what_is_owed_is_not_moved_twice_unseen(desk):
    client_id = desk.client(stage="new", owes=owed(desk.now))
    boris, seen = desk.beside("boris", Role.LEAD), desk.read(card, client_id).next_action
    tomorrow, week = step(desk.now + timedelta(days=1)), step(desk.now + timedelta(days=7))
    boris.write(next_actions.move, client_id, tomorrow, seen)
    with pytest.raises(ConflictError) as refused:
        desk.write(next_actions.move, client_id, week, seen)
    assert conflicts(refused) == [("due_at", "Boris")]
    desk.write(next_actions.move, client_id, week, desk.read(card, client_id).next_action)
    seen = desk.read(card, client_id).next_action
    boris.write(calls.log_call, said(client_id, "no_answer"))
    with pytest.raises(ConflictError) as refused:
        desk.write(next_actions.move, client_id, tomorrow, seen)
    assert conflicts(refused) == [("due_at", "Boris")]
