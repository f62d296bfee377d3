"""A damaged base on the screen: what is so, and one key that puts the last good backup back."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from desk_base import NOW, desk, make_base, settle, shown, until

from salesdesk.app import SalesdeskApp
from salesdesk.gateway import Gateway
from salesdesk.opening import Start
from salesdesk.screens.choose import ChooseScreen
from salesdesk.screens.damaged import DamagedScreen
from salesdesk.screens.today import TodayScreen
from salesdesk.storage.daily_backup import daily_backup
from salesdesk.storage.kept_backups import backups, backups_folder
from salesdesk.storage.rotation import Rotation


@pytest.fixture
def path(tmp_path) -> Path:
    """A base with two backups, damaged since."""
    file = tmp_path / "base.db"
    make_base(str(file)).close()
    for days in (2, 1):
        daily_backup(file, backups_folder(file), Rotation(), NOW - timedelta(days=days), lambda: False)
    file.write_bytes(b"Dear all, " * 2000)
    return file


def lose_a_page(file) -> None:
    """Let a page that a start does not read be zeros."""
    with closing(sqlite3.connect(file)) as base:
        wanted = "SELECT rootpage FROM sqlite_master WHERE name = 'ix_call_operator_id'"
        (page,) = base.execute(wanted).fetchone()
    whole = file.read_bytes()
    file.write_bytes(whole[: (page - 1) * 4096] + bytes(4096) + whole[page * 4096 :])


def damaged(path, **other) -> SalesdeskApp:
    return SalesdeskApp(Start(db=str(path), now=NOW, operator="anna", **other))


async def told(app, pilot) -> DamagedScreen:
    return await until(
        pilot, lambda: app.screen if isinstance(app.screen, DamagedScreen) and app.screen._looked else None
    )


def together(app) -> str:
    """Give what stands on the screen without its spaces: a long path is folded anywhere."""
    return "".join(shown(app).replace("│", "").split())


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_it_says_what_is_so_and_the_command(path, size):
    app = damaged(path)
    async with app.run_test(size=size) as pilot:
        await told(app, pilot)
        await pilot.pause()
        text = together(app)
        assert "Thebaseisdamaged" in text
        assert "2026-11-22" in text
        assert f"dbrestore{backups(backups_folder(path))[0].path}" in text
        assert "Rrestore" in text or "rrestore" in text


@pytest.mark.parametrize("key", ["r", "к"])
async def test_one_key_restores_it_once_more_asked(path, key):
    before = path.read_bytes()
    app = damaged(path)
    async with app.run_test(size=(100, 30)) as pilot:
        await told(app, pilot)
        await pilot.press(key)
        await until(pilot, lambda: isinstance(app.screen, ChooseScreen))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, DamagedScreen))
        assert path.read_bytes() == before, "the marked answer is no"
        await pilot.press(key)
        await until(pilot, lambda: isinstance(app.screen, ChooseScreen))
        await pilot.press("2")
        await until(pilot, lambda: isinstance(app.screen, TodayScreen) and app.screen.queue.rows)
    (aside,) = path.parent.glob("base.db.replaced-*")
    assert aside.read_bytes() == before


async def test_of_a_backup_that_is_not_whole_the_next_older_one_is_offered(path):
    newest, older = (one.path for one in backups(backups_folder(path)))
    lose_a_page(newest)
    app = damaged(path)
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await told(app, pilot)
        assert screen._last.path == newest
        await pilot.press("r")
        await until(pilot, lambda: isinstance(app.screen, ChooseScreen))
        await pilot.press("2")
        await until(pilot, lambda: app.screen is screen and screen._last.path == older)
        assert "notawholeSalesdeskbase" in together(app)


async def test_without_a_backup_nothing_is_offered(path):
    for one in backups(backups_folder(path)):
        one.path.unlink()
    app = damaged(path)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await told(app, pilot)
        await pilot.press("r")
        assert app.screen is screen
        assert "dbrestoreFILE" in together(app)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, TodayScreen))
        assert "Thebase" in together(app)


async def test_in_a_browser_nothing_is_restored(path):
    before = path.read_bytes()
    app = damaged(path, in_browser=True)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await told(app, pilot)
        await pilot.press("r")
        assert app.screen is screen
        assert str(path) not in together(app)
    assert path.read_bytes() == before


async def test_damage_that_is_met_on_the_way_is_told_too(tmp_path):
    file = tmp_path / "base.db"
    make_base(str(file)).close()
    async with desk(str(file)) as (app, pilot):
        await until(pilot, lambda: app.screen.queue.rows)
        app.gateway.opened.base.close()
        file.write_bytes(b"Dear all, " * 2000)
        await pilot.press("n")
        await told(app, pilot)


async def test_the_desk_takes_the_backup_of_the_day(tmp_path, monkeypatch):
    monkeypatch.setenv("SALESDESK_BACKUP", "true")
    file = tmp_path / "base.db"
    make_base(str(file)).close()
    async with desk(str(file)) as (_app, pilot):
        await until(pilot, lambda: backups(backups_folder(file)))
    (kept,) = backups(backups_folder(file))
    assert kept.at == NOW


async def test_a_desk_that_stays_open_asks_for_it_once_a_day(tmp_path, monkeypatch):
    asked = []

    async def care(gateway) -> None:
        asked.append(gateway.opened.context.clock.today())

    monkeypatch.setattr(Gateway, "care", care)
    file = tmp_path / "base.db"
    make_base(str(file)).close()
    async with desk(str(file)) as (app, pilot):
        await until(pilot, lambda: asked)
        await pilot.press("n")
        await settle(pilot)
        assert len(asked) == 1
        # The clock of a desk goes on; that of a test is pushed.
        object.__setattr__(app.clock, "fixed", NOW + timedelta(days=1))
        await pilot.press("n")
        await until(pilot, lambda: len(asked) > 1)
    assert asked == [NOW.date(), NOW.date() + timedelta(days=1)]


async def test_a_base_found_damaged_by_its_backup_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("SALESDESK_BACKUP", "true")
    file = tmp_path / "base.db"
    make_base(str(file)).close()
    lose_a_page(file)
    async with desk(str(file)) as (app, pilot):
        await told(app, pilot)


async def test_a_backup_that_cannot_be_taken_is_one_line_and_the_desk_works_on(tmp_path, monkeypatch):
    monkeypatch.setenv("SALESDESK_BACKUP", "true")
    file = tmp_path / "base.db"
    make_base(str(file)).close()
    backups_folder(file).write_text("a file stands there")
    async with desk(str(file)) as (app, pilot):
        await until(pilot, lambda: app._notifications)
        (note,) = app._notifications
        assert "backup was not taken" in note.message
        assert app.screen.queue.rows
