"""Plans and costs: which month, figures changed where they stand, copied and taken back; by keys alone."""

import pytest
from desk_base import desk, make_base, rows_of, settle, shown, until

from salesdesk.codes import Measure
from salesdesk.errors import SalesdeskError
from salesdesk.lead import plans as use_cases
from salesdesk.models import OperatorCost, Target
from salesdesk.screens.plan_value import PlanValueScreen
from salesdesk.screens.plans import PlansScreen


@pytest.fixture
def url(sqlite_url):
    make_base(sqlite_url).close()
    return sqlite_url


async def plans_of(app, pilot):
    await settle(pilot)
    await pilot.press("f4", "6")
    await until(pilot, lambda: isinstance(app.screen, PlansScreen) and "November 2026" in shown(app))
    await settle(pilot)
    return app.screen


def line(screen, row):
    return [str(cell).strip() for cell in screen.table.get_row_at(row)]


async def typed(app, pilot, screen, *keys):
    await pilot.press(*keys)
    await until(pilot, lambda: app.screen is screen)
    await settle(pilot)


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_figures_are_typed_where_they_stand(url, size):
    async with desk(url, size) as (app, pilot):
        screen = await plans_of(app, pilot)
        assert "or c copies the month before." in shown(app)
        await typed(app, pilot, screen, "1", "2", "0", "enter")
        await typed(app, pilot, screen, "down", "8", "0", "enter")
        assert [line(screen, row)[1] for row in range(3)] == ["120", "80", "Σ200"]
        # The sum of the team is no figure of its own: one begins with nothing, and an own one rules.
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(app.screen, PlanValueScreen))
        assert app.screen.input.value == ""
        await typed(app, pilot, screen, "9", "0", "enter")
        assert line(screen, 2)[1] == "90"
        assert "cost" in shown(app).lower().splitlines()[1]
    assert sorted(row.value for row in rows_of(url, Target)) == [80, 90, 120]


async def test_money_as_people_write_it_and_a_mistake(url, monkeypatch):
    async with desk(url) as (app, pilot):
        screen = await plans_of(app, pilot)
        await pilot.press(*["right"] * 6, "1")
        await until(pilot, lambda: isinstance(app.screen, PlanValueScreen))
        await pilot.press(*" [b]", "enter")
        await until(pilot, lambda: "not an amount: 1 [b]" in shown(app))
        await pilot.press(*["backspace"] * 4, *",5 млн", "enter")
        await until(pilot, lambda: app.screen is screen)
        await settle(pilot)
        assert line(screen, 0)[7] == "1.5 M"
        await typed(app, pilot, screen, "right", "8", "0", " ", "т", "enter")
        assert line(screen, 0)[8] == "80 k"
        await typed(app, pilot, screen, "enter", "escape")
        # The team's cost is a sum: there is nothing to type.
        told = []
        monkeypatch.setattr(app, "say", lambda text, **_more: told.append(text))
        await pilot.press("down", "down", "5")
        await until(pilot, lambda: told == ["The cost of the team is the sum of its operators'."])
        assert app.screen is screen
    (target,) = rows_of(url, Target)
    assert (target.measure, target.value) == (Measure.AMOUNT, 1_500_000_00)
    (cost,) = rows_of(url, OperatorCost)
    assert (cost.month, cost.amount_minor) == ("2026-11", 80_000_00)


async def test_the_month_before_is_copied_and_taken_back_on_a_russian_layout(url):
    async with desk(url) as (app, pilot):
        screen = await plans_of(app, pilot)
        await pilot.press("з")
        await until(pilot, lambda: "October" in shown(app).splitlines()[0])
        await settle(pilot)
        await typed(app, pilot, screen, "7", "enter")
        await pilot.press("т")
        await until(pilot, lambda: "November" in shown(app).splitlines()[0])
        await settle(pilot)
        await pilot.press("с")
        await until(pilot, lambda: line(screen, 0)[1] == "7")
        await pilot.press("г")
        await until(pilot, lambda: line(screen, 0)[1] == "–")
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is not screen)


async def test_a_figure_is_emptied(url):
    async with desk(url) as (app, pilot):
        screen = await plans_of(app, pilot)
        await typed(app, pilot, screen, "7", "enter")
        await typed(app, pilot, screen, "enter", "backspace", "enter")
        assert line(screen, 0)[1] == "–"
    assert rows_of(url, Target) == []


async def test_an_error_has_a_face(url, monkeypatch):
    async with desk(url) as (app, pilot):
        await plans_of(app, pilot)

        def refused(*_said, **_more):
            raise SalesdeskError("the server went away")

        monkeypatch.setattr(use_cases, "plans", refused)
        await pilot.press("r")
        await until(pilot, lambda: "the server went away" in shown(app))


async def test_pace_says_how_it_was_found(url):
    async with desk(url, (80, 24)) as (app, pilot):
        await settle(pilot)
        await pilot.press("f3", "8")
        await until(pilot, lambda: "Pace:" in shown(app) and "Forecast = fact ÷ share" in shown(app))
        await pilot.press("1")
        await until(pilot, lambda: "Calls:" in shown(app) and "Forecast = fact" not in shown(app))
