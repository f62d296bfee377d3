"""The card: every part of it, each of its faces, and what its keys do."""

import asyncio

import pytest
from desk_base import (
    EMPTY,
    FORBIDDEN,
    LONG,
    NOW,
    ROMASHKA,
    STROY,
    card_of,
    desk,
    make_base,
    rows_of,
    settle,
    shown,
    until,
)

from salesdesk.clock import Clock
from salesdesk.context import context_of
from salesdesk.models import AuditEvent, Claim, Note
from salesdesk.screens.today import TodayScreen
from salesdesk.screens.trail import TrailScreen
from salesdesk.storage.base import open_base
from salesdesk.team.claims import HOLDS
from salesdesk.widgets.card_pane import CardPane
from salesdesk.widgets.face import Face


@pytest.fixture
def url(sqlite_url):
    make_base(sqlite_url).close()
    return sqlite_url


def part(app, name):
    return app.screen.query_one(f"#{name}", CardPane).text(100)


async def test_shows_everything_that_is_known(url):
    async with desk(url) as (app, pilot):
        await card_of(pilot, ROMASHKA)
        facts, text = part(app, "facts"), shown(app)
    for words in (
        "Ольга Ним, снабжение", "✉ o@nim.ru", "+7 343 200-10-20", "✗ 200-00-00 (bad number)", "Насосы 3 шт",
        "▲ has not moved", "! overdue by 3 days", "moved 1 time", "●●●●○", "450,000", "Asia/Yekaterinburg",
        "Service policy A", "attempt 2",
    ):  # fmt: skip
        assert words in facts, words
    assert "ООО «Ромашка» · A · new 8 days · Екатеринбург 12:24 there" in text
    assert "звонить после 11" in text


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_nothing_is_lost_at_any_width(url, size):
    async with desk(url, size) as (app, pilot):
        await card_of(pilot, ROMASHKA)
        assert "find out the need" in shown(app)
        await pilot.press("tab")
        assert "звонить после 11" in shown(app)
        await pilot.press("t")
        await pilot.pause()
        assert "Who chooses the supplier" in shown(app)
        await pilot.press("t")
        await pilot.pause()
        assert "Contacts and numbers" in shown(app)


async def test_text_is_never_markup(url):
    async with desk(url, (160, 45)) as (app, pilot):
        await card_of(pilot, EMPTY)
        assert "[bold]Пусто[/bold] [a] ещё" in shown(app)
        await card_of(pilot, ROMASHKA)
        assert "ждём смету [b] до пятницы" in shown(app)


async def test_a_client_without_anything_has_a_face(url):
    async with desk(url) as (app, pilot):
        await card_of(pilot, EMPTY)
        assert "no people and no numbers yet" in part(app, "facts")
        assert "Nothing has happened yet" in part(app, "history")
        await pilot.press("d")
        await settle(pilot)
        assert any("no number to dial" in one.message for one in app._notifications)


async def test_a_client_never_to_be_called_says_so_and_is_not_dialled(url):
    async with desk(url) as (app, pilot):
        await card_of(pilot, FORBIDDEN)
        assert "⊘ DO NOT CALL" in part(app, "facts")
        assert "⊘ +7 912 111-22-44 (do not call)" in part(app, "facts")
        await pilot.press("d")
        await settle(pilot)
        assert any("never to be called" in one.message for one in app._notifications)
    assert not rows_of(url, Claim)


async def test_long_names_are_cut_with_a_sign(url):
    async with desk(url, (80, 24)) as (app, pilot):
        await card_of(pilot, LONG)
        title = shown(app).splitlines()[0]
    assert "…" in title
    assert "Очень длинное название" in title


async def test_a_client_that_is_not_there_has_a_face(url):
    async with desk(url) as (app, pilot):
        app.open_card(99)
        await until(pilot, lambda: "There is no client 99" in shown(app))
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.screen, TodayScreen)


async def test_is_claimed_while_it_is_open_and_let_go_after(url):
    async with desk(url) as (_app, pilot):
        await card_of(pilot, ROMASHKA)
        assert [claim.client_id for claim in rows_of(url, Claim)] == [ROMASHKA]
        await pilot.press("escape")
        await settle(pilot)
        await until(pilot, lambda: not rows_of(url, Claim))


async def test_says_who_else_is_on_it_and_logs_nothing_then(url):
    base = open_base(url)
    with base.write() as session:
        boris = context_of(base, Clock(fixed=NOW), "boris")
        session.merge(
            Claim(client_id=ROMASHKA, operator_id=boris.me.id, taken_at=NOW, expires_at=NOW + HOLDS)
        )
    base.close()
    async with desk(url) as (app, pilot):
        card = await card_of(pilot, ROMASHKA)
        assert "⧗ Борис Л. is on this client now" in part(app, "facts")
        await pilot.press("l")
        await until(pilot, lambda: any("on this client now" in one.message for one in app._notifications))
        await until(pilot, lambda: app.screen is card)
    assert not rows_of(url, AuditEvent)
    assert len(rows_of(url, Claim)) == 1


async def test_history_loads_on_as_one_scrolls(url):
    async with desk(url, (80, 24)) as (_app, pilot):
        screen = await card_of(pilot, ROMASHKA)
        assert len(screen.card.timeline) == 50
        await pilot.press("tab")
        await pilot.press("end")
        await until(pilot, lambda: len(screen.card.timeline) == 81)
        assert not screen.card.timeline_more


async def test_a_note_is_written_and_taken_back(url):
    async with desk(url) as (app, pilot):
        await card_of(pilot, ROMASHKA)
        await pilot.press("a", *"[b]", "space", *"да", "enter")
        await until(pilot, lambda: "[b] да" in part(app, "history"))
        await pilot.press("u")
        await until(pilot, lambda: "[b] да" not in part(app, "history"))
    assert len(rows_of(url, Note)) == 1


async def test_a_note_is_not_thrown_away_by_one_key(url):
    async with desk(url) as (app, pilot):
        await card_of(pilot, ROMASHKA)
        card = app.screen
        await pilot.press("a", "x", "escape")
        assert app.screen is not card
        await pilot.press("escape")
        await settle(pilot)
        assert app.screen is card
    assert len(rows_of(url, Note)) == 1


async def test_a_number_is_chosen_by_its_key(url):
    async with desk(url) as (app, pilot):
        await card_of(pilot, ROMASHKA)
        dialled = []
        app.dial = lambda number, name: dialled.append((number, name))
        await pilot.press("d", "2")
        await settle(pilot)
        assert dialled == [("+79121112233", "ООО «Ромашка»")]
        await card_of(pilot, STROY)
        await pilot.press("d")
        await settle(pilot)
        assert dialled[1:] == [("+73435556677", "Стройсервис")]


async def test_card_and_number_are_copied(url):
    async with desk(url) as (app, pilot):
        await card_of(pilot, STROY)
        await pilot.press("c")
        await settle(pilot)
        assert app.clipboard == "+73435556677"
        await pilot.press("C")
        await settle(pilot)
        assert app.clipboard.startswith("Стройсервис · A")
        assert "+7 343 555-66-77" in app.clipboard


async def test_next_goes_down_the_list_and_logs_nothing(url):
    async with desk(url) as (app, pilot):
        order = [row.client_id for row in app.screen_stack[0].queue.rows] or [ROMASHKA, STROY, LONG]
        screen = await card_of(pilot, order[0])
        await pilot.press("n")
        await until(pilot, lambda: screen.card is not None and screen.card.client.id == order[1])
        await until(pilot, lambda: [claim.client_id for claim in rows_of(url, Claim)] == [order[1]])
    assert not rows_of(url, AuditEvent)


async def test_keys_work_on_a_russian_layout(url):
    async with desk(url, (80, 24)) as (app, pilot):
        screen = await card_of(pilot, ROMASHKA)
        await pilot.press("е")  # t
        await until(pilot, lambda: screen.section == "script")
        await pilot.press("Г")  # U
        await until(pilot, lambda: isinstance(app.screen, TrailScreen))


async def test_the_trail_tells_who_did_what_and_takes_back(url):
    async with desk(url) as (app, pilot):
        await card_of(pilot, ROMASHKA)
        await pilot.press("a", *"ok", "enter")
        await until(pilot, lambda: "ok" in part(app, "history"))
        await pilot.press("U")
        await until(pilot, lambda: "note added" in shown(app))
        assert "anna" in shown(app)
        await pilot.press("u")
        await until(pilot, lambda: "taken back" in shown(app))
    assert rows_of(url, AuditEvent)[0].undone_at == NOW


async def test_what_comes_in_while_the_card_is_being_left_harms_nothing(url, monkeypatch):
    async with desk(url) as (app, pilot):
        card = await card_of(pilot, ROMASHKA)
        gone = asyncio.Event()

        async def late():
            await gone.wait()
            card.face.say("late", "")

        card.run_worker(late())
        monkeypatch.setattr(Face, "on_unmount", lambda _face: gone.set(), raising=False)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, TodayScreen))
        assert gone.is_set()
