"""A report as a spreadsheet: numbers are numbers, dates are dates, text is text, and there is a chart."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from salesdesk.base.whole_file import whole_file
from salesdesk.i18n import _
from salesdesk.lead.figures import Unit
from salesdesk.lead.sheet import Cell, Sheet

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

_TEXT_MOST = 32_767
"""Letters that a cell of a spreadsheet holds; it leaves a longer text out altogether."""
_CHART_MOST = 400
"""Groups that a chart can show."""
_NAME_MOST = 31
_SECONDS_A_DAY = 86_400
_NOTHING_IS_A_FORMULA = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
}
_FORMATS: Mapping[Unit, str] = {
    Unit.COUNT: "#,##0",
    Unit.AMOUNT: "#,##0.00",
    Unit.SECONDS: "[h]:mm:ss",
    Unit.RATIO: "0.00",
    Unit.SHARE: "0.0%",
    Unit.DAYS: "0.0",
    Unit.INSTANT: "dd.mm.yyyy hh:mm",
}
_DATE = "dd.mm.yyyy"


def write_workbook(sheet: Sheet, path: Path, made_at: datetime) -> int:
    """Write a report as XLSX and count its rows. Raises InputError where the file cannot be written."""
    from xlsxwriter import Workbook

    with whole_file(path) as partial, Workbook(str(partial), dict(_NOTHING_IS_A_FORMULA)) as book:
        book.set_properties({"title": sheet.title, "created": made_at.astimezone(UTC).replace(tzinfo=None)})
        _fill(book, sheet)
    return len(sheet.rows)


def _fill(book: "Workbook", sheet: Sheet) -> None:
    page = book.add_worksheet(sheet.name[:_NAME_MOST])
    bold = book.add_format({"bold": True})
    plain = {unit: book.add_format({"num_format": form}) for unit, form in _FORMATS.items()}
    heavy = {unit: book.add_format({"num_format": form, "bold": True}) for unit, form in _FORMATS.items()}
    plain[Unit.TEXT], heavy[Unit.TEXT] = book.add_format({"num_format": "@"}), bold
    day = book.add_format({"num_format": _DATE})
    for place, head in enumerate(sheet.heads):
        page.write_string(0, place, head, bold)
    for at, row in enumerate(sheet.rows):
        formats = heavy if at >= len(sheet.rows) - sheet.heavy else plain
        for place, cell in enumerate(row):
            _write(page, at + 1, place, cell, sheet.unit_of(at, place), formats, day)
    if sheet.total is not None:
        for place, cell in enumerate(sheet.total):
            _write(page, len(sheet.rows) + 1, place, cell, sheet.units[place], heavy, day)
    page.freeze_panes(1, 0)
    page.set_header("&L" + sheet.title.replace("&", "&&"))
    page.autofit()
    if sheet.note:  # after the columns got their widths: it runs over them all
        page.write_string(len(sheet.rows) + 3, 0, sheet.note)
    if sheet.main is not None and 0 < len(sheet.rows) <= _CHART_MOST:
        _chart(book, page, sheet, sheet.main)


def _write(
    page: "Worksheet",
    row: int,
    column: int,
    cell: Cell,
    unit: Unit,
    formats: Mapping[Unit, Any],
    day: Any,  # noqa: ANN401  # XlsxWriter's format
) -> None:
    if unit == Unit.COUNT and isinstance(cell, float):
        unit = Unit.DAYS  # a part of a plan: as many tenths as there are
    style = formats.get(unit, formats[Unit.TEXT])
    if cell is None:
        page.write_blank(row, column, None, style)
    elif isinstance(cell, datetime):
        page.write_datetime(row, column, cell, style)
    elif isinstance(cell, date):
        page.write_datetime(row, column, cell, day)
    elif isinstance(cell, int | float | Decimal):
        page.write_number(row, column, float(cell) / (_SECONDS_A_DAY if unit == Unit.SECONDS else 1), style)
    else:
        # Half of a surrogate pair, as broken files bring it, is no character of a spreadsheet.
        text = cell.encode("utf-8", "replace").decode()
        page.write_string(row, column, text[:_TEXT_MOST], formats[Unit.TEXT])


def _chart(book: "Workbook", page: "Worksheet", sheet: Sheet, main: int) -> None:
    chart = book.add_chart({"type": "line" if sheet.over_time else "column"})
    last = len(sheet.rows)
    chart.add_series(
        {
            "name": [page.name, 0, main],
            "categories": [page.name, 1, 0, last, sheet.labels - 1],
            "values": [page.name, 1, main, last, main],
            "marker": {"type": "circle"} if sheet.over_time else None,
        }
    )
    chart.set_title({"name": sheet.title})
    chart.set_x_axis({"name": sheet.heads[sheet.labels - 1]})
    chart.set_y_axis({"name": sheet.heads[main]})
    chart.set_legend({"none": True})
    chart.set_size({"width": 760, "height": 380})
    page.insert_chart(1, len(sheet.heads) + 1, chart, {"description": _("Chart")})
