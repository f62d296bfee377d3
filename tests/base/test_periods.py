"""Periods: how they are written, and which instants are theirs."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.base.periods import Kind, Period, parse_period, whole
from salesdesk.errors import InputError
from salesdesk.i18n import use_language

MOSCOW = ZoneInfo("Europe/Moscow")
TODAY = date(2026, 11, 23)
CALENDAR = [kind for kind in Kind if kind != Kind.RANGE]
days = st.dates(date(1981, 1, 10), date(2198, 12, 20))
zones = st.sampled_from(
    ["Europe/Moscow", "America/New_York", "America/Havana", "America/Sao_Paulo", "Asia/Kathmandu",
     "Asia/Beirut", "Africa/Cairo", "Australia/Lord_Howe", "Pacific/Apia", "UTC"]
).map(ZoneInfo)  # fmt: skip


def parsed(text: str, zone: ZoneInfo = MOSCOW) -> Period:
    return parse_period(text, TODAY, zone)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-11-23", "2026-11-23", "2026-11-23"),
        ("2026-W47", "2026-11-16", "2026-11-22"),
        ("2026-w01", "2025-12-29", "2026-01-04"),
        ("2020-W53", "2020-12-28", "2021-01-03"),
        ("2026-11", "2026-11-01", "2026-11-30"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2026Q4", "2026-10-01", "2026-12-31"),
        (" 2026q1 ", "2026-01-01", "2026-03-31"),
        ("2026", "2026-01-01", "2026-12-31"),
        ("today", "2026-11-23", "2026-11-23"),
        ("yesterday", "2026-11-22", "2026-11-22"),
        ("tomorrow", "2026-11-24", "2026-11-24"),
        ("this-week", "2026-11-23", "2026-11-29"),
        ("last-week", "2026-11-16", "2026-11-22"),
        ("this-month", "2026-11-01", "2026-11-30"),
        ("Last-Month", "2026-10-01", "2026-10-31"),
        ("this-quarter", "2026-10-01", "2026-12-31"),
        ("last-quarter", "2026-07-01", "2026-09-30"),
        ("this-year", "2026-01-01", "2026-12-31"),
        ("last-year", "2025-01-01", "2025-12-31"),
        ("2026-11-03..2026-11-20", "2026-11-03", "2026-11-20"),
        ("2026-09..2026Q4", "2026-09-01", "2026-12-31"),
        ("2025..yesterday", "2025-01-01", "2026-11-22"),
        ("2026-11..2026-11-05", "2026-11-01", "2026-11-30"),
        ("2026-11-05..2026-11", "2026-11-01", "2026-11-30"),
    ],
)
def test_what_is_written(text, first, last):
    assert (str(parsed(text).first), str(parsed(text).last)) == (first, last)


@pytest.mark.parametrize(
    "text",
    ["", "..", "soon", "2026-13", "2026-W54", "2025-W53", "2026Q5", "2026Q0", "2026-02-30", "23.11.2026",
     "2026-11-1", "2026..", "..2026", "this-day", "last-", "next-week", "٢٠٢٦", "0000", "1-2-3",
     "2026..2027..2028"],
)  # fmt: skip
def test_what_is_no_period_is_one_line(text):
    with pytest.raises(InputError, match="is no period") as raised:
        parsed(text)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("text", ["2026-11-02..2026-11-01", "2026..2025", "today..yesterday"])
def test_an_end_before_its_start_is_refused(text):
    with pytest.raises(InputError, match="ends before it begins"):
        parsed(text)


@pytest.mark.parametrize("text", ["1979", "9000", "1970-01..2026", "2200-01-01"])
def test_years_that_no_desk_has_are_refused(text):
    with pytest.raises(InputError, match="1980 to 2199"):
        parsed(text)


@given(st.sampled_from(CALENDAR), days, zones)
def test_a_period_is_read_as_it_is_written(kind, day, zone):
    period = whole(kind, day, zone)
    assert period.first <= day <= period.last
    assert parsed(period.code, zone) == period
    assert parsed(f"{period.first}..{period.last}", zone).first == period.first


@given(st.sampled_from(CALENDAR), days, zones)
def test_the_one_before_ends_where_this_one_begins(kind, day, zone):
    period = whole(kind, day, zone)
    assert period.before == whole(kind, period.first - timedelta(days=1), zone)
    assert period.before.end == period.start
    assert period.before.last + timedelta(days=1) == period.first


@given(days, st.integers(0, 400), zones)
def test_before_any_days_lie_as_many(day, more, zone):
    period = Period(Kind.RANGE, day, day + timedelta(days=more), zone)
    assert period.before.days == period.days == more + 1
    assert period.before.end == period.start


@given(st.integers(500_000_000, 4_000_000_000), zones)
def test_an_instant_belongs_to_the_day_that_its_clock_shows(second, zone):
    at = datetime.fromtimestamp(second, UTC)
    period = whole(Kind.DAY, at.astimezone(zone).date(), zone)
    # Where clocks go back over midnight, an hour of the old day comes again after the new one began.
    around = timedelta(hours=1)
    assert period.start - around <= at < period.end + around
    assert period.start.astimezone(zone).date() == period.first


def test_a_day_is_as_long_as_its_clocks_make_it():
    new_york = ZoneInfo("America/New_York")
    spring, autumn = (parsed(day, new_york) for day in ("2026-03-08", "2026-11-01"))
    assert spring.end - spring.start == timedelta(hours=23)
    assert autumn.end - autumn.start == timedelta(hours=25)
    assert parsed("2026-11-23").start == datetime(2026, 11, 22, 21, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "english", "russian"),
    [
        ("2026-11-23", "23.11.2026", "23.11.2026"),
        ("2026-W47", "week 47 of 2026", "47-я неделя 2026 года"),
        ("2026-11", "November 2026", "ноябрь 2026"),
        ("2026Q4", "quarter 4 of 2026", "4-й квартал 2026 года"),
        ("2026", "2026", "2026"),
        ("2026-11..2026-12", "01.11.2026 – 31.12.2026", "01.11.2026 – 31.12.2026"),
    ],
)
def test_titles(text, english, russian):
    assert parsed(text).title == english
    use_language("ru")
    assert parsed(text).title == russian
