"""Screens come up to date after somebody else's commit, and nothing moves under the cursor."""

from dataclasses import replace
from datetime import timedelta
from math import inf

import pytest
from desk_base import LONG, NOW, ROMASHKA, STROY, card_of, desk, make_base, settle, shown, until
from sample_desk import SampleGateway, row
from sqlalchemy import delete, update

from salesdesk import i18n
from salesdesk.app import SalesdeskApp
from salesdesk.base.folding import name_key
from salesdesk.clock import Clock
from salesdesk.codes import Role
from salesdesk.context import context_of
from salesdesk.desk.calls import log_call
from salesdesk.desk.editing import add_note, edit_client
from salesdesk.models import Client
from salesdesk.opening import Start
from salesdesk.rows import WrapUp
from salesdesk.screens import keeping_up
from salesdesk.screens.clients import ClientsScreen
from salesdesk.screens.help import HelpScreen
from salesdesk.screens.reports import ReportsScreen
from salesdesk.screens.steady_rows import SteadyRows
from salesdesk.screens.tails import TailsScreen
from salesdesk.storage.base import open_base
from salesdesk.widgets.queue_list import QueueList

MANY = 60


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    """Let nobody wait for hands to rest, nor for the next look, nor a busy machine make a table slow."""
    monkeypatch.setattr(keeping_up, "_AFTER_A_KEY", 0)
    monkeypatch.setattr(keeping_up, "_RESTS", 0)
    monkeypatch.setattr(keeping_up, "_SHARE", 0)
    monkeypatch.setattr(keeping_up, "LOOKS_EVERY", 0.02)
    monkeypatch.setattr(SteadyRows, "SLOW_FROM", inf)


class ChangingGateway(SampleGateway):
    """A base that somebody else changes."""

    changes = 0

    @property
    def revision(self):
        return self.changes

    def change(self, rows):
        self.rows = rows
        self.changes += 1


def companies(count):
    return [row(number, f"Company {number}") for number in range(1, count + 1)]


def seen_line(queue):
    """The line of the screen on which the cursor stands."""
    return queue._row_lines[queue.chosen_place] - round(queue.scroll_y)


@pytest.fixture
async def today():
    """A long list with the cursor in the middle of it."""
    gateway = ChangingGateway(companies(300))
    app = SalesdeskApp(Start(now=NOW), gateway)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.screen.query_one(QueueList).rows)
        queue = app.screen.query_one(QueueList)
        queue.choose(70)
        await pilot.press("up", "up", "up")
        yield pilot, gateway, queue


@pytest.mark.parametrize(
    "changed",
    [
        lambda rows: [row(1000, "Promised", promise=True, overdue=True), *rows],
        lambda rows: [row(1000 + number, f"Before {number}") for number in range(9)] + rows,
        lambda rows: rows[20:],
        lambda rows: rows[:10] + rows[60:70] + rows[80:],
        lambda rows: rows[:60] + rows[66:69],
    ],
)
async def test_the_client_under_the_cursor_stays_on_its_line(today, changed):
    pilot, gateway, queue = today
    line, client = seen_line(queue), queue.chosen
    rows = changed(gateway.rows)
    gateway.change(rows)
    await until(pilot, lambda: [one.name for one in queue.rows[:30]] == [one.name for one in rows[:30]])
    assert queue.chosen == client
    assert seen_line(queue) == line


@pytest.mark.parametrize(("language", "words"), [("en", "✗ gone"), ("ru", "✗ уже нет")])
async def test_who_went_under_the_cursor_stays_until_it_leaves(today, monkeypatch, language, words):
    pilot, gateway, queue = today
    i18n.use_language(language)
    opened = []
    monkeypatch.setattr(pilot.app, "open_card", opened.append)
    line, client = seen_line(queue), queue.chosen
    left = [one for one in gateway.rows if one.client_id != client.client_id][10:]
    gateway.change(left)
    await until(pilot, lambda: words in shown(pilot.app))
    assert (queue.chosen, seen_line(queue)) == (client, line)
    gateway.change(left[5:])
    await until(pilot, lambda: queue.rows[0] == left[5])
    await pilot.press("enter")
    assert opened == [client.client_id]
    await pilot.press("down")
    assert queue.chosen.client_id == client.client_id + 1
    assert [*queue.rows] == left[5:][: len(queue.rows)]
    assert words not in shown(pilot.app)
    assert seen_line(queue) == line + 1


async def test_one_that_comes_back_under_the_cursor_is_there_again(today):
    pilot, gateway, queue = today
    rows, client = gateway.rows, queue.chosen
    gateway.change([one for one in rows if one != client])
    await until(pilot, lambda: "✗ gone" in shown(pilot.app))
    gateway.change(rows)
    await until(pilot, lambda: "✗ gone" not in shown(pilot.app))
    assert queue.chosen == client


async def test_nothing_is_read_while_something_else_is_open_and_all_on_return(today):
    pilot, gateway, queue = today
    await pilot.press("f1")
    await until(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))
    asked = len(gateway.asked)
    gateway.change(gateway.rows[1:])
    pilot.app.on_base_changed()
    pilot.app.screen_stack[0].look()
    await pilot.pause()
    assert len(gateway.asked) == asked
    await pilot.press("escape")
    await until(pilot, lambda: queue.rows[0].client_id == 2)


# On a real base


@pytest.fixture
def url(sqlite_url):
    base = make_base(sqlite_url)
    with base.write() as session:
        session.add_all(
            Client(
                id=number, name=f"Company {number}", name_key=name_key(f"Company {number}"), created_at=NOW,
                updated_at=NOW, zone="Europe/Moscow", city="Тверь",
            )
            for number in range(100, 100 + MANY)
        )  # fmt: skip
    base.close()
    return sqlite_url


@pytest.fixture
def elsewhere(url):
    """Somebody at another desk of the same base: does a use case there, at once."""
    base = open_base(url)
    context = context_of(base, Clock(fixed=NOW), "anna")

    def do(use_case, *args, **kwargs):
        with base.write() as session:
            return use_case(session, context.fresh(), *args, **kwargs)

    yield do
    base.close()


def run(session, _context, statement):
    session.execute(statement)


async def watched(app, pilot):
    """Wait until the desk sees what others do."""
    await settle(pilot)
    await until(pilot, lambda: app.gateway._watch and app.gateway._watch.sees)


async def clients_screen(app, pilot):
    await watched(app, pilot)
    app.push_screen(ClientsScreen("city=Тверь"))
    await until(pilot, lambda: isinstance(app.screen, ClientsScreen) and app.screen.table.row_count == MANY)
    await settle(pilot)
    return app.screen


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_a_table_comes_up_to_date_and_the_row_stays_where_it_is(url, elsewhere, size):
    async with desk(url, size) as (app, pilot):
        screen = await clients_screen(app, pilot)
        table = screen.table
        await pilot.press("ctrl+end", "up", "up", "up", "space", "up", "up")
        here, marked = screen.client_here, screen.marked
        line = table.cursor_coordinate.row - round(table.scroll_y)
        elsewhere(run, delete(Client).where(Client.id.in_(range(100, 105))))
        await until(pilot, lambda: table.row_count == MANY - 5)
        elsewhere(run, update(Client).where(Client.id == here).values(expected_minor=77_000_000))
        await until(pilot, lambda: "770" in shown(app))
        assert screen.client_here == here
        assert screen.marked == marked
        assert table.cursor_coordinate.row - round(table.scroll_y) == line
        # The one under the cursor goes: it stands there with a word until the cursor leaves it.
        elsewhere(run, delete(Client).where(Client.id == here))
        await until(pilot, lambda: "✗ gone · Company" in shown(app))
        assert screen.client_here == here
        assert table.cursor_coordinate.row - round(table.scroll_y) == line
        assert f"{MANY - 6} clients" in shown(app)
        await pilot.press("down")
        await until(pilot, lambda: table.row_count == MANY - 6)
        assert screen.client_here == here + 1
        assert here not in screen.shown_clients
        assert "gone" not in shown(app)


async def test_nothing_is_put_in_while_one_types_a_filter(url, elsewhere):
    async with desk(url) as (app, pilot):
        screen = await clients_screen(app, pilot)
        await pilot.press("/")
        await until(pilot, lambda: screen.line.input.has_focus)
        before = app.gateway.revision
        elsewhere(run, delete(Client).where(Client.id == 130))
        await until(pilot, lambda: app.gateway.revision != before)
        screen.look()
        await settle(pilot)
        assert screen.table.row_count == MANY
        await pilot.press("escape")
        await until(pilot, lambda: screen.table.row_count == MANY - 1)


async def test_the_board_of_tails_follows_and_reports_say_that_they_do_not(url, elsewhere):
    async with desk(url) as (app, pilot):
        await watched(app, pilot)
        await pilot.press("f2")
        await until(pilot, lambda: isinstance(app.screen, TailsScreen) and "2 tails" in shown(app))
        await settle(pilot)
        app.screen.table.move_cursor(row=1, column=3)
        elsewhere(log_call, WrapUp(STROY, "no_answer"))
        await until(pilot, lambda: "1 tail " in shown(app))
        assert app.screen.table.cursor_coordinate == (1, 3)
        await pilot.press("f3")
        await until(pilot, lambda: isinstance(app.screen, ReportsScreen) and app.screen._answer)
        await settle(pilot)
        answer = app.screen._answer
        elsewhere(log_call, WrapUp(LONG, "no_answer"))
        await until(pilot, lambda: "! changed since 10:24 · r counts anew" in shown(app))
        assert app.screen._answer is answer
        await pilot.press("r")
        await until(pilot, lambda: app.screen._answer is not answer)
        await settle(pilot)
        assert "changed since" not in shown(app)


async def test_an_open_card_says_that_somebody_else_changed_it(url, elsewhere):
    async with desk(url) as (app, pilot):
        await watched(app, pilot)
        screen = await card_of(pilot, ROMASHKA)
        elsewhere(edit_client, ROMASHKA, city="Омск")
        await until(pilot, lambda: "somebody else changed this client at 10:24" in shown(app))
        assert "Омск" in shown(app)
        # Whoever it was is named, where it is not who sits here at another desk.
        elsewhere(edit_as_boris, ROMASHKA)
        await until(pilot, lambda: "Борис Л. changed this client at 10:24" in shown(app))
        # What one does oneself is no news, and takes the words away.
        await pilot.press("r")
        await settle(pilot)
        app.client_changed(await app.gateway.write(_noted, ROMASHKA))
        await settle(pilot)
        assert "сам" in shown(app)
        assert "somebody else" not in shown(app)
        assert screen.card.client.city == "Омск"


def edit_as_boris(session, context, client_id):
    boris = replace(context, me=replace(context.me, id=2, login="boris", role=Role.LEAD))
    edit_client(session, boris, client_id, website="nim.ru")


def _noted(session, context, client_id):
    add_note(session, context, client_id, "сам")
    return client_id


async def test_time_that_goes_by_moves_nothing_either(today):
    pilot, gateway, queue = today
    client = queue.chosen
    gateway.rows = [one for one in gateway.rows if one != client]
    gateway.clock = Clock(gateway.clock.zone, NOW + timedelta(minutes=1))
    pilot.app.screen.fall_behind()
    await until(pilot, lambda: "✗ gone" in shown(pilot.app))
    assert queue.chosen == client
