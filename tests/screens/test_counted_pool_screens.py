"""A shared pool that is given out by count, on the screens: empty lists, and the key for the next."""

import pytest
from counted_pool import give_out
from desk_base import ROMASHKA, STROY, desk, give, make_base, rows_of, settle, shown, told, until

from salesdesk.models import AuditEvent
from salesdesk.screens.card import CardScreen
from salesdesk.screens.new_client import NewClientScreen
from salesdesk.screens.search import SearchScreen


@pytest.fixture
def url(sqlite_url):
    """A base of two clients of nobody, who are cold; an operator is given one a day."""
    base = make_base(sqlite_url)
    give(base, None, ROMASHKA, STROY)
    with base.write() as session:
        run = session.connection().exec_driver_sql
        run("DELETE FROM next_action")
        run("UPDATE client SET stage = NULL, pool = 1, band = 'telemarketing' WHERE owner_id IS NULL")
    give_out(1, base)
    base.close()
    return sqlite_url


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_n_brings_the_next_where_the_list_is_empty(url, size):
    async with desk(url, size, operator="boris") as (app, pilot):
        await until(pilot, lambda: "n gives you the next client of the shared pool" in shown(app))
        assert "Ромашка" not in shown(app)
        await pilot.press("т")
        await until(pilot, lambda: isinstance(app.screen, CardScreen))
        await until(pilot, lambda: "Ромашка" in shown(app) or "Стройсервис" in shown(app))
        # Without letting go of this one: the day has no other.
        await pilot.press("n")
        await until(pilot, lambda: "is given 1 a day at most" in told(app))
    assert [row.action for row in rows_of(url, AuditEvent)][:1] == ["given"]


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
