import pytest

from salesdesk.base.column_names import is_known_column
from salesdesk.base.fields import parse_pairs, parse_values, read_map_file
from salesdesk.base.finding_fields import find_mapping
from salesdesk.errors import InputError


@pytest.mark.parametrize(
    ("header", "fields"),
    [
        (
            "№ строки|Название объекта|Адрес|Телефон|Режим работы|Адрес головной организации|Тип объекта",
            "external_id|name|address|phone|note||industry",
        ),
        (
            "№ строки|Название|Адрес|Административный округ|Район|Юридический адрес|Телефон|Факс|Сайт",
            "external_id|name|address|region||address|phone||website",
        ),
        (
            (
                "ID|NAME|TYPE|BILLINGSTREET|BILLINGCITY|BILLINGSTATE|BILLINGPOSTALCODE|PHONE|FAX|RATING|"
                "DESCRIPTION"
            ),
            "external_id|name|stage|address|city|region|postal_code|phone||interest|note",
        ),
        (
            (
                "ID|Название компании|Тип компании|Сфера деятельности|Рабочий телефон|Мобильный|"
                "Ответственный|Комментарий"
            ),
            "external_id|name|stage|industry|phone|phone|owner|note",
        ),
        (
            (
                "Record ID|Company name|Phone Number|City|State/Region|Postal Code|Lifecycle Stage|"
                "Last Contacted"
            ),
            "external_id|name|phone|city|region|postal_code|stage|last_call",
        ),
        (
            "Наименование|Телефон 1|Телефон 2|E-mail|ИНН|ФИО контакта|Должность",
            "name|phone|phone|email|tax_id|contact.name|contact.position",
        ),
        ("ФИО|Мобильный", "name|phone"),
    ],
)
def test_columns_of_other_systems(header, fields):
    names = header.split("|")
    kinds = {"TYPE": "Prospect", "Тип компании": "Клиент", "RATING": "Hot"}
    rows = [[kinds.get(name, f"{name} {n}") for name in names] for n in range(3)]
    found = find_mapping(names, rows)
    assert "|".join(field or "" for field in found.fields) == fields


def test_an_id_that_repeats_is_none():
    rows = [["1", "А"], ["1", "Б"]]
    assert find_mapping(["ID", "Название"], rows).fields == (None, "name")


def test_a_class_of_unknown_words_is_none():
    assert find_mapping(["name", "class"], [["a", "534"], ["b", "535"]]).fields == ("name", None)
    assert find_mapping(["name", "class"], [["a", "VIP"], ["b", "534"]]).fields == ("name", "class")


def test_contents_tell_where_names_do_not():
    rows = [["ООО Ромашка", "8-495-123-45-67", "a@b.ru"], ["Лютик", "8-495-123-45-68", ""]]
    assert find_mapping(["1", "2", "3"], rows).fields == ("name", "phone", "email")


def test_a_lone_column_of_text_is_names():
    assert find_mapping(["1"], [["Ромашка"], ["Лютик"]]).fields == ("name",)


def test_said_rules_over_found():
    found = find_mapping(["ID", "Название", "Бренд", "Тел"], [["1", "ООО А", "А", "8-495-123-45-67"]])
    said = found.with_said({"Бренд": "name", "#1": "-", "тел.": "contact.phone"})
    assert said.fields == (None, None, "name", "contact.phone")
    assert said.as_json() == {"Бренд": "name", "Тел": "contact.phone"}


def test_columns_of_one_name_are_told_apart():
    assert find_mapping(["name", "phone", "phone"], []).as_json() == {
        "name": "name",
        "phone": "phone",
        "phone #3": "phone",
    }


@pytest.mark.parametrize(
    ("said", "match"),
    [({"Названье": "name"}, "Название"), ({"Название": "nmae"}, "name"), ({"#9": "name"}, "#9")],
)
def test_what_is_unknown_is_named_with_what_was_meant(said, match):
    with pytest.raises(InputError, match=match):
        find_mapping(["Название"], []).with_said(said)


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("A=name,B=phone", {"A": "name", "B": "phone"}),
        ('"Имя, отчество"=name, #3=city', {"Имя, отчество": "name", "#3": "city"}),
        (r"Тел\=ефон\, раб=phone", {"Тел=ефон, раб": "phone"}),
        ("", {}),
        ("A=", {"A": ""}),
    ],
)
def test_pairs(text, pairs):
    assert parse_pairs(text) == pairs


@pytest.mark.parametrize("text", ["A", "A=name,B", '"A=name'])
def test_broken_pairs(text):
    with pytest.raises(InputError):
        parse_pairs(text)


def test_values():
    assert parse_values("stage:Won=shipped,Lost=rejected,interest:Ага=5") == {
        "stage": {"Won": "shipped", "Lost": "rejected"},
        "interest": {"Ага": "5"},
    }
    assert parse_values("stage:Тендер=tender", {"stage": ["tender"]}) == {"stage": {"Тендер": "tender"}}


@pytest.mark.parametrize(
    ("text", "match"), [("stage:Won=shiped", "shipped"), ("Won=shipped", "stage:Won"), ("name:A=b", "stage")]
)
def test_broken_values(text, match):
    with pytest.raises(InputError, match=match):
        parse_values(text)


def test_a_map_file(tmp_path):
    path = tmp_path / "map.toml"
    path.write_text('[map]\n"Имя, отчество" = "name"\n[values.stage]\nWon = "paid"\n', encoding="utf-8")
    assert read_map_file(path) == ({"Имя, отчество": "name"}, {"stage": {"Won": "paid"}})
    path.write_text("[map\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"map\.toml"):
        read_map_file(path)


def test_known_columns():
    assert is_known_column("Телефон")
    assert is_known_column("№")
    assert not is_known_column("Ромашка")
