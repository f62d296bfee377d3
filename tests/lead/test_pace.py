"""Pace and costs, counted again from scratch in plain Python over random histories, and at their edges."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from builders import Desk
from histories import CONTACT, WON, History, dice_of, in_groups, inside, over, some_period, write_history
from holidays import country_holidays
from python_calamine import CalamineWorkbook
from sqlalchemy import delete

from salesdesk.base.periods import Kind, Period, parse_period, whole
from salesdesk.clock import Clock
from salesdesk.codes import GoalResult, Measure, Role
from salesdesk.context import Context
from salesdesk.lead.pace import pace
from salesdesk.lead.plans import set_cost, set_plan
from salesdesk.lead.reports.asking import report
from salesdesk.lead.sheet import sheet
from salesdesk.lead.workbook import write_workbook
from salesdesk.lead.working_time import share_of_month, working_time
from salesdesk.models import OperatorCost, Target

DAY = timedelta(days=1)
PEOPLE = ("anna", "boris", "vera")
MONTHS = ("2025-12", "2026-01", "2026-06", "2026-09", "2026-10", "2026-11", "2026-12")
OFF = country_holidays("RU", years=[2025, 2026])
Plan = dict[tuple[str | None, str, Measure], int]


# -- in plain Python ------------------------------------------------------------------------------


def works(day: date) -> bool:
    return day.weekday() < 5 and day not in OFF


def days_of(period: Period) -> list[date]:
    return [period.first + at * DAY for at in range(period.days)]


def worked_in(month: str) -> int:
    first = date.fromisoformat(f"{month}-01")
    return sum(works(first + at * DAY) for at in range(31) if (first + at * DAY).month == first.month)


def gone_of(period: Period, now: datetime) -> Fraction | None:
    """Which share of the working time of a period has gone: 9 hours a working day."""
    if now >= period.end:
        return Fraction(1)
    hours, total = Fraction(0), 0
    for day in filter(works, days_of(period)):
        opens, closes = (datetime.combine(day, time(hour), period.zone).astimezone(UTC) for hour in (9, 18))
        hours += Fraction(int((min(max(now, opens), closes) - opens).total_seconds()))
        total += int((closes - opens).total_seconds())
    return hours / total if total else None


def planned(plan: Plan, period: Period, who: str | None, one: Measure) -> Fraction | None:
    """Give the plan day by day: each working day has its part of the month's."""
    total = None
    for day in days_of(period):
        month = f"{day:%Y-%m}"
        value = plan.get((who, month, one))
        if value is None and who is None:
            of_people = [plan[login, month, one] for login in PEOPLE if (login, month, one) in plan]
            value = sum(of_people) if of_people else None
        if value is not None:
            total = (total or Fraction(0)) + (Fraction(value, worked_in(month)) if works(day) else 0)
    return total


def done(history: History, period: Period) -> dict[str, dict[Measure, int]]:
    """Count what each person did."""
    found = {login: dict.fromkeys(Measure, 0) for login in history.people}
    answered = {"goal_reached", "talk_later", "interested", "not_now", "not_interested", "gatekeeper"}
    for call in history.calls:
        if inside(period, call.started_at):
            mine = found[call.login]
            mine[Measure.CALLS] += 1
            mine[Measure.CONTACTS] += call.outcome in CONTACT
            mine[Measure.HIT] += call.outcome in answered and call.goal_result == GoalResult.HIT
    stages = {"proposal": Measure.PROPOSALS, "invoice": Measure.INVOICES}
    seen: set = set()
    for change in history.sorted_changes():
        thread = (change.client_id, change.deal_id)
        counts = inside(period, change.at)
        stage = change.to_stage
        if stage in stages and (thread, stage) not in seen:
            seen.add((thread, stage))
            found[change.login][stages[stage]] += counts
        if stage in WON and change.deal_id is not None and (thread, "won") not in seen:
            seen.add((thread, "won"))
            deal = history.deals[change.deal_id]
            found[change.login][Measure.WON] += counts
            found[change.login][Measure.AMOUNT] += deal.amount_minor * counts * (deal.currency == "RUB")
    return found


def write_plans(desk: Desk, seed: int) -> Plan:
    """Plan some months of some people and of the team, and nothing else."""
    dice = dice_of(seed)
    with desk.base.write() as session:
        session.execute(delete(Target))
    plan: Plan = {
        (who, month, one): dice.randrange(10**7 if one is Measure.AMOUNT else 20)
        for who in (*PEOPLE, None)
        for month in MONTHS
        for one in Measure
        if dice.random() < (0.3 if who is None else 0.6)
    }
    for who, month in {(who, month): None for who, month, _one in plan}:
        values = {one: plan[who, month, one] for one in Measure if (who, month, one) in plan}
        desk.write(set_plan, who, month, values)
    return plan


# -- the same -------------------------------------------------------------------------------------


@over()
def test_pace_is_what_plain_counting_gives(desk, seed):
    history, plan, dice = write_history(desk, seed, clients=8), write_plans(desk, seed), dice_of(seed)
    for _turn in range(4):
        period = some_period(desk, dice)
        gone, facts = gone_of(period, desk.now), done(history, period)
        found = desk.read(pace, period)
        assert found.time.share == gone
        busy = {login for login in PEOPLE if any(facts[login].values())}
        asked = {
            login for login in PEOPLE for one in Measure if planned(plan, period, login, one) is not None
        }
        assert {one.login for one in found.people} == busy | asked
        for person in (*found.people, found.team):
            for figure in person.figures:
                one = figure.measure
                fact = (
                    sum(mine[one] for mine in facts.values())
                    if person.login is None
                    else facts[person.login][one]
                )
                wanted = planned(plan, period, person.login, one)
                assert (figure.fact, figure.plan) == (fact, wanted)
                assert figure.forecast == (fact / gone if gone else None)
                late = None if wanted is None or gone is None else max(wanted * gone - fact, 0)
                assert figure.behind == late
            first = [figure.measure for figure in person.figures if figure.behind]
            assert (person.falls_behind and person.falls_behind.measure) == (first[0] if first else None)


@over()
def test_the_report_rounds_what_was_counted(desk, seed):
    write_history(desk, seed, clients=8)
    write_plans(desk, seed)
    period = some_period(desk, dice_of(seed))
    counted = desk.read(pace, period)
    by_operator, by_measure = (
        desk.read(report, "pace", period=period, by=by) for by in ("operator", "measure")
    )
    rows = in_groups([(row.group, row) for row in by_operator.rows])
    assert [*rows] == [one.login for one in counted.people]
    assert by_operator.totals == by_measure.totals
    assert by_measure.rows in (by_measure.totals, ())
    for person, shown in (
        *((one, rows[one.login]) for one in counted.people),
        (counted.team, by_measure.totals),
    ):
        for figure, row in zip(person.figures, shown, strict=True):
            within = 50 if figure.measure is Measure.AMOUNT else 0.5
            for key in ("plan", "fact", "expected", "behind", "forecast"):
                exact = getattr(figure, key)
                assert (row.values[key] is None) == (exact is None)
                assert exact is None or abs(row.values[key] - exact) <= within
            share = figure.fact / figure.plan if figure.plan else None
            assert row.values["done"] == (None if share is None else round(float(share), 4))
            state = row.values["state"]
            assert (state is None, state == "on_pace") == (figure.behind is None, figure.behind == 0)
        assert sum(row.values["state"] == "behind_first" for row in shown) == (
            person.falls_behind is not None
        )


@over()
def test_one_person_alone_has_what_stands_in_their_rows(desk, seed):
    write_history(desk, seed, clients=6)
    write_plans(desk, seed)
    period = some_period(desk, dice_of(seed))
    everybody = desk.read(report, "pace", period=period)
    alone = desk.read(report, "pace", period=period, operator="boris")
    assert alone.rows == tuple(row for row in everybody.rows if row.group == "boris")
    mine = [{**row.values} for row in alone.rows]
    assert not mine or [{**row.values} for row in alone.totals] == mine


@over()
def test_costs_are_what_plain_counting_gives(desk, seed):
    write_history(desk, seed, clients=6)
    dice = dice_of(seed)
    with desk.base.write() as session:
        session.execute(delete(OperatorCost))
    said = {
        (who, month): dice.randrange(10**7)
        for who in PEOPLE[:2]
        for month in ("2025-03", *MONTHS)
        if dice.random() < 0.3
    }
    for (who, month), amount in said.items():
        desk.write(set_cost, who, amount, month)
    for _turn in range(3):
        period = some_period(desk, dice)
        today = desk.context.today
        found = desk.read(report, "operators", period=period)
        costs = {}
        for who in PEOPLE[:2]:
            known = {month: amount for (login, month), amount in said.items() if login == who}
            if not known or min(known) > f"{period.last:%Y-%m}":
                continue
            exact = Fraction(0)
            for day in days_of(period):
                held = [month for month in known if month <= f"{day:%Y-%m}"]
                if held and works(day) and day <= today:
                    exact += Fraction(known[max(held)], worked_in(f"{day:%Y-%m}"))
            costs[who] = round(exact)
        rows = {row.group: row.values for row in found.rows}
        assert {who for who, cost in costs.items() if cost} <= set(rows)
        for who, row in rows.items():
            cost = costs.get(who)
            assert row["cost"] == cost
            assert row["return"] == (round(row["amount"] / cost, 2) if cost else None)
            assert row["cost_per_won"] == (
                round(cost / row["won"]) if cost is not None and row["won"] else None
            )
        assert found.total["cost"] == (sum(costs.values()) if costs else None)
        brought = sum(row["amount"] for who, row in rows.items() if who in costs)
        whole_cost = found.total["cost"]
        assert found.total["return"] == (round(brought / whole_cost, 2) if whole_cost else None)


# -- the edges ------------------------------------------------------------------------------------


def period_of(desk: Desk, text: str) -> Period:
    return parse_period(text, desk.context.today, desk.context.catalogues.team.zone)


def calls_of(desk: Desk, text: str):
    found = desk.read(report, "pace", period=period_of(desk, text), by="measure")
    return next((row.values for row in found.rows if row.group == "calls"), None), found


@pytest.mark.parametrize(
    ("text", "plan"),
    [
        ("2026-11", 200),
        ("2026-11-01..2026-11-10", 60),  # six working days of twenty: the fourth is a holiday
        ("2026-11-03..2026-11-05", 20),
        ("2026-11-23", 10),
        ("2026-11-28", 0),
        ("2026-10..2026-11", 200 + 440),
        ("2026-10-30..2026-11-02", 20 + 10),
        ("2026-11-30..2026-12-31", 10),
        ("2026-W48", 50),
    ],
)
def test_a_part_of_a_month_has_its_part_of_the_plan(lite, text, plan):
    lite.write(set_plan, "anna", "2026-11", {Measure.CALLS: 200})
    lite.write(set_plan, "anna", "2026-10", {Measure.CALLS: 440})
    assert calls_of(lite, text)[0]["plan"] == plan


def test_a_plan_of_the_team_rules_over_the_sum(lite):
    lite.beside("boris")
    lite.write(set_plan, "anna", "2026-11", {Measure.CALLS: 200, Measure.WON: 3})
    lite.write(set_plan, "boris", "2026-11", {Measure.CALLS: 100})
    assert calls_of(lite, "2026-11")[0]["plan"] == 300
    lite.write(set_plan, None, "2026-11", {Measure.CALLS: 500})
    values, found = calls_of(lite, "2026-11")
    assert values["plan"] == 500
    assert {row.group: row.values["plan"] for row in found.rows if row.values["plan"] is not None} == {
        "calls": 500, "won": 3,
    }  # fmt: skip


def test_before_during_and_after(lite):
    lite.write(set_plan, "anna", "2026-11", {Measure.CALLS: 200})
    before, early = calls_of(lite.at(datetime(2026, 11, 2, 5, 59, tzinfo=UTC)), "2026-11")
    assert (before["expected"], before["forecast"], before["state"]) == (0, None, "on_pace")
    assert "no forecast" in early.method
    # Ten of twenty days, and half of the eleventh: nobody has called.
    during, half = calls_of(lite.at(datetime(2026, 11, 17, 10, 30, tzinfo=UTC)), "2026-11")
    assert (during["expected"], during["behind"], during["forecast"]) == (105, 105, 0)
    assert (half.total["working_days"], half.total["working_days_gone"], half.total["gone"]) == (
        20,
        10.5,
        0.525,
    )
    evening = lite.at(datetime(2026, 11, 30, 15, 0, tzinfo=UTC))
    assert calls_of(evening, "2026-11")[0]["expected"] == 200
    after, late = calls_of(lite.at(datetime(2026, 12, 5, tzinfo=UTC)), "2026-11")
    assert (after["expected"], after["forecast"], after["state"]) == (200, 0, "behind_first")
    assert "is over" in late.method


def test_days_off_and_nothing_planned(lite):
    nothing, found = calls_of(lite, "2026-11")
    assert nothing is None
    assert "Nothing is planned" in found.method
    lite.write(set_plan, "anna", "2026-11", {Measure.CALLS: 200})
    off, found = calls_of(lite, "2026-11-28..2026-11-29")
    assert (off["plan"], off["done"], off["expected"], off["forecast"], off["state"]) == (
        0,
        None,
        None,
        None,
        None,
    )
    assert found.total["gone"] is None
    over, _found = calls_of(lite, "2026-11-21..2026-11-22")
    assert (over["plan"], over["expected"], over["forecast"]) == (0, 0, 0)


def elsewhere(context: Context, now: datetime, **team: object) -> Context:
    catalogues = context.catalogues
    moved = replace(catalogues.team, zone=ZoneInfo("America/New_York"), days=frozenset(range(7)), **team)
    return Context(Clock(moved.zone, now), context.me, replace(catalogues, team=moved, holidays={}))


@pytest.mark.parametrize(
    ("day", "start", "end", "now", "share"),
    [
        # Hours that are passed through twice: seven of them between midnight and six.
        ((2026, 11, 1), time(0), time(6), datetime(2026, 11, 1, 7, 30, tzinfo=UTC), Fraction(1, 2)),
        # And once less: five.
        ((2026, 3, 8), time(0), time(6), datetime(2026, 3, 8, 7, 30, tzinfo=UTC), Fraction(1, 2)),
        # A working day that the clocks left out.
        ((2026, 3, 8), time(2), time(3), datetime(2026, 3, 8, 6, 59, tzinfo=UTC), Fraction(0)),
        ((2026, 3, 8), time(2), time(3), datetime(2026, 3, 8, 7, 0, tzinfo=UTC), Fraction(1)),
    ],
)
def test_days_on_which_clocks_change(lite, day, start, end, now, share):
    context = elsewhere(lite.context, now, start=start, end=end, country="US")
    found = working_time(context, whole(Kind.DAY, date(*day), context.catalogues.team.zone))
    assert found.share == share


def test_a_month_without_a_working_day_is_shared_by_all_its_days(lite):
    context = elsewhere(lite.context, lite.now)
    never = replace(context.catalogues.team, days=frozenset())
    idle = Context(context.clock, context.me, replace(context.catalogues, team=never))
    assert share_of_month(idle, "2026-11", date(2026, 10, 1), date(2026, 11, 15)) == Fraction(1, 2)


def test_costs_are_not_for_operators_to_know(lite):
    lite.write(set_cost, "anna", 100_000_00, "2026-11")
    assert lite.read(report, "operators").total["cost"] == 75_000_00  # fifteen days of twenty, today's too
    assert lite.beside("boris", Role.OPERATOR).read(report, "operators").total["cost"] is None


def test_a_spreadsheet_has_numbers_whatever_a_row_counts(lite, tmp_path):
    write_history(lite, 3, clients=8)
    lite.write(set_plan, "anna", "2026-11", dict.fromkeys(Measure, 333))
    found = lite.read(report, "pace", period=period_of(lite, "2026-11-01..2026-11-20"))
    laid_out = sheet(lite.context, found)
    write_workbook(laid_out, tmp_path / "pace.xlsx", lite.now)
    head, *rows = CalamineWorkbook.from_path(str(tmp_path / "pace.xlsx")).get_sheet_by_index(0).to_python()
    assert head == [*laid_out.heads]
    for cells, row in zip(rows, laid_out.rows, strict=False):
        assert cells[3:6] == pytest.approx(["" if cell is None else float(cell) for cell in row[3:6]])
    plans = {row[1]: row[3] for row in laid_out.rows if row[0] == "anna"}
    assert plans["Calls"] == pytest.approx(233.1)
    assert plans["Amount"] == Decimal("2.00")
    assert rows[-1][0] == found.method
