"""Cleaning: kinds counted one after another, each opening into its clients; whose cards are full."""

import pytest
from desk_base import EMPTY, desk, make_base, settle, shown, until

from salesdesk.screens.cleaning import CleaningScreen
from salesdesk.screens.clients import ClientsScreen


@pytest.fixture
def url(sqlite_url):
    make_base(sqlite_url).close()
    return sqlite_url


async def cleaning_of(app, pilot):
    await settle(pilot)
    await pilot.press("f7")
    await until(pilot, lambda: isinstance(app.screen, CleaningScreen) and app.screen._full is not None)
    await settle(pilot)
    return app.screen


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_each_kind_has_its_count_and_what_to_do(url, size):
    async with desk(url, size) as (app, pilot):
        screen = await cleaning_of(app, pilot)
        assert str(screen.table.get_row_at(0)[2]) == "1"
        assert "look it up and add it" in shown(app)
        assert "4 cards" in shown(app)
        await pilot.press("q")
        await until(pilot, lambda: not isinstance(app.screen, CleaningScreen))


async def test_a_kind_opens_into_its_clients_and_esc_comes_back(url):
    async with desk(url) as (app, pilot):
        screen = await cleaning_of(app, pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ClientsScreen) and app.screen._total == 1)
        assert app.screen.shown_clients == [EMPTY]
        assert app.screen.line.text == "worked=yes missing=phone"
        assert "no number at all · 1 client" in shown(app)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)


async def test_full_cards_months_and_whose(url):
    async with desk(url) as (app, pilot):
        screen = await cleaning_of(app, pilot)
        await pilot.press("с")  # c on a Russian keyboard
        await until(pilot, lambda: "Full" in shown(app) and "anna" in shown(app))
        await pilot.press("c", "p")
        await until(pilot, lambda: "untouched for 12 months" in shown(app))
        await settle(pilot)
        await pilot.press("w")
        await until(pilot, lambda: "everybody" in shown(app))
        await pilot.press("3")
        await until(pilot, lambda: app.screen is screen and screen._whose is not None)
        await until(pilot, lambda: screen._full == ())
        await pilot.press("c")
        await until(pilot, lambda: "Nobody has cards" in shown(app))


async def test_an_operator_has_their_own_alone(url):
    async with desk(url, operator="boris") as (app, pilot):
        screen = await cleaning_of(app, pilot)
        assert "no_owner" not in screen._kinds
        await pilot.press("w")
        await settle(pilot)
        assert app.screen is screen


async def test_the_cold_base_is_counted_too(url):
    async with desk(url) as (app, pilot):
        await cleaning_of(app, pilot)
        await pilot.press("л")  # k on a Russian keyboard
        await until(pilot, lambda: "with the cold base" in shown(app))
        await settle(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ClientsScreen))
        assert app.screen.line.text == "missing=phone"
