"""Values as people write them: amounts, dates, tax ids, numbers, addresses."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.base.amounts import Amount, parse_amount, parse_currency
from salesdesk.base.dates import DateColumn
from salesdesk.base.phones import check_area, parse_phones
from salesdesk.base.values import branch_code, is_inn, parse_emails, parse_tax_id
from salesdesk.errors import InputError
from salesdesk.models import Client, Note, Phone


@pytest.mark.parametrize(
    ("cell", "minor", "currency"),
    [
        ("1 234 567,89 ₽", 123456789, "RUB"), ("1\u00a0234\u00a0567,89\u00a0₽", 123456789, "RUB"),
        ("1'234.50", 123450, None), ("$1.2M", 120000000, "USD"), ("1,5 млн", 150000000, None),
        ("100 тыс. руб.", 10000000, "RUB"), ("1.234.567,89", 123456789, None),
        ("1 200 руб. 50 коп.", 120050, "RUB"), ("1000,-", 100000, None), ("500=", 50000, None),
        ("RUB 1,234.00", 123400, "RUB"), ("€ 1.234,50", 123450, "EUR"), ("2,5 млн. ₽", 250000000, "RUB"),
    ],
)  # fmt: skip
def test_amounts(cell, minor, currency):
    found = parse_amount(cell)
    assert found.minor == minor
    assert found.currency in {currency, None}


@pytest.mark.parametrize("cell", ["(1,200.00)", "$(1,200.00)", "-5", "−5 руб.", -5, -0.5])
def test_a_negative_amount_is_named_as_one(cell):
    with pytest.raises(InputError, match="negative"):
        parse_amount(cell)


@pytest.mark.parametrize("cell", ["по запросу", "договорная", "от 500", "1.2.3,4,5", "?"])
def test_what_is_no_amount(cell):
    with pytest.raises(InputError, match="not an amount"):
        parse_amount(cell)


@given(st.integers(0, 10**11), st.sampled_from([" ", "\u00a0", "'", "\u202f", ""]), st.sampled_from(".,"))
def test_an_amount_is_the_same_however_its_thousands_are_set_apart(minor, between, mark):
    whole, part = divmod(minor, 100)
    written = f"{whole:,}".replace(",", between) + f"{mark}{part:02}"
    assert parse_amount(written) == Amount(minor)
    assert parse_amount(written + " ₽") == Amount(minor, "RUB")
    assert parse_amount(Decimal(minor).scaleb(-2).__str__()) == Amount(minor)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("Российский рубль", "RUB"),
        ("US Dollar", "USD"),
        ("Доллар США", "USD"),
        ("руб.", "RUB"),
        ("eur", "EUR"),
    ],
)
def test_currencies(cell, code):
    assert parse_currency(cell) == code


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("45291", date(2023, 12, 31)), (45291, date(2023, 12, 31)),
        ("45291.5", datetime(2023, 12, 31, 12)),  # noqa: DTZ001  # a spreadsheet knows no zone
        (45291.25, datetime(2023, 12, 31, 6)),  # noqa: DTZ001
        ("1700000000", datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
        ("1700000000000", datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
        (1700000000, datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
        ("2024-03-12T10:00:00.000+0000", datetime(2024, 3, 12, 10, tzinfo=UTC)),
        ("20240312T101500Z", datetime(2024, 3, 12, 10, 15, tzinfo=UTC)),
        ("2024-03-12 10:00:00 UTC", datetime(2024, 3, 12, 10, tzinfo=UTC)),
        ("Tue, 12 Mar 2024 10:00:00 +0000", datetime(2024, 3, 12, 10, tzinfo=UTC)),
        ("12-мар-24", date(2024, 3, 12)), ("12/Mar/2024", date(2024, 3, 12)),
        ("вт, 12 марта 2024 г.", date(2024, 3, 12)),
        ("10:30 12.03.2024", datetime(2024, 3, 12, 10, 30)),  # noqa: DTZ001
        ("не закрыта", None), ("not closed", None), ("0000-00-00 00:00:00", None), ("н/д", None),
        (20240312, date(2024, 3, 12)),
    ],
)  # fmt: skip
def test_dates(cell, expected):
    assert DateColumn().parse(cell) == expected


# Written as eight digits, a year is one of two centuries: others are numbers.
@given(st.dates(date(1955, 1, 1), date(2099, 12, 31)))
def test_a_day_is_the_same_however_it_is_written(day):
    months = ["января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября",
              "октября", "ноября", "декабря"]  # fmt: skip
    serial = (day - date(1899, 12, 30)).days
    written = [
        day.isoformat(), f"{day:%d.%m.%Y}", f"{day.day} {months[day.month - 1]} {day.year} г.",
        f"{day:%b} {day.day}, {day.year}", f"{day:%Y%m%d}", str(serial), serial, f"{day:%d-%b-%Y}",
    ]  # fmt: skip
    assert {DateColumn().parse(each) for each in written} == {day}


def inn(digits):
    """Give the tax id that begins with these nine or ten digits."""
    found = [
        f"{digits}{check:0{1 if len(digits) == 9 else 2}}" for check in range(10 if len(digits) == 9 else 100)
    ]
    return next(each for each in found if is_inn(each))


@given(st.text("0123456789", min_size=9, max_size=10).filter(lambda digits: len(set(digits)) > 3))
def test_a_tax_id_comes_back_whole(digits):
    whole = inn(digits)
    if any(whole in row for row in ("01234567890123456789", "98765432109876543210")):
        return
    assert parse_tax_id(whole) == whole
    assert parse_tax_id(f"{whole}/770701001") == whole
    assert branch_code(f"ИНН {whole} КПП 770701001") == "770701001"
    if digits.startswith("0") and not digits.startswith("00"):
        assert parse_tax_id(int(whole)) == whole


@given(st.integers(0, 8), st.integers(1, 9))
def test_a_wrong_digit_is_found(at, more):
    good = "7707083893"
    wrong = good[:at] + str((int(good[at]) + more) % 10) + good[at + 1 :]
    with pytest.raises(InputError):
        parse_tax_id(wrong)


@pytest.mark.parametrize(
    "cell", ["0000000000", "1111111111", "1234567890", "123456789012", "000000000000", "7,70708E+09"]
)
def test_what_only_fills_a_tax_id_is_none(cell):
    with pytest.raises(InputError):
        parse_tax_id(cell)


def test_a_wrong_tax_id_is_a_problem_and_a_note_and_no_key(bring, rows):
    result = bring("Название;ИНН\nРомашка;1111111111\nЛютик;7707083894\nМак;7707083893 / 770701001\n")
    assert [(problem.row, problem.column) for problem in result.problems] == [(1, "ИНН"), (2, "ИНН")]
    assert [client.tax_id for client in rows(Client)] == [None, None, "7707083893"]
    assert [note.text for note in rows(Note)] == ["ИНН: 1111111111", "ИНН: 7707083894", "КПП: 770701001"]


@pytest.mark.parametrize(
    ("cell", "e164s"),
    [
        ("327289", ["+73854327289"]), ("32-72-89, 328409", ["+73854327289", "+73854328409"]),
        ("(495) 123-45-67", ["+74951234567"]), ("1234567", [None]), ("3.58504E+11", [None]),
        ("327289 доб. 5", ["+73854327289"]), ("нет телефона", []),
    ],
)  # fmt: skip
def test_a_local_number_is_of_the_area_that_was_said(cell, e164s):
    assert [phone.e164 for phone in parse_phones(cell, "RU", "3854")] == e164s
    assert all(phone.e164 is None for phone in parse_phones("327289"))


@given(st.text("0123456789", min_size=5, max_size=8), st.sampled_from(["", "495", "3854", "34241"]))
def test_an_area_code_is_never_made_up(digits, area):
    for phone in parse_phones(digits, "RU", area):
        if phone.e164 is not None:
            assert phone.e164 == f"+7{area}{digits}"


@pytest.mark.parametrize("code", ["(3854)", "38 54", "3854"])
def test_an_area_code(code):
    assert check_area(code) == "3854"


@pytest.mark.parametrize("code", ["", "1", "123456", "абв"])
def test_what_is_no_area_code(code):
    with pytest.raises(InputError):
        check_area(code)


def test_an_area_code_for_a_file(bring, rows):
    bring("Название;Телефон\nРомашка;32-72-89\nЛютик;1234567\n", area_code="3854")
    assert [(phone.e164, phone.digits) for phone in rows(Phone)] == [
        ("+73854327289", "73854327289"), (None, "1234567"),
    ]  # fmt: skip


def test_several_addresses_in_a_cell():
    assert parse_emails("a@b.ru ::: c@d.ru; Иван (e@f.ru)\nA@B.ru") == ("a@b.ru", "c@d.ru", "e@f.ru")
    assert parse_emails("нет почты") == ()


def test_a_further_address_is_kept_as_a_note(bring, rows):
    bring("Название;E-mail\nРомашка;a@b.ru, c@d.ru\n")
    assert (rows(Client)[0].email, rows(Note)[0].text) == ("a@b.ru", "E-mail: c@d.ru")


@given(st.datetimes(datetime(1956, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001
def test_a_moment_of_a_spreadsheet_is_read_to_the_minute(moment):
    days = (moment - datetime(1899, 12, 30)) / timedelta(days=1)  # noqa: DTZ001
    found = DateColumn().parse(round(days, 6))
    found = found if isinstance(found, datetime) else datetime.combine(found, datetime.min.time())
    assert abs(found - moment) < timedelta(seconds=2)
