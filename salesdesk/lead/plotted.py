"""A figure of a report as a plot, a line over time or bars by group: what is drawn, not how."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from salesdesk.base.periods import Kind, code_of, parse_period, title_of, whole
from salesdesk.context import Context
from salesdesk.formatting import amount_short
from salesdesk.i18n import _
from salesdesk.lead.figures import Column, Report, Unit, Values
from salesdesk.lead.funnel import COLUMNS, Funnel
from salesdesk.lead.grouping import CALENDAR, Key
from salesdesk.lead.sheet import group_head
from salesdesk.lead.written import figure_text
from salesdesk.wording import titled

BARS_MOST = 15
"""More bars than these are no picture."""
POINTS_MOST = 1000
_TICKS = 5
_PLOTTED = {Unit.COUNT, Unit.AMOUNT, Unit.SECONDS, Unit.RATIO, Unit.SHARE, Unit.DAYS}
_EMPTY_IS_NONE = {Unit.RATIO, Unit.SHARE, Unit.DAYS}
_SPAN = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800)
"""Steps of an axis of time, in seconds, below an hour."""


class Shape(StrEnum):
    """How it is drawn."""

    LINE = "line"
    BARS = "bars"


@dataclass(frozen=True, slots=True)
class Point:
    """A group: its name, its figure (None: nothing to show) and the figure as text."""

    label: str
    value: float | None
    text: str


@dataclass(frozen=True, slots=True)
class Plot:
    """What is drawn: `along` and `title` name the axes, `ticks` are places on that of the figures.

    `left_out` counts the smaller groups that bars leave out.
    """

    shape: Shape
    title: str
    along: str
    unit: Unit
    points: tuple[Point, ...]
    ticks: tuple[tuple[float, str], ...]
    left_out: int = 0


def plot_report(report: Report, key: str) -> Plot | None:
    """Plot a figure of a report; None where it is no number, or where the rows stand for themselves."""
    column = _column(report.columns, key)
    if column is None or report.by is None or not report.rows:
        return None
    line = report.by in {*CALENDAR, "hour"}
    rows = [
        (title, values.get(key))
        for title, values in (_filled(report) if line else ((row.title, row.values) for row in report.rows))
    ]
    points = _points(rows, column.unit, report.currency)
    if not line and report.by not in {"weekday", "slot"}:
        points = sorted(points, key=lambda point: -(point.value or 0))
    return _plot(Shape.LINE if line else Shape.BARS, column, group_head(report.by), points, report.currency)


def plot_funnel(context: Context, found: Funnel, key: str) -> Plot | None:
    """Plot a figure of the funnel: a bar for each stage, in their order; by groups, of each group."""
    column = _column(COLUMNS, key)
    if column is None or not found.stages:
        return None
    rows = [
        (
            " · ".join(
                [*([row.group.title] if row.group else []), titled(context.catalogues.stages, row.stage)]
            ),
            row.values[key],
        )
        for row in found.stages
    ]
    points = _points(rows, column.unit, found.currency)
    return _plot(Shape.BARS, column, _("Stage"), points, found.currency)


def _column(columns: Sequence[Column], key: str) -> Column | None:
    return next((column for column in columns if column.key == key and column.unit in _PLOTTED), None)


def _plot(shape: Shape, column: Column, along: str, points: Sequence[Point], currency: str) -> Plot:
    most = POINTS_MOST if shape is Shape.LINE else BARS_MOST
    shown = points[-most:] if shape is Shape.LINE else points[:most]
    known = [point.value for point in shown if point.value is not None]
    ticks = tuple((place, _tick(place, column.unit, currency)) for place in _places(known, column.unit))
    return Plot(shape, _(column.title), along, column.unit, tuple(shown), ticks, len(points) - len(shown))


def _points(rows: Sequence[tuple[str, object]], unit: Unit, currency: str) -> list[Point]:
    return [
        Point(label, float(value), figure_text(value, unit, currency))
        if isinstance(value, int | float)
        else Point(label, None, "–")
        for label, value in rows
    ]


def _filled(report: Report) -> list[tuple[str, Values]]:
    """Put in the days, weeks or hours in which nothing happened: a line must not run over them."""
    found: Mapping[Key, Values] = {row.group: row.values for row in report.rows}
    nothing: Values = {column.key: None if column.unit in _EMPTY_IS_NONE else 0 for column in report.columns}
    return [
        (title, found.get(key) or nothing)
        for key, title in (_hours(found) if report.by == "hour" else _spans(report))
    ]


def _hours(found: Mapping[Key, Values]) -> list[tuple[Key, str]]:
    hours = [hour for hour in found if isinstance(hour, int)]
    return [(hour, f"{hour:02}:00") for hour in range(min(hours), max(hours) + 1)]


def _spans(report: Report) -> list[tuple[Key, str]]:
    """Give every day, week, month, quarter or year from the first that has a row to the last."""
    unit, period = Kind(str(report.by)), report.period
    first, last = (
        parse_period(str(report.rows[place].group), period.first, period.zone) for place in (0, -1)
    )
    spans: list[tuple[Key, str]] = []
    at = first
    while at.first <= last.first:
        title = f"{at.first:%d.%m}" if unit == Kind.DAY else title_of(unit, at.first, at.last)
        spans.append((code_of(unit, at.first), title))
        at = whole(unit, at.last + timedelta(days=1), period.zone)
    return spans


def _places(values: Sequence[float], unit: Unit) -> list[float]:
    """Choose places on the axis: from nothing to above the most, at round steps."""
    most = max(values, default=0)
    if most <= 0:
        return [0]
    step = _step(most / _TICKS, unit)
    return [step * number for number in range(math.ceil(most / step - 1e-9) + 1)]


def _step(rough: float, unit: Unit) -> float:
    if unit == Unit.SECONDS:
        return next((step for step in _SPAN if step >= rough), 3600 * _round_step(rough / 3600))
    if unit in {Unit.COUNT, Unit.AMOUNT}:
        return max(_round_step(rough), 1)
    return _round_step(rough)


def _round_step(rough: float) -> float:
    """Take the next of 1, 2, 5, 10, 20, 50 and so on."""
    size: float = 10.0 ** math.floor(math.log10(rough))
    return next(size * step for step in (1, 2, 5, 10) if size * step >= rough * (1 - 1e-9))


def _tick(place: float, unit: Unit, currency: str) -> str:
    if unit == Unit.AMOUNT:
        return amount_short(round(place)) or "0"
    if unit == Unit.COUNT:
        return str(round(place))
    return figure_text(place, unit, currency)
