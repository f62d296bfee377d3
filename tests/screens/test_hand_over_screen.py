"""Clients handed over from the board of operators: asked, counted, done, taken back; by keys alone."""

import pytest
from desk_base import NOW, desk, make_base, rows_of, settle, shown, told, until
from sample_desk import CATALOGUES, row

from salesdesk.clock import Clock
from salesdesk.context import context_of
from salesdesk.lead.retiring import retire
from salesdesk.models import Client, Handover, Operator
from salesdesk.screens.hand_over import HandOverScreen
from salesdesk.screens.operators_now import OperatorsNowScreen
from salesdesk.screens.rehearsed import CountForm
from salesdesk.storage.base import open_base
from salesdesk.widgets.queue_lines import Surroundings, row_parts


@pytest.fixture
def url(sqlite_url):
    make_base(sqlite_url).close()
    return sqlite_url


def owners(url):
    return {row.owner_id for row in rows_of(url, Client) if row.owner_id is not None}


async def on(app, pilot, kind):
    await until(pilot, lambda: isinstance(app.screen, kind))
    await settle(pilot)
    return app.screen


async def form_of(app, pilot, key="h"):
    """Come from the list of the day to the form about the clients of anna."""
    await settle(pilot)
    await pilot.press("f4", "1")
    board = await on(app, pilot, OperatorsNowScreen)
    await until(pilot, lambda: board.table.row_count)
    while board.row.login != "anna":
        await pilot.press("down")
        await settle(pilot)
    await pilot.press(key)
    return await on(app, pilot, CountForm)


@pytest.mark.parametrize(("size", "key"), [((80, 24), "h"), ((160, 45), "р")])  # that key in Russian
async def test_they_are_counted_handed_over_and_taken_back(url, size, key):
    async with desk(url, size) as (app, pilot):
        await form_of(app, pilot, key)
        assert "Hand over the clients of anna" in shown(app)
        await pilot.press(*"boris", "f2")
        await on(app, pilot, HandOverScreen)
        await until(pilot, lambda: "Борис Л." in shown(app))
        assert "5 clients" in shown(app)
        assert "next action" in shown(app)
        assert owners(url) == {1}
        await pilot.press("enter")
        board = await on(app, pilot, OperatorsNowScreen)
        await until(pilot, lambda: "Handed over: 5 clients" in told(app))
        assert owners(url) == {2}
        assert board.row is not None
        await pilot.press("u")
        await until(pilot, lambda: "Taken back" in told(app))
    assert owners(url) == {1}


async def test_what_is_wrong_is_said_at_its_field_and_esc_goes_back_to_what_was_asked(url):
    async with desk(url, (80, 24)) as (app, pilot):
        form = await form_of(app, pilot)
        for to, clients, day, said, field in (
            ("nobody", "", "", "! There is no operator nobody", "field-to"),
            ("anna", "", "", "! anna has these clients already", "field-to"),
            ("boris", "colour=red", "", "! column 1", "field-clients"),
            ("boris", "", "yesterday", "!", "field-until"),
        ):
            for name, value in (("to", to), ("clients", clients), ("until", day)):
                form.query_one(f"#field-{name}").value = value
            await pilot.press("f2")
            await until(pilot, lambda said=said, field=field: said in shown(app) and form.focused.id == field)
        form.query_one("#field-until").value = "2026-12-07"
        await pilot.press("f2")
        await on(app, pilot, HandOverScreen)
        await until(pilot, lambda: "They come back on 07.12.2026." in shown(app))
        await pilot.press("escape")
        again = await on(app, pilot, CountForm)
        assert (again.values["to"], again.values["until"]) == ("boris", "2026-12-07")
        await pilot.press("f2")
        await on(app, pilot, HandOverScreen)
        await until(pilot, lambda: "They come back" in shown(app))
        await pilot.press("f2")
        await on(app, pilot, OperatorsNowScreen)
    assert [row.from_id for row in rows_of(url, Handover)] == [1]


async def test_an_open_desk_of_who_has_left_shows_and_saves_nothing(url):
    base = open_base(url)
    lead = context_of(base, Clock(fixed=NOW), "anna")
    async with desk(url, operator="boris") as (app, pilot):
        await settle(pilot)
        with base.write() as session:
            retire(session, lead, "boris")
        await pilot.press("f5")
        await until(pilot, lambda: "boris works here no more." in shown(app) + told(app))
    base.close()
    assert [row.active for row in rows_of(url, Operator, login="boris")] == [False]


@pytest.mark.parametrize("width", [60, 120])
def test_a_line_of_the_list_says_whose_promise_is_kept(width):
    around = Surroundings(NOW, Clock(fixed=NOW).zone, CATALOGUES.goals)
    promised = row(1, "Ромашка", promise=True, instead_of="Борис")
    assert "for Борис" in row_parts(promised, around, width, chosen=False).rest
    assert "for " not in row_parts(row(1, "Ромашка"), around, width, chosen=False).rest
