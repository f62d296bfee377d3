"""Importing a large file of names and numbers: rows a second, and the memory it takes."""

import csv
import os
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.bases import FOLDER, NOW, SEED
from benchmarks.figures import Bar, Figure
from salesdesk.sample.dice import Dice
from salesdesk.sample.naming import english_company, russian_company
from salesdesk.sample.numbers import Numbers
from salesdesk.sample.places import PLACES


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


def taken(rows: int) -> tuple[float, int]:
    """Import so many rows into an empty base with the command; give seconds and the most memory, bytes."""
    file, base = written_file(rows), FOLDER / f"importing-{os.getpid()}.sqlite"
    command = [
        sys.executable,
        "-m",
        "salesdesk",
        "--db",
        str(base),
        "--now",
        NOW.isoformat(),
        "import",
        str(file),
        "--json",
    ]
    with (FOLDER / "importing.log").open("wb") as log:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=log, stderr=log)
        _pid, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    for ending in ("", "-wal", "-shm"):
        Path(f"{base}{ending}").unlink(missing_ok=True)
    if process.returncode:
        raise RuntimeError(f"the import failed: {(FOLDER / 'importing.log').read_text()[-500:]}")
    return seconds, used.ru_maxrss * 1024


def figures(rows: int) -> list[Figure]:
    """Measure an import."""
    seconds, memory = taken(rows)
    return [
        Figure(
            f"import of {rows:,} rows of names and numbers", rows / seconds, "rows/s", bar=Bar(least=5000)
        ),
        Figure("… most memory", memory / 1e6, "MB", bar=Bar(most=300)),
    ]
