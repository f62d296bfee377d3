"""Moving what is owed: a key for the usual times, typing for the others, the moves counted and told."""

from datetime import timedelta

import pytest
from desk_base import (
    EMPTY,
    FORBIDDEN,
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
from textual import events

from salesdesk.models import NextAction
from salesdesk.screens.card import CardScreen
from salesdesk.screens.move import MoveScreen


@pytest.fixture
def url(sqlite_url):
    make_base(sqlite_url).close()
    return sqlite_url


async def open_move(app, pilot, client_id):
    await card_of(pilot, client_id)
    await pilot.press("m")
    await until(pilot, lambda: isinstance(app.screen, MoveScreen))
    await settle(pilot)
    return app.screen


def step_of(url, client_id):
    return rows_of(url, NextAction, client_id=client_id, closed_at=None)[0]


async def moved(app, pilot):
    await until(pilot, lambda: isinstance(app.screen, CardScreen))
    await settle(pilot)


@pytest.mark.parametrize(
    ("key", "words"), [("1", "Mon 23.11, 11:24"), ("2", "Tue 24.11"), ("4", "Mon 30.11")]
)
async def test_the_usual_times_take_one_key_and_are_shown(url, key, words):
    async with desk(url, (80, 24)) as (app, pilot):
        await open_move(app, pilot, STROY)
        await pilot.press(key)
        await until(pilot, lambda: f"→ {words}" in shown(app))
        await pilot.press("enter")
        await moved(app, pilot)
    step = step_of(url, STROY)
    assert step.moves == 1
    assert step.first_due_at == NOW - timedelta(days=1)
    assert step.due_at > NOW


@pytest.mark.parametrize("typed", ["завтра 10", "tomorrow 10am", "+1d"])
async def test_any_letter_begins_the_typing(url, typed):
    async with desk(url, (160, 45)) as (app, pilot):
        await open_move(app, pilot, STROY)
        await pilot.press(*("space" if letter == " " else letter for letter in typed))
        await until(pilot, lambda: "→ Tue 24.11" in shown(app))
        await pilot.press("enter")
        await moved(app, pilot)
    assert step_of(url, STROY).due_at.date() == (NOW + timedelta(days=1)).date()


async def test_the_moves_so_far_are_told(url):
    async with desk(url) as (app, pilot):
        await open_move(app, pilot, ROMASHKA)
        assert "moved 1 time" in shown(app)
        assert "move number 2" in " ".join(shown(app).split())


@pytest.mark.parametrize(
    ("typed", "said"), [("", "Say when"), ("вчера", "has passed"), ("когда-нибудь", "not understood")]
)
async def test_what_is_no_time_to_come_is_refused_in_one_line(url, typed, said):
    async with desk(url) as (app, pilot):
        screen = await open_move(app, pilot, STROY)
        await pilot.press(*typed, "enter")
        await until(pilot, lambda: said in shown(app))
        assert screen.when.input.has_focus
        await pilot.press("escape")
        await moved(app, pilot)
    assert step_of(url, STROY).moves == 0


async def test_what_is_not_owed_yet_becomes_owed(url):
    async with desk(url) as (app, pilot):
        await open_move(app, pilot, EMPTY)
        assert "Nothing is owed yet" in shown(app)
        await pilot.press("2", "enter")
        await moved(app, pilot)
    assert step_of(url, EMPTY).moves == 0


async def test_nothing_is_promised_to_who_asked_never_to_be_called(url):
    async with desk(url) as (app, pilot):
        await open_move(app, pilot, FORBIDDEN)
        await pilot.press("2", "enter")
        await until(pilot, lambda: any("nothing is owed" in one.message for one in app._notifications))
    assert not rows_of(url, NextAction, client_id=FORBIDDEN)


async def test_letters_that_come_all_at_once_are_typed_in_order(url):
    async with desk(url) as (app, pilot):
        await open_move(app, pilot, STROY)
        for letter in "2пн 14:30":
            app.post_message(events.Key("space" if letter == " " else letter, letter))
        await until(pilot, lambda: "→ Mon 30.11, 14:30" in shown(app))
        await pilot.press("enter")
        await moved(app, pilot)
    assert step_of(url, STROY).promise
