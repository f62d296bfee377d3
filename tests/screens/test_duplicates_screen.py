"""Duplicates, side by side, all at once, and back again: by keys alone, on either layout."""

import pytest
from desk_base import EMPTY, LONG, ROMASHKA, STROY, desk, make_base, rows_of, settle, shown, until

from salesdesk.models import Client, LikelyDuplicate, Merge, NotDuplicate
from salesdesk.screens.card import CardScreen
from salesdesk.screens.choose import ChooseScreen
from salesdesk.screens.clients import ClientsScreen
from salesdesk.screens.duplicates import DuplicatesScreen
from salesdesk.screens.merge_all import MergeAllScreen
from salesdesk.screens.merge_cards import MergeScreen
from salesdesk.screens.merges import MergesScreen

PAIRS = ((ROMASHKA, STROY, 990), (EMPTY, LONG, 950))


@pytest.fixture
def url(sqlite_url):
    base = make_base(sqlite_url)
    with base.write() as session:
        for first, second, score in PAIRS:
            session.add(LikelyDuplicate(first_id=first, second_id=second, score=score, why=[["name", ""]]))
    base.close()
    return sqlite_url


async def duplicates_of(app, pilot):
    await settle(pilot)
    await pilot.press("f6")
    await until(pilot, lambda: isinstance(app.screen, DuplicatesScreen) and len(app.screen.groups) == 2)
    await settle(pilot)
    return app.screen


async def side_by_side(app, pilot):
    await duplicates_of(app, pilot)
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(app.screen, MergeScreen) and app.screen._plan is not None)
    await settle(pilot)
    return app.screen


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_groups_stand_with_their_reasons_the_likeliest_first(url, size):
    async with desk(url, size) as (app, pilot):
        screen = await duplicates_of(app, pilot)
        assert [group.score for group in screen.groups] == [0.99, 0.95]
        text = shown(app)
        assert "2 groups" in text
        assert "the same name" in text
        assert "Стройсервис" in text
        assert "[bold]Пусто" in text or "[bold]Пу" in text


async def test_a_group_is_merged_with_cyrillic_keys_and_the_next_one_opens(url):
    async with desk(url) as (app, pilot):
        first = await side_by_side(app, pilot)
        assert first._plan.keep == ROMASHKA
        await pilot.press("ь")  # m
        await until(pilot, lambda: isinstance(app.screen, MergeScreen) and app.screen is not first)
        await until(pilot, lambda: app.screen._plan is not None)
        assert {card.client_id for card in app.screen._plan.cards} == {EMPTY, LONG}
        assert {row.id for row in rows_of(url, Client)} == {1, 2, 3, 5}
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, DuplicatesScreen) and len(app.screen.groups) == 1)
        await pilot.press("г")  # u
        await until(pilot, lambda: len(app.screen.groups) == 2)
        assert len(rows_of(url, Client)) == 5


async def test_the_value_and_the_card_that_stay_are_chosen(url):
    async with desk(url) as (app, pilot):
        screen = await side_by_side(app, pilot)
        names = next(at for at, field in enumerate(screen._fields) if field.code == "name")
        assert screen._fields[names].kept_from == ROMASHKA
        screen.table.move_cursor(row=names, column=2, animate=False)
        await settle(pilot)
        await pilot.press("space")
        await until(pilot, lambda: screen._fields[names].kept_from == STROY)
        await pilot.press("k")
        await until(pilot, lambda: screen._plan.keep == STROY)
        assert "4 Стройсервис" in shown(app)
        await pilot.press("m")
        await until(pilot, lambda: len(rows_of(url, Client)) == 4)
        kept = {row.id: row.name for row in rows_of(url, Client)}
        assert kept[STROY] == "Стройсервис"
        assert ROMASHKA not in kept


async def test_what_is_not_one_is_remembered(url):
    async with desk(url) as (app, pilot):
        screen = await side_by_side(app, pilot)
        await pilot.press("т")  # n
        await until(pilot, lambda: app.screen is not screen)
        (row,) = rows_of(url, NotDuplicate)
        assert (row.first_id, row.second_id) == (ROMASHKA, STROY)
        await until(pilot, lambda: isinstance(app.screen, MergeScreen) and app.screen._plan is not None)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, DuplicatesScreen) and len(app.screen.groups) == 1)
        await pilot.press("n")
        await until(pilot, lambda: not app.screen.groups)
        await until(
            pilot, lambda: "No cards that may be one." in shown(app) or "not looked through" in shown(app)
        )


async def test_the_base_is_looked_through_anew(url):
    async with desk(url) as (app, pilot):
        screen = await duplicates_of(app, pilot)
        await pilot.press("r")
        await until(pilot, lambda: screen._looking is None and screen._page.scanned_at is not None)
        assert screen._page is not None
        assert all(row.score < 1000 for row in rows_of(url, LikelyDuplicate))


async def test_all_are_merged_after_a_rehearsal_and_taken_back_at_once(url):
    async with desk(url) as (app, pilot):
        await duplicates_of(app, pilot)
        await pilot.press("B")
        await until(pilot, lambda: isinstance(app.screen, ChooseScreen))
        await pilot.press("2")  # from 0.95 on
        await until(
            pilot, lambda: isinstance(app.screen, MergeAllScreen) and app.screen._rehearsed is not None
        )
        await settle(pilot)
        assert "Rehearsal: 2 cards" in shown(app)
        assert len(rows_of(url, Client)) == 5
        await pilot.press("m")
        await until(pilot, lambda: app.screen.run_done is not None)
        await settle(pilot)
        assert len(rows_of(url, Client)) == 3
        await pilot.press("u")
        await until(pilot, lambda: len(rows_of(url, Client)) == 5)
        await until(pilot, lambda: app.screen.run_done is None)


async def test_a_merge_of_the_past_is_taken_back(url):
    async with desk(url) as (app, pilot):
        first = await side_by_side(app, pilot)
        await pilot.press("m")
        await until(pilot, lambda: len(rows_of(url, Merge)) == 1)
        await until(pilot, lambda: isinstance(app.screen, MergeScreen) and app.screen is not first)
        await until(pilot, lambda: app.screen._plan is not None)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, DuplicatesScreen))
        await pilot.press("h")
        await until(pilot, lambda: isinstance(app.screen, MergesScreen) and app.screen.rows)
        await settle(pilot)
        assert "Стройсервис" in shown(app)
        await pilot.press("е")  # t
        await until(pilot, lambda: len(rows_of(url, Client)) == 5)
        await until(pilot, lambda: app.screen.rows[0].undone_at is not None)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, DuplicatesScreen))


async def test_a_card_is_merged_with_one_that_is_found(url):
    async with desk(url) as (app, pilot):
        await settle(pilot)
        app.open_card(STROY)
        await until(pilot, lambda: isinstance(app.screen, CardScreen) and app.screen.card is not None)
        await pilot.press("M", *"ромаш")
        await until(
            pilot, lambda: getattr(app.screen, "searched", None) == "ромаш" and app.screen.found.chosen
        )
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, MergeScreen) and app.screen._plan is not None)
        assert app.screen._plan.keep == ROMASHKA
        await pilot.press("m")
        await until(pilot, lambda: isinstance(app.screen, CardScreen) and app.screen.client_id == ROMASHKA)
        assert len(rows_of(url, Client)) == 4


async def test_an_operator_does_not_merge_all(url):
    async with desk(url, operator="boris") as (app, pilot):
        await settle(pilot)
        await pilot.press("f6")
        await until(pilot, lambda: isinstance(app.screen, DuplicatesScreen) and app.screen._page is not None)
        assert not app.screen.groups, "Anna's clients are not his"
        await pilot.press("B")
        await until(
            pilot, lambda: "Only a team lead may do this." in [one.message for one in app._notifications]
        )
        assert isinstance(app.screen, DuplicatesScreen)


async def test_the_desks_own_keys_lead_from_here_to_the_base(url):
    async with desk(url) as (app, pilot):
        await duplicates_of(app, pilot)
        await pilot.press("f5")
        await until(pilot, lambda: isinstance(app.screen, ClientsScreen))


async def test_scores_are_written_as_the_language_writes_them(url):
    async with desk(url) as (app, pilot):
        await duplicates_of(app, pilot)
        assert "0.99" in shown(app)
        await pilot.press("f8")
        await until(pilot, lambda: "0,99" in shown(app))
        await pilot.press("B")
        await until(pilot, lambda: "0,95" in shown(app) and "0,9 " in shown(app))
