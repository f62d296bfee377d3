"""Welcome: what an empty base offers, and how it goes away."""

import threading

import pytest
from desk_base import desk, rows_of, shown, until

from salesdesk import i18n
from salesdesk.errors import SalesdeskError
from salesdesk.models import Client
from salesdesk.places import sample_base_file
from salesdesk.screens.import_file import ImportFileScreen
from salesdesk.screens.settings import SettingsScreen
from salesdesk.screens.today import TodayScreen
from salesdesk.screens.welcome import WelcomeScreen


def wait_for(cancelled) -> None:
    """Wait in the job's thread as a job between two steps does."""
    while not cancelled():
        threading.Event().wait(0.01)


async def welcomed(app, pilot) -> WelcomeScreen:
    await until(pilot, lambda: isinstance(app.screen, WelcomeScreen) and "anna" in shown(app))
    return app.screen


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_an_empty_base_offers_three_ways_and_says_where_it_lies(sqlite_url, size):
    async with desk(sqlite_url, size=size) as (app, pilot):
        await welcomed(app, pilot)
        text = shown(app)
    for words in ("Look around in a sample base", "Import a file of clients", "Settings", "anna (anna)"):
        assert words in text, words
    assert "base.db" in "".join(text.split()), "a long path is folded anywhere"
    for key in (" 1 ", " 2 ", " 3 ", "F8"):
        assert key in text, key


async def test_the_sample_base_is_a_file_of_its_own(sqlite_url):
    async with desk(sqlite_url) as (app, pilot):
        await welcomed(app, pilot)
        await pilot.press("1")
        await until(pilot, lambda: isinstance(app.screen, TodayScreen) and app.screen.queue.rows)
        assert app.gateway.opened.base.path == sample_base_file()
        assert app.gateway.opened.context.me.login == "anna"
    assert rows_of(sqlite_url, Client) == []
    assert len(rows_of(str(sample_base_file()), Client)) == 500


async def test_the_sample_base_of_last_time_is_kept(sqlite_url):
    async with desk(sqlite_url) as (app, pilot):
        await welcomed(app, pilot)
        await pilot.press("1")
        await until(pilot, lambda: isinstance(app.screen, TodayScreen) and app.screen.queue.rows)
    before = sample_base_file().stat().st_ino
    async with desk(sqlite_url) as (app, pilot):
        await welcomed(app, pilot)
        await pilot.press("1")
        await until(pilot, lambda: isinstance(app.screen, TodayScreen) and app.screen.queue.rows)
    assert sample_base_file().stat().st_ino == before


async def test_the_making_can_be_stopped(sqlite_url, monkeypatch):
    from salesdesk import sample

    def fill_until_stopped(base, *, clients, progress, cancelled, **_other):
        progress(clients // 2, clients)
        wait_for(cancelled)
        raise SalesdeskError("Stopped: no sample was made.")

    monkeypatch.setattr(sample, "fill", fill_until_stopped)
    async with desk(sqlite_url) as (app, pilot):
        screen = await welcomed(app, pilot)
        await pilot.press("1")
        await until(pilot, lambda: "50 %" in shown(app) and "250 clients" in shown(app))
        await pilot.press("escape")
        await until(pilot, lambda: not screen.working)
        assert "! Stopped: no sample was made." in shown(app)
        assert app.screen is screen
        assert str(app.gateway.opened.base.path) == sqlite_url


async def test_leaving_stops_the_making(sqlite_url, monkeypatch):
    from salesdesk import sample

    stopped = []

    def fill_until_stopped(base, *, cancelled, **_other):
        wait_for(cancelled)
        stopped.append(True)
        raise SalesdeskError("Stopped")

    monkeypatch.setattr(sample, "fill", fill_until_stopped)
    async with desk(sqlite_url) as (app, pilot):
        screen = await welcomed(app, pilot)
        await pilot.press("1")
        await until(pilot, lambda: screen.working)
    assert stopped


@pytest.mark.parametrize(("keys", "screen"), [("2", ImportFileScreen), ("3", SettingsScreen)])
async def test_digits_and_enter_lead_on(sqlite_url, keys, screen):
    async with desk(sqlite_url) as (app, pilot):
        await welcomed(app, pilot)
        await pilot.press(keys)
        await until(pilot, lambda: isinstance(app.screen, screen))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, WelcomeScreen))
        await pilot.press(*["down"] * (int(keys) - 1), "enter")
        await until(pilot, lambda: isinstance(app.screen, screen))


@pytest.mark.parametrize(("key", "screen"), [("ш", ImportFileScreen), ("щ", SettingsScreen)])
async def test_letters_work_on_a_russian_layout(sqlite_url, key, screen):
    async with desk(sqlite_url) as (app, pilot):
        await welcomed(app, pilot)
        await pilot.press(key)
        await until(pilot, lambda: isinstance(app.screen, screen))


async def test_the_language_changes_at_once(sqlite_url, monkeypatch):
    async with desk(sqlite_url) as (app, pilot):
        screen = await welcomed(app, pilot)
        relabelled = []
        monkeypatch.setattr(screen, "relabel", lambda: relabelled.append(i18n.language()))
        await pilot.press("f8")
        assert relabelled == ["ru"]
