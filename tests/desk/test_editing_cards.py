"""The card: what it shows, what may be typed into it, and which field is to blame when something may not."""

from datetime import timedelta

import pytest
from builders import assert_consistent, owed, said, snapshot, step

from salesdesk.codes import ClientClass, PhoneState
from salesdesk.desk import calls, card, deals, editing, queue
from salesdesk.errors import InputError, NotFoundError
from salesdesk.models import Message
from salesdesk.rows import Happened


def shown(desk, client_id):
    return desk.read(card.card, client_id)


def test_a_card_shows_all_there_is(desk):
    desk.beside("boris")
    client_id = desk.client(
        "ООО «Ромашка»", phones=("!+74951112233", "2-33-44"), people=("Мария", "Иван"), stage="proposal",
        deal=500_000, owes=owed(desk.now - timedelta(days=2), moves=1), client_class=ClientClass.VIP,
    )  # fmt: skip
    found = shown(desk, client_id)
    assert (found.client.name, found.client.stage, found.client.owner) == (
        "ООО «Ромашка»",
        "proposal",
        "anna",
    )
    assert [phone.state for phone in found.numbers()] == [PhoneState.BAD, PhoneState.GOOD]
    assert [person.name for person in found.contacts] == ["Мария", "Иван"]
    assert [(deal.amount_minor, deal.rotting) for deal in found.deals] == [(500_000, False)]
    assert (found.next_action.days_late, found.next_action.moves, found.next_action.operator) == (
        2,
        1,
        "anna",
    )
    assert found.listed
    assert "Мария" in found.script
    assert found.policy.startswith("A call every week")
    assert shown(desk.later(days=10), client_id).deals[0].rotting
    with pytest.raises(NotFoundError):
        shown(desk, 10**9)


def test_history_is_one_line_of_time_the_latest_first(desk):
    client_id = desk.client()
    desk.write(editing.add_note, client_id, "первая")
    desk.later(minutes=1).write(calls.log_call, said(client_id, "interested", result="hit", note="да"))
    with desk.base.write() as session:
        at = desk.now + timedelta(minutes=2)
        session.add(Message(client_id=client_id, operator_id=desk.me, at=at, incoming=True, text="письмо"))
    desk.later(minutes=3).write(editing.add_note, client_id, "последняя")
    lines = [(row.kind, row.text) for row in shown(desk, client_id).timeline]
    assert lines == [
        (Happened.NOTE, "последняя"), (Happened.MESSAGE, "письмо"), (Happened.STAGE, None),
        (Happened.CALL, "да"), (Happened.NOTE, "первая"),
    ]  # fmt: skip
    cut = desk.read(card.card, client_id, timeline=2)
    assert (len(cut.timeline), cut.timeline_more) == (2, True)


def test_what_is_typed_becomes_what_is_kept(desk):
    client_id = desk.client(phones=())
    typed = {
        "name": "  ООО   «Лютик» ", "tax_id": "7707083893", "email": "a@b.ru", "client_class": "A",
        "interest": "5", "expected_amount": "1 234 567,89", "region": "Омская область", "city": "Омск",
        "campaign": "Весна",
        "industry": " ", "website": "x.ru",
    }  # fmt: skip
    desk.write(editing.edit_client, client_id, **typed)
    client = shown(desk, client_id).client
    assert (client.name, client.tax_id, client.email) == ("ООО «Лютик»", "7707083893", "a@b.ru")
    assert (client.client_class, client.interest, client.expected_minor) == ("A", 5, 123_456_789)
    assert (client.zone, client.campaign, client.industry) == ("Asia/Omsk", "Весна", None)
    assert_consistent(desk)


REFUSED = (
    ({"name": "  "}, "name"),
    ({"tax_id": "7707083894"}, "tax_id"),
    ({"email": "nobody"}, "email"),
    ({"client_class": "Z"}, "client_class"),
    ({"interest": "6"}, "interest"),
    ({"interest": "-1"}, "interest"),
    ({"expected_amount": "много"}, "expected_amount"),
    ({"expected_amount": "-5"}, "expected_amount"),
    ({"do_not_call": "maybe"}, "do_not_call"),
    ({"stage": "won"}, "stage"),
    ({"stage": ""}, "stage"),
    ({"stage": "rejected"}, "reject_reason"),
    ({"stage": "rejected", "reject_reason": "because"}, "reject_reason"),
    ({"zone": "Mars/Olympus"}, "zone"),
    ({"owner": "nobody"}, "owner"),
)


def test_what_cannot_be_taken_names_its_field_and_changes_nothing(desk):
    client_id = desk.client(stage="new", owes=owed(desk.now))
    before = snapshot(desk.base)
    for typed, field in REFUSED:
        with pytest.raises(InputError) as refused:
            desk.write(editing.edit_client, client_id, **typed)
        assert refused.value.field == field, typed
        assert "\n" not in str(refused.value)
    for save, told, field in (
        (editing.save_contact, {"name": " "}, "name"),
        (editing.save_contact, {"name": "Мария", "email": "nobody"}, "email"),
        (editing.save_phone, {"raw": ""}, "phone"),
        (editing.save_phone, {"raw": "нет"}, "phone"),
        (editing.save_phone, {"raw": "+7 495 123-45-67, +7 495 765-43-21"}, "phone"),
        (deals.save_deal, {"title": "x", "amount": "много", "stage": "new"}, "amount"),
        (deals.save_deal, {"title": "x", "amount": "1", "stage": "rejected"}, "reject_reason"),
    ):
        with pytest.raises(InputError) as refused:
            desk.write(save, client_id, None, **told)
        assert refused.value.field == field, told
    with pytest.raises(InputError):
        desk.write(editing.add_note, client_id, " \n ")
    for remove in (editing.remove_contact, editing.remove_phone):
        with pytest.raises(NotFoundError):
            desk.write(remove, client_id, 10**9)
    assert snapshot(desk.base) == before


def test_a_new_client_waits_in_the_cold_base_with_the_zone_of_its_number(desk):
    client_id = desk.write(editing.add_client, "Восток", "8 (423) 222-33-44")
    assert shown(desk, client_id).client.zone == "Asia/Vladivostok"
    assert [row.client_id for row in desk.read(queue.page).rows] == [client_id]
    in_work = desk.write(editing.add_client, "В работе", "", stage="proposal", owner="anna")
    assert shown(desk, in_work).next_action.hold == "no_number"
    desk.write(editing.save_phone, in_work, None, raw="2-33-44")
    assert shown(desk, in_work).next_action.hold is None
    assert_consistent(desk)


def test_a_number_that_asked_never_to_be_called_stays_so_wherever_it_is_typed(desk):
    desk.client("asked", phones=("-+74951112233",), do_not_call=True)
    other = desk.write(editing.add_client, "Другой", "8 495 111-22-33")
    assert shown(desk, other).phones[0].state is PhoneState.DO_NOT_CALL
    assert desk.read(queue.page).rows == ()
    second = desk.client("freed", phones=("-+74954445566",), do_not_call=True)
    desk.write(editing.edit_client, second, do_not_call="no")
    assert [row.client_id for row in desk.read(queue.page).rows] == [second]
    desk.write(editing.edit_client, second, do_not_call="yes")
    desk.write(editing.save_phone, second, None, raw="2-33-44")
    assert {phone.state for phone in shown(desk, second).phones} == {PhoneState.DO_NOT_CALL}
    assert_consistent(desk)


def test_a_number_is_free_on_every_card_once_nobody_asks_for_it_any_more(desk):
    numbers = ("+74951112233", "+74954445566")
    first, beside, third = (desk.client(name, phones=numbers) for name in ("first", "beside", "third"))
    alone = desk.client("alone", phones=numbers[1:])
    for asking in (first, third):
        desk.write(editing.edit_client, asking, do_not_call="yes")
    assert {phone.state for phone in shown(desk, beside).phones} == {PhoneState.DO_NOT_CALL}
    desk.write(editing.edit_client, first, do_not_call="no")
    for card_id in (first, beside, alone):
        assert {phone.state for phone in shown(desk, card_id).phones} == {PhoneState.DO_NOT_CALL}
    desk.write(editing.edit_client, third, do_not_call="no")
    for card_id in (first, beside, alone):
        assert {phone.state for phone in shown(desk, card_id).phones} == {PhoneState.GOOD}
    assert_consistent(desk)


def test_a_number_outlives_its_person(desk):
    client_id = desk.client(phones=(), people=("Мария",))
    person = shown(desk, client_id).contacts[0].id
    phone = desk.write(editing.save_phone, client_id, None, raw="2-33-44", contact_id=person)
    assert [each.id for each in shown(desk, client_id).contacts[0].phones] == [phone]
    desk.write(editing.remove_contact, client_id, person)
    assert [each.id for each in shown(desk, client_id).phones] == [phone]


def test_what_is_owed_goes_with_the_client_to_its_new_owner(desk):
    boris = desk.beside("boris")
    client_id = desk.client(stage="new", owes=owed(desk.now))
    desk.write(editing.edit_client, client_id, owner="boris")
    assert shown(desk, client_id).next_action.operator == "Boris"
    assert (len(desk.read(queue.page).rows), len(boris.read(queue.page).rows)) == (0, 1)


def test_closing_and_reopening_by_hand(desk):
    client_id = desk.client(stage="proposal", deal=100, owes=owed(desk.now))
    desk.write(editing.edit_client, client_id, stage="rejected", reject_reason="price")
    found = shown(desk, client_id)
    assert (found.next_action, found.deals[0].reject_reason) == (None, "price")
    desk.write(editing.edit_client, client_id, stage="invoice")
    found = shown(desk, client_id)
    assert found.next_action.goal == "get_payment_date"
    assert_consistent(desk)


def test_a_client_stands_where_its_deal_furthest_along_does(desk):
    client_id = desk.client(expected_minor=0)

    def save(deal_id, stage, amount="1000"):
        told = {"title": "Заказ", "amount": amount, "stage": stage, "reject_reason": "price"}
        return desk.write(deals.save_deal, client_id, deal_id, **told)

    first = save(None, "new")
    second = save(None, "proposal", "500")
    assert shown(desk, client_id).client.stage == "proposal"
    assert shown(desk, client_id).client.expected_minor == 150_000
    save(first, "invoice")
    assert shown(desk, client_id).client.stage == "invoice"
    save(first, "rejected")
    assert (shown(desk, client_id).client.stage, shown(desk, client_id).client.expected_minor) == (
        "proposal",
        50_000,
    )
    save(second, "shipped", "500")
    found = shown(desk, client_id)
    assert (found.client.stage, found.client.won_at) == ("shipped", desk.now)
    assert all(deal.closed_at for deal in found.deals)
    # An order done is done: what is asked for next is a deal of its own.
    desk.write(calls.log_call, said(client_id, "invoice_requested", result="hit", next_step=step(desk.now)))
    assert [deal.stage for deal in shown(desk, client_id).deals if deal.closed_at is None] == ["invoice"]
    assert_consistent(desk)
