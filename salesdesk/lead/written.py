"""Reports and the funnel as text for people: heads and cells, in the language in use."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from salesdesk.context import Context
from salesdesk.formatting import amount, day_and_time, duration
from salesdesk.i18n import N_, _, language
from salesdesk.lead.figures import Column, Report, Unit, Value, Values
from salesdesk.lead.funnel import Funnel, StageFigures
from salesdesk.lead.sheet import foreign, group_head, sheet, words
from salesdesk.lead.unusual import Unusual
from salesdesk.wording import titled

_TOTALS = {"calls": N_("Calls"), "messages": N_("Messages"), "clients": N_("Clients")}
_WORDY = {Unit.TEXT, Unit.AMOUNTS}


@dataclass(frozen=True, slots=True)
class Written:
    """A table of text. `right` are the columns of numbers, `elastic` those that may be cut.

    `last_is_total` tells whether the last row is the total; `below` is what to say under the rows.
    """

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...]
    elastic: tuple[int, ...]
    last_is_total: bool = False
    below: str = ""


def written_report(context: Context, report: Report) -> Written:
    """Write a report: its rows, and the total."""
    laid_out = sheet(context, report)
    columns = [column for column in report.columns if _told(column, report)]
    named = report.by is not None
    rows = [
        ([row.title] if named else []) + _texts(context, report, columns, row.values) for row in report.rows
    ]
    has_total = laid_out.total is not None and bool(rows)
    if has_total:
        rows.append([_("Total"), *_texts(context, report, columns, report.total)])
    heads = ([laid_out.heads[0]] if named else []) + [_(column.title) for column in columns]
    shift = int(named)
    wordy = [place + shift for place, column in enumerate(columns) if column.unit in _WORDY]
    below = [] if named else [_(title) + f": {report.total[key]}" for key, title in _TOTALS.items()]
    below += [unusual_words(context, one) for one in report.unusual or ()]
    return Written(
        title=laid_out.title,
        heads=tuple(heads),
        rows=tuple(map(tuple, rows)),
        right=tuple(place + shift for place in range(len(columns)) if place + shift not in wordy),
        elastic=(*([0] if named else []), *wordy),
        last_is_total=has_total,
        below=(", " if not named else "; ").join(below) if rows else "",
    )


def written_funnel(context: Context, found: Funnel) -> Written:
    """Write a funnel: a row for each stage, of each group where there are groups."""
    heads = [
        _("Stage"), _("Entered"), _("Advanced"), _("Rejected"), _("Still there"), _("Aside"),
        _("Conversion"), _("Amount"), _("Days, median"), _("Came again"),
    ]  # fmt: skip
    earlier: Mapping[tuple[object, str], StageFigures] = {}
    if found.before is not None:
        earlier = {_place(row): row for row in found.before.stages}
        heads += [_("Entered before"), _("Conversion before")]
    if found.by is not None:
        heads.insert(0, group_head(found.by))
    rows = []
    for row in found.stages:
        cells = _stage(context, found, row)
        if found.before is not None:
            then = earlier.get(_place(row)) or StageFigures(row.stage, None)
            cells += [str(then.entered), _percent(then.conversion)]
        rows.append(([row.group.title if row.group else ""] if found.by is not None else []) + cells)
    first = int(found.by is not None)
    return Written(
        title=_("Funnel: {period}").format(period=found.period.title),
        heads=tuple(heads),
        rows=tuple(map(tuple, rows)),
        right=tuple(range(first + 1, len(heads))),
        elastic=tuple(range(first)),
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


def _stage(context: Context, found: Funnel, row: StageFigures) -> list[str]:
    money = amount(row.amount_minor, found.currency)
    if row.other_currencies:
        money = f"{money} + {foreign(row.other_currencies)}"
    return [
        titled(context.catalogues.stages, row.stage),
        *map(str, (row.entered, row.advanced, row.rejected, row.still, row.aside)),
        _percent(row.conversion),
        money,
        _number(row.median_days, 1),
        str(row.reentered),
    ]


def _told(column: Column, report: Report) -> bool:
    """Leave out the column of other currencies where there are none."""
    return column.unit != Unit.AMOUNTS or bool(report.total.get(column.key))


def _texts(context: Context, report: Report, columns: list[Column], values: Values) -> list[str]:
    return [_text(context, report, column, values.get(column.key)) for column in columns]


def _text(context: Context, report: Report, column: Column, value: Value) -> str:
    if value is None:
        return "–" if column.unit != Unit.TEXT else ""
    if isinstance(value, datetime):
        return day_and_time(value, context.now, context.catalogues.team.zone)
    if isinstance(value, str):
        return words(context, column.key, value)
    return foreign(value) if isinstance(value, Mapping) else _figure(value, column.unit, report.currency)


def _figure(value: float, unit: Unit, currency: str) -> str:
    if unit == Unit.SHARE:
        return _percent(value)
    if unit == Unit.SECONDS:
        return duration(int(value))
    if unit == Unit.AMOUNT:
        return amount(int(value), currency)
    return str(value) if isinstance(value, int) else _number(value, 2 if unit == Unit.RATIO else 1)


def _percent(share: float | None) -> str:
    return "–" if share is None else _number(share * 100, 1) + " %"


def _number(value: float | None, places: int) -> str:
    if value is None:
        return "–"
    text = f"{value:.{places}f}"
    return text.replace(".", ",") if language() == "ru" else text
