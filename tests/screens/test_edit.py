"""Changing what a card says: by forms, each field with its own message, and taken back by one key."""

import pytest
from desk_base import EMPTY, ROMASHKA, card_of, desk, make_base, rows_of, settle, shown, until
from textual.widgets import Input, Select

from salesdesk.codes import PhoneState
from salesdesk.desk.open_forms import close_form
from salesdesk.desk.open_forms import open_form as open_form_noted
from salesdesk.models import Client, Contact, Deal, Phone
from salesdesk.screens.card import CardScreen
from salesdesk.screens.choose import ChooseScreen
from salesdesk.screens.edit import editable
from salesdesk.screens.form import FormScreen


@pytest.fixture
def url(sqlite_url):
    make_base(sqlite_url).close()
    return sqlite_url


async def open_form(app, pilot, client_id, code):
    card = await card_of(pilot, client_id)
    await pilot.press("e")
    await until(pilot, lambda: isinstance(app.screen, ChooseScreen))
    await pilot.press(next(one.key for one in editable(card.card) if one.code == code))
    await until(pilot, lambda: isinstance(app.screen, FormScreen))
    await settle(pilot)
    return app.screen


def fill(form, **values):
    for name, value in values.items():
        form.query_one(f"#field-{name}").value = value


async def saved(app, pilot):
    await pilot.press("f2")
    await until(pilot, lambda: isinstance(app.screen, CardScreen))
    await settle(pilot)


async def test_the_client_is_changed_and_taken_back(url):
    async with desk(url, (80, 24)) as (app, pilot):
        form = await open_form(app, pilot, ROMASHKA, "client")
        fill(
            form,
            name="[b]Лютик[/b]",
            expected_amount="1 200 000,50",
            city="Омск",
            client_class="VIP",
            interest="5",
        )
        await saved(app, pilot)
        await until(pilot, lambda: "[b]Лютик[/b] · VIP" in shown(app))
        client = rows_of(url, Client, id=ROMASHKA)[0]
        assert (client.expected_minor, client.interest, client.city) == (120_000_050, 5, "Омск")
        await pilot.press("u")
        await until(pilot, lambda: "ООО «Ромашка» · A" in shown(app))


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", " "), ("tax_id", "123456789012"), ("expected_amount", "много"), ("zone", "Луна"),
     ("owner", "никто"), ("email", "x")],
)  # fmt: skip
async def test_a_mistake_is_said_under_its_field_and_nothing_is_lost(url, field, value):
    async with desk(url, (100, 40)) as (app, pilot):
        form = await open_form(app, pilot, ROMASHKA, "client")
        fill(form, industry="насосы", **{field: value})
        await pilot.press("f2")
        await until(pilot, lambda: form.query_one(f"#wrong-{field}").has_class("-said"))
        assert form.focused.id == f"field-{field}"
        assert form.values["industry"] == "насосы"
    assert rows_of(url, Client, id=ROMASHKA)[0].industry is None


async def test_closing_a_client_asks_for_the_reason(url):
    async with desk(url, (100, 40)) as (app, pilot):
        form = await open_form(app, pilot, ROMASHKA, "client")
        fill(form, stage="rejected")
        await pilot.press("f2")
        await until(pilot, lambda: form.query_one("#wrong-reject_reason").has_class("-said"))
        fill(form, reject_reason="price")
        await saved(app, pilot)
    assert rows_of(url, Client, id=ROMASHKA)[0].stage == "rejected"


async def test_only_what_was_changed_is_sent(url):
    async with desk(url, (100, 40)) as (app, pilot):
        await open_form(app, pilot, ROMASHKA, "client")
        sent = []
        gateway_write = app.gateway.write

        async def write(use_case, *args, **kwargs):
            sent.append(use_case)
            return await gateway_write(use_case, *args, **kwargs)

        app.gateway.write = write
        await pilot.press("f2")
        await until(pilot, lambda: isinstance(app.screen, CardScreen))
        assert not {*sent} - {open_form_noted, close_form}


async def test_people_are_added_changed_and_removed(url):
    async with desk(url) as (app, pilot):
        form = await open_form(app, pilot, EMPTY, "contact:")
        await pilot.press(*"Иван", "enter", *"директор", "enter", "enter")
        await until(pilot, lambda: isinstance(app.screen, CardScreen))
        await settle(pilot)
        contact = rows_of(url, Contact, client_id=EMPTY)[0]
        assert (contact.name, contact.position) == ("Иван", "директор")
        form = await open_form(app, pilot, EMPTY, f"contact:{contact.id}")
        fill(form, name="")
        await pilot.press("f2")
        await until(pilot, lambda: form.query_one("#wrong-name").has_class("-said"))
        await pilot.press("f4")
        await until(pilot, lambda: isinstance(app.screen, CardScreen))
    assert not rows_of(url, Contact, client_id=EMPTY)


async def test_numbers_are_added_and_marked(url):
    async with desk(url) as (app, pilot):
        form = await open_form(app, pilot, ROMASHKA, "phone:")
        fill(form, phone="нет такого")
        await pilot.press("f2")
        await until(pilot, lambda: form.query_one("#wrong-phone").has_class("-said"))
        fill(form, phone="+7 912 555-44-33", contact="1")
        await saved(app, pilot)
        added = rows_of(url, Phone, client_id=ROMASHKA, e164="+79125554433")[0]
        assert (added.contact_id, added.state) == (1, PhoneState.GOOD)
        form = await open_form(app, pilot, ROMASHKA, "phone:1")
        fill(form, state="bad")
        await saved(app, pilot)
    assert rows_of(url, Phone, id=1)[0].state == PhoneState.BAD


async def test_a_number_that_must_never_be_called_stays_so_on_another_card(url):
    async with desk(url) as (app, pilot):
        form = await open_form(app, pilot, EMPTY, "phone:")
        fill(form, phone="+7 912 111-22-44")
        await saved(app, pilot)
    assert rows_of(url, Phone, client_id=EMPTY)[0].state == PhoneState.DO_NOT_CALL


async def test_deals_are_added_and_closed_with_a_reason(url):
    async with desk(url) as (app, pilot):
        form = await open_form(app, pilot, ROMASHKA, "deal:")
        fill(form, title="Трубы", amount="300 000", stage="rejected")
        await pilot.press("f2")
        await until(pilot, lambda: form.query_one("#wrong-reject_reason").has_class("-said"))
        fill(form, stage="proposal")
        await saved(app, pilot)
    deal = next(deal for deal in rows_of(url, Deal, client_id=ROMASHKA) if deal.title == "Трубы")
    assert (deal.amount_minor, deal.stage) == (30_000_000, "proposal")


async def test_what_is_filled_in_is_not_thrown_away_by_one_key(url):
    async with desk(url) as (app, pilot):
        form = await open_form(app, pilot, ROMASHKA, "client")
        fill(form, city="Омск")
        await pilot.press("escape")
        await settle(pilot)
        assert app.screen is form
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, CardScreen))
    assert rows_of(url, Client, id=ROMASHKA)[0].city == "Екатеринбург"


async def test_choices_are_made_with_the_keyboard_alone(url):
    async with desk(url) as (app, pilot):
        form = await open_form(app, pilot, ROMASHKA, "client")
        assert isinstance(form.focused, Input)
        await pilot.press("tab")
        assert isinstance(form.focused, Select)
        await pilot.press("enter", "down", "enter")
        await settle(pilot)
        await saved(app, pilot)
    assert rows_of(url, Client, id=ROMASHKA)[0].client_class == "B"
