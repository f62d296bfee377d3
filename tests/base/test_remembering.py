"""What was said of a file once holds for the next one that looks the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.base.fields import parse_values
from salesdesk.base.importing import ImportOptions, look, look_unasked
from salesdesk.base.importing.remembering import mark_of
from salesdesk.codes import ImportKind
from salesdesk.errors import InputError
from salesdesk.models import Client, Deal, KnownMapping, Phone

ODD = "Кто это;Как звонить;Что с ним;Когда был\nРомашка;327289;Блин;03/04/2026\n"
SAID = {
    "map": {"Кто это": "name", "#2": "phone", "Что с ним": "stage", "Когда был": "last_call"},
    "values": parse_values("stage:Блин=invoice"),
    "dates": "mdy",
    "area_code": "3854",
}


def test_what_was_said_holds_for_the_next_file_that_looks_the_same(bring, rows):
    first = bring(ODD, **SAID)
    assert (first.added, first.remembered) == (1, False)
    again = bring(ODD.replace("Ромашка", "Лютик").replace("Кто это", "кто ЭТО"), name="next.csv")
    assert (again.added, again.remembered, again.problems) == (1, True, ())
    assert again.as_json()["remembered"] is True
    for client in rows(Client):
        assert (client.stage, client.last_call_at.month, client.last_call_at.day) == ("invoice", 3, 4)
    assert [phone.e164 for phone in rows(Phone)] == ["+73854327289"] * 2


def test_a_rehearsal_is_not_remembered_and_remembers_what_was(bring, rows):
    bring(ODD, dry_run=True, **SAID)
    assert rows(KnownMapping) == []
    bring(ODD, **SAID)
    assert bring(ODD, dry_run=True).remembered


def test_nothing_is_kept_where_nothing_was_said(bring, rows):
    bring("Название;Телефон\nРомашка;8-495-123-45-67\n")
    assert rows(KnownMapping) == []


def test_it_is_left_out_on_demand(bring):
    bring(ODD, **SAID)
    with pytest.raises(InputError, match="--map"):
        bring(ODD, memory=False)


def test_what_is_said_anew_wins_and_is_kept_instead(bring, rows):
    bring("А;Б;В\nРомашка;Мак;Тверь\n", map={"А": "name", "В": "city"})
    bring("А;Б;В\nРомашка;Мак;Тверь\n", map={"Б": "name"}, name="second.csv")
    assert [(client.name, client.city) for client in rows(Client)] == [("Ромашка", "Тверь"), ("Мак", "Тверь")]
    bring("А;Б;В\nРомашка;Роза;Тверь\n", name="third.csv")
    assert rows(Client)[-1].name == "Роза"
    [kept] = rows(KnownMapping)
    assert kept.mapping == {"#2": "name", "#3": "city"}


def test_rows_of_another_kind_are_remembered_by_themselves(bring, base, tmp_path, rows):
    text = "Кто;Что;Сколько\nРомашка;Шкаф;100\n"
    said = {"Кто": "client", "Что": "title", "Сколько": "amount"}
    bring(text, kind=ImportKind.DEALS, map=said)
    path = tmp_path / "another.csv"
    path.write_text(text, encoding="utf-8")
    with base.read() as session:
        preview = look_unasked(path, session=session)
        assert (preview.kind, preview.remembered, preview.mapping.fields) == (
            ImportKind.DEALS, True, ("client", "title", "amount"),
        )  # fmt: skip
        assert not look(path, ImportOptions(), session).remembered
    bring(text.replace("Шкаф", "Стол"), kind=ImportKind.DEALS)
    assert [(deal.title, deal.amount_minor) for deal in rows(Deal)] == [("Шкаф", 10000), ("Стол", 10000)]


def test_files_without_names_of_columns_are_not_taken_for_one_another(bring, rows):
    bring("Ромашка;8-495-123-45-67;Тверь\nЛютик;8-495-123-45-68;Псков\n", map={"#3": "city", "#1": "name"})
    assert rows(KnownMapping) == []


def test_an_area_code_that_was_said_is_taken_back_by_an_empty_one(bring, rows):
    bring(ODD, **SAID)
    bring(ODD, name="next.csv", area_code="")
    bring(ODD, name="third.csv")
    assert [phone.e164 for phone in rows(Phone)] == ["+73854327289", None, None]


def test_other_columns_are_another_file(bring):
    bring(ODD, **SAID)
    with pytest.raises(InputError, match="--map"):
        bring("Как звонить;Кто это;Что с ним;Когда был\n327289;Ромашка;Блин;03/04/2026\n")


@given(st.lists(st.text(max_size=8), max_size=6), st.lists(st.text(max_size=8), max_size=6))
def test_the_mark_tells_headers_apart(first, second):
    alike = [name.strip().upper() for name in first]
    assert len(mark_of(first)) <= 64
    assert mark_of(first) == mark_of(list(first))
    if first == second:
        assert mark_of(first) == mark_of(second)
    if all(name.isascii() for name in first):
        assert mark_of(alike) == mark_of(first)
