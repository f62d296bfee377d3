"""Reports: which, when, told apart by what, a file; by keys alone, on either layout."""

import pytest
from desk_base import desk, make_base, settle, shown, until

from salesdesk.errors import SalesdeskError
from salesdesk.lead.reports import asking
from salesdesk.screens.reports import ReportsScreen


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
        await until(pilot, lambda: "by Day" in shown(app).splitlines()[0])
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
