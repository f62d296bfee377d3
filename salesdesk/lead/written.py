"""Reports and the funnel as text for people: heads and cells, in the language in use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from salesdesk.context import Context
from salesdesk.formatting import amount, day_and_time, duration, number
from salesdesk.i18n import N_, _
from salesdesk.lead.board_rows import calls_per_company_mark
from salesdesk.lead.figures import Column, Report, ReportRow, Unit, Value, Values
from salesdesk.lead.funnel import COLUMNS, Funnel, StageFigures
from salesdesk.lead.rows import EVERYTHING, Spot
from salesdesk.lead.sheet import foreign, group_head, sheet, words
from salesdesk.lead.unusual import Unusual
from salesdesk.wording import calls_mark, titled

_TOTALS = {
    "calls": N_("Calls"),
    "messages": N_("Messages"),
    "clients": N_("Clients"),
    "unread": N_("Unread"),
}
WORDY = {Unit.TEXT, Unit.AMOUNTS, Unit.FLAG}


@dataclass(frozen=True, slots=True)
class Written:
    """A table of text. `right` are the columns of numbers, `elastic` those that may be cut.

    `totals` tells how many of the last rows are of all together; `below` is what to say under the rows,
    `method` how they came about, which is a sentence or more. `figures` are the keys of the columns
    (None: a label), `of_before` those columns that tell of the period before; `spots` tell where each
    row's figures stand. Where each row is another figure, `row_figures` are their keys.
    """

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...]
    elastic: tuple[int, ...]
    totals: int = 0
    below: str = ""
    method: str = ""
    figures: tuple[str | None, ...] = ()
    row_figures: tuple[str, ...] = ()
    of_before: tuple[int, ...] = ()
    spots: tuple[Spot, ...] = ()


def written_report(context: Context, report: Report) -> Written:
    """Write a report: its rows, and the total."""
    laid_out = sheet(context, report)
    columns = [column for column in report.columns if _told(column, report)]
    named = report.by is not None
    rows = [
        ([row.title] if named else [])
        + _marked(report, columns, row, texts(context, columns, row.values, report.currency, row.unit))
        for row in report.rows
    ]
    spots = [_spot(report, row) for row in report.rows]
    last = report.last_rows if rows else ()
    rows += [[_("Total"), *texts(context, columns, row.values, report.currency, row.unit)] for row in last]
    has_total = laid_out.total is not None and bool(rows)
    if has_total:
        rows.append([_("Total"), *texts(context, columns, report.total, report.currency)])
    spots += [EVERYTHING] * (len(last) + has_total)
    heads = ([laid_out.heads[0]] if named else []) + [_(column.title) for column in columns]
    shift = int(named)
    wordy = [place + shift for place, column in enumerate(columns) if column.unit in WORDY]
    counted = {} if named else {key: title for key, title in _TOTALS.items() if key in report.total}
    below = [_(title) + f": {report.total[key]}" for key, title in counted.items()]
    below += [unusual_words(context, one) for one in report.unusual or ()]
    return Written(
        title=laid_out.title,
        heads=tuple(heads),
        rows=tuple(map(tuple, rows)),
        right=tuple(place + shift for place in range(len(columns)) if place + shift not in wordy),
        elastic=(*([0] if named else []), *wordy),
        totals=int(has_total) + len(last),
        below=(", " if not named else "; ").join(below) if rows else "",
        method=report.method,
        figures=(*([None] if named else []), *(column.key for column in columns)),
        spots=tuple(spots),
        row_figures=tuple(
            str(row.values["measure"]) for row in (*report.rows, *last) if "measure" in row.values
        ),
    )


def _spot(report: Report, row: ReportRow) -> Spot:
    """Say where a row's figures stand; a row that stands for itself may be one client's."""
    if report.by == "measure":
        return EVERYTHING
    client = row.values.get("client") if report.by is None else None
    return Spot(row.group, client_id=client if isinstance(client, int) else None)


def written_funnel(context: Context, found: Funnel) -> Written:
    """Write a funnel: a row for each stage, of each group where there are groups."""
    columns = [column for column in COLUMNS if not column.key.startswith("left_")]
    heads = [_("Stage"), *(_(column.title) for column in columns)]
    earlier: Mapping[tuple[object, str], StageFigures] = {}
    if found.before is not None:
        earlier = {_place(row): row for row in found.before.stages}
        heads += [_("Entered before"), _("Conversion before")]
    if found.by is not None:
        heads.insert(0, group_head(found.by))
    rows = []
    for row in found.stages:
        cells = [titled(context.catalogues.stages, row.stage)]
        cells += texts(context, columns, row.values, found.currency)
        if found.before is not None:
            then = earlier.get(_place(row)) or StageFigures(row.stage, None)
            cells += [str(then.entered), percent(then.conversion)]
        rows.append(([row.group.title if row.group else ""] if found.by is not None else []) + cells)
    first = int(found.by is not None)
    return Written(
        title=_("Funnel: {period}").format(period=found.period.title),
        heads=tuple(heads),
        rows=tuple(map(tuple, rows)),
        right=tuple(range(first + 1, len(heads))),
        elastic=tuple(range(first)),
        figures=(
            *([None] * (first + 1)),
            *(column.key for column in columns),
            *(("entered", "conversion") if found.before is not None else ()),
        ),
        of_before=() if found.before is None else (len(heads) - 2, len(heads) - 1),
        spots=tuple(
            Spot(row.group.key, stage=row.stage) if row.group else Spot(total=True, stage=row.stage)
            for row in found.stages
        ),
    )


def unusual_words(context: Context, one: Unusual) -> str:
    """Say what stands out: who gives which reason how often, and how often the others do."""
    return _("{name}: “{reason}” {count} of {of}, the others {others} of {others_of}").format(
        name=one.name,
        reason=titled(context.catalogues.reasons, one.reason),
        count=one.count,
        of=one.of,
        others=one.others_count,
        others_of=one.others_of,
    )


def _place(row: StageFigures) -> tuple[object, str]:
    return row.group and row.group.key, row.stage


def _told(column: Column, report: Report) -> bool:
    """Leave out the column of other currencies where there are none."""
    return column.unit != Unit.AMOUNTS or bool(report.total.get(column.key))


def texts(
    context: Context, columns: Sequence[Column], values: Values, currency: str, of_row: Unit = Unit.COUNT
) -> list[str]:
    """Write the figures of a row; sums of other currencies stand beside an amount, or have a column."""
    apart = values.get("other_currencies")
    own_column = any(column.unit == Unit.AMOUNTS for column in columns)
    written = []
    for column in columns:
        cell = cell_text(context, column, values.get(column.key), currency, of_row)
        if column.key == "amount" and apart and isinstance(apart, Mapping) and not own_column:
            cell = f"{cell} + {foreign(apart)}"
        written.append(cell)
    return written


def _marked(report: Report, columns: Sequence[Column], row: ReportRow, written: list[str]) -> list[str]:
    """Put the mark to each person's calls per company: of a day or an outcome the marks say nothing."""
    if report.by != "operator":
        return written
    for place, column in enumerate(columns):
        figure = row.values.get(column.key)
        if column.key == "calls_per_company" and isinstance(figure, int | float):
            mark = calls_per_company_mark(figure, int(cast("int", row.values["companies"])))
            written[place] += f" {calls_mark(mark)}"
    return written


def cell_text(
    context: Context, column: Column, value: Value, currency: str, of_row: Unit = Unit.COUNT
) -> str:
    """Write one figure; a dash where there is none."""
    if value is None:
        return "–" if column.unit != Unit.TEXT else ""
    if isinstance(value, bool):
        return _("yes") if value else "–"
    if isinstance(value, datetime):
        return day_and_time(value, context.now, context.catalogues.team.zone)
    if isinstance(value, str):
        return words(context, column.key, value)
    if isinstance(value, Mapping):
        return foreign(value)
    return figure_text(value, column.unit_in(of_row), currency)


def figure_text(value: float, unit: Unit, currency: str) -> str:
    """Write a number of a unit."""
    if unit == Unit.SHARE:
        return percent(value)
    if unit == Unit.SECONDS:
        return duration(int(value))
    if unit == Unit.AMOUNT:
        return amount(int(value), currency)
    return str(value) if isinstance(value, int) else number(value, 2 if unit == Unit.RATIO else 1)


def percent(share: float | None) -> str:
    """Write a share of one as percent: `12.5 %`."""
    return "–" if share is None else number(share * 100, 1) + " %"
