"""A shared pool that is given out by count, on the screens: empty lists, and the key for the next."""

import pytest
from counted_pool import give_out
from desk_base import LONG, ROMASHKA, STROY, desk, give, make_base, rows_of, settle, shown, told, until

from salesdesk.models import AuditEvent
from salesdesk.screens.card import CardScreen
from salesdesk.screens.new_client import NewClientScreen
from salesdesk.screens.search import SearchScreen
from salesdesk.screens.today import TodayScreen


@pytest.fixture
def url(sqlite_url):
    """A base of two clients of nobody, who are cold, and of one more; an operator is given two a day."""
    base = make_base(sqlite_url)
    give(base, None, ROMASHKA, STROY, LONG)
    with base.write() as session:
        run = session.connection().exec_driver_sql
        run("DELETE FROM next_action")
        run("UPDATE client SET stage = NULL, pool = 1, band = 'telemarketing' WHERE owner_id IS NULL")
    give_out(2, base)
    base.close()
    return sqlite_url


async def card_shown(app, pilot):
    """Wait for a card; give its client."""
    await until(pilot, lambda: isinstance(app.screen, CardScreen) and app.screen.card is not None)
    return app.screen.client_id


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_n_brings_the_next_where_the_list_is_empty(url, size):
    async with desk(url, size, operator="boris") as (app, pilot):
        await until(pilot, lambda: "n gives you the next client of the shared pool" in shown(app))
        assert "Ромашка" not in shown(app)
        await pilot.press("т")
        first = await card_shown(app, pilot)
        # Without a call the next one is another, at the end of the list as well.
        await pilot.press("n")
        await until(pilot, lambda: app.screen.client_id != first)
        second = await card_shown(app, pilot)
        await pilot.press("n")
        await until(pilot, lambda: "is given 2 a day at most" in told(app))
        assert app.screen.client_id == second
        # From the list it is the first of those that one was given.
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, TodayScreen) and len(app.screen.queue.rows) == 2)
        await pilot.press("n")
        assert await card_shown(app, pilot) in {first, second}
    assert [row.action for row in rows_of(url, AuditEvent)] == ["given", "given", "refused pool"]


async def test_a_whole_number_finds_one_of_the_pool(url):
    async with desk(url, (80, 24), operator="boris") as (app, pilot):
        await settle(pilot)
        await pilot.press("s")
        await until(pilot, lambda: isinstance(app.screen, SearchScreen))
        await settle(pilot)
        app.screen.query_one("Input").value = "8 343 200-10"
        await until(pilot, lambda: "Nobody found" in shown(app))
        app.screen.query_one("Input").value = "8 343 200-10-20"
        await until(pilot, lambda: "ООО «Ромашка»" in shown(app))


async def test_the_form_of_a_new_client_finds_it_too(url):
    async with desk(url, (80, 24), operator="boris") as (app, pilot):
        await settle(pilot)
        await pilot.press("s")
        await until(pilot, lambda: isinstance(app.screen, SearchScreen))
        await pilot.press("f2")
        await until(pilot, lambda: isinstance(app.screen, NewClientScreen))
        await settle(pilot)
        app.screen.query_one("#field-name").value = "Ромашк"
        app.screen.query_one("#field-phone").value = "8 343 200-10-20"
        await until(pilot, lambda: "May be there already" in shown(app) and "Ромашка" in shown(app))
