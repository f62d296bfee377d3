"""The door of a desk: nothing is seen before a password, and nothing while it is locked."""

from contextlib import asynccontextmanager

import pytest
from desk_base import LONG, NOW, ROMASHKA, card_of, desk, make_base, rows_of, settle, shown, until

from salesdesk.app import SalesdeskApp
from salesdesk.clock import Clock
from salesdesk.codes import Role
from salesdesk.context import context_of
from salesdesk.door.last_login import last_login
from salesdesk.gateway import Away
from salesdesk.models import Claim, Draft, Operator
from salesdesk.opening import Start
from salesdesk.screens.card import CardScreen
from salesdesk.screens.door import DoorScreen
from salesdesk.screens.number import NumberScreen
from salesdesk.screens.today import TodayScreen
from salesdesk.screens.wrap_up import WrapUpScreen
from salesdesk.storage.base import open_base
from salesdesk.team.passwords import set_password

GOOD, HERS = "восемь слонов", "nine white elephants"
NAME = "Ромашка"

pytestmark = pytest.mark.usefixtures("quick_passwords")


@pytest.fixture
def open_url(sqlite_url):
    make_base(sqlite_url).close()
    return sqlite_url


@pytest.fixture
def url(open_url):
    """Anna and Boris have passwords, Vera has none."""
    base = open_base(open_url)
    context = context_of(base, Clock(fixed=NOW), "anna")
    with base.write() as session:
        session.add(Operator(login="vera", name="Вера", role=Role.OPERATOR))
        set_password(session, context, "anna", GOOD)
        set_password(session, context, "boris", HERS)
    base.close()
    return open_url


async def rest(pilot):
    """Wait until nothing is read or written; what waits for the base to be opened waits on."""
    if pilot.app.gateway.opened is None:
        await pilot.pause()
    else:
        await settle(pilot)


@asynccontextmanager
async def door(url, size=(120, 40), operator="anna", **given):
    """Come to a desk that asks."""
    app = SalesdeskApp(Start(db=url, now=NOW, operator=operator, **given))
    async with app.run_test(size=size, notifications=True) as pilot:
        await until(pilot, lambda: isinstance(app.screen, DoorScreen) and app.screen.is_mounted)
        await rest(pilot)
        yield app, pilot


async def give(pilot, password, login=None):
    """Type a login and a password, and wait for the answer."""
    screen = pilot.app.screen
    if login is not None:
        screen.query_one("#door-login").value = login
    screen.query_one("#door-password").value = password
    await pilot.press("enter")
    await until(pilot, lambda: not screen._entering)
    await rest(pilot)


async def listed(app, pilot):
    await until(pilot, lambda: isinstance(app.screen, TodayScreen) and app.screen.queue.rows)
    await rest(pilot)
    return {row.client_id for row in app.screen.queue.rows}


def words(app):
    return " ".join(shown(app).replace("│", " ").split())


async def test_nothing_is_shown_before_the_password_which_is_taken_as_it_is_typed(url):
    async with door(url) as (app, pilot):
        await pilot.press("tab", "f5", "ctrl+p", "f2", "escape", "shift+tab", "enter")
        assert isinstance(app.screen, DoorScreen)
        assert app.gateway.opened is None
        await pilot.press(*(sign if sign != " " else "space" for sign in GOOD))
        assert GOOD not in shown(app)
        assert "RU" in shown(app)
        await pilot.press("enter")
        assert ROMASHKA in await listed(app, pilot)
        assert app.gateway.opened.context.me.login == last_login() == "anna"


async def test_a_password_on_the_other_layout_is_another_one(url):
    async with door(url, operator="boris") as (app, pilot):
        await give(pilot, "тшту цршеу удузрфтеы")
        assert "Login or password is wrong." in words(app)
        assert app.screen.query_one("#door-password").value == ""
        await give(pilot, HERS)
        await until(pilot, lambda: app.gateway.opened)
        assert app.gateway.opened.context.me.login == "boris"


async def test_guesses_are_slowed_down_and_then_the_right_one_waits_too(url):
    async with door(url) as (app, pilot):
        for _try in range(5):
            await give(pilot, "wrong password")
        await give(pilot, GOOD)
        assert "Too many wrong passwords. Try again in" in words(app)
        assert app.gateway.opened is None


async def test_somebody_without_a_password_is_told_how_to_get_one(url):
    async with door(url, operator="vera") as (app, pilot):
        assert "salesdesk operators password vera" in words(app)
        await give(pilot, GOOD, "nobody")
        assert "Login or password is wrong." in words(app)


async def test_a_base_where_nobody_has_a_password_asks_nothing_and_is_never_locked(open_url):
    async with desk(open_url, operator="boris") as (app, pilot):
        app.idle.clock = lambda: 1e12
        app.lock_when_idle()
        await pilot.press("ctrl+l", "f12")
        assert isinstance(app.screen, TodayScreen)


@asynccontextmanager
async def sitting(url):
    async with door(url) as (app, pilot):
        await give(pilot, GOOD)
        await listed(app, pilot)
        yield app, pilot


async def typed_wrap_up(app, pilot):
    await card_of(pilot, LONG)
    await pilot.press("l")
    wrap_up = await until(pilot, lambda: isinstance(app.screen, WrapUpScreen) and app.screen)
    await rest(pilot)
    await pilot.press("e", "f5", *"half")
    return wrap_up


async def test_a_locked_desk_shows_nothing_takes_no_key_and_is_found_as_it_was(url):
    async with sitting(url) as (app, pilot):
        wrap_up = await typed_wrap_up(app, pilot)
        await pilot.press("ctrl+д")
        assert isinstance(app.screen, DoorScreen)
        assert "Очень длинное" not in shown(app)
        await pilot.press("ctrl+p", "f2", "escape", "f7", *"typed")
        app.say("ООО «Ромашка»")
        await give(pilot, "not this one")
        assert "Login or password is wrong." in words(app)
        assert NAME not in shown(app)
        await give(pilot, GOOD)
        assert app.screen is wrap_up
        assert wrap_up.panel.note.text == "half"
        await until(pilot, lambda: NAME in shown(app))


async def test_nobody_there_for_a_quarter_of_an_hour_locks_and_a_key_puts_it_off(url):
    async with sitting(url) as (app, pilot):
        began = app.idle.clock()
        app.idle.clock = lambda: began + 14 * 60
        await pilot.press("down")
        app.idle.clock = lambda: began + 28 * 60
        app.lock_when_idle()
        assert isinstance(app.screen, TodayScreen)
        app.idle.clock = lambda: began + 30 * 60
        app.lock_when_idle()
        await pilot.pause()
        assert isinstance(app.screen, DoorScreen)


async def test_what_opens_and_closes_meanwhile_does_so_beneath(url):
    async with sitting(url) as (app, pilot):
        app.push_screen(NumberScreen("+73432001020", NAME))
        await until(pilot, lambda: isinstance(app.screen, NumberScreen))
        number = app.screen
        await pilot.press("ctrl+l")
        number.dismiss(None)
        app.open_card(ROMASHKA)
        await rest(pilot)
        assert isinstance(app.screen, DoorScreen)
        assert NAME not in shown(app)
        await give(pilot, GOOD)
        await until(pilot, lambda: isinstance(app.screen, CardScreen) and NAME in shown(app))
        assert number not in app.screen_stack


async def test_a_terminal_that_is_made_small_does_not_open_a_locked_desk(url):
    async with sitting(url) as (app, pilot):
        await pilot.press("ctrl+l")
        await pilot.resize_terminal(40, 10)
        await pilot.resize_terminal(120, 40)
        await rest(pilot)
        assert isinstance(app.screen, DoorScreen)
        await give(pilot, GOOD)
        assert isinstance(app.screen, TodayScreen)


async def test_another_person_comes_in_and_the_draft_of_the_first_is_kept(url):
    async with sitting(url) as (app, pilot):
        await typed_wrap_up(app, pilot)
        await pilot.press("ctrl+l")
        await give(pilot, HERS, "boris")
        await until(pilot, lambda: isinstance(app.screen, TodayScreen) and app.gateway.opened)
        await rest(pilot)
        assert app.gateway.opened.context.me.login == "boris"
        assert len(app.screen_stack) == 1
        assert NAME not in shown(app)
    (draft,) = rows_of(url, Draft)
    assert (draft.client_id, draft.operator_id, draft.body["note"]) == (LONG, 1, "half")
    assert rows_of(url, Claim) == []


async def test_leaving_closes_the_desk_and_asks_who_is_next(url):
    async with sitting(url) as (app, pilot):
        await card_of(pilot, ROMASHKA)
        await pilot.press("f12")
        await until(pilot, lambda: isinstance(app.screen, DoorScreen) and app.gateway.opened is None)
        await rest(pilot)
        assert len(app.screen_stack) == 2
        await give(pilot, HERS, "boris")
        await until(pilot, lambda: app.gateway.opened)
        assert app.gateway.opened.context.me.login == "boris"


async def test_in_a_browser_the_desk_is_open_at_once_and_locks_for_its_one_person(url):
    async with desk(url, in_browser=True) as (app, pilot):
        await listed(app, pilot)
        await pilot.press("f12", "ctrl+l")
        assert isinstance(app.screen, DoorScreen)
        assert app.screen.query_one("#door-login").disabled
        await give(pilot, HERS, "boris")
        assert isinstance(app.screen, DoorScreen)
        assert app.gateway.opened.context.me.login == "anna"
        await give(pilot, GOOD, "anna")
        assert ROMASHKA in await listed(app, pilot)


async def test_a_locked_desk_opens_for_who_sits_there_while_the_server_is_away(url, monkeypatch):
    monkeypatch.setattr("salesdesk.team.sitting_down._WRONG_SECONDS", 0)
    async with sitting(url) as (app, pilot):
        await pilot.press("ctrl+l")
        app.gateway.away = Away(NOW)
        await give(pilot, HERS)
        assert "Login or password is wrong." in words(app)
        await give(pilot, HERS, "boris")
        assert "does not answer" in words(app)
        await give(pilot, GOOD, "anna")
        assert isinstance(app.screen, TodayScreen)
