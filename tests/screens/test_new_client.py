"""A new client is typed: who may be there already is shown, and opened in place of adding another."""

import pytest
from desk_base import ROMASHKA, desk, make_base, rows_of, settle, shown, until
from textual.widgets import OptionList

from salesdesk.models import AuditEvent, Client
from salesdesk.screens.card import CardScreen
from salesdesk.screens.new_client import NewClientScreen
from salesdesk.screens.search import SearchScreen
from salesdesk.storage.base import open_base

SAID = "May be there already"


@pytest.fixture
def url(sqlite_url):
    make_base(sqlite_url).close()
    return sqlite_url


async def open_form(app, pilot):
    await settle(pilot)
    await pilot.press("s")
    await until(pilot, lambda: isinstance(app.screen, SearchScreen))
    await pilot.press("f2")
    await until(pilot, lambda: isinstance(app.screen, NewClientScreen))
    await settle(pilot)
    return app.screen


@pytest.mark.parametrize(
    "typed", [{"name": "ромашк", "city": "екатеринбург"}, {"phone": "8343 200-10-20", "name": "Ромашк"}]
)
async def test_who_is_there_is_shown_and_opened(url, typed):
    async with desk(url, (80, 24)) as (app, pilot):
        form = await open_form(app, pilot)
        assert SAID not in shown(app)
        for name, text in typed.items():
            form.query_one(f"#field-{name}").value = text
        await until(pilot, lambda: SAID in shown(app) and "ООО «Ромашка»" in shown(app))
        await pilot.press("down")
        await until(pilot, lambda: isinstance(form.focused, OptionList))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, CardScreen) and app.screen.client_id == ROMASHKA)
    assert len(rows_of(url, Client)) == 5


async def test_one_key_adds_all_the_same(url):
    async with desk(url, (80, 24)) as (app, pilot):
        form = await open_form(app, pilot)
        form.query_one("#field-name").value = "Ромашка"
        form.query_one("#field-phone").value = "+7 343 200-10-20"
        await until(pilot, lambda: SAID in shown(app))
        await pilot.press("f2")
        await until(pilot, lambda: isinstance(app.screen, CardScreen))
    assert len(rows_of(url, Client)) == 6


@pytest.mark.parametrize(
    ("field", "part", "text", "said"),
    [
        ("phone", "8 343 200-10", "8 343 200-10-20", "This number is a client of anna."),
        ("email", "info@romashka", "Info@romashka.example", "This e-mail is a client of anna."),
    ],
)
async def test_of_anothers_client_it_is_said_whose_it_is_and_nothing_else(url, field, part, text, said):
    base = open_base(url)
    with base.write() as session:
        session.get_one(Client, ROMASHKA).email = "info@romashka.example"
    base.close()
    async with desk(url, (80, 24), operator="boris") as (app, pilot):
        form = await open_form(app, pilot)
        form.query_one("#field-name").value = "Ромашка"
        form.query_one(f"#field-{field}").value = part
        await pilot.pause(0.4)
        await settle(pilot)
        assert not rows_of(url, AuditEvent)
        form.query_one(f"#field-{field}").value = text
        await until(pilot, lambda: said in shown(app))
        form.query_one("#field-city").value = "Екатеринбург"
        await pilot.pause(0.4)
        await settle(pilot)
        assert said in shown(app)
        assert SAID not in shown(app)
        form.query_one(f"#field-{field}").value = ""
        await until(pilot, lambda: said not in shown(app))
    assert [(row.action, row.client_id) for row in rows_of(url, AuditEvent)] == [("whose_number", ROMASHKA)]


async def test_of_somebody_new_nothing_is_said(url):
    async with desk(url, (80, 24)) as (app, pilot):
        form = await open_form(app, pilot)
        form.query_one("#field-name").value = "Гвоздика"
        form.query_one("#field-phone").value = "не число"
        await pilot.pause(0.5)
        await settle(pilot)
        assert SAID not in shown(app)
        form.query_one("#field-name").value = "Ромашка"
        form.query_one("#field-city").value = "Екатеринбург"
        await until(pilot, lambda: SAID in shown(app))
        form.query_one("#field-name").value = "Василёк"
        await until(pilot, lambda: SAID not in shown(app))
