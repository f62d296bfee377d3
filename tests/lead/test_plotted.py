"""What is drawn of a report: a line over time without gaps, bars by group, round numbers on the axis."""

from datetime import UTC, date

import pytest
from builders import Desk
from histories import write_history
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.base.periods import Kind, Period
from salesdesk.i18n import use_language
from salesdesk.lead import plotted
from salesdesk.lead.figures import Column, Report, ReportRow, Unit
from salesdesk.lead.funnel import funnel
from salesdesk.lead.plotted import BARS_MOST, Shape, plot_funnel, plot_report
from salesdesk.lead.reports.asking import REPORTS, report

COLUMNS = (
    Column("calls", "Calls", Unit.COUNT),
    Column("rate", "Goal hit rate", Unit.SHARE),
    Column("text", "Text", Unit.TEXT),
)
NOVEMBER = Period(Kind.MONTH, date(2026, 11, 1), date(2026, 11, 30), UTC)


def made(by, groups, period=NOVEMBER):
    rows = tuple(
        ReportRow(key, str(key), {"calls": calls, "rate": calls / 100, "text": "x"})
        for key, calls in groups.items()
    )
    return Report("calls", by, period, "RUB", COLUMNS, rows, {}, "calls")


def test_days_without_a_row_are_nothing_and_their_share_is_none():
    found = made("day", {"2026-11-02": 5, "2026-11-05": 7})
    line = plot_report(found, "calls")
    assert (line.shape, line.title, line.along) == (Shape.LINE, "Calls", "Day")
    assert [(point.label, point.value) for point in line.points] == [
        ("02.11", 5), ("03.11", 0), ("04.11", 0), ("05.11", 7),
    ]  # fmt: skip
    assert [point.value for point in plot_report(found, "rate").points] == [0.05, None, None, 0.07]


@pytest.mark.parametrize(
    ("by", "groups", "labels"),
    [
        ("hour", {9: 1, 12: 2}, ["09:00", "10:00", "11:00", "12:00"]),
        ("month", {"2026-09": 1, "2026-11": 2}, ["September 2026", "October 2026", "November 2026"]),
        ("quarter", {"2025Q4": 1, "2026Q1": 2}, ["quarter 4 of 2025", "quarter 1 of 2026"]),
        ("week", {"2026-W53": 1, "2027-W01": 2}, ["week 53 of 2026", "week 1 of 2027"]),
        ("year", {"2024": 1, "2026": 2}, ["2024", "2025", "2026"]),
    ],
)  # fmt: skip
def test_time_runs_on(by, groups, labels):
    assert [point.label for point in plot_report(made(by, groups), "calls").points] == labels


def test_bars_stand_by_size_and_the_smallest_are_left_out():
    groups = {f"one {number}": number for number in range(1, 21)}
    bars = plot_report(made("industry", groups), "calls")
    assert bars.shape is Shape.BARS
    assert [point.value for point in bars.points] == [*range(20, 20 - BARS_MOST, -1)]
    assert bars.left_out == 20 - BARS_MOST
    weekdays = plot_report(made("weekday", {1: 3, 2: 9, 3: 1}), "calls")
    assert [point.value for point in weekdays.points] == [3, 9, 1]


def test_what_cannot_be_drawn():
    assert plot_report(made("day", {"2026-11-02": 5}), "text") is None
    assert plot_report(made("day", {"2026-11-02": 5}), "nothing") is None
    assert plot_report(made("day", {}), "calls") is None
    assert plot_report(made(None, {1: 1}), "calls") is None


@given(
    st.lists(st.floats(1, 1e12) | st.just(0.0), min_size=1, max_size=5),
    st.sampled_from([Unit.COUNT, Unit.AMOUNT, Unit.SECONDS, Unit.SHARE, Unit.DAYS]),
)
def test_the_axis_begins_with_nothing_ends_above_the_most_and_has_few_steps(values, unit):
    places = plotted._places(values, unit)
    assert places[0] == 0
    assert places == sorted(set(places))
    assert len(places) <= 12
    assert max(values) <= places[-1] * (1 + 1e-6) or max(values) == 0


def test_every_figure_of_every_report_can_be_drawn_or_says_no(lite: Desk):
    write_history(lite, 7, clients=12)
    for language in ("en", "ru"):
        use_language(language)
        for name, known in REPORTS.items():
            for by in known.dimensions:
                found = lite.read(report, name, by=by)
                for column in found.columns:
                    plot = plot_report(found, column.key)
                    assert plot is None or plot.ticks[0][0] == 0
        stages = lite.read(funnel, by="operator")
        plot = plot_funnel(lite.context, stages, "entered")
        assert len(plot.points) + plot.left_out == len(stages.stages)
        assert plot.points[0].value == stages.stages[0].entered
        assert plot_funnel(lite.context, stages, "nothing") is None
