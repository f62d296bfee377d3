"""A report as a CSV file: UTF-8 that a spreadsheet recognises, and no text that is a formula to it."""

import csv
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from salesdesk.base.guarding import guard
from salesdesk.base.whole_file import whole_file
from salesdesk.lead.sheet import Cell, Sheet


def write_csv(sheet: Sheet, path: Path) -> int:
    """Write a report as CSV and count its rows. Raises InputError where the file cannot be written."""
    with (
        whole_file(path) as partial,
        partial.open("w", encoding="utf-8-sig", errors="replace", newline="") as file,
    ):
        writer = csv.writer(file)
        writer.writerow([text(head) for head in sheet.heads])
        writer.writerows([text(cell) for cell in row] for row in sheet.rows)
        if sheet.total is not None:
            writer.writerow([text(cell) for cell in sheet.total])
    return len(sheet.rows)


def text(cell: Cell) -> str:
    """Write a cell: numbers with a point, days and times as ISO 8601 has them, text that stays text."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "seconds")
    if isinstance(cell, date | int | float | Decimal):
        return str(cell)
    return guard(cell)
