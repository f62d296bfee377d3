"""Exports: what leaves the base comes back the same, whoever opens it in between, and leaves only whole."""

import csv
import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from builders import owed
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from real_files import NAUGHTY

from salesdesk import wording
from salesdesk.base.cells import block_of, line_of
from salesdesk.base.exporting import ExportStoppedError, cards, clients, export, note_export
from salesdesk.base.exporting.cards import escaped, folded
from salesdesk.base.exporting.clients import HEADS
from salesdesk.base.filters import parse_filter, parse_period
from salesdesk.base.finding_fields import find_mapping
from salesdesk.base.guarding import guard, guard_typed, guard_words, without_guard
from salesdesk.base.importing import ImportOptions, run_import
from salesdesk.codes import ClientClass, Role
from salesdesk.desk.editing import add_note
from salesdesk.desk.undo import history, undo
from salesdesk.errors import InputError
from salesdesk.i18n import _, use_language
from salesdesk.models import Call, Campaign, Contact, Note, Phone
from salesdesk.storage.journal import Journal

FORMS = ["csv", "xlsx"]
FORMULAS = [
    "=1+1",
    "+1",
    "-2+3",
    "@SUM(A1)",
    "'=1",
    "''=1",
    "'quoted'",
    '=cmd|" /C calc"!A0',
    "-",
    "+",
    "'",
    "_x0041_ b",
]


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [*csv.reader(file, delimiter=";")]


def sheet_of(path):
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)


def bring(desk, path):
    with desk.base.write() as session:
        return run_import(session, desk.context, path, ImportOptions())


def fill(desk):
    """Clients of every kind that a file can say: each column, several people, numbers and notes."""
    boris = desk.beside("boris").me
    with desk.filling() as base:
        journal = Journal(base.session)
        base.session.add(Campaign(code="expo", title="expo"))
        base.session.flush()
        for number in range(30):
            stage = (None, "new", "proposal", "paid", "rejected")[number % 5]
            due = datetime(2026, 12, 1 + number % 20, 6, tzinfo=desk.now.tzinfo)
            promise = number % 2 == 1
            client_id = base.client(
                f'ООО «Ромашка {number}»; "и К"',
                phones=(("+7 495 123-45-67", "8 (812) 123-45-67 доб. 5"), ("2-33-44",), ())[number % 3],
                stage=stage,
                owes=owed(due + timedelta(hours=2, minutes=7) * promise, promise=promise)
                if stage in {"new", "proposal", "paid"}
                else None,
                external_id=f"E{number}" if number % 4 else None,
                source=("2gis", "", "files")[number % 3],
                campaign=("expo", None)[number % 2],
                tax_id=("7707083893", "500100732259", None)[number % 3],
                industry="Аптеки\\", region="Омская область", city=("Омск", None)[number % 2],
                address="ул. Мира, 1;2", postal_code="010203", website="a.ru", email=f"a{number}@b.ru",
                client_class=[*ClientClass][number % 4],
                interest=number % 6,
                expected_minor=(0, 45_000_000, 10_050)[number % 3],
                last_call_at=desk.now - timedelta(days=number, seconds=number) if number % 2 else None,
                owner_id=boris if number % 3 else desk.me,
            )  # fmt: skip
            for person in range(number % 4):
                contact = journal.add(  # its name is a formula
                    Contact,
                    client_id=client_id,
                    name=f"=Иван {person}",
                    position="директор",
                    email=f"i{person}@b.ru",
                )
                base.phone(journal, client_id, f"+7916{number:03}{person:04}", 5 + person)
                newest = journal.changes[-1]
                assert newest[0] == "phone"
                phone = base.session.get(Phone, newest[1])
                phone.contact_id = contact
            for note in range(number % 3):
                said = f'-строка\nвторая; "{note}"'
                journal.add(Note, client_id=client_id, operator_id=desk.me, at=desk.now, text=said)


@pytest.mark.parametrize(("ending", "language"), [("csv", "en"), ("xlsx", "ru")])
def test_what_is_exported_comes_back_and_is_exported_the_same(desk, tmp_path, ending, language):
    use_language(language)
    fill(desk)
    first, second = tmp_path / f"first.{ending}", tmp_path / f"second.{ending}"
    written = desk.read(export, "clients", first)
    with desk.filling() as base:
        base.clear()
    brought = bring(desk, first)
    assert (brought.problems, brought.added, brought.rows) == ((), 30, written.rows)
    assert desk.read(export, "clients", second).rows == written.rows
    read = rows_of if ending == "csv" else sheet_of
    assert sorted(map(str, read(second))) == sorted(map(str, read(first)))
    again = bring(desk, second)
    assert (again.added, again.updated, again.problems) == (0, 0, ())


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_columns_are_called_as_imports_know_them(language):
    use_language(language)
    found = find_mapping([_(head) for head in HEADS], [])
    assert found.fields == (
        "external_id", "source", "name", "tax_id", "industry", "region", "city", "address", "postal_code",
        "website", "email", "phone", "campaign", "stage", "class", "interest", "expected_amount", "owner",
        "do_not_call", "last_call", "next_action", "next_goal", "note", "contact.name", "contact.position",
        "contact.phone", "contact.email",
    )  # fmt: skip


# -- formulas, and strange texts -------------------------------------------------------------------


@given(st.text(st.sampled_from("'=+-@\t\r\n a1"), max_size=6) | st.text(max_size=20))
def test_a_guard_is_taken_away_as_it_was_put(text):
    assert without_guard(guard(text)) == text
    assert without_guard(guard_typed(text)) == text
    assert without_guard(guard_words(text)) == text
    assert not guard(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


@pytest.mark.parametrize("text", ["  =1", "\n=1", "\n", "'=1", " '\t@x", "+7 x", "-x"])
def test_what_may_be_run_is_guarded(text):
    assert guard(text) == guard_words(text) == "'" + text


@pytest.mark.parametrize("text", ["+7 (495) 123-45-67", "-5,50", "-", "+7;+7"])
def test_numbers_are_left_to_those_who_correct_them(text):
    assert (guard(text), guard_words(text)) == ("'" + text, text)


def naughty():
    return json.loads(NAUGHTY.read_text(encoding="utf-8")) if NAUGHTY.exists() else []


@pytest.mark.parametrize("ending", FORMS)
@pytest.mark.parametrize(
    "texts",
    [FORMULAS, pytest.param(naughty(), marks=pytest.mark.skipif(not NAUGHTY.exists(), reason="absent"))],
    ids=["formulas", "naughty strings"],
)
def test_strange_texts_come_back_as_they_went(lite, tmp_path, ending, texts):
    texts = [text for text in texts if line_of(text)]
    with lite.filling() as base:
        journal = Journal(base.session)
        for number, text in enumerate(texts):
            client_id = base.client(
                line_of(text), city=line_of(text), external_id=f"E{number:05}", source="naughty", phones=()
            )
            journal.add(Note, client_id=client_id, operator_id=lite.me, at=lite.now, text=block_of(text))
    first, second = tmp_path / f"first.{ending}", tmp_path / f"second.{ending}"
    lite.read(export, "clients", first)
    if ending == "csv":
        cells = [cell for row in rows_of(first) for cell in row]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    with lite.filling() as base:
        base.clear()
    assert bring(lite, first).added == len(texts)
    names = {row[2]: row for row in (rows_of if ending == "csv" else sheet_of)(first)[1:]}
    assert len(names) == len({line_of(text) for text in texts})
    lite.read(export, "clients", second)
    read = rows_of if ending == "csv" else sheet_of
    assert read(second) == read(first)


# -- forms -------------------------------------------------------------------------------------------


def test_a_workbook_has_numbers_dates_and_text(lite, tmp_path):
    lite.client(
        "=1+1", phones=("+7 495 123-45-67",), stage="new", interest=3, expected_minor=45_000_050,
        last_call_at=datetime(2026, 11, 20, 9, 5, 7, tzinfo=lite.now.tzinfo),
        owes=owed(datetime(2026, 11, 25, 6, tzinfo=lite.now.tzinfo)), postal_code="010203",
    )  # fmt: skip
    lite.read(export, "clients", tmp_path / "a.xlsx")
    head, row = sheet_of(tmp_path / "a.xlsx")
    said = dict(zip(head, row, strict=True))
    assert (said["Name"], said["Phone"], said["Postal code"]) == ("=1+1", "+74951234567", "010203")
    assert (said["Expected amount"], said["Interest"]) == (450000.5, 3)
    assert said["Last call"] == datetime(2026, 11, 20, 12, 5, 7)  # noqa: DTZ001  # a cell has no zone
    assert said["Next action"] in {date(2026, 11, 25), datetime(2026, 11, 25)}  # noqa: DTZ001


def test_a_workbook_gives_back_what_looks_like_a_sign_of_it(lite, tmp_path):
    lite.client("_x0041_ и _x000D_", external_id="E1", source="a")
    lite.read(export, "clients", tmp_path / "a.xlsx")
    assert bring(lite, tmp_path / "a.xlsx").unchanged == 1


def test_csv_is_what_a_russian_excel_opens(lite, tmp_path):
    lite.client("Ромашка", expected_minor=10_050)
    lite.read(export, "clients", tmp_path / "a.csv")
    raw = (tmp_path / "a.csv").read_bytes()
    assert raw.startswith(b'\xef\xbb\xbf"External id";"Source";')
    assert rows_of(tmp_path / "a.csv")[1][16] == "100,50"


def unfolded(path):
    return path.read_bytes().replace(b"\r\n ", b"").decode("utf-8").split("\r\n")


def test_cards_keep_to_the_rules_of_rfc_6350(lite, tmp_path):
    with lite.filling() as base:
        client_id = base.client(
            "ООО «Ромашка; и К, \\ братья», " + "очень длинное имя " * 9,
            phones=("+7 495 123-45-67", "2-33-44"), people=("Иван; Петров",), city="Омск", website="a.ru",
        )  # fmt: skip
        Journal(base.session).add(
            Note, client_id=client_id, operator_id=lite.me, at=lite.now, text="раз\r\nдва\x07\nEND:VCARD"
        )
    assert lite.read(export, "clients", tmp_path / "a.vcf").rows == 2
    raw = (tmp_path / "a.vcf").read_bytes()
    assert max(map(len, raw.split(b"\r\n"))) <= 75
    assert b"\n" not in raw.replace(b"\r\n", b"")
    for line in raw.split(b"\r\n"):
        line.decode("utf-8")
    lines = unfolded(tmp_path / "a.vcf")
    assert lines[:2] == ["BEGIN:VCARD", "VERSION:4.0"]
    assert lines.count("BEGIN:VCARD") == lines.count("END:VCARD") == 2
    assert any(line.startswith("FN:ООО «Ромашка\\; и К\\, \\\\ братья»") for line in lines)
    assert "TEL;VALUE=uri;TYPE=work:tel:+74951234567" in lines
    assert "TEL;VALUE=text;TYPE=work:2-33-44" in lines
    assert "NOTE:раз\\nдва\\nEND:VCARD" in lines
    assert "URL:http://a.ru" in lines
    assert "FN:Иван\\; Петров" in lines


@given(st.text(max_size=200))
def test_a_folded_line_is_the_same_once_unfolded(text):
    line = "NOTE:" + escaped(text)
    raw = folded(line).encode("utf-8", "surrogatepass")
    assert all(len(part) <= 75 for part in raw.split(b"\r\n"))
    assert raw.replace(b"\r\n ", b"") == line.encode("utf-8", "surrogatepass") + b"\r\n"


# -- what this person may see ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("login", "role", "names"),
    [
        ("anna", Role.ADMIN, {"of anna", "of boris", "of nobody"}),
        ("boris", Role.OPERATOR, {"of boris", "of nobody"}),
        ("lena", Role.LEAD, {"of anna", "of boris", "of nobody"}),
    ],
)
def test_an_operator_exports_their_own_and_what_is_nobodys(desk, tmp_path, login, role, names):
    boris = desk.beside("boris").me
    for name, owner in (("of anna", desk.me), ("of boris", boris), ("of nobody", None)):
        client_id = desk.client(name, owner_id=owner, stage="new", deal=100, owes=owed(desk.now))
        with desk.filling() as base:
            base.session.add(
                Call(client_id=client_id, operator_id=desk.me, started_at=desk.now, outcome="no_answer")
            )
    other = desk.beside(login, role) if login != "anna" else desk
    for kind, column in (("clients", 2), ("calls", 8), ("deals", 4)):
        other.read(export, kind, tmp_path / "a.csv")
        assert {row[column] for row in rows_of(tmp_path / "a.csv")[1:]} == names
    where = parse_filter("name~boris", other.context)
    assert other.read(export, "clients", tmp_path / "a.csv", where).rows == 1


def test_calls_of_a_period_are_those_of_the_teams_days(desk, tmp_path):
    client_id = desk.client()
    with desk.filling() as base:
        # Moscow is three hours ahead: 21:00 UTC is the first of the next day there.
        for started in (
            "2026-10-31T20:59:59",
            "2026-10-31T21:00:00",
            "2026-11-30T20:59:59",
            "2026-11-30T21:00:00",
        ):
            at = datetime.fromisoformat(started + "+00:00")
            base.session.add(
                Call(
                    client_id=client_id,
                    operator_id=desk.me,
                    started_at=at,
                    outcome="no_answer",
                    talk_seconds=7,
                )
            )
    for period, count in (
        ("2026-11", 2),
        ("2026-11-01..2026-12-01", 3),
        ("2026-12..", 1),
        ("2026Q4", 4),
        ("2026-W49..", 2),
        ("last-month", 1),
        ("..2026-10-31", 1),
    ):
        done = desk.read(export, "calls", tmp_path / "a.csv", period=parse_period(period))
        assert done.rows == count
    row = rows_of(tmp_path / "a.csv")[1]
    assert row[1:6] == ["2026-10-31 23:59:59", "", "7", "", "anna"]


# -- whole or not at all -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "file", "said"),
    [
        ("clients", "a.txt", "an export is written to .csv, .xlsx, .vcf"),
        ("clients", "a", "an export is written to"),
        ("calls", "a.vcf", "an export is written to .csv, .xlsx"),
        ("clients", "no/such/a.csv", "There is no folder"),
        ("clients", "folder.csv", "is a folder"),
    ],
)
def test_a_place_that_cannot_be_written_is_one_line(lite, tmp_path, kind, file, said):
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(InputError, match=said):
        lite.read(export, kind, tmp_path / file)
    assert [each.name for each in tmp_path.glob("*") if each.suffix != ".db" and ".db-" not in each.name] == [
        "folder.csv"
    ]


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="there is no folder closed to everybody here")
@pytest.mark.parametrize("ending", [*FORMS, "vcf"])
def test_a_folder_that_may_not_be_written_to_is_one_line(lite, ending):
    with pytest.raises(InputError, match=r"/proc/a\.\w+ cannot be written: "):
        lite.read(export, "clients", Path(f"/proc/a.{ending}"))


@pytest.mark.parametrize("ending", [*FORMS, "vcf"])
def test_a_file_is_replaced_only_by_a_whole_one(lite, tmp_path, ending, monkeypatch):
    folder = tmp_path / "out"
    folder.mkdir()
    target = folder / f"a.{ending}"
    target.write_text("the one before")
    lite.client("А", people=("Иван",))

    def stumble(_phones):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(
            clients if ending != "vcf" else cards, "numbers" if ending != "vcf" else "folded", stumble
        )
        with pytest.raises(InputError, match="No space left"):
            lite.read(export, "clients", target)
    assert (target.read_text(), [*folder.iterdir()]) == ("the one before", [target])
    lite.read(export, "clients", target)
    assert target.read_bytes() != b"the one before"
    assert [*folder.iterdir()] == [target]


def test_a_text_too_long_for_a_workbook_is_one_line(lite, tmp_path):
    client_id = lite.client()
    with lite.filling() as base:
        base.session.add(Note(client_id=client_id, operator_id=lite.me, at=lite.now, text="я" * 40_000))
    with pytest.raises(InputError, match="export it as CSV"):
        lite.read(export, "clients", tmp_path / "a.xlsx")
    lite.read(export, "clients", tmp_path / "a.csv")


@pytest.mark.parametrize("ending", FORMS)
def test_an_export_tells_how_far_it_is_and_leaves_no_file_when_it_is_stopped(lite, tmp_path, ending):
    with lite.filling() as base:
        for number in range(3):
            base.client(f"N{number}")
    file = tmp_path / "out" / f"out.{ending}"
    file.parent.mkdir()
    told = []
    done = lite.read(export, "clients", file, progress=lambda *far: told.append(far))
    assert told == [(3, 3)]
    assert done.rows == 3
    file.unlink()
    with pytest.raises(ExportStoppedError):
        lite.read(export, "clients", file, cancelled=lambda: True)
    assert [*file.parent.iterdir()] == []


def test_an_export_stands_in_the_trail_and_undo_passes_it_by(desk, tmp_path):
    client = desk.client("A")
    desk.write(add_note, client, "звонить утром")
    done = desk.read(export, "clients", tmp_path / "out.csv")
    desk.write(note_export, "clients", done)
    assert next((row.action, row.undone) for row in desk.read(history, 2)) == ("export 1 clients", False)
    assert wording.action("export 1 clients") == "1 row exported"
    assert desk.write(undo).action == "add_note"
