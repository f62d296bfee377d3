"""A report as a table for a file: heads and cells, in the language in use, each cell a plain value."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from salesdesk import wording
from salesdesk.codes import GoalResult, Measure
from salesdesk.context import Context
from salesdesk.i18n import N_, _
from salesdesk.lead.figures import Column, Report, ReportRow, Unit, Value
from salesdesk.lead.reports import asking, pace, quality, vip

_FATES = {
    "advanced": N_("went on"),
    "rejected": N_("rejected"),
    "still": N_("still there"),
    "aside": N_("aside"),
}
Cell = int | float | Decimal | str | date | datetime | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: the unit of each column, its heads, the rows, and the row of totals where there is one.

    `row_units` are what the cells of columns are that leave it to the row; the last `heavy` rows are
    of all together, and `note` is said under them. `main` is the column of the chart, a line where the
    rows run over time (None: no chart).
    """

    name: str
    title: str
    units: tuple[Unit, ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] | None
    main: int | None
    over_time: bool
    row_units: tuple[Unit, ...] = ()
    heavy: int = 0
    note: str = ""
    labels: int = 1
    """How many columns at the left name the row."""

    def unit_of(self, row: int, column: int) -> Unit:
        """Tell what a cell is."""
        unit = self.units[column]
        return self.row_units[row] if unit is Unit.OF_ROW else unit


def sheet(context: Context, report: Report) -> Sheet:
    """Lay a report out as a table."""
    columns = report.columns
    named = report.by is not None
    label = (group_head(report.by),) if report.by is not None else ()
    last = report.last_rows if report.rows else ()
    rows = tuple(
        ((_label(report, row),) if named else ()) + _cells(context, columns, row) for row in report.rows
    ) + tuple((_("Total"), *_cells(context, columns, row)) for row in last)
    counted = {column.key for column in columns} <= set(report.total)
    all_of_it = ReportRow(None, _("Total"), report.total)
    total = (all_of_it.title, *_cells(context, columns, all_of_it)) if named and counted else None
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
        row_units=tuple(row.unit for row in (*report.rows, *last)),
        heavy=len(last),
        note=report.method,
    )


def words(context: Context, key: str, text: str) -> str:
    """Say a code in a row as people know it; any other text as it is."""
    told = _WORDS.get(key)
    return text if told is None else told(context, text)


def _stage(context: Context, text: str) -> str:
    return wording.titled(context.catalogues.stages, text)


def _result(_context: Context, text: str) -> str:
    return wording.result(GoalResult(text)) if text in {result.value for result in GoalResult} else text


def _lacks(_context: Context, text: str) -> str:
    return ", ".join(_(quality.CHECKS.get(code, code)) for code in text.split(",") if code)


_WORDS: Mapping[str, Callable[[Context, str], str]] = {
    "kind": lambda _context, text: vip.kind(text),
    "outcome": lambda context, text: wording.titled(context.catalogues.outcomes, text),
    "goal": lambda context, text: wording.titled(context.catalogues.goals, text),
    "reason": lambda context, text: wording.titled(context.catalogues.reasons, text),
    **dict.fromkeys(("stage", "from_stage", "to_stage"), _stage),
    "goal_result": _result,
    "lacks": _lacks,
    "fate": lambda _context, text: _(_FATES.get(text, text)),
    "measure": lambda _context, text: wording.measure(Measure(text)),
    "state": lambda _context, text: pace.state(text),
}


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
        "script": _("Script"),
        "reason": _("Reason"),
        "stage": _("Stage"),
        "campaign": _("Campaign"),
        "industry": _("Industry"),
        "region": _("Region"),
        "source": _("Source"),
        "class": _("Class"),
        "product": _("Product"),
        "check": _("What is missing"),
        "slot": _("Weekday and hour"),
        "measure": _("Figure"),
        "item": _("Item of the checklist"),
    }
    return heads.get(by or "", by or "")


def _when(report: Report) -> str:
    return report.period.title if report.name != "quality" else _("now")


def _label(report: Report, row: ReportRow) -> Cell:
    return date.fromisoformat(row.group) if report.by == "day" and isinstance(row.group, str) else row.title


def _cells(context: Context, columns: tuple[Column, ...], row: ReportRow) -> tuple[Cell, ...]:
    return tuple(cell(context, column, row.values.get(column.key), row.unit) for column in columns)


def cell(context: Context, column: Column, value: Value, of_row: Unit = Unit.COUNT) -> Cell:
    """Give a figure as a plain value; `of_row` is the unit of a column that leaves it to the row."""
    if isinstance(value, Mapping):
        return foreign(value)
    if column.unit_in(of_row) == Unit.AMOUNT and isinstance(value, int):
        return decimal(value)
    if isinstance(value, datetime):
        # A spreadsheet knows no zones: it shows what the team's clocks did.
        return value.astimezone(context.catalogues.team.zone).replace(tzinfo=None)
    return words(context, column.key, value) if isinstance(value, str) else value
