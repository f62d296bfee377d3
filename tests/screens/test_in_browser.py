"""What a desk in a browser leaves alone: files, programs, settings and bases of the machine it runs on."""

from pathlib import Path

import pytest
from desk_base import desk, make_base, settle, until

from salesdesk import dialling, playing
from salesdesk.errors import NotAllowedError
from salesdesk.opening import Start
from salesdesk.places import settings_file
from salesdesk.screens.clients import ClientsScreen
from salesdesk.screens.listening import play
from salesdesk.screens.number import NumberScreen
from salesdesk.screens.reports import ReportsScreen
from salesdesk.screens.today import TodayScreen
from salesdesk.screens.welcome import WelcomeScreen
from salesdesk.storage.base import open_base


@pytest.fixture
def url(sqlite_url):
    make_base(sqlite_url).close()
    return sqlite_url


def said(app) -> list[str]:
    return [note.message for note in app._notifications if "Not in a browser" in note.message]


@pytest.mark.parametrize("key", ["i", "o"])
async def test_no_file_is_brought_in_and_no_setting_changed(url, key):
    async with desk(url, in_browser=True) as (app, pilot):
        await until(pilot, lambda: isinstance(app.screen, TodayScreen) and app.screen.queue.rows)
        await pilot.press(key)
        await until(pilot, lambda: said(app))
        assert isinstance(app.screen, TodayScreen)


async def test_nobody_moves_to_another_base_or_person(url):
    async with desk(url, in_browser=True) as (app, pilot):
        before = app.gateway.start
        with pytest.raises(NotAllowedError):
            app.move_to(Start(db=url, operator="boris"))
        await settle(pilot)
        assert app.gateway.start is before
        assert app.gateway.opened.context.me.login == "anna"


async def test_no_file_is_written(url, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = set(tmp_path.iterdir())
    async with desk(url, in_browser=True) as (app, pilot):
        await pilot.press("f5")
        await until(pilot, lambda: isinstance(app.screen, ClientsScreen) and app.screen.shown_clients)
        await pilot.press("e")
        await until(pilot, lambda: said(app))
        assert isinstance(app.screen, ClientsScreen)
        app.clear_notifications()
        await pilot.press("escape", "f3")
        await until(pilot, lambda: isinstance(app.screen, ReportsScreen) and app.screen._answer)
        await pilot.press("x")
        await until(pilot, lambda: said(app))
    assert {path for path in tmp_path.iterdir() if path.suffix == ".xlsx"} == set()
    assert {path.name for path in set(tmp_path.iterdir()) - before} <= {"base.db-wal", "base.db-shm"}


async def test_no_program_is_started(url, monkeypatch):
    started = []
    monkeypatch.setattr(dialling, "start_dialling", lambda *words: started.append(words))
    monkeypatch.setattr(playing, "start_playing", lambda *words: started.append(words))
    settings_file().parent.mkdir(parents=True, exist_ok=True)
    settings_file().write_text('dial = ["true"]\nplay = ["true"]\n')
    async with desk(url, in_browser=True) as (app, pilot):
        app.dial("+74951112233", "Ромашка")
        await until(pilot, lambda: isinstance(app.screen, NumberScreen))
        with pytest.raises(NotAllowedError):
            await play(app, str(Path(__file__)))
    assert started == []


async def test_an_empty_base_is_not_left_for_a_sample(sqlite_url):
    open_base(sqlite_url, operator="anna").close()
    async with desk(sqlite_url, in_browser=True) as (app, pilot):
        await until(pilot, lambda: isinstance(app.screen, WelcomeScreen))
        app.screen.action_sample()
        await until(pilot, lambda: said(app))
        assert not app.screen.working
