"""Instants cut into days and hours by the database: the same as the zone's clocks say, to the second."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import BigInteger, column, create_engine, func, literal, select

from salesdesk.base.periods import Kind, Period, first_of, parse_period
from salesdesk.lead.local_time import bucket, first_day

ZONES = [
    "Europe/Moscow", "America/New_York", "America/Havana", "Asia/Beirut", "Africa/Casablanca",
    "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia", "America/Sao_Paulo",
]  # fmt: skip
PERIODS = ["2026", "2011-12", "2018Q4", "2026-11-01", "2026-W13", "2024-02-27..2026-03-01"]
CALENDAR = [kind for kind in Kind if kind != Kind.RANGE]
ENGINE = create_engine("sqlite://")


def counted(unit: str, period: Period, seconds: list[int]) -> list[int]:
    rows = func.json_each(json.dumps(seconds)).table_valued(column("value", BigInteger))
    with ENGINE.connect() as connection:
        told = connection.execute(select(rows.c.value, bucket(rows.c.value, unit, period)))
        return [number for _second, number in told]


def of_clocks(unit: str, period: Period, second: int) -> object:
    local = datetime.fromtimestamp(second, UTC).astimezone(period.zone)
    if unit in {"hour", "weekday"}:
        return local.hour if unit == "hour" else local.weekday()
    return first_of(Kind(unit), local.date())


def agree(period: Period, seconds: list[int]) -> None:
    for unit in (*CALENDAR, "hour", "weekday"):
        found = counted(unit, period, seconds)
        told = [
            number if unit in {"hour", "weekday"} else first_day(number, unit, period) for number in found
        ]
        assert told == [of_clocks(unit, period, second) for second in seconds]


@settings(max_examples=50)
@given(st.sampled_from(ZONES), st.sampled_from(PERIODS), st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_any_instants(zone, text, places):
    period = parse_period(text, datetime(2026, 11, 23, tzinfo=UTC).date(), ZoneInfo(zone))
    start, end = int(period.start.timestamp()), int(period.end.timestamp())
    agree(period, [min(start + int((end - start) * place), end - 1) for place in places])


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("text", ["2026", "2011-12", "2018Q4"])
def test_around_every_change_of_the_clocks(zone, text):
    period = parse_period(text, datetime(2026, 11, 23, tzinfo=UTC).date(), ZoneInfo(zone))
    around = {period.start, period.end - timedelta(seconds=1)}
    at = period.start
    while at < period.end:
        after = at + timedelta(minutes=15)
        if at.astimezone(period.zone).utcoffset() != after.astimezone(period.zone).utcoffset():
            around |= {at, after - timedelta(seconds=1), after, after + timedelta(seconds=1)}
        at = after
    inside = sorted(int(at.timestamp()) for at in around if period.start <= at < period.end)
    agree(period, inside)


def test_a_period_without_a_change_of_clocks_has_one_offset():
    period = parse_period("2026", datetime(2026, 11, 23, tzinfo=UTC).date(), ZoneInfo("Europe/Moscow"))
    assert "CASE" not in str(bucket(literal(0, BigInteger), "day", period))
