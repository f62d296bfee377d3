"""Now and today: one source, the team's zone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from salesdesk.clock import Clock

ZONES = st.sampled_from(["Europe/Moscow", "Asia/Kamchatka", "America/St_Johns", "America/New_York", "UTC"])


@given(st.datetimes(datetime(2000, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC)), ZONES)  # noqa: DTZ001
def test_today_is_the_teams_and_holds_now(at, zone):
    clock = Clock(ZoneInfo(zone), fixed=at)
    assert clock.now() == at
    assert clock.now().tzinfo is UTC
    assert clock.today() == clock.local().date() == at.astimezone(ZoneInfo(zone)).date()
    assert clock.midnight(clock.today()) <= clock.now()
    assert clock.now() < clock.midnight(clock.today() + timedelta(days=1))


def test_a_day_of_the_team_begins_at_its_midnight_whatever_the_season():
    clock = Clock(ZoneInfo("America/New_York"))
    assert clock.midnight(date(2026, 3, 8)) == datetime(2026, 3, 8, 5, tzinfo=UTC)
    assert clock.midnight(date(2026, 3, 9)) == datetime(2026, 3, 9, 4, tzinfo=UTC)


def test_a_clock_that_is_not_stopped_runs():
    first = Clock().now()
    assert first <= Clock().now() < first + timedelta(minutes=1)
