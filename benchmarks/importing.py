"""Importing and rehearsing a large file of names and numbers: rows a second, and the memory it takes."""

import csv
import os
import sys
from pathlib import Path

from benchmarks.alone import Taken, run_alone
from benchmarks.bases import FOLDER, NOW, SEED
from benchmarks.figures import Bar, Figure
from salesdesk.sample.dice import Dice
from salesdesk.sample.naming import english_company, russian_company
from salesdesk.sample.numbers import Numbers
from salesdesk.sample.places import PLACES

WORKBOOK = 100_000
"""Rows of the workbook that is measured."""


def written_file(rows: int) -> Path:
    """Write a CSV file of names and numbers, once."""
    path = FOLDER / f"import-{rows}.csv"
    if path.exists():
        return path
    FOLDER.mkdir(parents=True, exist_ok=True)
    dice = Dice(SEED)
    numbers = Numbers(dice)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, delimiter=";")
        out.writerow(("Код", "Название", "Телефон", "Город"))
        for row in range(rows):
            place = dice.pick(PLACES)
            russian = dice.chance(0.8)
            company = (russian_company if russian else english_company)(dice, place)
            number = numbers.fixed(place) if dice.chance(0.6) else numbers.mobile()
            out.writerow(
                (f"N{row}", company.name, number.written(row), place.city if russian else place.city_en)
            )
    return path


def written_workbook(rows: int) -> Path:
    """Write the same as a workbook, once."""
    from xlsxwriter import Workbook

    path = FOLDER / f"import-{rows}.xlsx"
    if path.exists():
        return path
    with written_file(rows).open(encoding="utf-8", newline="") as file:
        book = Workbook(path, {"constant_memory": True})
        sheet = book.add_worksheet()
        for at, row in enumerate(csv.reader(file, delimiter=";")):
            sheet.write_row(at, 0, row)
        book.close()
    return path


def taken(file: Path, *options: str) -> Taken:
    """Import a file into an empty base with the command."""
    base = FOLDER / f"importing-{os.getpid()}.sqlite"
    command = [sys.executable, "-m", "salesdesk", "--db", str(base), "--now", NOW.isoformat()]
    try:
        return run_alone([*command, "import", str(file), "--json", *options], FOLDER / "importing.log")
    finally:
        for ending in ("", "-wal", "-shm"):
            Path(f"{base}{ending}").unlink(missing_ok=True)


def figures(rows: int) -> list[Figure]:
    """Measure an import, its rehearsal with what becomes of each row, and a workbook."""
    file, workbook = written_file(rows), min(rows, WORKBOOK)
    return [
        *_figures(f"import of {rows:,} rows of names and numbers", rows, taken(file)),
        *_figures(f"rehearsal of {rows:,} rows, each told", rows, taken(file, "--dry-run", "--rows")),
        *_figures(f"import of {workbook:,} rows of a workbook", workbook, taken(written_workbook(workbook))),
    ]


def _figures(name: str, rows: int, measured: Taken) -> list[Figure]:
    return [
        Figure(name, rows / measured.seconds, "rows/s", bar=Bar(least=5000)),
        Figure("… most memory", measured.memory / 1e6, "MB", bar=Bar(most=300)),
    ]
