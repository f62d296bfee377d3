"""Handing clients on by keys alone: the wrap-up's line, the list of those to confirm, the card, the board."""

from datetime import timedelta

import pytest
from desk_base import NOW, ROMASHKA, STROY, card_of, desk, make_base, rows_of, settle, shown, until
from sqlalchemy import update
from sqlmodel import col

from salesdesk.clock import Clock
from salesdesk.codes import Role, Specialty
from salesdesk.context import context_of
from salesdesk.desk.handing_on import hand_on
from salesdesk.models import Client, HandOn, Operator
from salesdesk.screens.card import CardScreen
from salesdesk.screens.choose import ChooseScreen
from salesdesk.screens.form import FormScreen
from salesdesk.screens.tail_clients import TailClientsScreen
from salesdesk.screens.tails import TailsScreen
from salesdesk.screens.to_confirm import ToConfirmScreen
from salesdesk.screens.today import TodayScreen
from salesdesk.screens.wrap_up import WrapUpScreen

BORIS, DORA = 2, 3
GOES = "→ goes to Дора (account manager)"


@pytest.fixture
def url(sqlite_url):
    """Anna sells; Boris leads, Dora looks after accounts."""
    base = make_base(sqlite_url)
    with base.write() as session:
        session.execute(update(Operator).where(col(Operator.login) == "anna").values(role=Role.OPERATOR))
        session.execute(update(Operator).where(col(Operator.id) == BORIS).values(role=Role.LEAD))
        session.add(Operator(id=DORA, login="dora", name="Дора", specialty=Specialty.ACCOUNTS))
    base.close()
    return sqlite_url


@pytest.fixture
def handed(url):
    """Romashka and Stroy were handed on to Dora."""
    base = make_desk(url)
    base.close()
    return url


def make_desk(url):
    from salesdesk.storage.base import open_base

    base = open_base(url)
    context = context_of(base, Clock(fixed=NOW), "anna")
    for client, note in ((ROMASHKA, "хочет [b]к пятнице[/b]"), (STROY, "ждёт счёт")):
        with base.write() as session:
            hand_on(session, context, client, "dora", note)
    return base


def owners(url):
    return {row.id: row.owner_id for row in rows_of(url, Client) if row.id in {ROMASHKA, STROY}}


async def asks_for_invoice(app, pilot, *keys):
    await card_of(pilot, ROMASHKA)
    await pilot.press(*keys)
    await until(pilot, lambda: isinstance(app.screen, WrapUpScreen))
    await settle(pilot)
    await pilot.press("r" if keys == ("l",) else "к", "1")
    await until(pilot, lambda: GOES in shown(app))


@pytest.mark.parametrize(("size", "log"), [((80, 24), "l"), ((160, 45), "д")])
async def test_the_wrap_up_says_where_the_client_goes_and_enter_sends_it(url, size, log):
    async with desk(url, size) as (app, pilot):
        await asks_for_invoice(app, pilot, log)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, TodayScreen))
        await settle(pilot)
    (row,) = rows_of(url, HandOn)
    assert (row.from_id, row.to_id, row.stage, row.note) == (1, DORA, "invoice", "")
    assert owners(url)[ROMASHKA] == DORA


async def test_another_gets_it_with_words_of_their_own_or_nobody_does(url):
    async with desk(url) as (app, pilot):
        await asks_for_invoice(app, pilot, "д")
        await pilot.press("р")  # h: keep it, then Boris after all
        await until(pilot, lambda: isinstance(app.screen, ChooseScreen))
        await pilot.press("1")
        await until(pilot, lambda: "→ stays as it is, by your choice" in shown(app))
        await pilot.press("h", "3")
        await until(pilot, lambda: "→ goes to Борис Л. (sales manager)" in shown(app))
        await pilot.press("и")  # b: what he is told
        await until(pilot, lambda: isinstance(app.screen, FormScreen))
        await pilot.press("ж", "д", "и", "enter")
        await until(pilot, lambda: "“жди”" in shown(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, TodayScreen))
        await settle(pilot)
    (row,) = rows_of(url, HandOn)
    assert (row.to_id, row.stage, row.note) == (BORIS, None, "жди")


@pytest.mark.parametrize("keys", [("h", "y"), ("р", "н")])
async def test_one_is_confirmed_and_one_given_back_from_the_list(handed, keys):
    confirm, back = keys
    async with desk(handed, (80, 24), operator="dora") as (app, pilot):
        await until(pilot, lambda: "⇥ 2 to confirm" in shown(app))
        await until(pilot, lambda: "⇥! find out" in shown(app))
        await settle(pilot)
        await pilot.press(confirm)
        await until(pilot, lambda: isinstance(app.screen, ToConfirmScreen) and "ждёт счёт" in shown(app))
        assert "хочет [b]к пятнице[/b]" in shown(app)
        await pilot.press(confirm)
        await until(pilot, lambda: "хочет" not in shown(app))
        await settle(pilot)
        await pilot.press(back)
        await until(pilot, lambda: isinstance(app.screen, FormScreen))
        await pilot.press("enter")
        await until(pilot, lambda: "! Say why" in shown(app))
        await pilot.press("н", "е", "т", "enter")
        await until(pilot, lambda: "Nothing waits for you" in shown(app))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, TodayScreen) and "to confirm" not in shown(app))
    assert owners(handed) == {ROMASHKA: DORA, STROY: 1}
    confirmed, declined = rows_of(handed, HandOn)
    assert (confirmed.confirmed_at, declined.declined_at, declined.why) == (NOW, NOW, "нет")


async def test_the_card_shows_the_note_and_hands_on_further(handed):
    async with desk(handed, operator="dora") as (app, pilot):
        screen = await card_of(pilot, ROMASHKA)
        assert "⇥ from anna: хочет [b]к пятнице[/b] (not confirmed yet)" in shown(app)
        await pilot.press("р")  # h
        await until(pilot, lambda: screen.card.handed is not None and not screen.card.handed.open)
        await settle(pilot)
        await pilot.press("Р")  # H: to Anna
        await until(pilot, lambda: isinstance(app.screen, ChooseScreen))
        await pilot.press("1")
        await until(pilot, lambda: isinstance(app.screen, FormScreen))
        await pilot.press("о", "к", "enter")
        await until(pilot, lambda: not isinstance(app.screen, FormScreen | CardScreen))
        await settle(pilot)
    assert [(row.to_id, row.note) for row in rows_of(handed, HandOn, client_id=ROMASHKA)][1:] == [(1, "ок")]


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_the_board_opens_what_was_not_confirmed_with_giver_and_receiver(handed, size):
    async with desk(handed, size, now=NOW + timedelta(hours=8), operator="boris") as (app, pilot):
        await pilot.press("f2")
        await until(pilot, lambda: isinstance(app.screen, TailsScreen) and app.screen.table.row_count)
        await settle(pilot)
        await pilot.press("end")
        await until(pilot, lambda: "not confirmed" in shown(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, TailClientsScreen) and "Giver" in shown(app))
        await settle(pilot)
        (line,) = [line for line in shown(app).splitlines() if "Стройсервис" in line]
        assert line.index("anna") < line.index("Дора")
