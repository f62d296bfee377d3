"""Operators now, today's calls, dropped companies and past tails; by keys alone."""

from datetime import timedelta

import pytest
from desk_base import (
    EMPTY,
    FORBIDDEN,
    NOW,
    ROMASHKA,
    STROY,
    desk,
    give,
    make_base,
    rows_of,
    settle,
    shown,
    until,
)

from salesdesk.clock import Clock
from salesdesk.context import context_of
from salesdesk.desk.calls import log_call
from salesdesk.desk.editing import add_note
from salesdesk.models import Call, Client
from salesdesk.rows import WrapUp
from salesdesk.screens.calls_today import CallsTodayScreen
from salesdesk.screens.card import CardScreen
from salesdesk.screens.dropped import DroppedScreen
from salesdesk.screens.operators_now import OperatorsNowScreen
from salesdesk.screens.tail_clients import TailClientsScreen
from salesdesk.screens.tail_history import TailHistoryScreen
from salesdesk.storage.base import open_base
from salesdesk.team.claims import claim

MINUTE = timedelta(minutes=1)


@pytest.fixture
def url(sqlite_url):
    base = make_base(sqlite_url)
    give(base, "boris", EMPTY)
    do(base, "boris", log_call, WrapUp(EMPTY, "no_answer"), at=NOW - 40 * MINUTE)
    give(base, "anna", EMPTY)
    do(base, "anna", claim, STROY, at=NOW - 4 * MINUTE)
    base.close()
    return sqlite_url


def do(base, login, use_case, *args, at=NOW):
    with base.write() as session:
        return use_case(session, context_of(base, Clock(fixed=at), login), *args)


async def board_of(app, pilot) -> OperatorsNowScreen:
    await settle(pilot)
    await pilot.press("f4")
    await until(pilot, lambda: "The lead's desk" in shown(app))
    await pilot.press("1")
    await until(pilot, lambda: isinstance(app.screen, OperatorsNowScreen) and app.screen.table.row_count)
    await settle(pilot)
    return app.screen


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_who_is_on_what_stands_in_the_board(url, size):
    async with desk(url, size) as (app, pilot):
        screen = await board_of(app, pilot)
        lines = [[str(cell).strip() for cell in screen.table.get_row_at(at)] for at in range(2)]
        assert [line[0] for line in lines] == ["Борис Л.", "anna"]
        assert lines[0][1].startswith("○ idle 40 min")
        assert "Стройсервис" in lines[1][1]
        assert [line[2] for line in lines] == ["1", "0"]
        assert [line[-1] for line in lines] == ["0", "2"]
        assert lines[0][6] == "1.0"
        assert "1 on a card · 1 idle" in shown(app)
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, OperatorsNowScreen))


async def test_the_marks_are_written_as_russians_write_numbers(url, monkeypatch):
    monkeypatch.setenv("SALESDESK_LANG", "ru")
    async with desk(url, (160, 45)) as (app, pilot):
        await settle(pilot)
        await pilot.press("f4", "1")
        await until(pilot, lambda: "1,5 ▼ отшивают, 2,7 = обычно, 3,0 ▲ закрывает" in shown(app))
        await until(pilot, lambda: "Целей достигнуто" in shown(app))


async def test_a_line_opens_into_the_card_the_calls_the_tails_and_the_dropped(url):
    async with desk(url) as (app, pilot):
        screen = await board_of(app, pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, CallsTodayScreen) and app.screen.table.row_count)
        assert "Борис Л. · 1 call today" in shown(app)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, CardScreen) and app.screen.client_id == EMPTY)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, CallsTodayScreen))
        await pilot.press("escape", "down", "enter")
        await until(pilot, lambda: isinstance(app.screen, CardScreen) and app.screen.client_id == STROY)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen and screen.row.login == "anna")
        await pilot.press("е")  # t, on the Russian layout
        await until(pilot, lambda: isinstance(app.screen, TailClientsScreen) and app.screen.table.row_count)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, DroppedScreen) and "November" in shown(app))


async def quiet(screen, pilot):
    """Look until nothing is read anew: the first look may be through another connection to the base."""
    for _ in range(5):
        found = screen._found
        screen.look()
        await settle(pilot)
        if screen._found is found:
            return found
    raise AssertionError("it is read anew though nothing has changed")


async def test_it_reads_anew_once_a_call_is_logged_and_only_then(url):
    async with desk(url) as (app, pilot):
        screen = await board_of(app, pilot)
        await pilot.press("down")
        assert screen.row.login == "anna"
        found = await quiet(screen, pilot)
        other = open_base(url)
        do(other, "anna", log_call, WrapUp(STROY, "no_answer"))
        other.close()
        screen.look()
        await until(pilot, lambda: screen._found is not found)
        await settle(pilot)
        # Anna has no card open any more, and the cursor stays with her.
        assert screen.row.login == "anna"
        assert screen.row.calls == 1
        assert screen.row.card is None


async def test_minutes_go_on_without_a_question(url):
    async with desk(url) as (app, pilot):
        screen = await board_of(app, pilot)
        found = screen._found
        app.gateway.opened.context.__dict__["clock"] = Clock(app.clock.zone, NOW + 30 * MINUTE)
        screen.tick()
        assert "idle 1 h 10" in str(screen.table.get_cell_at((0, 1)))
        assert screen._found is found


async def test_an_absent_operator_and_an_empty_board_have_a_face(sqlite_url):
    async with desk(sqlite_url) as (app, pilot):
        await settle(pilot)
        app.push_screen(OperatorsNowScreen())
        await until(pilot, lambda: "Nobody calls at this base yet" in shown(app))


async def test_dropped_companies_are_marked_and_given_away(url):
    base = open_base(url)
    with base.write() as session:
        for client in (FORBIDDEN, ROMASHKA):
            session.add(
                Call(
                    client_id=client, operator_id=1, started_at=NOW - MINUTE, outcome="not_interested",
                    goal="find_need", goal_result="missed", reason="price",
                )
            )  # fmt: skip
    base.close()
    async with desk(url) as (app, pilot):
        screen = await board_of(app, pilot)
        await pilot.press("D")
        await until(pilot, lambda: isinstance(app.screen, DroppedScreen) and app.screen._found)
        screen = app.screen
        # Ромашка is owed a call, and so is the one that did not answer Boris.
        assert [row.client_id for row in screen._found.rows] == [FORBIDDEN]
        await pilot.press("p")
        await until(pilot, lambda: "October" in shown(app) and "No company was dropped" in shown(app))
        await pilot.press("p", "p", "p")
        await until(pilot, lambda: screen._found and screen._found.rows and "November" in shown(app))
        await pilot.press("space")
        await until(pilot, lambda: "1 marked" in shown(app))
        await pilot.press("п")
        await until(pilot, lambda: "Give 1 client to" in shown(app))
        await pilot.press("2")
        await until(pilot, lambda: rows_of(url, Client, id=FORBIDDEN)[0].owner_id == 2)
        await settle(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, CardScreen) and app.screen.client_id == FORBIDDEN)


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_past_days_open_from_the_tails_and_are_cut_to_one(url, size):
    base = open_base(url)
    do(base, "anna", add_note, ROMASHKA, "позвонить")
    base.close()
    async with desk(url, size) as (app, pilot):
        await settle(pilot)
        await pilot.press("f2")
        await until(pilot, lambda: "All together" in shown(app))
        await pilot.press("р")
        await until(pilot, lambda: isinstance(app.screen, TailHistoryScreen) and app.screen.table.row_count)
        screen = app.screen
        assert screen.table.row_count == 14
        yesterday = [str(cell) for cell in screen.table.get_row_at(0)]
        assert yesterday[:2] == ["Sun 22.11", "2"]
        assert "█" in yesterday[2]
        await pilot.press("p")
        await until(pilot, lambda: screen.table.row_count == 30)
        await pilot.press("o")
        await until(pilot, lambda: "Whose" in shown(app))
        await pilot.press("3")
        await until(pilot, lambda: "Nothing was forgotten in these days" in shown(app))
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, TailHistoryScreen))
