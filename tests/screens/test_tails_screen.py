"""Tails: the lead's board, the clients behind a figure, and putting them right; by keys alone."""

import pytest
from desk_base import ROMASHKA, STROY, desk, make_base, rows_of, settle, shown, until

from salesdesk.models import Client, NextAction
from salesdesk.screens.card import CardScreen
from salesdesk.screens.tail_clients import TailClientsScreen
from salesdesk.screens.tails import TailsScreen
from salesdesk.storage.base import open_base


@pytest.fixture
def url(sqlite_url):
    make_base(sqlite_url).close()
    return sqlite_url


async def board_of(app, pilot):
    await settle(pilot)
    await pilot.press("f2")
    await until(pilot, lambda: isinstance(app.screen, TailsScreen) and "All together" in shown(app))
    await settle(pilot)
    return app.screen


async def clients_of(app, pilot, *keys):
    await board_of(app, pilot)
    await pilot.press(*keys, "enter")
    await until(pilot, lambda: isinstance(app.screen, TailClientsScreen) and app.screen.table.row_count)
    return app.screen


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_the_board_counts_by_operator_and_age(url, size):
    async with desk(url, size) as (app, pilot):
        screen = await board_of(app, pilot)
        # Three days ago and yesterday; what is due today has its day.
        assert [str(cell) for cell in screen.table.get_row_at(0)[1:7]] == ["–", "1", "1", "–", "–", "2"]
        assert "2 tails" in shown(app)
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, TailsScreen))


async def test_a_figure_opens_into_its_clients_and_the_card_comes_back_to_the_same_place(url):
    async with desk(url) as (app, pilot):
        screen = await clients_of(app, pilot, "right")  # yesterday's
        assert [row.client_id for row in screen._rows] == [STROY]
        await pilot.press("escape", "right", "right", "right", "right", "enter")
        await until(
            pilot, lambda: isinstance(app.screen, TailClientsScreen) and app.screen.table.row_count == 2
        )
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(app.screen, CardScreen) and app.screen.client_id == STROY)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, TailClientsScreen))
        assert app.screen.row.client_id == STROY


async def test_a_marked_set_is_given_away_with_cyrillic_keys_and_taken_back(url):
    async with desk(url) as (app, pilot):
        await clients_of(app, pilot, "right", "right", "right", "right", "right")
        await pilot.press("space", "space")
        await until(pilot, lambda: "2 marked" in shown(app))
        await pilot.press("п")
        await until(pilot, lambda: "Give 2 clients to" in shown(app))
        await pilot.press("2")
        await until(pilot, lambda: "Nobody here any more" in shown(app) or len(app.screen._rows) == 0)
        owners = {client: rows_of(url, Client, id=client)[0].owner_id for client in (ROMASHKA, STROY)}
        assert set(owners.values()) == {2}
        await pilot.press("г")
        await until(pilot, lambda: len(app.screen._rows) == 2)
    assert rows_of(url, Client, id=STROY)[0].owner_id == 1


async def test_what_is_owed_moves_and_counts_the_move(url):
    async with desk(url) as (app, pilot):
        await clients_of(app, pilot, "right")
        await pilot.press("m")
        await until(pilot, lambda: "Move: 1 client" in shown(app))
        await pilot.press("2", "enter")
        await until(pilot, lambda: "Nobody here any more" in shown(app))
    (action,) = rows_of(url, NextAction, client_id=STROY, closed_at=None)
    assert action.moves == 1


async def test_nothing_forgotten_has_a_face(sqlite_url):
    async with desk(sqlite_url) as (app, pilot):
        await settle(pilot)
        app.action_tails()
        await until(pilot, lambda: "Nothing is forgotten" in shown(app))


async def test_an_operator_has_no_such_screen(url):
    open_base(url).close()
    async with desk(url, operator="boris") as (app, pilot):
        await settle(pilot)
        assert "tails" not in shown(app).splitlines()[-1]
        await pilot.press("f2")
        await settle(pilot)
        assert not isinstance(app.screen, TailsScreen)
