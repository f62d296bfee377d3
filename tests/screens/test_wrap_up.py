"""The wrap-up: how few keys it takes, what it asks for, and that nothing half-said is lost."""

from datetime import UTC, datetime

import pytest
from desk_base import LONG, NOW, ROMASHKA, STROY, card_of, desk, make_base, rows_of, settle, shown, until
from textual import events

from salesdesk.codes import GoalResult, PhoneState, StepKind
from salesdesk.models import AuditEvent, Call, Claim, Client, Draft, NextAction, Phone
from salesdesk.screens.choose import ChooseScreen
from salesdesk.screens.today import TodayScreen
from salesdesk.screens.wrap_up import WrapUpScreen


@pytest.fixture
def url(sqlite_url):
    make_base(sqlite_url).close()
    return sqlite_url


def call_of(url):
    """Give the call that was logged now."""
    return next(iter(rows_of(url, Call, started_at=NOW)), None)


def open_step(url, client_id):
    return rows_of(url, NextAction, client_id=client_id, closed_at=None)[0]


async def open_wrap_up(app, pilot, client_id):
    await card_of(pilot, client_id)
    await pilot.press("l")
    return await wrap_up(app, pilot)


async def wrap_up(app, pilot):
    await until(pilot, lambda: isinstance(app.screen, WrapUpScreen))
    await settle(pilot)
    return app.screen


async def logged(app, pilot):
    await until(pilot, lambda: isinstance(app.screen, TodayScreen))
    await settle(pilot)


async def chosen_first(app, pilot):
    """Wait for the list, and give the client under the cursor and the one after it."""
    await until(pilot, lambda: isinstance(app.screen, TodayScreen) and len(app.screen.queue.rows) == 3)
    await settle(pilot)
    return [row.client_id for row in app.screen.queue.rows][:2]


@pytest.mark.parametrize(
    ("keys", "outcome", "result"),
    [
        (["l", "a", "enter"], "no_answer", GoalResult.MISSED),
        (["l", "q", "enter"], "goal_reached", GoalResult.HIT),
        (["l", "q", "2", "enter"], "goal_reached", GoalResult.PARTIAL),
        (["l", "e", "1", "enter"], "interested", GoalResult.HIT),
        (["д", "ф", "enter"], "no_answer", GoalResult.MISSED),
        (["д", "у", "2", "enter"], "interested", GoalResult.PARTIAL),
    ],
)
async def test_the_usual_call_takes_four_keys_at_most(url, keys, outcome, result):
    assert len(keys) <= 4
    async with desk(url, (80, 24)) as (app, pilot):
        first, second = await chosen_first(app, pilot)
        await pilot.press(keys[0])
        await wrap_up(app, pilot)
        await pilot.press(*keys[1:])
        await logged(app, pilot)
        assert app.screen.queue.chosen.client_id == second
    call = call_of(url)
    assert (call.client_id, call.outcome, call.goal_result) == (first, outcome, result)
    assert call.goal == "find_need"
    assert open_step(url, first).id


@pytest.mark.parametrize("key", ["p", "h", "у"])
async def test_letters_are_typed_while_one_types(url, key):
    async with desk(url) as (app, pilot):
        screen = await open_wrap_up(app, pilot, STROY)
        await pilot.press("i", *"qwea", key, "1", "tab", "x")
        await settle(pilot)
        assert screen.saying.outcome is None
        assert screen.panel.note.text == f"qwea{key}1"
        assert screen.panel.when.text == "x"


async def test_what_is_understood_is_shown_as_it_is_typed_and_saved(url):
    async with desk(url, (80, 24)) as (app, pilot):
        await open_wrap_up(app, pilot, STROY)
        await pilot.press("w", *"завтра", "space", "1", "0")
        await until(pilot, lambda: "→ Tue 24.11, 10:00 · agreed time" in shown(app))
        await until(pilot, lambda: "12:00 there" in " ".join(shown(app).replace("│", " ").split()))
        await pilot.press("enter")
        await logged(app, pilot)
    step = open_step(url, STROY)
    assert step.due_at == datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
    assert step.promise


async def test_enter_reads_what_was_typed_a_moment_ago(url):
    async with desk(url) as (app, pilot):
        screen = await open_wrap_up(app, pilot, STROY)
        await pilot.press("w")
        screen.panel.when.text = "+3d"
        await pilot.press("enter")
        await until(pilot, lambda: "clock time" in shown(app))
        screen.panel.when.text = "завтра 10"
        await pilot.press("enter")
        await logged(app, pilot)
    assert open_step(url, STROY).promise


async def test_what_is_missing_is_named_and_stands_ready(url):
    async with desk(url, (80, 24)) as (app, pilot):
        screen = await open_wrap_up(app, pilot, STROY)
        await pilot.press("enter")
        await until(pilot, lambda: "! Say what came of the call" in shown(app))
        assert screen.panel.outcomes.has_focus
        await pilot.press("z", "shift+tab", "shift+tab", "enter")
        await until(pilot, lambda: "the date is missing" in shown(app))
        assert screen.panel.when.input.has_focus
        await pilot.press(*"вчера", "enter")
        await until(pilot, lambda: "has passed" in shown(app))
        assert isinstance(app.screen, WrapUpScreen)
    assert call_of(url) is None


async def test_a_refusal_asks_why_and_ends_the_work(url):
    async with desk(url, (80, 24)) as (app, pilot):
        await open_wrap_up(app, pilot, STROY)
        await pilot.press("x")
        await until(pilot, lambda: isinstance(app.screen, ChooseScreen))
        await pilot.press("4")
        await wrap_up(app, pilot)
        assert "reason: too expensive" in shown(app)
        await pilot.press("enter")
        await logged(app, pilot)
    assert call_of(url).reason == "price"
    assert not rows_of(url, NextAction, client_id=STROY, closed_at=None)
    assert rows_of(url, Client, id=STROY)[0].stage == "rejected"


async def test_a_reason_that_needs_a_note_waits_for_it(url):
    async with desk(url) as (app, pilot):
        await open_wrap_up(app, pilot, STROY)
        await pilot.press("x")
        await until(pilot, lambda: isinstance(app.screen, ChooseScreen))
        await pilot.press("8")
        screen = await wrap_up(app, pilot)
        assert screen.panel.note.has_focus
        await pilot.press("enter")
        await until(pilot, lambda: "needs a note" in shown(app))
        await pilot.press(*"уехали", "enter")
        await logged(app, pilot)
    assert call_of(url).note == "уехали"


async def test_goal_kind_and_next_goal_are_changed_by_keys(url):
    async with desk(url) as (app, pilot):
        screen = await open_wrap_up(app, pilot, STROY)
        await pilot.press("q")
        for key, answer in (("g", "w"), ("k", "2"), ("j", "s")):
            await pilot.press(key)
            await until(pilot, lambda: isinstance(app.screen, ChooseScreen))
            await pilot.press(answer)
            await until(pilot, lambda: app.screen is screen)
            await settle(pilot)
        await pilot.press("enter")
        await logged(app, pilot)
    step = open_step(url, STROY)
    assert call_of(url).goal == "get_request"
    assert (step.kind, step.goal) == (StepKind.MEETING, "get_payment_date")


async def test_the_number_that_was_dialled_is_the_one_that_is_marked(url):
    async with desk(url) as (app, pilot):
        await card_of(pilot, ROMASHKA)
        app.dial = lambda number, name: None
        await pilot.press("d", "2")
        await settle(pilot)
        await pilot.press("l")
        await wrap_up(app, pilot)
        assert "Ольга Ним" in shown(app).split("00:00")[0]
        await pilot.press("v", "enter")
        await logged(app, pilot)
    assert call_of(url).phone_id == 2
    assert rows_of(url, Phone, id=2)[0].state == PhoneState.BAD


async def test_a_draft_is_kept_while_one_types_and_opened_again(url):
    async with desk(url) as (app, pilot):
        await open_wrap_up(app, pilot, STROY)
        await pilot.press("w", *"пн", "tab", "i", *"[смета]")
        await until(pilot, lambda: rows_of(url, Draft) and rows_of(url, Draft)[0].body["note"] == "[смета]")
    # The desk was left without a word, as by a crash.
    async with desk(url) as (app, pilot):
        screen = await open_wrap_up(app, pilot, STROY)
        assert screen.saying.outcome == "talk_later"
        assert screen.panel.note.text == "[смета]"
        assert screen.panel.when.text == "пн"
        assert "half-typed" in shown(app)
        screen.panel.when.text = "пн 14:30"
        await pilot.press("enter")
        await logged(app, pilot)
    assert not rows_of(url, Draft)
    assert call_of(url).note == "[смета]"


async def test_escape_keeps_the_draft_and_says_so_and_the_card_tells_of_it(url):
    async with desk(url) as (app, pilot):
        await open_wrap_up(app, pilot, STROY)
        await pilot.press("a", "escape")
        await until(pilot, lambda: "half-typed: l goes on" in shown(app))
        assert any("Kept as a draft" in one.message for one in app._notifications)
    assert rows_of(url, Draft)[0].body["outcome"] == "no_answer"
    assert call_of(url) is None


async def test_a_draft_is_thrown_away_by_intent_only(url):
    async with desk(url) as (app, pilot):
        await open_wrap_up(app, pilot, STROY)
        await pilot.press("a", "i", "x", "f7")
        await until(pilot, lambda: not isinstance(app.screen, WrapUpScreen))
        await settle(pilot)
    assert not rows_of(url, Draft)
    assert call_of(url) is None


async def test_two_enters_log_one_call(url):
    async with desk(url) as (app, pilot):
        await open_wrap_up(app, pilot, STROY)
        await pilot.press("a")
        app.screen.action_save()
        app.screen.action_save()
        await logged(app, pilot)
    assert len(rows_of(url, Call, started_at=NOW)) == 1
    assert len(rows_of(url, AuditEvent)) == 1


async def test_from_the_list_the_client_is_taken_and_let_go(url):
    async with desk(url) as (app, pilot):
        await chosen_first(app, pilot)
        await pilot.press("l")
        await wrap_up(app, pilot)
        await until(pilot, lambda: len(rows_of(url, Claim)) == 1)
        await pilot.press("escape")
        await settle(pilot)
        await until(pilot, lambda: not rows_of(url, Claim))


async def test_pasted_lines_are_all_kept(url):
    async with desk(url) as (app, pilot):
        await open_wrap_up(app, pilot, LONG)
        await pilot.press("a", "i")
        app.post_message(events.Paste("раз\nдва\nтри"))
        await settle(pilot)
        await pilot.press("enter")
        await logged(app, pilot)
    assert call_of(url).note == "раз\nдва\nтри"


async def test_the_mouse_chooses_as_the_keys_do(url):
    async with desk(url, (100, 30)) as (app, pilot):
        screen = await open_wrap_up(app, pilot, STROY)
        await pilot.click(screen.panel.outcomes, offset=(2, 0))
        await settle(pilot)
        assert screen.saying.outcome == "goal_reached"
        await pilot.press("right")
        await settle(pilot)
        assert screen.saying.outcome == "talk_later"


def burst(app, text):
    """Send keys all at once, as a slow line brings them."""
    for letter in text:
        key = "space" if letter == " " else "enter" if letter == "\n" else letter
        app.post_message(events.Key(key, None if letter == "\n" else letter))


@pytest.mark.parametrize("text", ["wзавтра 10\n", "цзавтра 10\n", "wtomorrow 10am\n"])
async def test_letters_that_come_all_at_once_are_typed_in_order(url, text):
    async with desk(url) as (app, pilot):
        await open_wrap_up(app, pilot, STROY)
        burst(app, text)
        await logged(app, pilot)
    assert call_of(url).outcome == "talk_later"
    assert open_step(url, STROY).due_at == datetime(2026, 11, 24, 7, 0, tzinfo=UTC)


async def test_a_note_that_comes_all_at_once_chooses_nothing(url):
    async with desk(url) as (app, pilot):
        await open_wrap_up(app, pilot, STROY)
        burst(app, "aiзвонить после 11, qwerty\n")
        await logged(app, pilot)
    assert (call_of(url).outcome, call_of(url).note) == ("no_answer", "звонить после 11, qwerty")
