"""A lead's notes by keys alone: the counter, the list of them, the card, and leaving one from a card."""

from datetime import timedelta

import pytest
from desk_base import NOW, ROMASHKA, STROY, card_of, desk, give, make_base, rows_of, settle, shown, until
from sample_desk import SampleGateway

from salesdesk import i18n
from salesdesk.codes import Role
from salesdesk.context import Me
from salesdesk.models import Note
from salesdesk.rows import DayCounts
from salesdesk.screens.card import CardScreen
from salesdesk.screens.from_lead import FromLeadScreen
from salesdesk.screens.today import TodayScreen
from salesdesk.widgets.day_line import DayState, line_text

BORIS = 2
TEXT = "позвони [b]сегодня[/b]\nдо обеда"


@pytest.fixture
def url(sqlite_url):
    """Anna has left Boris two notes, the first about Romashka."""
    base = make_base(sqlite_url)
    with base.write() as session:
        for hours, client, text in ((3, ROMASHKA, TEXT), (2, STROY, "и сюда")):
            session.add(
                Note(client_id=client, operator_id=1, to_operator_id=BORIS, at=NOW - timedelta(hours=hours),
                     text=text)
            )  # fmt: skip
    give(base, None, ROMASHKA, STROY)
    base.close()
    return sqlite_url


def seen(url):
    return [row.seen_at is not None for row in rows_of(url, Note, to_operator_id=BORIS)]


async def notes_of(app, pilot):
    await until(pilot, lambda: "✉ 2 from the lead" in shown(app))
    await settle(pilot)
    await pilot.press("м")  # v
    await until(pilot, lambda: isinstance(app.screen, FromLeadScreen) and app.screen._notes)
    return app.screen


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_the_day_says_that_there_are_notes_and_lists_every_word_of_them(url, size):
    async with desk(url, size, operator="boris") as (app, pilot):
        await notes_of(app, pilot)
        await until(pilot, lambda: "позвони [b]сегодня[/b]" in shown(app))
        for words in ("ООО «Ромашка» · anna", "до обеда", "и сюда"):
            assert words in shown(app)
        assert "⏎ card" in shown(app).splitlines()[-1]
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(app.screen, CardScreen) and app.screen.card)
        assert app.screen.client_id == STROY
        assert seen(url) == [False, False]


async def test_seen_in_the_list_and_not_seen_after_all(url):
    async with desk(url, operator="boris") as (app, pilot):
        screen = await notes_of(app, pilot)
        await pilot.press("v")
        await until(pilot, lambda: "✓ seen" in shown(app))
        await settle(pilot)
        assert seen(url) == [True, False]
        assert screen.note.client_id == STROY
        await pilot.press("up", "space")
        await settle(pilot)
        assert seen(url) == [False, False]
        await pilot.press("v", "v", "escape")
        await settle(pilot)
        assert seen(url) == [True, True]
        # Nothing is left to be told: neither counter nor key.
        await until(pilot, lambda: "from the lead" not in shown(app))
        await pilot.press("v")
        await settle(pilot)
        assert isinstance(app.screen, TodayScreen)


async def test_the_card_says_it_first_and_keeps_it_when_it_was_seen(url):
    async with desk(url, (160, 45), operator="boris") as (_app, pilot):
        screen = await card_of(pilot, ROMASHKA)
        facts = screen.query_one("#facts").text()
        assert facts.startswith("✉ From the lead (anna, 23.11 07:24): позвони [b]сегодня[/b]\nдо обеда")
        assert "from the lead for Борис Л., not seen yet" in screen.query_one("#history").text()
        # To have looked is not to have seen.
        await pilot.press("escape")
        await settle(pilot)
        assert seen(url) == [False, False]
        screen = await card_of(pilot, ROMASHKA)
        await pilot.press("v")
        await until(pilot, lambda: not screen.card.from_lead)
        await settle(pilot)
        assert seen(url) == [True, False]
        history = screen.query_one("#history").text()
        assert "from the lead for Борис Л., seen" in history
        assert "до обеда" in history
        await pilot.press("v")
        await until(pilot, lambda: screen.card.from_lead)
        assert seen(url) == [False, False]


async def test_nobody_else_has_the_key(url):
    async with desk(url) as (app, pilot):
        screen = await card_of(pilot, ROMASHKA)
        assert "not seen yet" in screen.query_one("#history").text()
        await pilot.press("v")
        await settle(pilot)
        assert seen(url) == [False, False]
        assert "from the lead" not in shown(app).splitlines()[0]


async def test_a_lead_leaves_a_note_from_a_card_and_an_operator_does_not(url):
    async with desk(url) as (app, pilot):
        await card_of(pilot, STROY)
        await pilot.press("Ф")  # A
        await until(pilot, lambda: "For anna, about Стройсервис" in shown(app))
        await pilot.press("x", "enter")
        await until(pilot, lambda: app.screen.card.from_lead)
        await pilot.press("u")
        await until(pilot, lambda: not app.screen.card.from_lead)
    async with desk(url, operator="boris") as (app, pilot):
        screen = await card_of(pilot, STROY)
        await pilot.press("A")
        await settle(pilot)
        assert app.screen is screen


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("width", [60, 80, 100, 160])
def test_the_counter_stands_in_the_line_whatever_else_has_room(language, width):
    i18n.use_language(language)
    gateway = SampleGateway()
    counts = DayCounts(
        bands={}, overdue=0, promises=0, waiting=0, no_next_action=3, calls_today=62, contacts_today=0,
        goals_hit_today=0, tails=168, from_lead=12,
    )  # fmt: skip
    me = Me(1, "anna", "Константинопольская Александра", Role.OPERATOR)
    line = line_text(DayState(NOW, gateway.clock.zone, me, gateway._header(), counts), width)
    assert "✉ 12 " + {"en": "from the lead", "ru": "от руководителя"}[language] in line
    assert len(line) == width
