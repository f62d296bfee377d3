"""The lock of a desk whose person the server knows: it opens by the server's password, and guesses wait."""

from datetime import timedelta

import pytest
from asking_base import PASSWORDS
from builders import owed
from desk_base import desk, settle, shown, until
from test_door import give, listed, words

from salesdesk.gateway import Away
from salesdesk.screens.card import CardScreen
from salesdesk.screens.door import DoorScreen
from salesdesk.screens.today import TodayScreen
from salesdesk.storage import server_passwords
from salesdesk.storage.engine import base_url
from salesdesk.team.guesses import GuessesHere

OLGA, PETR = PASSWORDS["olga"], PASSWORDS["petr"]
NAME = "Свой Ромашкин"


@pytest.fixture
def clients(asking):
    """One client each."""
    made = {}
    for login in ("olga", "petr"):
        person = asking.desk_of(login)
        made[login] = person.client(f"{NAME} {login}", owes=owed(person.now, operator_id=person.me))
    return made


@pytest.fixture
def url(asking, clients):
    return asking.url_of("petr", PETR)


def at(url, **given):
    return desk(url, operator=None, **given)


async def locked(app, pilot):
    await listed(app, pilot)
    await pilot.press("ctrl+l")
    assert isinstance(app.screen, DoorScreen)
    assert NAME not in shown(app)


async def test_it_locks_when_nobody_is_there_and_opens_by_the_servers_password(url, asking):
    async with at(url) as (app, pilot):
        await listed(app, pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, CardScreen))
        began = app.idle.clock()
        app.idle.clock = lambda: began + 16 * 60
        app.lock_when_idle()
        await pilot.pause()
        assert isinstance(app.screen, DoorScreen)
        await give(pilot, OLGA)
        assert "Login or password is wrong." in words(app)
        # It is the server's password of this moment that counts, and the desk connects by it from now on.
        asking.give("petr", "another password")
        await give(pilot, PETR)
        assert "Login or password is wrong." in words(app)
        await give(pilot, "another password")
        assert isinstance(app.screen, CardScreen)
        app.gateway.opened.base.engine.dispose()
        assert app.gateway.opened.base.operator().login == "petr"


async def test_guesses_are_slowed_down_by_the_desk_itself(url):
    async with at(url) as (app, pilot):
        await locked(app, pilot)
        for _try in range(5):
            await give(pilot, "wrong password")
        await give(pilot, PETR)
        assert "Too many wrong passwords. Try again in" in words(app)
        assert isinstance(app.screen, DoorScreen)


def test_each_guess_too_many_waits_twice_as_long_and_only_for_that_login():
    now = [0.0]
    guesses = GuessesHere(lambda: now[0])
    assert [guesses.count("petr") for _try in range(5)] == [None] * 5
    assert guesses.count(" Petr") == timedelta(seconds=2)
    assert guesses.count("olga") is None
    now[0] = 2.0
    assert guesses.count("petr") is None
    assert guesses.count("petr") == timedelta(seconds=4)
    guesses.forgive("petr")
    assert guesses.count("petr") is None


async def test_another_person_comes_in_by_their_login_and_leaving_asks_who_is_next(url):
    async with at(url) as (app, pilot):
        await locked(app, pilot)
        await give(pilot, PETR, "olga")
        assert app.gateway.opened.context.me.login == "petr"
        await give(pilot, OLGA, "olga")
        await listed(app, pilot)
        assert (app.gateway.opened.context.me.login, app.gateway.opened.base.login) == ("olga", "olga")
        assert len(app.screen_stack) == 1
        await pilot.press("f12")
        await until(pilot, lambda: isinstance(app.screen, DoorScreen) and app.gateway.opened is None)
        assert "The password of the base's server." in words(app)
        await give(pilot, OLGA, "petr")
        assert app.gateway.opened is None
        await give(pilot, PETR, "petr")
        await listed(app, pilot)
        assert app.gateway.opened.base.login == "petr"
        assert OLGA not in repr(app.gateway.opened) + repr(app.gateway.start)


async def test_while_the_server_is_away_it_opens_by_what_the_desk_has_connected_by(url):
    async with at(url) as (app, pilot):
        await locked(app, pilot)
        app.gateway.away = Away(app.gateway.opened.context.clock.now())
        await give(pilot, OLGA)
        assert "Login or password is wrong." in words(app)
        await give(pilot, OLGA, "olga")
        assert "does not answer" in words(app)
        await give(pilot, PETR, "petr")
        assert isinstance(app.screen, TodayScreen)


async def test_a_password_that_only_the_driver_knows_is_enough_and_none_is_not(asking, clients):
    server_passwords.put_away(base_url(asking.url_of("petr")), PETR)
    async with at(asking.url_of("petr")) as (app, pilot):
        await locked(app, pilot)
        await give(pilot, PETR)
        assert isinstance(app.screen, TodayScreen)
    async with at(asking.url_of("anna")) as (app, pilot):
        await settle(pilot)
        await pilot.press("ctrl+l", "f12")
        assert isinstance(app.screen, TodayScreen)


async def test_in_a_browser_it_opens_for_its_own_person_alone(url):
    async with at(url, in_browser=True) as (app, pilot):
        await locked(app, pilot)
        await give(pilot, OLGA, "olga")
        assert isinstance(app.screen, DoorScreen)
        assert app.gateway.opened.context.me.login == "petr"
        await give(pilot, PETR, "petr")
        assert isinstance(app.screen, TodayScreen)
