"""Whom to call when: the pure rules hold for any values."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from salesdesk.codes import Band, Hold, StepKind
from salesdesk.scheduler import (
    INTEREST_MOST,
    PROMISE_GRACE,
    Candidate,
    Hours,
    WorkCalendar,
    band_of,
    callable_until,
    day_start,
    days_late,
    hold_of,
    holidays_of,
    in_pool,
    is_overdue,
    open_zones,
    opens_at,
    plan_day,
    promise_holds,
    retry_at,
    sort_key,
    weighted,
    zone_info,
)

WEEK = WorkCalendar("RU", frozenset(range(5)))
CALLING = Hours(time(9), time(18), WEEK)
ZONES = (
    "Europe/Kaliningrad", "Europe/Moscow", "Asia/Yekaterinburg", "Asia/Vladivostok", "Asia/Kamchatka",
    "America/New_York", "America/Los_Angeles", "America/St_Johns", "Australia/Lord_Howe", "UTC",
)  # fmt: skip

instants = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001  # the zone is given beside
    lambda at: at.replace(microsecond=0)
)
zones = st.sampled_from(ZONES)


@dataclass(frozen=True)
class Stage:
    band: Band = Band.NEW
    probability: int = 10
    in_work: bool = True


@dataclass(frozen=True)
class Rule:
    retry_minutes: int | None = None
    retry_days: int | None = None
    other_hour: bool = False
    max_attempts: int | None = None


def utc(text):
    return datetime.fromisoformat(text).astimezone(UTC)


# -- where a client stands ------------------------------------------------------------------------

stages = st.none() | st.builds(Stage, probability=st.integers(0, 100))
standings = st.tuples(
    st.integers(0, INTEREST_MOST),
    st.integers(0, 2**38),
    st.none() | instants,
    stages,
)


@given(standings, standings)
def test_sort_key_orders_by_interest_then_likely_amount_then_the_longest_untouched(one, other):
    def order(standing):
        interest, amount, touched, stage = standing
        likely = amount * (stage.probability if stage else 1) // 100
        return -interest, -likely, int(touched.timestamp()) // 3600 if touched else 0

    assert (sort_key(*one) < sort_key(*other)) == (order(one) < order(other))
    assert (sort_key(*one) == sort_key(*other)) == (order(one) == order(other))


@given(st.integers(-9, 99), st.integers(-(2**70), 2**70), st.none() | instants, stages)
def test_sort_key_fits_a_column_whatever_it_is_given(interest, amount, touched, stage):
    assert 0 <= sort_key(interest, amount, touched, stage) < 2**63


@pytest.mark.parametrize(
    ("stage", "won", "band"),
    [
        (None, False, Band.TELEMARKETING),
        (Stage(Band.NEW), False, Band.NEW),
        (Stage(Band.NEW), True, Band.ACTIVE),
        (Stage(Band.ACTIVE), True, Band.ACTIVE),
        (Stage(Band.OTHER), True, Band.OTHER),
    ],
)
def test_band_of(stage, won, band):
    assert band_of(stage, won=won) is band


def test_expected_amount_is_interest_x_probability_x_amount():
    assert weighted(100_000, 3, Stage(probability=50)) == 30_000
    assert weighted(100_000, 5, None) == 1_000


@given(st.sampled_from([None, "new"]), st.booleans(), st.booleans(), st.booleans())
def test_the_pool_holds_who_is_cold_callable_and_owed_nothing(stage, never, number, owed):
    pooled = in_pool(stage=stage, do_not_call=never, has_number=number, has_next_action=owed)
    assert pooled == (stage is None and number and not never and not owed)


def test_what_keeps_a_next_action_out_of_the_list():
    assert hold_of(kind=StepKind.CALL, has_number=True, attempt=6, max_attempts=6) is None
    assert hold_of(kind=StepKind.CALL, has_number=True, attempt=7, max_attempts=6) is Hold.ATTEMPTS_USED_UP
    assert hold_of(kind=StepKind.CALL, has_number=False, attempt=1, max_attempts=None) is Hold.NO_NUMBER
    assert hold_of(kind=StepKind.MEETING, has_number=False, attempt=1, max_attempts=None) is None


# -- when a client may be called ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "now", "opens", "until"),
    [
        ("Europe/Kaliningrad", "2026-11-23T06:59:59Z", "2026-11-23T07:00:00Z", None),
        ("Europe/Kaliningrad", "2026-11-23T07:00:00Z", "2026-11-23T07:00:00Z", "2026-11-23T16:00:00Z"),
        ("Asia/Vladivostok", "2026-11-23T07:24:00Z", "2026-11-23T07:24:00Z", "2026-11-23T08:00:00Z"),
        ("Asia/Vladivostok", "2026-11-23T08:00:00Z", "2026-11-23T23:00:00Z", None),
        ("Asia/Kamchatka", "2026-11-27T07:24:00Z", "2026-11-29T21:00:00Z", None),  # after the week-end
        ("Europe/Moscow", "2026-12-31T12:00:00Z", "2027-01-11T06:00:00Z", None),  # after the holidays
        ("America/New_York", "2026-03-06T12:00:00Z", "2026-03-06T14:00:00Z", None),
        ("America/New_York", "2026-03-07T12:00:00Z", "2026-03-10T13:00:00Z", None),  # summer time; a holiday
        ("America/Los_Angeles", "2026-11-02T16:59:59Z", "2026-11-02T17:00:00Z", None),  # winter time
    ],
)
def test_calling_hours_are_the_clients_own(zone, now, opens, until):
    assert opens_at(zone, utc(now), CALLING) == utc(opens)
    assert callable_until(zone, utc(now), CALLING) == (utc(until) if until else None)


@given(zones, instants)
def test_hours_open_now_or_at_the_next_working_morning(zone, now):
    opens = opens_at(zone, now, CALLING)
    local = opens.astimezone(ZoneInfo(zone))
    until = callable_until(zone, opens, CALLING)
    assert opens >= now
    assert until is not None
    assert until > opens
    assert WEEK.works(local.date())
    assert time(9) <= local.time() < time(18)
    assert (opens == now) == (zone in open_zones([zone], now, CALLING))
    assert opens == now or local.time() == time(9)


def test_a_promise_holds_about_its_time_and_then_within_hours():
    night = utc("2026-11-23T20:00:00Z")
    assert promise_holds(night, night + PROMISE_GRACE - timedelta(seconds=1), "Europe/Moscow", CALLING)
    assert not promise_holds(night, night + PROMISE_GRACE, "Europe/Moscow", CALLING)
    assert promise_holds(night, utc("2026-11-24T06:00:00Z"), "Europe/Moscow", CALLING)


def test_lateness_is_told_by_the_clock_for_a_promise_and_by_the_teams_day_for_the_rest():
    now, midnight = utc("2026-11-23T07:24:00Z"), utc("2026-11-22T21:00:00Z")
    an_hour_ago = now - timedelta(hours=1)
    assert is_overdue(an_hour_ago, promise=True, now=now, midnight=midnight)
    assert not is_overdue(an_hour_ago, promise=False, now=now, midnight=midnight)
    assert is_overdue(midnight - timedelta(seconds=1), promise=False, now=now, midnight=midnight)
    moscow = ZoneInfo("Europe/Moscow")
    assert days_late(midnight - timedelta(seconds=1), date(2026, 11, 23), moscow) == 1
    assert days_late(midnight, date(2026, 11, 23), moscow) == 0
    assert days_late(now + timedelta(days=3), date(2026, 11, 23), moscow) == 0


@given(st.dates(date(2025, 1, 1), date(2027, 12, 1)), st.integers(0, 40))
def test_working_days_are_counted_without_days_off(day, count):
    found = WEEK.after(day, count)
    between = [day + timedelta(days=gone) for gone in range((found - day).days + 1)]
    assert WEEK.works(found)
    assert sum(map(WEEK.works, between[1:])) == (count or not WEEK.works(day))


def test_a_country_and_a_zone_that_nobody_knows_are_no_trouble():
    assert WorkCalendar("ZZ", frozenset(range(7))).works(date(2027, 1, 1))
    assert zone_info("Mars/Olympus") == ZoneInfo("Europe/Moscow")
    assert zone_info("../etc/passwd") == ZoneInfo("Europe/Moscow")


def test_a_day_without_a_clock_time_begins_with_the_teams_hours():
    assert day_start(date(2026, 11, 24), CALLING, ZoneInfo("Europe/Moscow")) == utc("2026-11-24T06:00:00Z")


# -- when to try again ----------------------------------------------------------------------------

rules = st.builds(
    Rule, retry_minutes=st.integers(1, 10_080), other_hour=st.booleans()
) | st.builds(Rule, retry_days=st.integers(0, 20), other_hour=st.booleans())  # fmt: skip
calling_hours = st.tuples(st.integers(0, 20), st.integers(1, 14), st.sampled_from([0, 30])).map(
    lambda of: Hours(time(of[0], of[2]), time(min(23, of[0] + of[1]), 45), WEEK)
)


@given(rules, instants, zones, calling_hours)
def test_a_retry_keeps_hours_the_rules_wait_and_another_hour(rule, called_at, zone, hours):
    where = ZoneInfo(zone)
    at = retry_at(rule, called_at, zone, hours)
    was, will_be = called_at.astimezone(where), at.astimezone(where)
    assert callable_until(zone, at, hours) is not None
    if rule.retry_minutes is not None:
        assert at >= called_at + timedelta(minutes=rule.retry_minutes)
        soon = at == called_at + timedelta(minutes=rule.retry_minutes) and rule.retry_minutes < 60
    else:
        assert will_be.date() >= WEEK.after(was.date(), rule.retry_days or 1)
        soon = False
    assert not rule.other_hour or soon or will_be.hour != was.hour


@given(st.integers(0, 23), st.integers(0, 59), zones)
def test_a_busy_number_is_dialled_again_within_the_same_hour(hour, minute, zone):
    called_at = datetime(2026, 11, 24, hour, minute, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    assume(callable_until(zone, called_at + timedelta(minutes=15), CALLING))
    again = retry_at(Rule(retry_minutes=15, other_hour=True), called_at, zone, CALLING)
    assert again == called_at + timedelta(minutes=15)


@pytest.mark.parametrize(
    ("rule", "called", "again"),
    [
        (Rule(retry_minutes=120, other_hour=True), "2026-11-23T10:10+03:00", "2026-11-23T12:10+03:00"),
        (Rule(retry_minutes=120, other_hour=True), "2026-11-23T16:30+03:00", "2026-11-24T09:00+03:00"),
        (Rule(retry_days=1, other_hour=True), "2026-11-23T10:10+03:00", "2026-11-24T12:10+03:00"),
        (Rule(retry_days=1, other_hour=True), "2026-11-27T17:10+03:00", "2026-11-30T15:10+03:00"),
        (Rule(retry_minutes=15), "2026-12-31T12:00+03:00", "2027-01-11T09:00+03:00"),
    ],
)
def test_usual_retries(rule, called, again):
    assert retry_at(rule, utc(called), "Europe/Moscow", CALLING) == utc(again)


# -- the plan of the day --------------------------------------------------------------------------

NINE = utc("2026-11-23T09:00+03:00")
HALF, ENDS = NINE + timedelta(hours=4), NINE + timedelta(hours=9)
EACH = timedelta(minutes=15)


@st.composite
def candidates(draw):
    opens = NINE + timedelta(minutes=draw(st.integers(-120, 480)))
    return Candidate(
        client_id=draw(st.integers(1, 10_000)),
        band=draw(st.sampled_from(Band)),
        opens=opens,
        closes=opens + timedelta(minutes=draw(st.integers(1, 540))),
        promise_at=draw(st.none() | st.just(opens)),
    )


@given(st.lists(candidates(), max_size=60, unique_by=lambda found: found.client_id))
def test_the_plan_calls_each_once_in_their_hours_and_keeps_promises(found):
    slots = plan_day(found, now=NINE, half_at=HALF, ends_at=ENDS, each=EACH)
    of = {candidate.client_id: candidate for candidate in found}
    promised = [slot for slot in slots if of[slot.client_id].promise_at]
    assert len({slot.client_id for slot in slots}) == len(slots)
    assert [slot.at for slot in slots] == sorted({slot.at for slot in slots})
    assert all(NINE <= slot.at < ENDS for slot in slots)
    for slot in slots:
        candidate = of[slot.client_id]
        assert candidate.promise_at or candidate.opens <= slot.at < candidate.closes
    for slot in promised:
        late = slot.at + EACH - max(NINE, of[slot.client_id].promise_at)
        ahead = [other for other in promised if slot.at - late <= other.at < slot.at]
        assert late > timedelta()  # not before the slot that its time falls into
        assert late <= EACH * (1 + len(ahead))  # later only where other promises stood before it
    kept = {slot.client_id for slot in promised}
    assert all(
        candidate.client_id in kept or len(promised) * EACH >= ENDS - max(NINE, candidate.promise_at)
        for candidate in found
        if candidate.promise_at and candidate.promise_at < ENDS - EACH * len(found)
    )


def plan(*found, now=NINE):
    slots = plan_day(
        [Candidate(place, *values) for place, values in enumerate(found, 1)],
        now=now, half_at=HALF, ends_at=ENDS, each=EACH,
    )  # fmt: skip
    return [slot.client_id for slot in slots]


def test_new_prospects_have_the_first_half_and_active_customers_the_second():
    every = [(band, NINE, ENDS) for band in (Band.TELEMARKETING, Band.OTHER, Band.ACTIVE, Band.NEW)]
    assert plan(*every) == [4, 3, 2, 1]
    assert plan(*every, now=HALF) == [3, 4, 2, 1]


def test_the_east_is_called_before_it_closes_and_the_west_once_it_opens():
    soon, noon = NINE + EACH, NINE + timedelta(hours=3)
    assert plan((Band.NEW, NINE, ENDS), (Band.NEW, NINE, soon), (Band.NEW, noon, ENDS)) == [2, 1, 3]


def test_a_day_that_is_over_holds_nothing():
    assert plan((Band.NEW, NINE, ENDS + EACH), now=ENDS) == []


def test_holidays_are_named_in_the_language_of_their_country(monkeypatch):
    monkeypatch.setenv("LANGUAGE", "en_US")
    assert holidays_of("RU", 2026)[date(2026, 1, 2)] == "Новогодние каникулы"
    assert holidays_of("US", 2026)[date(2026, 1, 1)] == "New Year's Day"
    assert holidays_of("XX", 2026) == {}
