"""People of a file, each brought to the client that their row names."""

import pytest

from salesdesk.base.importing import undo_import
from salesdesk.codes import ImportKind
from salesdesk.models import Client, Contact, Note, Phone

BASE = """ID;Название;Город;Телефон;ИНН
c1;ООО «Ромашка»;Москва;8-495-123-45-67;7707083893
c2;АО Лютик;Тверь;8-495-123-45-68;
c3;Лютик;Псков;8-495-123-45-69;
"""
PEOPLE = """Имя;Отчество;Фамилия;Компания;Должность;Рабочий телефон;Мобильный телефон;Email;Город;Комментарий
Иван;Петрович;Сидоров;Ромашка;директор;8-495-123-45-67 доб. 5;8-926-111-22-33;ivan@rom.ru;Москва;в час обед
Анна;;Белова;ООО "РОМАШКА";бухгалтер;;8-926-111-22-34;anna@rom.ru;;
Пётр;;Лютиков;Лютик;;8-926-111-22-35;;;Псков;
Олег;;Новый;Новая фирма;снабжение;8-926-111-22-36;;;;
Юлия;;Новая;Новая фирма;;8-926-111-22-37;;;;
Сам;;Посебе;;;8-926-111-22-38;;sam@mail.ru;;
"""


@pytest.fixture
def people(bring):
    def people(text=PEOPLE, name="people.csv", **options):
        return bring(text, name=name, kind=ImportKind.CONTACTS, **options)

    return people


@pytest.fixture
def at_clients(rows):
    def at_clients():
        names = {client.id: client.name for client in rows(Client)}
        return sorted((names[person.client_id], person.name, person.position) for person in rows(Contact))

    return at_clients


def test_each_goes_to_the_client_of_their_row(bring, people, at_clients, rows):
    bring(BASE)
    result = people()
    assert (result.rows, result.added, result.updated, result.rejected) == (6, 6, 0, 0)
    assert result.problems == ()
    assert result.clients_made == 2
    assert at_clients() == [
        ("Лютик", "Пётр Лютиков", None),
        ("Новая фирма", "Олег Новый", "снабжение"),
        ("Новая фирма", "Юлия Новая", None),
        ("ООО «Ромашка»", "Анна Белова", "бухгалтер"),
        ("ООО «Ромашка»", "Иван Петрович Сидоров", "директор"),
        ("Сам Посебе", "Сам Посебе", None),
    ]
    clients = {client.name: client for client in rows(Client)}
    numbers = {phone.e164: phone for phone in rows(Phone)}
    named = {person.id: person.name for person in rows(Contact)}
    assert named[numbers["+79261112234"].contact_id] == "Анна Белова"
    assert named[numbers["+79261112236"].contact_id] == "Олег Новый"
    assert clients["Сам Посебе"].email == "sam@mail.ru"
    assert clients["ООО «Ромашка»"].email is None
    assert {person.email for person in rows(Contact)} >= {"ivan@rom.ru", "anna@rom.ru"}
    assert [note.text for note in rows(Note)] == ["Иван Петрович Сидоров: в час обед"]


def test_the_same_people_again_change_nothing(bring, people, counts):
    bring(BASE)
    people()
    before = counts()
    again = people()
    assert (again.added, again.updated, again.unchanged) == (0, 0, 6)
    assert counts() == before | {"ImportBatch": before["ImportBatch"] + 1}


def test_a_new_position_and_a_new_number_are_taken_over(bring, people, rows):
    bring(BASE)
    people()
    changed = PEOPLE.replace("директор", "президент").replace("8-926-111-22-34", "8-926-111-22-99")
    again = people(changed.replace("8-926-111-22-38", "8-926-111-22-00"))
    assert (again.added, again.updated) == (0, 2)
    assert {person.position for person in rows(Contact)} >= {"президент", "бухгалтер"}
    assert {phone.e164 for phone in rows(Phone)} >= {"+79261112299", "+79261112234", "+79261112200"}
    assert len(rows(Client)) == 5


def test_people_are_taken_back_whole(base, context, bring, people, counts):
    bring(BASE)
    before = counts()
    batch = people().batch
    with base.write() as session:
        undone = undo_import(session, context, batch)
    assert (undone.removed, undone.restored, undone.kept) == (2, 2, ())
    # The trail of what was done, and taken back, stays.
    assert counts() == before | {"ImportBatch": 2, "ImportRow": 5}


def test_of_two_clients_that_may_be_meant_none_is_and_both_are_named(bring, people, at_clients, tmp_path):
    bring(BASE)
    refused = tmp_path / "refused.csv"
    result = people("Фамилия;Компания;Телефон\nКто;Лютик;8-926-111-22-33\n", rejected=refused)
    assert (result.added, result.rejected) == (0, 1)
    [problem] = result.problems
    assert (problem.row, problem.column) == (1, "Компания")
    assert "2 АО Лютик (Тверь), 3 Лютик (Псков)" in problem.why
    assert "Кто" in refused.read_text(encoding="utf-8-sig")
    assert at_clients() == []


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("ID компании;ФИО", "c2;Кто Там"),
        ("Компания;ФИО;Город", "Лютик;Кто Там;Тверь"),
        ("Компания;ФИО;Телефон", "Лютик;Кто Там;8-495-123-45-68"),
        ("ФИО;Телефон", "Кто Там;8-495-123-45-68"),
    ],
)
def test_a_client_is_told_by_id_place_or_number(bring, people, at_clients, header, row):
    bring(BASE)
    result = people(f"{header}\n{row}\n")
    assert (result.added, result.clients_made, result.problems) == (1, 0, ())
    assert at_clients() == [("АО Лютик", "Кто Там", None)]


def test_a_client_is_told_by_its_tax_id_whatever_it_is_called(bring, people, at_clients):
    bring(BASE)
    people("ИНН;Компания;ФИО\n7707083893;Ромашка-Сервис;Кто Там\n")
    assert at_clients() == [("ООО «Ромашка»", "Кто Там", None)]


def test_equal_names_with_other_tax_ids_are_other_clients(bring, people, at_clients):
    bring(BASE)
    people("ИНН;Компания;ФИО\n500100732259;Ромашка;Кто Там\n")
    assert at_clients() == [("Ромашка", "Кто Там", None)]


def test_clients_are_left_as_they_are(bring, people, rows):
    bring(BASE)
    people("Компания;ФИО;Город;ИНН\nЛютик;Кто Там;Тверь;500100732259\nРомашка;Некто Тут;Уфа;\n")
    first, second, third = rows(Client)
    assert (first.city, first.tax_id) == ("Москва", "7707083893")
    assert (second.city, second.tax_id, third.tax_id) == ("Тверь", "500100732259", None)


def test_several_people_in_a_cell(bring, people, rows, at_clients):
    people(
        "Компания;ФИО;Телефон;Должность;Email\n"
        "Ромашка;Иван Петров ::: Анна Белова;8-926-111-22-33 ::: 8-926-111-22-34;директор;a@b.ru ::: c@d.ru\n"
        'Лютик;"Олег Синий\nЮлия Белая";8-926-111-22-35;"директор\nбухгалтер";x@y.ru\n'
    )
    assert at_clients() == [
        ("Лютик", "Олег Синий", "директор"),
        ("Лютик", "Юлия Белая", "бухгалтер"),
        ("Ромашка", "Анна Белова", None),
        ("Ромашка", "Иван Петров", "директор"),
    ]
    names = {person.id: (person.name, person.email) for person in rows(Contact)}
    assert {(phone.e164, names[phone.contact_id][0]) for phone in rows(Phone)} == {
        ("+79261112233", "Иван Петров"), ("+79261112234", "Анна Белова"), ("+79261112235", "Олег Синий"),
    }  # fmt: skip
    assert {email for _name, email in names.values()} == {"a@b.ru", "c@d.ru", "x@y.ru", None}


def test_people_of_one_company_are_one_client_when_they_come_as_clients_too(bring, at_clients, rows):
    result = bring(PEOPLE)
    assert (result.rows, result.added, result.unchanged) == (6, 4, 2)
    assert len(at_clients()) == 6
    named = {person.id: person.name for person in rows(Contact)}
    owners = {phone.e164: named.get(phone.contact_id) for phone in rows(Phone)}
    assert owners["+79261112234"] == "Анна Белова"
    again = bring(PEOPLE)
    assert (again.added, again.updated, again.unchanged) == (0, 0, 6)


def test_a_file_of_people_in_several_chunks(bring, people, rows, monkeypatch):
    monkeypatch.setattr("salesdesk.base.importing.running._CHUNK", 2)
    bring(BASE)
    assert people().added == 6
    assert len(rows(Client)) == 5
    assert people().unchanged == 6
