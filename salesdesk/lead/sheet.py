"""A report as a table for a file: heads and cells, in the language in use, each cell a plain value."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from salesdesk import wording
from salesdesk.codes import GoalResult
from salesdesk.context import Context
from salesdesk.i18n import _
from salesdesk.lead.figures import Column, Report, ReportRow, Unit, Value, Values
from salesdesk.lead.reports import asking, vip

Cell = int | float | Decimal | str | date | datetime | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: the unit of each column, its heads, the rows, and the row of totals where there is one.

    `main` is the column of the chart, a line where the rows run over time (None: no chart).
    """

    name: str
    title: str
    units: tuple[Unit, ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] | None
    main: int | None
    over_time: bool


def sheet(context: Context, report: Report) -> Sheet:
    """Lay a report out as a table."""
    columns = report.columns
    named = report.by is not None
    label = (group_head(report.by),) if report.by is not None else ()
    rows = tuple(
        ((_label(report, row),) if named else ()) + _cells(context, columns, row.values)
        for row in report.rows
    )
    counted = {column.key for column in columns} <= set(report.total)
    total = (_("Total"), *_cells(context, columns, report.total)) if named and counted else None
    keys = [column.key for column in columns]
    return Sheet(
        name=asking.title(report.name),
        title=f"{asking.title(report.name)}: {_when(report)}",
        units=((Unit.TEXT,) if named else ()) + tuple(column.unit for column in columns),
        heads=label + tuple(_(column.title) for column in columns),
        rows=rows,
        total=total,
        main=keys.index(report.main) + 1 if named and report.main in keys else None,
        over_time=report.by in {"day", "week", "month", "quarter", "year", "hour"},
    )


def words(context: Context, key: str, text: str) -> str:
    """Say a code in a row as people know it; any other text as it is."""
    catalogues = context.catalogues
    if key == "kind":
        return vip.kind(text)
    if key == "outcome":
        return wording.titled(catalogues.outcomes, text)
    if key == "goal":
        return wording.titled(catalogues.goals, text)
    if key == "goal_result" and text in {result.value for result in GoalResult}:
        return wording.result(GoalResult(text))
    return text


def foreign(amounts: Mapping[str, int]) -> str:
    """Write sums of other currencies, each by itself: `1200.00 USD, 15.00 EUR`."""
    return ", ".join(f"{decimal(minor)} {currency}" for currency, minor in amounts.items())


def decimal(minor: int) -> Decimal:
    """Give minor units as a decimal of two places."""
    return Decimal(minor).scaleb(-2)


def group_head(by: str | None) -> str:
    """Name what a report is told apart by."""
    heads = {
        "operator": _("Operator"),
        "day": _("Day"),
        "week": _("Week"),
        "month": _("Month"),
        "quarter": _("Quarter"),
        "year": _("Year"),
        "hour": _("Hour"),
        "weekday": _("Weekday"),
        "outcome": _("Outcome"),
        "goal": _("Goal"),
        "reason": _("Reason"),
        "stage": _("Stage"),
        "campaign": _("Campaign"),
        "industry": _("Industry"),
        "region": _("Region"),
        "source": _("Source"),
        "class": _("Class"),
        "product": _("Product"),
        "check": _("What is missing"),
        "item": _("Item of the checklist"),
    }
    return heads.get(by or "", by or "")


def _when(report: Report) -> str:
    return report.period.title if report.name != "quality" else _("now")


def _label(report: Report, row: ReportRow) -> Cell:
    return date.fromisoformat(row.group) if report.by == "day" and isinstance(row.group, str) else row.title


def _cells(context: Context, columns: tuple[Column, ...], values: Values) -> tuple[Cell, ...]:
    return tuple(_cell(context, column, values.get(column.key)) for column in columns)


def _cell(context: Context, column: Column, value: Value) -> Cell:
    if isinstance(value, Mapping):
        return foreign(value)
    if column.unit == Unit.AMOUNT and isinstance(value, int):
        return decimal(value)
    if isinstance(value, datetime):
        # A spreadsheet knows no zones: it shows what the team's clocks did.
        return value.astimezone(context.catalogues.team.zone).replace(tzinfo=None)
    return words(context, column.key, value) if isinstance(value, str) else value
