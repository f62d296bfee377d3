"""Reports as files: numbers are numbers, dates are dates, and no text of the base becomes a formula."""

import csv
import zipfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from builders import Desk
from histories import write_history
from python_calamine import CalamineWorkbook

from salesdesk.errors import InputError
from salesdesk.i18n import use_language
from salesdesk.lead.delimited import text, write_csv
from salesdesk.lead.figures import Unit
from salesdesk.lead.reports.asking import REPORTS, report
from salesdesk.lead.sheet import Sheet, sheet
from salesdesk.lead.workbook import write_workbook

NOW = datetime(2026, 11, 23, 7, 24, tzinfo=UTC)
HOSTILE = [
    "=1+1",
    "+7 495",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "http://x.y",
    "{=1}",
    "[b]x[/b]",
    "\ud800",
    "Ёж",
]


@pytest.fixture
def desk(sqlite_url):
    from salesdesk.clock import Clock
    from salesdesk.context import context_of
    from salesdesk.storage.base import open_base

    base = open_base(sqlite_url)
    yield Desk(base, context_of(base, Clock(fixed=NOW)))
    base.close()


def laid_out(desk, name, **asked):
    from salesdesk.base.periods import Kind, whole

    year = whole(Kind.YEAR, desk.context.today, desk.context.catalogues.team.zone)
    return sheet(desk.context, desk.read(report, name, period=year, **asked))


def cells_of(path):
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()


def made_of(texts) -> Sheet:
    return Sheet(
        name="Sales", title="Sales: 2026", units=(Unit.TEXT, Unit.COUNT), heads=("=A1", "N"),
        rows=tuple((one, number) for number, one in enumerate(texts)), total=None, main=1, over_time=False,
    )  # fmt: skip


def test_a_workbook_has_numbers_dates_and_a_chart(desk, tmp_path):
    write_history(desk, 5, clients=30)
    for by in ("operator", "day", "month"):
        table, path = laid_out(desk, "sales", by=by), tmp_path / f"{by}.xlsx"
        assert write_workbook(table, path, desk.now) == len(table.rows) > 0
        head, *rows = cells_of(path)
        assert head == [*table.heads]
        for cells, row in zip(rows, [*table.rows, table.total], strict=True):
            assert cells[1] == row[1]
            assert cells[2] == pytest.approx(float(row[2]))
        first = rows[0][0]
        assert isinstance(first, date) if by == "day" else isinstance(first, str)
        names = zipfile.ZipFile(path).namelist()
        assert "xl/charts/chart1.xml" in names
        assert [*tmp_path.glob("*.partial")] == []


def test_talk_is_a_length_of_time_and_a_share_a_share(desk, tmp_path):
    write_history(desk, 5, clients=30)
    table, path = laid_out(desk, "calls", by="operator"), tmp_path / "calls.xlsx"
    write_workbook(table, path, desk.now)
    talk, rate = table.units.index(Unit.SECONDS), table.units.index(Unit.SHARE)
    for cells, row in zip(cells_of(path)[1:], [*table.rows, table.total], strict=True):
        assert cells[talk] == timedelta(seconds=row[talk])
        assert cells[rate] == pytest.approx(row[rate])


def test_text_stays_text_in_a_workbook(tmp_path):
    path = tmp_path / "x.xlsx"
    write_workbook(made_of([*HOSTILE, "x" * 40_000]), path, NOW)
    with zipfile.ZipFile(path) as package:
        page = package.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in page
        assert "hyperlink" not in page
    read = [row[0] for row in cells_of(path)]
    assert read[:3] == ["=A1", "=1+1", "+7 495"]
    assert "http://x.y" in read
    assert len(read[-1]) == 32_767


def test_text_stays_text_in_a_csv(tmp_path):
    path = tmp_path / "x.csv"
    assert write_csv(made_of(HOSTILE), path) == len(HOSTILE)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        (head, *_), *rows = csv.reader(file)
    assert head == "'=A1"
    guarded = [row[0] for row in rows]
    assert guarded[:6] == ["'" + one for one in HOSTILE[:6]]
    assert guarded[6:9] == HOSTILE[6:9]
    assert guarded[-1] == "Ёж"


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        (None, ""),
        (-5, "-5"),
        (Decimal("-1.50"), "-1.50"),
        (0.25, "0.25"),
        (date(2026, 11, 23), "2026-11-23"),
        (datetime(2026, 11, 23, 9, 5), "2026-11-23 09:05:00"),  # noqa: DTZ001  # as the team's clocks show it
        ("-5", "'-5"),
        ("", ""),
    ],
)
def test_cells_of_a_csv(cell, written):
    assert text(cell) == written


def test_every_report_can_be_both(desk, tmp_path):
    use_language("ru")
    write_history(desk, 11, clients=20)
    for name, known in REPORTS.items():
        for by in known.dimensions[:4] or (None,):
            table = laid_out(desk, name, by=by)
            assert all(len(row) == len(table.heads) == len(table.units) for row in table.rows)
            write_workbook(table, tmp_path / "all.xlsx", desk.now)
            write_csv(table, tmp_path / "all.csv")
            rows = (
                1
                + len(table.rows)
                + (table.total is not None)
                + (2 + (table.total is None)) * bool(table.note)
            )
            assert len(cells_of(tmp_path / "all.xlsx")) == rows


def test_what_was_said_to_a_vip_is_in_words_and_in_the_teams_time(desk):
    write_history(desk, 11, clients=40)
    table = laid_out(desk, "vip")
    asked = desk.read(report, "vip", period=None)
    assert table.main is None
    assert asked.by is None
    at, kind = table.rows[0][0], table.rows[0][1]
    assert isinstance(at, datetime)
    assert at.tzinfo is None
    assert kind in {"call", "message from them", "message to them"}


@pytest.mark.parametrize("write", [write_csv, lambda table, path: write_workbook(table, path, NOW)])
def test_a_place_that_cannot_be_written_is_one_line_and_leaves_nothing(tmp_path, write):
    with pytest.raises(InputError, match="cannot be written") as raised:
        write(made_of(["x"]), tmp_path / "missing" / "x.out")
    assert "\n" not in str(raised.value)
    assert [*tmp_path.iterdir()] == []
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match="cannot be written"):
        write(made_of(["x"]), tmp_path / "folder")
    assert [entry.name for entry in tmp_path.iterdir()] == ["folder"]
