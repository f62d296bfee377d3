"""Times, amounts and widths as people read them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from salesdesk import formatting
from salesdesk.i18n import use_language
from salesdesk.widgets.cells import fit, fit_right, plain

MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 11, 23, 7, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minor", "short"),
    [
        (0, ""),
        (99, "1"),
        (12_345, "123"),
        (45_000_000, "450 k"),
        (1_250_000, "12 k"),
        (99_999_999, "1 M"),
        (120_000_000, "1.2 M"),
        (-45_000_000, "−450 k"),
        (123_456_780_000_0, "12 bn"),
    ],
)
def test_short_amounts(minor, short):
    assert formatting.amount_short(minor) == short


@given(st.integers(-(10**13), 10**13))
def test_short_amounts_fit_their_column(minor):
    assert cell_len(formatting.amount_short(minor)) <= 7


def test_whole_amounts_in_both_languages():
    assert formatting.amount(45_000_000, "RUB") == "450,000 RUB"
    assert formatting.amount(45_000_050, "USD") == "$450,000.50"
    use_language("ru")
    assert formatting.amount(45_000_000, "RUB").replace("\xa0", " ") == "450 000 ₽"


def test_moments():
    def moment(days: int) -> str:
        return formatting.moment(NOW + timedelta(days=days), NOW, MOSCOW)

    assert [moment(days) for days in (-1, 0, 1, 2)] == [
        "yesterday 10:24",
        "today 10:24",
        "tomorrow 10:24",
        "Wed 25.11 10:24",
    ]
    assert moment(365) == "Tue 23.11.27 10:24"


def test_days_and_minutes():
    assert formatting.day_title(date(2026, 11, 23)) == "Mon 23 November"
    assert formatting.minutes_away(NOW + timedelta(minutes=6), NOW) == "in 6 min"
    assert formatting.minutes_away(NOW - timedelta(minutes=6), NOW) == "6 min ago"
    assert formatting.minutes_away(NOW, NOW) == "now"
    assert formatting.minutes_away(NOW + timedelta(hours=3), NOW) == "in 3 h"
    assert formatting.days_late(1) == "1 d"
    assert formatting.days_late(2) == "2 d"


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "00:00"), (134, "02:14"), (3734, "1:02:14"), (-5, "00:00")]
)
def test_durations(seconds, shown):
    assert formatting.duration(seconds) == shown


@pytest.mark.parametrize(("level", "dots"), [(-1, "○○○○○"), (0, "○○○○○"), (4, "●●●●○"), (9, "●●●●●")])
def test_interest(level, dots):
    assert formatting.interest(level) == dots


@pytest.mark.parametrize(
    ("number", "shown"),
    [("+73432001020", "+7 343 200-10-20"), ("+12125550100", "+1 212 555 0100"), ("12-34", "12-34")],
)
def test_numbers(number, shown):
    assert formatting.phone(number) == shown


@given(st.text(max_size=60), st.integers(0, 40))
def test_a_cell_is_exactly_as_wide_as_asked(text, width):
    assert cell_len(fit(text, width)) == width
    assert cell_len(fit_right(text, width)) == width


@given(st.text(alphabet=st.characters(), max_size=60))
def test_plain_text_moves_no_cursor(text):
    assert not any(
        ord(sign) < 32 or 0x7F <= ord(sign) < 0xA0 or 0xD800 <= ord(sign) < 0xE000 for sign in plain(text)
    )
    assert not set(plain(text)) & set("\u200d\u202e\u2028\ufe0f")


def test_names_are_cut_with_an_ellipsis_and_composed():
    assert fit("ООО «Ромашка»", 8) == "ООО «Ро…"
    assert fit("Н\u0438\u0306", 3) == "Н\u0439 "
    assert fit("日本語", 4) == "日… "
