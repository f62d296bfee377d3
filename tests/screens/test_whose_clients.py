"""What is somebody else's, on the screens: a card and a search that say so, and nothing of the client."""

import pytest
from desk_base import ROMASHKA, card_of, desk, give, make_base, rows_of, settle, shown, until

from salesdesk.models import AuditEvent, Claim
from salesdesk.screens.clients import ClientsScreen
from salesdesk.screens.search import SearchScreen
from salesdesk.screens.today import TodayScreen
from salesdesk.storage.base import open_base


@pytest.fixture
def url(sqlite_url):
    make_base(sqlite_url).close()
    return sqlite_url


async def test_a_card_that_is_anothers_has_the_face_of_one_that_is_nowhere(url):
    async with desk(url, operator="boris") as (app, pilot):
        app.open_card(ROMASHKA)
        await until(pilot, lambda: f"There is no client {ROMASHKA} among those that you see." in shown(app))
        assert "Ромашка" not in shown(app)
        await pilot.press("l")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, TodayScreen))
    assert not rows_of(url, Claim)


async def test_a_card_whose_client_changes_hands_shows_nothing_more_of_it(url):
    base = open_base(url)
    give(base, "boris", ROMASHKA)
    async with desk(url, operator="boris") as (app, pilot):
        screen = await card_of(pilot, ROMASHKA)
        assert "Ромашка" in shown(app)
        give(base, "anna", ROMASHKA)
        with base.write() as session:
            session.connection().exec_driver_sql("DELETE FROM claim")
        screen.load()
        await until(pilot, lambda: "among those that you see" in shown(app))
        assert "Ольга" not in shown(app)
    base.close()


async def test_a_whole_number_says_whose_client_it_is(url):
    async with desk(url, (80, 24), operator="boris") as (app, pilot):
        await settle(pilot)
        await pilot.press("s")
        await until(pilot, lambda: isinstance(app.screen, SearchScreen))
        await settle(pilot)
        app.screen.query_one("Input").value = "8 343 200-10"
        await until(pilot, lambda: "Nobody found" in shown(app))
        app.screen.query_one("Input").value = "8 343 200-10-20"
        await until(pilot, lambda: "This number is a client of anna." in shown(app))
        assert "Ромашка" not in shown(app)
    assert [row.action for row in rows_of(url, AuditEvent)] == ["whose_number"]


async def test_a_list_ends_where_an_operators_may(url, monkeypatch):
    from salesdesk.base import listing

    monkeypatch.setattr(listing, "rows_of_a_list", lambda _context: 3)
    async with desk(url) as (app, pilot):
        await settle(pilot)
        await pilot.press("f5")
        await until(pilot, lambda: isinstance(app.screen, ClientsScreen) and app.screen._total == 5)
        await until(pilot, lambda: "the first 3 are shown" in shown(app))
        assert app.screen.table.row_count == 3
