"""The stand-up by keys alone: whose turn it is, the cards, what is written and decided, and the record."""

import pytest
from desk_base import LONG, NOW, ROMASHKA, STROY, desk, make_base, rows_of, settle, shown, until

from salesdesk.models import AuditEvent, NextAction, Note, StandUp, StandUpCard
from salesdesk.screens.card import CardScreen
from salesdesk.screens.stand_up import StandUpScreen
from salesdesk.screens.stand_up_card import StandUpCardScreen
from salesdesk.screens.stand_up_day import StandUpDayScreen
from salesdesk.screens.stand_up_record import StandUpRecordScreen
from salesdesk.screens.stand_up_summary import StandUpSummaryScreen


@pytest.fixture
def url(sqlite_url):
    make_base(sqlite_url).close()
    return sqlite_url


def on(app, screen):
    return lambda: isinstance(app.screen, screen)


async def turns_of(app, pilot):
    await settle(pilot)
    await pilot.press("f4")
    await until(pilot, lambda: "The lead's desk" in shown(app))
    await pilot.press("2")
    await until(pilot, lambda: isinstance(app.screen, StandUpScreen) and app.screen.table.row_count)
    return app.screen


async def cards_of(app, pilot):
    """Go to the first card of Anna's, who stands in turn with clients of her own."""
    screen = await turns_of(app, pilot)
    while screen._under_cursor().login != "anna":
        await pilot.press("down")
    await pilot.press("enter")
    await until(pilot, on(app, StandUpDayScreen))
    await until(pilot, lambda: "Cards of today" in shown(app))
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(app.screen, StandUpCardScreen) and app.screen._card)
    await settle(pilot)
    return app.screen


async def card_at(app, pilot, place):
    await until(pilot, lambda: app.screen._at == place and app.screen._card)
    await settle(pilot)


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_before_the_cards_stand_the_turns_and_the_day(url, size):
    async with desk(url, size) as (app, pilot):
        screen = await turns_of(app, pilot)
        assert {turn.login for turn in screen._turns} == {"anna", "boris"}
        assert "never" in shown(app)
        while screen._under_cursor().login != "anna":
            await pilot.press("down")
        await pilot.press("enter")
        await until(pilot, lambda: "This is the first one." in app.screen.pane("last").text())
        assert "the oldest tail" in app.screen.pane("last").text()
        assert "Ромашка" in app.screen.pane("list").text()
        await pilot.press("tab")
        assert app.screen.focused is app.screen.pane("list")
        await pilot.press("escape")
        await until(pilot, on(app, StandUpScreen))
    assert not rows_of(url, StandUp)


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_cards_one_after_another_with_what_is_said_kept(url, size):
    async with desk(url, size) as (app, pilot):
        screen = await cards_of(app, pilot)
        assert screen.row.client_id == ROMASHKA
        assert "card 1 of 3 · the oldest tail" in shown(app)
        assert "Ромашка" in shown(app)
        await pilot.press("tab", *"nd t", "enter", *"смелее", "escape")
        assert screen.focused.id == "facts"
        await pilot.press("т")  # n, with the Russian layout on
        await card_at(app, pilot, 1)
        assert screen._area("plan").text == ""
        await pilot.press("p")
        await card_at(app, pilot, 0)
        assert (screen._area("plan").text, screen._area("remarks").text) == ("nd t", "смелее")
    (card, *_rest) = rows_of(url, StandUpCard)
    assert (card.plan, card.remarks) == ("nd t", "смелее")


async def test_what_is_typed_is_in_the_base_without_leaving_the_field(url):
    async with desk(url) as (app, pilot):
        await cards_of(app, pilot)
        await pilot.press("tab", *"plan")
        await until(pilot, lambda: rows_of(url, StandUpCard)[0].plan == "plan")
        await pilot.press("enter", *"more")
        await until(pilot, lambda: rows_of(url, StandUpCard)[0].remarks == "more")
    assert [event.action for event in rows_of(url, AuditEvent)] == ["begin_stand_up", "stand_up_written"]


async def test_a_decision_and_a_note_with_cyrillic_keys_and_their_undo(url):
    async with desk(url) as (app, pilot):
        screen = await cards_of(app, pilot)
        await pilot.press("в")  # d
        await until(pilot, lambda: "with which goal" in shown(app))
        await pilot.press("2")
        await until(pilot, lambda: "Decided: ООО" in shown(app))
        await pilot.press("2", "enter")
        await until(pilot, lambda: isinstance(app.screen, StandUpCardScreen) and screen.row.step)
        await settle(pilot)
        assert "Decided: → call · get the request · tomorrow 09:00" in shown(app)
        await pilot.press("е")  # t
        await until(pilot, lambda: "Note for anna" in shown(app))
        await pilot.press(*"прайс", "enter")
        await until(pilot, lambda: isinstance(app.screen, StandUpCardScreen) and screen.row.note)
        await settle(pilot)
        assert "✎ прайс" in shown(app)
        await pilot.press("u")
        await until(pilot, lambda: screen.row.note is None)
        await settle(pilot)
        assert "✎ прайс" not in shown(app).splitlines()[-2]
    (action,) = rows_of(url, NextAction, client_id=ROMASHKA)
    assert (action.goal, action.moves) == ("get_request", 2)
    assert [note.text for note in rows_of(url, Note)] == ["звонить после 11"]


async def test_the_summary_ends_it_and_the_record_tells(url):
    async with desk(url) as (app, pilot):
        await cards_of(app, pilot)
        await pilot.press("n", "n")
        await card_at(app, pilot, 2)
        await pilot.press("enter")
        await until(pilot, on(app, StandUpSummaryScreen))
        await settle(pilot)
        assert "Nothing was decided." in shown(app)
        await pilot.press("escape")
        await until(pilot, on(app, StandUpCardScreen))
        await pilot.press("escape")
        await until(pilot, on(app, StandUpSummaryScreen))
        await pilot.press("enter")
        await until(pilot, on(app, StandUpScreen))
        await settle(pilot)
        assert "today 1" in shown(app)
        while app.screen._under_cursor().login != "anna":
            await pilot.press("down")
        await pilot.press("enter")
        await until(pilot, lambda: "was stood up with today" in shown(app))
        await pilot.press("1")
        await until(pilot, on(app, StandUpRecordScreen))
        await until(pilot, lambda: "3 cards · 0 decisions" in shown(app))
        await pilot.press("escape")
        await until(pilot, on(app, StandUpScreen))
    (held,) = rows_of(url, StandUp)
    assert held.finished_at == NOW


async def test_one_that_was_broken_off_goes_on_where_it_was(url):
    async with desk(url) as (app, pilot):
        await cards_of(app, pilot)
        await pilot.press("tab", *"plan", "escape")
        await until(pilot, lambda: rows_of(url, StandUpCard)[0].plan == "plan")
        # The program is killed here.
    async with desk(url) as (app, pilot):
        screen = await turns_of(app, pilot)
        assert "broken off" in shown(app)
        assert screen._under_cursor().login == "anna"
        await pilot.press("enter")
        await until(pilot, lambda: "goes on where it was broken off" in shown(app))
        await until(pilot, lambda: "Cards of today" in shown(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, StandUpCardScreen) and app.screen._card)
        assert app.screen._at == 1
        await pilot.press("escape")
        await until(pilot, on(app, StandUpSummaryScreen))
        await settle(pilot)
        await pilot.press("l")
        await until(pilot, on(app, StandUpScreen))
    (held,) = rows_of(url, StandUp)
    assert held.finished_at is None


async def test_the_whole_card_is_a_key_away_and_comes_back(url):
    async with desk(url) as (app, pilot):
        await cards_of(app, pilot)
        await pilot.press("n")
        await card_at(app, pilot, 1)
        await pilot.press("c")
        await until(
            pilot, lambda: isinstance(app.screen, CardScreen) and app.screen.client_id in {STROY, LONG}
        )
        await pilot.press("escape")
        await until(pilot, on(app, StandUpCardScreen))


async def test_a_stand_up_that_was_taken_back_closes(url):
    async with desk(url) as (app, pilot):
        await cards_of(app, pilot)
        await pilot.press("u")
        await until(pilot, on(app, StandUpScreen))
    assert not rows_of(url, StandUp)


async def test_nothing_to_talk_about_and_no_record_have_a_face(url):
    async with desk(url) as (app, pilot):
        screen = await turns_of(app, pilot)
        while screen._under_cursor().login != "boris":
            await pilot.press("down")
        await pilot.press("h")
        await until(pilot, lambda: "There was no stand-up yet." in shown(app))
        await pilot.press("escape")
        await until(pilot, on(app, StandUpScreen))
        await pilot.press("enter")
        await until(pilot, lambda: "There is no client to talk about." in shown(app))
        await pilot.press("enter")
        await until(
            pilot, lambda: "no client to talk about" in " ".join(n.message for n in app._notifications)
        )
        assert isinstance(app.screen, StandUpDayScreen)
