import csv

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from real_files import DATA

from salesdesk.base.phones import PhoneProblem, explain, parse_phones, region_of, region_of_country

real = pytest.mark.skipif(not DATA.exists(), reason="the folder of real input is absent")


def e164s(cell, region="RU"):
    return [phone.e164 for phone in parse_phones(cell, region)]


@pytest.mark.parametrize(
    "cell",
    [
        "8-495-123-45-67", "(495) 123-45-67", "8(495)1234567", "+7 495 123 45 67", "74951234567",
        "7.4951234567E10", "74951234567.0", "495 123–45–67", "тел. 8 495 123-45-67", "4951234567",
        "8-495-123-45-67;",
    ],
)  # fmt: skip
def test_writings_of_one_number(cell):
    assert e164s(cell) == ["+74951234567"]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("(499) 616-22-11, (499) 616-22-12", ["+74996162211", "+74996162212"]),
        ("8-926-1131323 / 8 (495) 123-45-67", ["+79261131323", "+74951234567"]),
        ("+1 415 555 2671 or 8 495 123-45-67", ["+14155552671", "+74951234567"]),
        ("8-925-099-87-35 8-925-044-8735", ["+79250998735", "+79250448735"]),
        ("(3854)327289,328409", ["+73854327289", "+73854328409"]),
        ("8-495-671-46-06/07", ["+74956714606", "+74956714607"]),
        ("8-495-123-45-67\nи +7 (701) 123-45-67", ["+74951234567", "+77011234567"]),
        ("8-495-325-0220, 763-51-84", ["+74953250220", None]),
    ],
)
def test_several_in_a_cell(cell, expected):
    assert e164s(cell) == expected


@pytest.mark.parametrize(
    ("cell", "extension"),
    [
        ("8-495-123-45-67 доб. 240", "240"), ("8-495-123-45-67 x557", "557"), ("8 495 123 45 67 ext 5", "5"),
        ("8-495-123-45-67, доб.126, 212", "126, 212"), ("8-495-123-45-67 (1335)", "1335"),
        ("8-495-123-45-67 доб 219; 207; 126", "219, 207, 126"), ("8-495-123-45-67 #12", "12"),
    ],
)  # fmt: skip
def test_extensions(cell, extension):
    [phone] = parse_phones(cell)
    assert (phone.e164, phone.extension, phone.raw) == ("+74951234567", extension, cell)


def test_an_extension_in_the_middle_belongs_to_the_number_before():
    first, second, third = parse_phones("(499) 238-96-55, доб. 222 (499) 230-18-49, (499) 238-45-13")
    assert (first.e164, first.extension) == ("+74992389655", "222")
    assert (second.e164, third.e164) == ("+74992301849", "+74992384513")


@pytest.mark.parametrize("cell", ["616-22-11", "6162211", "616 22 11"])
def test_an_area_code_is_never_made_up(cell):
    [phone] = parse_phones(cell)
    assert (phone.e164, phone.digits, phone.last4, phone.problem) == (None, "6162211", "2211", None)


@pytest.mark.parametrize(
    "cell", ["", " ", "-", "—", "нет", "Нет телефона", "отсутствует", "н.д.", "n/a", "N/A", "0", "None"]
)
def test_placeholders_say_nothing(cell):
    assert parse_phones(cell) == ()


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("3.58504E+11", PhoneProblem.DAMAGED), ("7,72E+11", PhoneProblem.DAMAGED),
        ("112", PhoneProblem.SHORT), ("02", PhoneProblem.SHORT),
        ("info@example.com", PhoneProblem.NOT_A_PHONE), ("позже", PhoneProblem.NOT_A_PHONE),
        ("499-125-132-72", PhoneProblem.UNKNOWN), ("факс 123-45-67", PhoneProblem.FAX),
        ("1" * 40, PhoneProblem.NOT_A_PHONE),
    ],
)  # fmt: skip
def test_what_is_no_number_is_named_and_kept(cell, problem):
    [phone] = parse_phones(cell)
    assert (phone.e164, phone.problem, phone.raw) == (None, problem, cell)
    assert explain(problem)


def test_a_piece_that_is_none_does_not_spoil_the_others():
    good, bad = parse_phones("477-3339; 32 39")
    assert (good.digits, good.problem) == ("4773339", None)
    assert (bad.raw, bad.problem) == ("32 39", PhoneProblem.SHORT)


def test_a_slash_after_an_area_code_does_not_cut():
    assert e164s("310/246-1501", "US") == ["+13102461501"]


def test_a_plus_that_a_spreadsheet_ate():
    assert e164s("358504123456") == ["+358504123456"]
    assert e164s("48-495-13-60-12") == [None]


@given(st.from_regex(r"(8|\+7|7)[ -]?\(?[3-9][0-9]{2}\)?[ -]?[0-9]{3}-?[0-9]{2}-?[0-9]{2}", fullmatch=True))
@settings(max_examples=500)
def test_the_quick_way_says_what_the_library_says(cell):
    import phonenumbers

    number = phonenumbers.parse(cell, "RU")
    valid = phonenumbers.is_valid_number(number)
    expected = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if valid else None
    assert e164s(cell) == [expected]


@given(st.text(max_size=80))
def test_any_text_is_taken(cell):
    for phone in parse_phones(cell):
        assert len(phone.last4) <= 4
        assert len(phone.extension or "") <= 20
        assert phone.e164 is None or phone.problem is None


def test_a_column_of_another_country_is_told_by_its_numbers():
    column = ["310/246-1501", "818-762-1221", "(213) 938-1447", "415 901 7000", "212-961-7500"]
    assert region_of(column, "RU") == "US"
    assert region_of(["8-495-123-45-67"] * 9, "RU") == "RU"
    assert region_of([], "RU") == "RU"


@pytest.mark.parametrize(
    ("country", "region"), [("US", "US"), ("United States", "US"), ("Россия", "RU"), ("?", None)]
)
def test_countries(country, region):
    assert region_of_country(country) == region


@real
def test_every_example_number_of_the_library():
    with (DATA / "phones/example_numbers.tsv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            if row["is_valid"] != "True":
                continue
            assert e164s(row["e164"]) == [row["e164"]], row
            # Numbers of no country are only themselves with their code.
            if row["region"] != "001":
                assert e164s(row["national_example"], row["region"]) == [row["e164"]], row


@real
def test_libraries_are_all_dialable():
    with (DATA / "libraries_ru/libraries.tsv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert sum(len(e164s(row["Телефон"])) for row in rows) == 787
    assert all(None not in e164s(row["Телефон"]) for row in rows)
