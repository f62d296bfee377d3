"""The server goes away under an open desk: it says so, goes on, keeps what is said, and sends it once."""

from contextlib import asynccontextmanager
from itertools import repeat

import pytest
from broken_line import broken_line
from desk_base import NOW, ROMASHKA, STROY, card_of, desk, fill, make_base, rows_of, settle, shown, until
from sqlalchemy import delete, event, update
from sqlmodel import col

from salesdesk import i18n
from salesdesk.clock import Clock
from salesdesk.codes import Role
from salesdesk.context import context_of
from salesdesk.desk import calls
from salesdesk.kept.store import all_kept, kept_folder
from salesdesk.models import Call, Claim, Client, NextAction, Operator
from salesdesk.rows import WrapUp
from salesdesk.screens.choose import ChooseScreen
from salesdesk.screens.kept import KeptScreen
from salesdesk.screens.today import TodayScreen
from salesdesk.screens.wrap_up import WrapUpScreen
from salesdesk.secrecy import keyrings
from salesdesk.storage.base import open_base
from salesdesk.widgets.away_line import AwayLine


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch):
    monkeypatch.setattr(keyrings, "kept", lambda entry: None)
    monkeypatch.setattr(keyrings, "keep", lambda entry, password: False)


@pytest.fixture
def url(kept_url):
    fill(open_base(kept_url)).close()
    return kept_url


@pytest.fixture
def line(url):
    with broken_line(url) as laid:
        yield laid


@asynccontextmanager
async def sitting(line, **other):
    """Sit down over a line that may break; the desk tries again without waiting."""
    async with desk(line.url, **other) as (app, pilot):
        app.lost_server.reconnecting.waits = lambda: repeat(0.02)
        await until(pilot, lambda: app.screen.queue.rows)
        await settle(pilot)
        yield app, pilot


def said(app) -> str:
    return shown(app).splitlines()[1]


async def log_no_answer(app, pilot):
    """Log, on the open card, that nobody answered."""
    await pilot.press("l")
    await until(pilot, lambda: isinstance(app.screen, WrapUpScreen))
    code = app.gateway.opened.context.catalogues.outcomes["no_answer"].key
    await pilot.press(code, "enter")
    await until(pilot, lambda: isinstance(app.screen, TodayScreen))


def new_calls(url, client_id=ROMASHKA):
    return [call for call in rows_of(url, Call, client_id=client_id) if call.started_at == NOW]


async def gone_in(app, pilot, line):
    line.mend()
    await until(pilot, lambda: app.gateway.away is None and not app.lost_server.keeping.kept)
    await settle(pilot)
    await until(pilot, lambda: not app.screen.query(AwayLine))


async def test_a_call_on_an_open_card_is_kept_shown_and_goes_in(line, url):
    async with sitting(line) as (app, pilot):
        await card_of(pilot, ROMASHKA)
        line.break_off()
        await log_no_answer(app, pilot)
        await until(pilot, lambda: app.lost_server.keeping.kept)
        await settle(pilot)
        text = shown(app)
        assert "▲ The server does not answer since 10:24" in text
        assert "kept here: 1 (K)" in text
        assert any("Ромашка" in row and "kept here, not" in row for row in text.splitlines())
        (file,) = kept_folder().rglob("*.kept")
        assert "Ромашка".encode() not in file.read_bytes()
        at = app.screen.queue.chosen_place
        await pilot.press("j")
        assert app.screen.queue.chosen_place != at or len(app.screen.queue.rows) == 1
        await gone_in(app, pilot, line)
    (call,) = new_calls(url)
    assert call.outcome == "no_answer"
    assert all_kept().kept == ()


@pytest.mark.parametrize("done", [True, False])
async def test_a_commit_that_is_cut_in_the_middle_is_one_call_either_way(line, url, done):
    async with sitting(line) as (app, pilot):
        await card_of(pilot, ROMASHKA)
        await pilot.press("l")
        await until(pilot, lambda: isinstance(app.screen, WrapUpScreen))
        app.screen._drafts.close = _closing(
            app.screen._drafts.close, lambda: line.break_off_at_commit(done=done)
        )
        code = app.gateway.opened.context.catalogues.outcomes["no_answer"].key
        await pilot.press(code, "enter")
        await until(pilot, lambda: app.lost_server.keeping.kept)
        assert len(new_calls(url)) == done
        await gone_in(app, pilot, line)
    assert len(new_calls(url)) == 1


def _closing(close, then):
    """Do something once the draft is written and nothing but the call itself is left to be."""

    async def closed():
        await close()
        then()

    return closed


async def test_what_an_earlier_run_has_kept_goes_in_with_the_next(line, url):
    async with sitting(line) as (app, pilot):
        await card_of(pilot, ROMASHKA)
        line.break_off()
        await log_no_answer(app, pilot)
        await until(pilot, lambda: app.lost_server.keeping.kept)
    assert new_calls(url) == []
    app = None
    async with desk_while_away(line) as (app, pilot):
        assert "The server of the base does not answer" in shown(app)
        assert "▲ The server does not answer since 10:24" in shown(app)
        line.mend()
        await until(pilot, lambda: app.screen.queue.rows)
        await until(pilot, lambda: app.lost_server.keeping.folder and not all_kept().kept)
        await settle(pilot)
    assert len(new_calls(url)) == 1


@asynccontextmanager
async def desk_while_away(line):
    from salesdesk.app import SalesdeskApp
    from salesdesk.opening import Start

    app = SalesdeskApp(Start(db=line.url, now=NOW, operator="anna"))
    app.lost_server.reconnecting.waits = lambda: repeat(0.02)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.screen.face.said and app.gateway.away)
        await pilot.pause()
        yield app, pilot


async def test_a_silent_network_is_noticed(line):
    async with sitting(line) as (app, pilot):
        app.gateway.ask_after = (0.05,)
        line.hang()
        await pilot.press("r")
        await until(pilot, lambda: app.gateway.away)
        line.mend()
        await until(pilot, lambda: app.gateway.away is None)


async def test_a_clash_waits_for_a_choice(line, url):
    async with sitting(line) as (app, pilot):
        await card_of(pilot, ROMASHKA)
        line.break_off()
        await log_no_answer(app, pilot)
        await until(pilot, lambda: app.lost_server.keeping.kept)
        log_as_boris(url)
        line.mend()
        await until(pilot, lambda: app.lost_server.keeping.kept and not app.lost_server.keeping.waiting)
        await settle(pilot)
        assert "! 1 kept here · 1 needs you · K shows them" in shown(app)
        await pilot.press("K")
        await until(pilot, lambda: isinstance(app.screen, KeptScreen))
        await settle(pilot)
        text = shown(app)
        assert "needs you" in text
        assert "Called: 23.11 10:24, Борис Л." in text
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ChooseScreen))
        await pilot.press("2")
        await until(pilot, lambda: not app.lost_server.keeping.kept)
        await settle(pilot)
        assert "Nothing is kept here" in shown(app)
    assert sorted(call.outcome for call in new_calls(url)) == ["busy", "no_answer"]


@pytest.mark.parametrize(
    ("key", "lang", "words"), [("K", "en", "among yours no more"), ("Л", "ru", "больше не среди ваших")]
)
async def test_a_client_that_went_to_somebody_else_is_told_and_tried_again_when_asked(
    line, url, key, lang, words
):
    change(url, update(Operator).values(role=Role.OPERATOR))
    async with sitting(line, size=(80, 24)) as (app, pilot):
        i18n.use_language(lang)
        await card_of(pilot, ROMASHKA)
        line.break_off()
        await log_no_answer(app, pilot)
        await until(pilot, lambda: app.lost_server.keeping.kept)
        change(url, delete(Claim), *whose(2))
        line.mend()
        await until(pilot, lambda: app.lost_server.keeping.kept and not app.lost_server.keeping.waiting)
        await settle(pilot)
        await pilot.press(key)
        await until(pilot, lambda: isinstance(app.screen, KeptScreen))
        await settle(pilot)
        assert words in shown(app)
        assert "Борис" not in shown(app)
        change(url, *whose(1))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ChooseScreen))
        await pilot.press("1")
        await until(pilot, lambda: not app.lost_server.keeping.kept)
    assert [call.outcome for call in new_calls(url)] == ["no_answer"]


def whose(operator_id):
    return (
        update(Client).where(col(Client.id) == ROMASHKA).values(owner_id=operator_id),
        update(NextAction).where(col(NextAction.client_id) == ROMASHKA).values(operator_id=operator_id),
    )


def change(url, *statements):
    base = open_base(url)
    with base.write() as session:
        for statement in statements:
            session.execute(statement)
    base.close()


def log_as_boris(url):
    base = open_base(url)
    with base.write() as session:
        session.execute(update(Operator).where(col(Operator.login) == "boris").values(role=Role.LEAD))
    with base.write() as session:
        # Anna's desk held the client, and could not go on holding it.
        session.execute(delete(Claim))
        calls.log_call(session, context_of(base, Clock(fixed=NOW), "boris"), WrapUp(ROMASHKA, "busy"))
    base.close()


async def test_a_full_disk_here_leaves_the_form_open(line, url, monkeypatch):
    async with sitting(line) as (app, pilot):
        await card_of(pilot, ROMASHKA)
        line.break_off()
        await pilot.press("l")
        await until(pilot, lambda: isinstance(app.screen, WrapUpScreen))
        kept_folder().mkdir(parents=True)
        kept_folder().rmdir()
        kept_folder().write_text("in the way")
        code = app.gateway.opened.context.catalogues.outcomes["no_answer"].key
        await pilot.press(code, "enter")
        await until(pilot, lambda: any("cannot be written" in one.message for one in app._notifications))
        assert isinstance(app.screen, WrapUpScreen)
        kept_folder().unlink()
        await pilot.press("enter")
        await until(pilot, lambda: app.lost_server.keeping.kept)
        await gone_in(app, pilot, line)
    assert len(new_calls(url)) == 1


async def test_a_note_and_a_move_are_kept_too(line, url):
    async with sitting(line) as (app, pilot):
        await card_of(pilot, STROY)
        line.break_off()
        await pilot.press("a", *"now", "enter")
        await until(pilot, lambda: len(app.lost_server.keeping.kept) == 1)
        await pilot.press("m", "2", "enter")
        await until(pilot, lambda: len(app.lost_server.keeping.kept) == 2)
        await gone_in(app, pilot, line)


async def test_a_full_disk_under_a_file_keeps_the_call_here(sqlite_url):
    make_base(sqlite_url).close()
    async with desk(sqlite_url) as (app, pilot):
        await card_of(pilot, ROMASHKA)
        await pilot.press("l")
        await until(pilot, lambda: isinstance(app.screen, WrapUpScreen))
        await settle(pilot)
        engine = app.gateway.opened.base.engine
        engine.dispose()
        full = "PRAGMA max_page_count = 1"  # no more than there are
        event.listen(engine, "connect", lambda connection, _record: connection.execute(full))
        app.screen.panel.note.text = "длинная заметка " * 20_000
        code = app.gateway.opened.context.catalogues.outcomes["no_answer"].key
        await pilot.press(code, "enter")
        await until(pilot, lambda: app.lost_server.keeping.kept)
        assert app.gateway.away is None
        assert new_calls(sqlite_url) == []
        engine.dispose()
        event.listen(
            engine,
            "connect",
            lambda connection, _record: connection.execute("PRAGMA max_page_count = 1000000"),
        )
        app.lost_server.send_soon()
        await until(pilot, lambda: not app.lost_server.keeping.kept)
        await settle(pilot)
    assert len(new_calls(sqlite_url)) == 1
