"""A screen that leaves closes itself alone, whatever lies over it, and once."""

import pytest
from desk_base import desk, make_base, until

from salesdesk.screens.desk_screen import DeskModal


class Asking(DeskModal[str]):
    """A modal that somebody waits for."""


@pytest.fixture
def url(sqlite_url):
    make_base(sqlite_url).close()
    return sqlite_url


@pytest.fixture
def answers():
    return []


async def opened(app, pilot, answers):
    screen = Asking()
    app.push_screen(screen, answers.append)
    await until(pilot, lambda: app.screen is screen)
    return screen


async def test_what_leaves_beneath_another_screen_waits_until_that_has_gone(url, answers):
    async with desk(url) as (app, pilot):
        today = app.screen
        beneath = await opened(app, pilot, answers)
        over = await opened(app, pilot, answers)
        beneath.dismiss("beneath")
        await pilot.pause()
        assert app.screen_stack == [today, beneath, over]
        assert not answers
        over.dismiss("over")
        await until(pilot, lambda: app.screen is today)
        assert answers == ["over", "beneath"]


async def test_what_leaves_twice_leaves_what_lay_beneath_it(url, answers):
    async with desk(url) as (app, pilot):
        beneath = await opened(app, pilot, answers)
        over = await opened(app, pilot, answers)
        over.dismiss("once")
        over.dismiss("twice")
        await until(pilot, lambda: app.screen is beneath)
        await pilot.pause()
        assert app.screen is beneath
        assert answers == ["once"]


async def test_what_has_left_before_it_was_opened_leaves_as_it_opens(url, answers):
    async with desk(url) as (app, pilot):
        beneath = await opened(app, pilot, answers)
        late = Asking()
        late.dismiss("late")
        app.push_screen(late, answers.append)
        await until(pilot, lambda: answers == ["late"])
        await pilot.pause()
        assert app.screen is beneath
