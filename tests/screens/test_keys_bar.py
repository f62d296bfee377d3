"""The line of keys: what does not fit is left out, and the way out is always there."""

import pytest
from desk_base import desk, make_base, settle, until

from salesdesk.screens.reports import ReportsScreen
from salesdesk.screens.tails import TailsScreen
from salesdesk.widgets.keys_bar import KeysBar


@pytest.fixture
def url(sqlite_url):
    make_base(sqlite_url).close()
    return sqlite_url


def line(app):
    return app.screen.query_one(KeysBar).render().plain


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_a_crowded_line_of_80_columns_keeps_the_way_out_and_help(url, language, monkeypatch):
    monkeypatch.setenv("SALESDESK_LANG", language)
    async with desk(url, (80, 24)) as (app, pilot):
        await settle(pilot)
        assert " F2 " in line(app)  # the day has no way out: the places to go to stand there
        await pilot.press("f3")
        await until(pilot, lambda: isinstance(app.screen, ReportsScreen))
        await settle(pilot)
        said = line(app)
        assert len(said) <= 80
        assert said.startswith(" ⏎ ")
        assert " esc " in said
        assert " F1 " in said
        assert " F2 " not in said
        assert " x " not in said


async def test_where_there_is_room_nothing_is_left_out(url):
    async with desk(url, (160, 45)) as (app, pilot):
        await settle(pilot)
        await pilot.press("f2")
        await until(pilot, lambda: isinstance(app.screen, TailsScreen))
        await settle(pilot)
        said = line(app)
        assert said.index(" esc ") < said.index(" F1 ") < said.index(" F4 ")


async def test_the_way_out_can_be_clicked_where_it_stands(url):
    async with desk(url, (80, 24)) as (app, pilot):
        await settle(pilot)
        await pilot.press("f3")
        await until(pilot, lambda: isinstance(app.screen, ReportsScreen))
        await settle(pilot)
        await pilot.click(KeysBar, offset=(line(app).index(" esc ") + 2, 0))
        await until(pilot, lambda: not isinstance(app.screen, ReportsScreen))
