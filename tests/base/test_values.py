from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.base.amounts import Amount, parse_amount
from salesdesk.base.cells import line_of, text_of
from salesdesk.base.dates import DateColumn
from salesdesk.base.values import (
    NEVER,
    Words,
    is_inn,
    means_stage,
    parse_email,
    parse_tax_id,
    says_nothing,
    words_with_titles,
)
from salesdesk.codes import ClientClass
from salesdesk.errors import InputError


def naive(*parts):
    """Make a moment of nobody's zone yet: what a file says."""
    return datetime(*parts)  # noqa: DTZ001  # a file's times get their zone later


@pytest.mark.parametrize(
    ("cell", "minor"),
    [
        ("1 234,50 ₽", 123450), ("1\u00a0234,50", 123450), ("1.234,50", 123450), ("1,234.50", 123450),
        ("450 тыс", 45000000), ("1,2 млн", 120000000), ("1.234 млн", 123400000), ("8.48E10", 848 * 10**10),
        ("1 000 000", 10**8), ("12,5", 1250), ("0,123", 12), ("1.000.000", 10**8), ("1,234", 123400),
        ("500000.0", 50000000),
        ("2.5k", 250000), (1234.5, 123450), (7, 700), ("12'500", 1250000), ("0", 0), ("+5", 500),
        (0.1 + 0.2, 30),
        ("15 000 руб.", 1500000),
    ],
)  # fmt: skip
def test_amounts(cell, minor):
    assert parse_amount(cell).minor == minor


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("$12,000", Amount(1200000, "USD")),
        ("12 000 евро", Amount(1200000, "EUR")),
        ("1 234,50 ₽", Amount(123450, "RUB")),
    ],
)
def test_the_currency_is_told(cell, expected):
    assert parse_amount(cell) == expected


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "много",
        "-5",
        "10%",
        "от 5 до 7",
        "12 50",
        "1,2,3",
        "1.2.3",
        "1e99",
        1e30,
        -1,
        float("nan"),
        "5 6",
        "1.23,4,5",
    ],
)
def test_what_is_no_amount(cell):
    with pytest.raises(InputError):
        parse_amount(cell)


@given(st.integers(0, 10**14))
def test_every_usual_writing_of_an_amount(minor):
    whole, cents = divmod(minor, 100)
    grouped = f"{whole:,}"
    for text in (
        f"{grouped}.{cents:02d}",
        grouped.replace(",", " ") + f",{cents:02d} ₽",
        grouped.replace(",", ".") + f",{cents:02d}",
        f"{whole}.{cents:02d}",
    ):
        assert parse_amount(text).minor == minor


def test_points_are_day_first_always():
    assert DateColumn().parse("03.04.2024") == date(2024, 4, 3)


def test_a_column_decides_for_its_rows():
    american = DateColumn(["03/04/2024", "12/25/2024"])
    assert american.parse("03/04/2024") == date(2024, 3, 4)
    european = DateColumn(["03/04/2024", "25/12/2024"])
    assert european.parse("03/04/2024") == date(2024, 4, 3)
    assert not american.ambiguous


def test_an_order_that_was_said_rules():
    assert DateColumn(["03/04/24"], order="mdy").parse("03/04/24") == date(2024, 3, 4)
    assert DateColumn(["03.04.2024"], order="mdy").parse("03.04.2024") == date(2024, 3, 4)
    years = DateColumn(["24-03-04"], order="ymd")
    assert not years.ambiguous
    assert years.parse("24-03-04") == date(2024, 3, 4)
    assert DateColumn(["03/04/2024"], order="ymd").ambiguous


@pytest.mark.parametrize("column", [["03/04/2024"], ["25/12/2024", "12/25/2024", "03/04/2024"]])
def test_what_a_column_cannot_decide_is_asked(column):
    dates = DateColumn(column)
    assert dates.ambiguous
    with pytest.raises(InputError, match="03/04/2024"):
        dates.parse("03/04/2024")
    assert dates.parse("25/12/2024") == date(2024, 12, 25)
    assert dates.parse("12/25/2024") == date(2024, 12, 25)
    assert dates.parse("05/05/2024") == date(2024, 5, 5)
    assert DateColumn(column, order="dmy").parse("03/04/2024") == date(2024, 4, 3)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2024-03-04", date(2024, 3, 4)), ("2024-03-04 15:30", naive(2024, 3, 4, 15, 30)),
        ("2006-04-15T03:23:15.000Z", datetime(2006, 4, 15, 3, 23, 15, tzinfo=UTC)),
        ("4.3.24", date(2024, 3, 4)),
        ("04.03.2024 9:05", naive(2024, 3, 4, 9, 5)), ("5 января 2024 г.", date(2024, 1, 5)),
        ("Jan 5, 2024", date(2024, 1, 5)), ("05-Mar-2024", date(2024, 3, 5)), ("20240304", date(2024, 3, 4)),
        ("25/12/2024 3:05 PM", naive(2024, 12, 25, 15, 5)), (date(2024, 3, 4), date(2024, 3, 4)),
        ("", None),
        ("-", None), (None, None),
    ],
)  # fmt: skip
def test_dates(cell, expected):
    assert DateColumn().parse(cell) == expected


@pytest.mark.parametrize(
    "cell", ["31.02.2024", "2024-13-01", "скоро", "1", "25:00", "5 куздря 2024", "04.03.2024 25:00"]
)
def test_what_is_no_date(cell):
    with pytest.raises(InputError):
        DateColumn().parse(cell)


WORDS = Words()


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("Да", True), ("yes", True), (True, True), ("x", True), ("1", True), ("", False), ("нет", False),
    (None, False),
     (0, False), ("+", True), ("-", False)],
)  # fmt: skip
def test_yes_and_no(cell, expected):
    assert WORDS.flag(cell) is expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("Горячий", 5),
        ("hot", 5),
        ("Warm", 3),
        ("cold", 1),
        ("4", 4),
        (4.0, 4),
        ("★★★", 3),
        ("3/5", 3),
        ("тёплый", 3),
    ],
)
def test_interest(cell, expected):
    assert WORDS.interest(cell) == expected


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("Новый", "new"), ("В работе", "new"), ("КП отправлено", "proposal"), ("Счёт выставлен", "invoice"),
        ("Оплачен", "paid"), ("Отгружен", "shipped"), ("Won", "shipped"), ("Closed Won", "shipped"),
        ("Closed Lost", "rejected"), ("Lost", "rejected"), ("Prospecting", "new"),
        ("Negotiation/Review", "proposal"),
        ("Value Proposition", "proposal"), ("shipped", "shipped"), ("Холодный", None),
        ("Open - Not Contacted", None),
    ],
)  # fmt: skip
def test_stages(cell, code):
    assert WORDS.stage(cell) == code


def test_a_team_s_titles_and_said_words_rule():
    words = words_with_titles(
        {"stage": [("Ждёт тендера", "tender")]}, {"stage": {"Won": "paid", "Блин": "rejected"}}
    )
    assert [words.stage(word) for word in ("ждет тендера", "won", "блин!", "Lost")] == [
        "tender",
        "paid",
        "rejected",
        "rejected",
    ]


@pytest.mark.parametrize(
    ("read", "cell"),
    [
        (WORDS.stage, "???"),
        (WORDS.stage, "Абракадабра"),
        (WORDS.interest, "7"),
        (WORDS.client_class, "D"),
        (WORDS.flag, "может быть"),
    ],
)
def test_unknown_words_are_named(read, cell):
    with pytest.raises(InputError, match=r"\w|\?"):
        read(cell)


@pytest.mark.parametrize(
    ("cell", "code"), [("VIP", "VIP"), ("вип", "VIP"), ("А", "A"), ("в", "B"), ("С", "C"), ("крупный", "A")]
)
def test_classes(cell, code):
    assert WORDS.client_class(cell) == ClientClass(code)


def test_a_column_of_stages_is_told_from_a_column_of_kinds():
    assert means_stage(["Prospect", "", "Customer"])
    assert not means_stage(["american", "delis", "Prospect"])
    assert not means_stage(["", ""])


@pytest.mark.parametrize(
    ("cell", "tax_id"),
    [
        ("7707083893", "7707083893"), (7707083893.0, "7707083893"), ("ИНН 7707083893", "7707083893"),
        ("500100732259", "500100732259"), ("DE123456789", "DE123456789"), ("", None), ("нет", None),
        ("0", None), ("—", None),
    ],
)  # fmt: skip
def test_tax_ids(cell, tax_id):
    assert parse_tax_id(cell) == tax_id


@pytest.mark.parametrize("cell", ["7707083894", "7.70708E+09", "500100732250", "скажут позже"])
def test_damaged_tax_ids(cell):
    with pytest.raises(InputError):
        parse_tax_id(cell)


def test_a_leading_zero_comes_back():
    short = next(str(number) for number in range(101000000, 101001000) if is_inn(str(number).zfill(10)))
    assert parse_tax_id(int(short)) == short.zfill(10)


@pytest.mark.parametrize(
    ("cell", "email"),
    [("a@b.ru", "a@b.ru"), ("Иван <i@b.co.uk>; x@y.ru", "i@b.co.uk"), ("", None), ("нет", None)],
)
def test_emails(cell, email):
    assert parse_email(cell) == email


def test_text_that_no_base_takes_is_taken_out():
    assert line_of("a\0b\ud800c\nd\te") == "abc d e"
    assert text_of(74951234567.0) == "74951234567"
    assert text_of(1.5) == "1.5"


@pytest.mark.parametrize("cell", ["-", "—", " – ", "нет", "Н/Д", "н.д.", "None", "", "..."])
def test_a_cell_may_be_filled_and_say_nothing(cell):
    assert says_nothing(cell)


@pytest.mark.parametrize("cell", ["0", 0, "нет денег", "-5", "+", "да", None, False])
def test_other_cells_say_something(cell):
    assert not says_nothing(cell)


def test_a_stage_may_say_that_nobody_may_call():
    words = words_with_titles({"stage": [("Стоп-лист", "paused")]}, {"stage": {"стоп": NEVER}})
    assert words.forbids("Не звонить!")
    assert words.forbids("СТОП")
    assert not words.forbids("стоп лист")
    assert not words.forbids("отказ")
    assert Words().forbids("стоп-лист")
