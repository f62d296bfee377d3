"""Two desks on one base: who is on a client, who gets the next one, and whose change stays."""

from datetime import timedelta

import pytest
from desk_base import EMPTY, NOW, ROMASHKA, STROY, desk, make_base, rows_of, settle, shown, told, until
from sqlalchemy import update
from sqlmodel import col
from textual.widgets import Input

from salesdesk import i18n
from salesdesk.desk import next_actions
from salesdesk.holding import IDLE_AFTER
from salesdesk.models import Call, Claim, Client, Draft, NextAction, OpenForm
from salesdesk.rows import NextStep
from salesdesk.screens.card import CardScreen
from salesdesk.screens.choose import ChooseScreen
from salesdesk.screens.edit import editable
from salesdesk.screens.form import FormScreen
from salesdesk.screens.today import TodayScreen
from salesdesk.screens.wrap_up import WrapUpScreen
from salesdesk.storage.base import open_base


@pytest.fixture
def url(sqlite_url):
    make_base(sqlite_url).close()
    # Clients that are nobody's may be opened by both.
    change(sqlite_url, update(Client).values(owner_id=None))
    return sqlite_url


def change(url, statement):
    base = open_base(url)
    with base.write() as session:
        session.execute(statement)
    base.close()


def holders(url):
    return {claim.client_id: claim.operator_id for claim in rows_of(url, Claim)}


async def on(app, pilot, kind):
    await until(pilot, lambda: isinstance(app.screen, kind) and app.screen.is_mounted)
    # What asks whose change is to stay waits for the answer: nothing settles before.
    await (pilot.pause() if kind is ChooseScreen else settle(pilot))
    return app.screen


async def card_of(app, pilot, client_id):
    """Open a card from within its own desk: a task of the test's own knows one desk only, the last."""
    app.call_later(app.open_card, client_id)
    screen = await on(app, pilot, CardScreen)
    await until(pilot, lambda: screen.card)
    await settle(pilot)
    return screen


@pytest.mark.parametrize("log", ["l", "д"])
async def test_a_client_that_somebody_is_on_is_read_and_not_called(url, log):
    async with desk(url) as (anna, at_annas), desk(url, (80, 24), operator="boris") as (boris, at_boris):
        await card_of(anna, at_annas, ROMASHKA)
        await until(at_annas, lambda: holders(url) == {ROMASHKA: 1})
        screen = await card_of(boris, at_boris, ROMASHKA)
        assert "⧗ anna is on this client now" in shown(boris)
        await at_boris.press(log)
        await settle(at_boris)
        assert boris.screen is screen
        assert "read it, or n for the next one" in told(boris)
        await at_annas.press("escape")
        await on(anna, at_annas, TodayScreen)
        await until(at_annas, lambda: not holders(url))
        await at_boris.press("r")
        await until(at_boris, lambda: holders(url) == {ROMASHKA: 2})
        await at_boris.press(log)
        await on(boris, at_boris, WrapUpScreen)
    assert not holders(url)


@pytest.mark.parametrize("key", ["n", "т"])
async def test_the_next_client_is_taken_by_one_key_and_nobody_gets_the_same(url, key):
    change(url, update(Client).where(col(Client.id) == EMPTY).values(pool=True))
    change(url, update(NextAction).values(due_at=NOW + timedelta(days=1)))
    async with desk(url, (80, 24)) as (anna, at_annas), desk(url, operator="boris") as (boris, at_boris):
        await at_annas.press(key)
        assert (await on(anna, at_annas, CardScreen)).client_id == EMPTY
        await at_boris.press(key)
        await until(at_boris, lambda: "Nobody is left" in told(boris))
        assert holders(url) == {EMPTY: 1}
        await at_annas.press("escape")
        await on(anna, at_annas, TodayScreen)
        await until(at_annas, lambda: not holders(url))
        await at_boris.press(key)
        assert (await on(boris, at_boris, CardScreen)).client_id == EMPTY


async def test_a_claim_is_held_while_one_works_and_its_loss_is_said(url):
    async with desk(url) as (app, pilot):
        await card_of(app, pilot, ROMASHKA)
        await until(pilot, lambda: holders(url) == {ROMASHKA: 1})
        lapsed = update(Claim).values(expires_at=NOW)
        change(url, lapsed)
        app.holding._last_key -= IDLE_AFTER + 1
        await app.holding.hold_on()
        assert rows_of(url, Claim, expires_at=NOW)
        await pilot.press("tab")
        await app.holding.hold_on()
        assert not rows_of(url, Claim, expires_at=NOW)
        change(url, update(Claim).values(operator_id=2))
        await app.holding.hold_on()
        await until(pilot, lambda: "⧗ Борис Л. is on this client now" in shown(app))
    assert holders(url) == {ROMASHKA: 2}


async def test_a_wrap_up_of_a_client_that_another_has_taken_is_kept(url):
    async with desk(url) as (app, pilot):
        await card_of(app, pilot, STROY)
        await pilot.press("l")
        await on(app, pilot, WrapUpScreen)
        await until(pilot, lambda: holders(url) == {STROY: 1})
        change(url, update(Claim).values(operator_id=2))
        await pilot.press("a", "enter")
        await until(pilot, lambda: "log the call when they are done" in told(app))
        await until(pilot, lambda: rows_of(url, Draft, client_id=STROY))
        assert isinstance(app.screen, WrapUpScreen)
        assert not rows_of(url, Call, client_id=STROY)
        change(url, update(Claim).values(expires_at=NOW))
        await pilot.press("enter")
        await until(pilot, lambda: rows_of(url, Call, client_id=STROY))
    assert not rows_of(url, Draft)


async def open_form(app, pilot, code, key="e"):
    card = await card_of(app, pilot, ROMASHKA)
    await pilot.press(key)
    await on(app, pilot, ChooseScreen)
    await pilot.press(next(one.key for one in editable(card.card) if one.code == code))
    return await on(app, pilot, FormScreen)


@pytest.mark.parametrize(
    ("key", "lang", "words"),
    [("e", "en", "being changed by others too: "), ("у", "ru", "сейчас правят и другие: ")],
)
async def test_both_who_change_one_card_see_the_other(url, key, lang, words):
    async with desk(url, (80, 24)) as (anna, at_annas), desk(url, operator="boris") as (boris, at_boris):
        i18n.use_language(lang)
        await open_form(anna, at_annas, "client", key)
        await until(at_annas, lambda: rows_of(url, OpenForm, operator_id=1))
        assert words not in shown(anna)
        form = await open_form(boris, at_boris, "client", key)
        await until(at_boris, lambda: words + "anna" in shown(boris))
        await until(at_annas, lambda: words + "Борис Л." in shown(anna))
        # Held longer while one works, and closed with the form.
        change(url, update(OpenForm).values(until=NOW))
        await anna.holding.hold_on()
        assert [one.operator_id for one in rows_of(url, OpenForm, until=NOW)] == [2]
        await at_boris.press("escape")
        await until(at_boris, lambda: boris.screen is not form)
        await until(at_annas, lambda: words not in shown(anna))
        assert [one.operator_id for one in rows_of(url, OpenForm)] == [1]
    assert not rows_of(url, OpenForm)


@pytest.mark.parametrize(("key", "city", "size"), [("1", "Тверь", (80, 24)), ("2", "Омск", (160, 45))])
async def test_whose_change_stays_is_asked_field_by_field(url, key, city, size):
    async with desk(url, size) as (anna, at_annas), desk(url, operator="boris") as (boris, at_boris):
        form = await open_form(anna, at_annas, "client")
        other = await open_form(boris, at_boris, "client")
        assert "anna" in str(other.query_one("#form").border_subtitle)
        for name, text in (("city", "Омск"), ("website", "nim.ru")):
            other.query_one(f"#field-{name}", Input).value = text
        await at_boris.press("f2")
        await on(boris, at_boris, CardScreen)
        for name, text in (("city", "Тверь"), ("industry", "стройка")):
            form.query_one(f"#field-{name}", Input).value = text
        await at_annas.press("f2")
        await on(anna, at_annas, ChooseScreen)
        asked = shown(anna)
        assert "Changed by two: City" in asked
        assert "yours: Тверь" in asked
        assert "Борис Л., today 10:24: Омск" in asked
        await at_annas.press("escape")
        assert await on(anna, at_annas, FormScreen) is form
        await at_annas.press("f2")
        await on(anna, at_annas, ChooseScreen)
        await at_annas.press(key)
        await on(anna, at_annas, CardScreen)
    client = rows_of(url, Client, id=ROMASHKA)[0]
    assert (client.city, client.website, client.industry) == (city, "nim.ru", "стройка")


async def test_a_move_over_another_is_asked_about(url):
    async with desk(url) as (app, pilot):
        card = await card_of(app, pilot, STROY)
        await pilot.press("m")
        await until(pilot, lambda: app.screen is not card)
        base = open_base(url)
        context = app.gateway.opened.context
        theirs = NOW + timedelta(days=2)
        with base.write() as session:
            step = card.card.next_action
            next_actions.move(session, context, STROY, NextStep(step.kind, step.goal, theirs, promise=False))
        base.close()
        await pilot.press("1", "enter")
        await on(app, pilot, ChooseScreen)
        assert "Changed by two: next action" in shown(app)
        await pilot.press("2")
        await on(app, pilot, CardScreen)
        assert rows_of(url, NextAction, client_id=STROY)[0].due_at == theirs
