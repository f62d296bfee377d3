"""Search: found as one types, from any screen, with a face for each way it may end."""

import threading

import pytest
from desk_base import FORBIDDEN, PATIENCE, ROMASHKA, card_of, desk, make_base, rows_of, settle, shown, until

from salesdesk.base import search as searching
from salesdesk.models import Client, Phone
from salesdesk.screens.card import CardScreen
from salesdesk.screens.form import FormScreen
from salesdesk.screens.lead_desk_choice import LeadDeskScreen
from salesdesk.screens.search import SearchScreen
from salesdesk.widgets.found_list import FoundList


@pytest.fixture
def url(sqlite_url):
    make_base(sqlite_url).close()
    return sqlite_url


async def open_search(app, pilot, key="s"):
    await settle(pilot)
    await pilot.press(key)
    await until(pilot, lambda: isinstance(app.screen, SearchScreen))
    await settle(pilot)
    return app.screen


@pytest.mark.parametrize("typed", ["рома", "ольга", "2001020", "200-10"])
async def test_finds_by_name_person_and_digits(url, typed):
    async with desk(url, (80, 24)) as (app, pilot):
        await open_search(app, pilot)
        await pilot.press(*typed)
        await until(pilot, lambda: "ООО «Ромашка»" in shown(app).split("Search")[1])
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, CardScreen) and app.screen.client_id == ROMASHKA)


async def test_enter_searches_first_for_what_was_typed_a_moment_ago(url):
    async with desk(url) as (app, pilot):
        await open_search(app, pilot)
        await pilot.press(*"рома", "enter")
        await until(pilot, lambda: isinstance(app.screen, CardScreen) and app.screen.client_id == ROMASHKA)


async def test_arrows_choose_while_the_typing_goes_on(url):
    async with desk(url) as (app, pilot):
        screen = await open_search(app, pilot)
        await pilot.press(*"111-22")
        await until(pilot, lambda: "2 clients" in shown(app))
        await pilot.press("down")
        assert screen.found.place == 1
        assert screen.focused is not None
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, CardScreen) and app.screen.client_id == FORBIDDEN)


async def test_nothing_typed_too_little_and_nobody_found_have_faces(url):
    async with desk(url) as (app, pilot):
        await open_search(app, pilot)
        assert "at least two letters" in shown(app)
        await pilot.press("р")
        await until(pilot, lambda: "at least two letters" in shown(app))
        await pilot.press(*"ъъъ[b]")
        await until(pilot, lambda: "Nobody found for “ръъъ[b]”" in shown(app))


@pytest.mark.parametrize(
    ("typed", "name", "phone"),
    [("Новые трубы", "Новые трубы", ""), ("+7 343 999-88-77", "", "+7 343 999-88-77")],
)
async def test_nobody_found_is_added_with_what_was_typed(url, typed, name, phone):
    async with desk(url) as (app, pilot):
        await open_search(app, pilot)
        await pilot.press(*("space" if letter == " " else letter for letter in typed))
        await until(pilot, lambda: "Nobody found" in shown(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, FormScreen))
        assert (app.screen.values["name"], app.screen.values["phone"]) == (name, phone)
        if not name:
            await pilot.press(*"Трубы")
        await pilot.press("f2")
        await until(pilot, lambda: isinstance(app.screen, CardScreen) and app.screen.card)
    client = rows_of(url, Client, name=name or "Трубы")[0]
    assert len(rows_of(url, Phone, client_id=client.id)) == (1 if phone else 0)


async def test_says_that_it_searches_when_it_takes_long(url, monkeypatch):
    go = threading.Event()
    quick = searching.search

    def search(session, context, text, limit=20):
        go.wait(PATIENCE)
        return quick(session, context, text, limit)

    monkeypatch.setattr(searching, "search", search)
    async with desk(url) as (app, pilot):
        await open_search(app, pilot)
        await pilot.press(*"рома")
        await until(pilot, lambda: "Searching…" in shown(app))
        go.set()
        await until(pilot, lambda: "1 client" in shown(app))


async def test_opens_from_the_card_and_on_a_russian_layout(url):
    async with desk(url) as (app, pilot):
        await card_of(pilot, FORBIDDEN)
        await open_search(app, pilot, "ы")
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.screen, CardScreen)


@pytest.mark.parametrize(
    ("typed", "understood", "marked"),
    [("ромвшка", "ромашка", "Ромашка"), ("hjvfi", "ромаш", "Ромаш"), ("2001020", None, "200-10-20")],
)
async def test_what_was_understood_is_said_and_what_matched_is_underlined(url, typed, understood, marked):
    async with desk(url, (80, 24)) as (app, pilot):
        screen = await open_search(app, pilot)
        await pilot.press(*typed)
        await until(pilot, lambda: screen.searched == typed and screen.found.chosen is not None)
        await settle(pilot)
        assert ("shown for" in shown(app)) == (understood is not None)
        if understood is not None:
            assert f"shown for “{understood}”" in shown(app)
        line = screen.found.render_line(0)
        assert marked in [each.text for each in line if each.style is not None and each.style.underline]


async def test_a_client_is_found_from_the_leads_desk_too(url):
    async with desk(url) as (app, pilot):
        await settle(pilot)
        await pilot.press("f4")
        await until(pilot, lambda: isinstance(app.screen, LeadDeskScreen))
        await pilot.press("ы", *"рома")  # s
        await until(pilot, lambda: isinstance(app.screen, SearchScreen) and "Ромашка" in shown(app))


@pytest.mark.parametrize(
    ("name", "mark", "said"),
    [
        ("ООО «Спецконтракт»", "спецконтракт", "ООО «Спецконтрак…"),
        ("Общество с ограниченной ответственностью «Ромашка»", "ромашка", "…тью «Ромашка»"),
    ],
)
def test_a_long_name_loses_its_beginning_only_where_that_shows_more_of_what_was_found(name, mark, said):
    listed = FoundList()
    listed._marks = [mark]
    assert listed._fit(name, 17).rstrip() == said
