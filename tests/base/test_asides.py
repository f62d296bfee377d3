"""Rows of a table that are nobody: totals, headings of groups, who made it."""

import pytest

from salesdesk.base.fields import FieldMap
from salesdesk.base.importing import undo_import
from salesdesk.base.importing.asides import Asides
from salesdesk.base.zones import is_place
from salesdesk.codes import AbsentPolicy, ImportKind
from salesdesk.models import Client, Note

HEADER = ("№ п/п", "Название", "Телефон", "Сумма")
MAPPING = FieldMap(HEADER, (None, "name", "phone", "expected_amount"))
ROWS = [(1, "Ромашка", "84951234567", "100"), (2, "Мак", "84951234568", "")]


def aside(row, rows=(), mapping=MAPPING):
    return Asides(mapping, [*ROWS, *rows, row]).of(row)


@pytest.mark.parametrize(
    "row",
    [
        ("", "Итого", "", "1 200 500,00"),
        ("", "ИТОГО:", "", ""),
        ("Всего по отделу:", "", "", "12 000 руб."),
        ("", "Итого: 3", "", ""),
        ("", "Всего клиентов: 120", "", ""),
        ("", "Grand Total", "", "15"),
        ("", "Промежуточный итог", "", 15.5),
        ("", "", "", "1 287 500,00"),
        ("", "", "", 1287500.0),
    ],
)
def test_totals_are_nobody(row):
    found = aside(row)
    assert found is not None
    assert "totals" in found.why
    assert not found.heading


@pytest.mark.parametrize(
    "row",
    [
        (3, "Итого", "84951234567", ""),
        (3, "Всего хорошего", "", "100"),
        (3, "ООО «Итог»", "", ""),
        (3, "Тотал Сервис", "", ""),
        ("", "Ромашка", "84951234567", ""),
        (3, "Казань", "", ""),
        (3, "Казань", "84951234567", ""),
        (3, "Исполнитель", "84951234567", ""),
        ("", "", "84951234567", ""),
        ("", "", "", "много"),
    ],
)
def test_who_says_more_is_somebody(row):
    assert aside(row) is None


@pytest.mark.parametrize("name", ["Казань", "г. Казань", "Свердловская обл.", "Постоянные клиенты"])
def test_a_lone_name_is_a_heading_where_all_others_are_numbered(name):
    found = aside(("", name, "", ""))
    assert found is not None
    assert found.heading == name


def test_without_numbers_only_a_place_is_a_heading_and_only_where_few_rows_are_bare():
    bare = FieldMap(("Название", "Телефон", "Сумма"), ("name", "phone", "expected_amount"))
    rows = [(f"Клиент {at}", f"8495123450{at}", "") for at in range(4)]
    place, name = ("Казань", "", ""), ("Лютик", "", "")
    assert Asides(bare, [*rows, place]).of(place) is not None
    assert Asides(bare, [*rows, name]).of(name) is None
    assert Asides(bare, [rows[0], place, name]).of(place) is None


def test_who_made_the_table_is_nobody():
    assert aside(("", "Исполнитель: Петрова А.А., тел. 12-34", "", "")) is not None
    assert aside(("", "Дата формирования 20.11.2026", "", "")) is not None


def test_narrow_tables_calls_and_numbers_are_left_alone():
    narrow = FieldMap(("Название", "Телефон"), ("name", "phone"))
    assert Asides(narrow, []).of(("Итого", "")) is None
    for kind in (ImportKind.CALLS, ImportKind.DO_NOT_CALL):
        other = FieldMap(HEADER, (None, None, "phone", None), kind)
        assert Asides(other, []).of(("", "Итого", "", "")) is None


@pytest.mark.parametrize(("text", "place"), [
    ("Казань", True), ("г.Казань", True), ("Нижний Новгород", True), ("Татарстан", True),
    ("Республика Татарстан", True), ("Пермский край", True), ("Москвич", False), ("Казань-Компрессор", False),
    ("Орловский", False), ("", False), ("г.", False), ("область", False),
])  # fmt: skip
def test_a_place_is_a_place_and_nothing_else(text, place):
    assert is_place(text) == place


GROUPED = """№ п/п;Название;Телефон;Сумма;Примечание
;Казань;;;
1;Ромашка;8 843 200-10-20;100;чай
2;Мак;8 495 123-45-68;;
;Постоянные;;;
3;Роза;8 495 123-45-69;;
;Итого;;100;
"""


def test_a_heading_holds_for_the_rows_below_it_and_totals_are_left_out(bring, rows, base, context):
    rehearsed = bring(GROUPED, dry_run=True)
    done = bring(GROUPED)
    assert rehearsed.counts == done.counts
    assert (done.rows, done.added, done.unchanged, done.left_out, done.rejected) == (6, 3, 3, 3, 0)
    assert [(client.name, client.city) for client in rows(Client)] == [
        ("Ромашка", "Казань"), ("Мак", "Казань"), ("Роза", None),
    ]  # fmt: skip
    assert [note.text for note in rows(Note)] == ["чай", "Group: Постоянные"]
    again = bring(GROUPED)
    assert (again.added, again.updated, again.unchanged) == (0, 0, 6)
    with base.write() as session:
        assert undo_import(session, context, done.batch).removed == 3
    assert rows(Client) == []


def test_totals_do_not_keep_absent_clients_from_being_told(bring):
    bring(GROUPED)
    fewer = GROUPED.replace("2;Мак;8 495 123-45-68;;\n", "")
    assert bring(fewer, absent=AbsentPolicy.MARK).absent == 1
