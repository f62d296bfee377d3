"""Call reviews on the screen: the list, the checklist by single keys, remarks, correcting."""

from datetime import timedelta

import pytest
from desk_base import NOW, ROMASHKA, STROY, desk, give, make_base, rows_of, settle, shown, until

from salesdesk.clock import Clock
from salesdesk.context import context_of
from salesdesk.desk.calls import log_call
from salesdesk.models import CallReview, CallScore
from salesdesk.rows import WrapUp
from salesdesk.screens.call_reviews import CallReviewsScreen
from salesdesk.screens.card import CardScreen
from salesdesk.screens.choose import ChooseScreen
from salesdesk.screens.review_call import ReviewCallScreen


@pytest.fixture
def url(sqlite_url):
    base = make_base(sqlite_url)
    for minutes, (client, login, seconds) in enumerate(
        ((ROMASHKA, "boris", 80), (STROY, "anna", 15), (STROY, "anna", 200)), start=1
    ):
        context = context_of(base, Clock(fixed=NOW - timedelta(minutes=10 - minutes)), login)
        give(base, login, client)
        with base.write() as session:
            said = WrapUp(client, "gatekeeper", result="missed", note="[b]x[/b]", talk_seconds=seconds)
            log_call(session, context, said)
    give(base, "anna", ROMASHKA, STROY)
    base.close()
    return sqlite_url


async def calls_of(app, pilot):
    await settle(pilot)
    await pilot.press("f4")
    await until(pilot, lambda: isinstance(app.screen, ChooseScreen))
    await pilot.press("5")
    await until(pilot, lambda: isinstance(app.screen, CallReviewsScreen) and app.screen.table.row_count)
    await settle(pilot)
    return app.screen


async def choose(app, pilot, key: str, answer: str) -> None:
    await pilot.press(key)
    await until(pilot, lambda: isinstance(app.screen, ChooseScreen))
    await pilot.press(answer)


async def sheet_of(app, pilot):
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(app.screen, ReviewCallScreen))
    await pilot.pause()
    return app.screen


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_the_latest_answered_calls_stand_first(url, size):
    async with desk(url, size) as (app, pilot):
        screen = await calls_of(app, pilot)
        assert [(row.client_id, row.talk_seconds) for row in screen.rows] == [(STROY, 200), (ROMASHKA, 80)]
        assert "2 calls" in shown(app)
        if size[0] > 80:
            await until(pilot, lambda: "[b]x[/b]" in shown(app))
        await choose(app, pilot, "t", "1")
        await until(pilot, lambda: len(screen.rows) == 3)
        await choose(app, pilot, "o", "3")
        await until(pilot, lambda: [row.client_id for row in screen.rows] == [ROMASHKA])
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, CardScreen) and app.screen.client_id == ROMASHKA)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)
        await choose(app, pilot, "з", "2")
        await until(pilot, lambda: "No such call was answered" in shown(app))


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_a_call_is_scored_by_single_keys_and_corrected_later(url, size):
    async with desk(url, size) as (app, pilot):
        screen = await calls_of(app, pilot)
        await pilot.press("down")
        sheet = await sheet_of(app, pilot)
        assert "says who calls and why" in shown(app)
        await pilot.press("2", "1", "0", "minus", "2")
        assert sheet.scores == {"opening": 2, "goal": 1, "questions": 0, "offer": 2}
        await until(pilot, lambda: "score 62 % of 4 items" in shown(app))
        await pilot.press("tab", *"хл2", "enter")
        await until(pilot, lambda: app.screen is screen and screen.rows[1].reviews == 1)
        assert screen.rows[1].score == 0.625
        assert screen.row is screen.rows[1]
        (review,) = rows_of(url, CallReview)
        assert (review.operator_id, review.reviewer_id, review.remarks) == (2, 1, "хл2")
        sheet = await sheet_of(app, pilot)
        assert sheet.remarks.text == "хл2"
        await pilot.press("ч", "2", "f2")
        await until(pilot, lambda: app.screen is screen and screen.rows[1].score == round(4 / 6, 4))
        assert {row.item: row.score for row in rows_of(url, CallScore)} == {
            "goal": 2, "questions": 0, "offer": 2,
        }  # fmt: skip
        await pilot.press("u")
        await until(pilot, lambda: screen.rows[1].score == 0.625)
        await pilot.press("u")
        await until(pilot, lambda: screen.rows[1].score is None)
    assert rows_of(url, CallReview) == []


async def test_nothing_scored_is_not_saved_and_what_is_typed_is_not_lost_by_one_key(url):
    async with desk(url) as (app, pilot):
        screen = await calls_of(app, pilot)
        sheet = await sheet_of(app, pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "Score one item at least" in shown(app))
        await pilot.press("l")
        await until(pilot, lambda: any("has no recording" in one.message for one in app._notifications))
        await pilot.press("1", "escape")
        await until(pilot, lambda: "Not saved yet" in shown(app))
        assert app.screen is sheet
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)
    assert rows_of(url, CallReview) == []


async def test_the_remarks_stand_in_the_history_of_the_card(url):
    async with desk(url) as (app, pilot):
        await calls_of(app, pilot)
        await pilot.press("down")
        await sheet_of(app, pilot)
        await pilot.press("2", "tab", *"ok", "enter")
        await until(pilot, lambda: isinstance(app.screen, CallReviewsScreen))
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, CardScreen) and "review: 100 %: ok" in shown(app))
