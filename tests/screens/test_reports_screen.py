"""Reports: which, when, told apart by what, a file; by keys alone, on either layout."""

import threading
from inspect import unwrap

import pytest
from desk_base import ROMASHKA, desk, make_base, settle, shown, until
from sqlalchemy import text

from salesdesk.commands import commands_of
from salesdesk.errors import SalesdeskError
from salesdesk.i18n import _
from salesdesk.lead.behind import asking as asking_behind
from salesdesk.lead.behind import opening
from salesdesk.lead.questions import FUNNEL, NAMES
from salesdesk.lead.reports import asking
from salesdesk.models import Client
from salesdesk.screens.card import CardScreen
from salesdesk.screens.form import FormScreen
from salesdesk.screens.help import HelpScreen
from salesdesk.screens.reports import ReportsScreen
from salesdesk.screens.rows_behind import RowsBehindScreen
from salesdesk.storage.base import open_base

ENDLESS = text(
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + rested() FROM n) SELECT count(*) FROM n"
)


@pytest.fixture
def url(sqlite_url):
    make_base(sqlite_url).close()
    return sqlite_url


async def reports_of(app, pilot):
    await settle(pilot)
    await pilot.press("f3")
    await until(pilot, lambda: isinstance(app.screen, ReportsScreen) and "Calls:" in shown(app))
    await settle(pilot)
    return app.screen


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_this_months_calls_come_first(url, size):
    async with desk(url, size) as (app, pilot):
        screen = await reports_of(app, pilot)
        assert "November 2026" in shown(app)
        # Twenty days of the month have a call of anna's each.
        assert [str(cell) for cell in screen.table.get_row_at(0)[:2]] == ["anna", "20"]
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, ReportsScreen))


async def test_periods_go_back_and_on_and_change_their_length(url):
    async with desk(url) as (app, pilot):
        await reports_of(app, pilot)
        steps = (("p", "October"), ("з", "September"), ("n", "October"), ("k", "quarter 4"), ("k", "2026"))
        for key, words in steps:
            await pilot.press(key)
            await until(pilot, lambda words=words: words in shown(app).splitlines()[0])


async def test_another_report_and_what_it_is_told_apart_by(url):
    async with desk(url) as (app, pilot):
        await reports_of(app, pilot)
        await pilot.press("b", "2")
        await until(pilot, lambda: "by day" in shown(app).splitlines()[0])
        await pilot.press("7")
        await until(pilot, lambda: "Funnel: November" in shown(app))
        await pilot.press("c")
        await until(pilot, lambda: "cohort" in shown(app).splitlines()[0] or "Nothing happened" in shown(app))


async def test_a_spreadsheet_is_written(url, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    async with desk(url) as (app, pilot):
        await reports_of(app, pilot)
        await pilot.press("x")
        await until(pilot, lambda: list(tmp_path.glob("salesdesk-calls-2026-11.xlsx")))


async def test_a_period_without_anything_and_an_error_have_faces(url, monkeypatch):
    async with desk(url) as (app, pilot):
        await reports_of(app, pilot)
        await pilot.press("n")
        await until(pilot, lambda: "Nothing happened in this period" in shown(app))

        def refused(*_said, **_more):
            raise SalesdeskError("the server went away")

        monkeypatch.setattr(asking, "report", refused)
        await pilot.press("r")
        await until(pilot, lambda: "the server went away" in shown(app))


async def test_a_figure_opens_into_its_rows_and_the_card_comes_back_to_the_same_place(url):
    async with desk(url) as (app, pilot):
        screen = await reports_of(app, pilot)
        at = screen.table.cursor_coordinate
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RowsBehindScreen) and app.screen.table.row_count)
        assert "Calls · Anna" in shown(app) or "Calls · anna" in shown(app)
        assert app.screen.table.row_count == 20
        await pilot.press("down", "down", "enter")
        await until(pilot, lambda: isinstance(app.screen, CardScreen) and app.screen.client_id == ROMASHKA)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, RowsBehindScreen))
        assert app.screen.table.cursor_coordinate.row == 2
        await pilot.press("й")
        await until(pilot, lambda: app.screen is screen)
        assert screen.table.cursor_coordinate == at


async def test_a_cell_of_companies_opens_into_companies(url):
    async with desk(url) as (app, pilot):
        await reports_of(app, pilot)
        await pilot.press("right", "right", "right", "right", "enter")
        await until(
            pilot, lambda: isinstance(app.screen, RowsBehindScreen) and app.screen.table.row_count == 1
        )
        assert "Ромашка" in shown(app)
        assert "1 client" in shown(app)


async def test_many_rows_come_in_pages(url, monkeypatch):
    monkeypatch.setattr(opening, "PAGE", 8)
    monkeypatch.setitem(unwrap(asking_behind.behind).__kwdefaults__, "limit", 8)
    async with desk(url) as (app, pilot):
        await reports_of(app, pilot)
        await pilot.press("enter")
        for key, words in (("", "1–8 of 20"), ("n", "9–16 of 20"), ("n", "17–20 of 20"), ("p", "9–16 of 20")):
            await pilot.press(*([key] if key else []))
            await until(pilot, lambda words=words: words in shown(app))


async def test_the_funnels_stages_open_and_are_compared(url):
    async with desk(url) as (app, pilot):
        await reports_of(app, pilot)
        await pilot.press("7", "ь")
        await until(pilot, lambda: "beside October 2026" in shown(app) and "Entered before" in shown(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RowsBehindScreen))
        await until(pilot, lambda: "Nothing stands behind this figure" in shown(app))
        assert "Funnel · new · Entered · November 2026" in shown(app)


async def test_a_report_of_single_rows_opens_the_card(url):
    base = open_base(url)
    with base.write() as session:
        session.get(Client, ROMASHKA).client_class = "VIP"
    base.close()
    async with desk(url) as (app, pilot):
        await reports_of(app, pilot)
        await pilot.press("4")
        await until(pilot, lambda: "VIP dialogues: November" in shown(app))
        await settle(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, CardScreen) and app.screen.client_id == ROMASHKA)


async def test_the_fact_of_a_plan_opens_into_its_calls(url):
    async with desk(url) as (app, pilot):
        screen = await reports_of(app, pilot)
        await pilot.press("8")
        await until(pilot, lambda: "Pace: November" in shown(app))
        await settle(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RowsBehindScreen))
        await until(pilot, lambda: "Pace" in shown(app) and "Calls" in shown(app).splitlines()[0])
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)


async def test_a_report_that_does_not_open_says_so(url, monkeypatch):
    monkeypatch.delitem(asking_behind.OPENS, "calls")
    async with desk(url) as (app, pilot):
        await reports_of(app, pilot)
        await pilot.press("enter")
        await until(pilot, lambda: any("do not open" in note.message for note in app._notifications))
        assert isinstance(app.screen, ReportsScreen)


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_the_figure_under_the_cursor_is_plotted(url, size):
    async with desk(url, size) as (app, pilot):
        screen = await reports_of(app, pilot)
        await pilot.press("v")
        await until(pilot, lambda: "Calls · Operator" in shown(app) and "Most: anna, 20" in shown(app))
        assert screen.table.display
        assert screen.body.has_class("-beside") == (size[0] == 160)
        await pilot.press("right")
        await until(pilot, lambda: "Answered · Operator" in shown(app))
        await pilot.press("м")
        await until(pilot, lambda: not screen.table.display)
        await pilot.press("right")
        await until(pilot, lambda: "Contacts · Operator" in shown(app))
        await pilot.press("f9", "b", "2")
        await until(pilot, lambda: "Contacts · Day" in shown(app))
        await pilot.press("v")
        await until(pilot, lambda: screen.table.display and not screen.plot.display)


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_the_heat_map_opens_an_hour(url, size):
    async with desk(url, size) as (app, pilot):
        screen = await reports_of(app, pilot)
        await pilot.press("р")
        await until(pilot, lambda: screen.heat.display and "Mon 10:00–10:59: 3 calls" in shown(app))
        assert "›0‹" in shown(app)
        await pilot.press("enter")
        await until(
            pilot, lambda: isinstance(app.screen, RowsBehindScreen) and app.screen.table.row_count == 3
        )
        await pilot.press("escape", *["down"] * 7, "enter")
        await until(
            pilot, lambda: isinstance(app.screen, RowsBehindScreen) and app.screen.table.row_count == 20
        )
        await pilot.press("escape", "v")
        await until(pilot, lambda: screen.table.display and "Weekday and hour" in shown(app))
        await pilot.press("h")
        await until(pilot, lambda: "Calls:" in shown(app).splitlines()[0])


async def test_any_period_is_typed(url):
    async with desk(url) as (app, pilot):
        await reports_of(app, pilot)
        await pilot.press("е")
        await until(pilot, lambda: isinstance(app.screen, FormScreen))
        await pilot.press(*"soon", "enter")
        await until(pilot, lambda: "“soon” is no period" in shown(app))
        await pilot.press("ctrl+u", *"2026-10-01..2026-11-15", "enter")
        await until(pilot, lambda: "01.10.2026 – 15.11.2026" in shown(app).splitlines()[0])


async def test_one_persons_figures(url):
    async with desk(url) as (app, pilot):
        await reports_of(app, pilot)
        await pilot.press("щ")
        await until(pilot, lambda: "Whose figures" in shown(app))
        await pilot.press("3")
        await until(pilot, lambda: "Nothing happened in this period" in shown(app))
        assert "boris" in shown(app).splitlines()[0]


async def test_counting_that_lasts_says_so_and_escape_stops_it(url, monkeypatch):
    async with desk(url) as (app, pilot):
        screen = await reports_of(app, pilot)
        begun, never = threading.Event(), threading.Event()

        def endless(session, *_said, **_more):
            # At rest, not at work: a pilot does not wait for what takes no time of the processor.
            sqlite = session.connection().connection.driver_connection
            sqlite.create_function("rested", 0, lambda: int(not never.wait(0.01)))
            begun.set()
            return session.execute(ENDLESS)

        with monkeypatch.context() as patched:
            patched.setattr(asking, "report", endless)
            await pilot.press("n")
            await until(pilot, lambda: begun.is_set() and "esc stops it" in shown(app))
            await pilot.press("f1")
            await until(pilot, lambda: isinstance(app.screen, HelpScreen))
            await pilot.press("escape")
            await until(pilot, lambda: app.screen is screen)
            await pilot.press("escape")
            await until(pilot, lambda: "November 2026" in shown(app) and screen.table.display)
        assert app.screen is screen
        await pilot.press("p")
        await until(pilot, lambda: "October 2026" in shown(app).splitlines()[0])


async def test_help_names_the_report_of_each_digit(url):
    async with desk(url) as (app, pilot):
        await reports_of(app, pilot)
        said = {shown.first_key: shown.hint for shown in commands_of(app.screen) if "show(" in shown.action}
        titles = [_("Funnel") if name == FUNNEL else asking.title(name) for name in NAMES]
        assert said == {str(at): one for at, one in enumerate(titles, 1)}
