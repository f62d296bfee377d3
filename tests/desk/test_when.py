"""Times as people type them, in both languages: what each is understood as, and what is not."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from salesdesk import i18n
from salesdesk.catalogues import packaged_data, read_catalogues
from salesdesk.clock import Clock
from salesdesk.codes import Role
from salesdesk.context import Context, Me
from salesdesk.desk.when import parse_when
from salesdesk.errors import InputError

CATALOGUES = read_catalogues(packaged_data())
MOSCOW = ZoneInfo("Europe/Moscow")
MONDAY = datetime(2026, 11, 23, 10, 24, tzinfo=MOSCOW)


def desk_at(now: datetime) -> Context:
    return Context(Clock(MOSCOW, now), Me(1, "anna", "Anna", Role.OPERATOR), CATALOGUES)


def understood(text: str, now: datetime = MONDAY) -> str:
    """Give it in the team's zone; with `~` before a day that has no clock time."""
    when = parse_when(text, desk_at(now))
    assert when.at.tzinfo is UTC
    return ("" if when.promise else "~") + f"{when.at.astimezone(MOSCOW):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("завтра 10", "2026-11-24 10:00"),
        ("пн 14:30", "2026-11-30 14:30"),
        ("+3d", "~2026-11-26 09:00"),
        ("через 2 дня", "~2026-11-25 09:00"),
        ("tomorrow 10am", "2026-11-24 10:00"),
        ("1.12 9:00", "2026-12-01 09:00"),
        ("завтра", "~2026-11-24 09:00"),
        ("Завтра в 10:00", "2026-11-24 10:00"),
        ("послезавтра", "~2026-11-25 09:00"),
        ("завтра в 3 дня", "2026-11-24 15:00"),
        ("завтра в 12 ночи", "2026-11-24 00:00"),
        ("сегодня в 18", "2026-11-23 18:00"),
        ("today 6pm", "2026-11-23 18:00"),
        ("12 pm", "2026-11-23 12:00"),
        ("16:30", "2026-11-23 16:30"),
        ("10", "2026-11-24 10:00"),
        ("9.30", "2026-11-24 09:30"),
        ("+20m", "2026-11-23 10:44"),
        ("+20мин", "2026-11-23 10:44"),
        ("+2h", "2026-11-23 12:24"),
        ("+2ч", "2026-11-23 12:24"),
        ("+ 3 д", "~2026-11-26 09:00"),
        ("+1w", "~2026-11-30 09:00"),
        ("+1н 15:00", "2026-11-30 15:00"),
        ("+3", "~2026-11-26 09:00"),
        ("через 3 дня", "~2026-11-26 09:00"),
        ("3 дня", "~2026-11-26 09:00"),
        ("через неделю", "~2026-11-30 09:00"),
        ("через 2 часа", "2026-11-23 12:24"),
        ("in 2 hours", "2026-11-23 12:24"),
        ("in 3 days", "~2026-11-26 09:00"),
        ("через 3 дня в 15:00", "2026-11-26 15:00"),
        ("вт", "~2026-11-24 09:00"),
        ("вторник 11", "2026-11-24 11:00"),
        ("в пятницу в 16", "2026-11-27 16:00"),
        ("friday 4pm", "2026-11-27 16:00"),
        ("fri at 16:00", "2026-11-27 16:00"),
        ("1.12", "~2026-12-01 09:00"),
        ("01.12.2026 9:00", "2026-12-01 09:00"),
        ("1.12.27", "~2027-12-01 09:00"),
        ("20.11", "~2027-11-20 09:00"),
        ("2026-12-01 09:30", "2026-12-01 09:30"),
        ("2026-12-01", "~2026-12-01 09:00"),
        ("1 декабря", "~2026-12-01 09:00"),
        ("1 декабря 9:00", "2026-12-01 09:00"),
        ("1 декабря в 9", "2026-12-01 09:00"),
        ("1 dec 9:00", "2026-12-01 09:00"),
        ("december 1", "~2026-12-01 09:00"),
        ("dec 1 at 9am", "2026-12-01 09:00"),
        ("пт 27", "~2026-11-27 09:00"),
        ("1 dec 27", "~2027-12-01 09:00"),
        ("сегодня", "~2026-11-23 10:24"),
        ("29.02.2028", "~2028-02-29 09:00"),
    ],
)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_what_people_type(text, means, language):
    i18n.use_language(language)
    assert understood(text) == means


def test_slashes_go_the_way_of_the_language():
    assert understood("12/1 9:00") == "2026-12-01 09:00"
    assert understood("25/12") == "~2026-12-25 09:00"
    i18n.use_language("ru")
    assert understood("12/1 9:00") == "2027-01-12 09:00"


@pytest.mark.parametrize(
    "text",
    [
        "", "  ", "сегодня 9", "today 9am", "вчера", "yesterday 10:00", "20.11.2026", "2026-11-20 10:00",
        "1.1.2050", "когда-нибудь", "as soon as possible", "31.02", "30.02.2027", "25:00", "завтра 25",
        "сегодня 45", "завтра 10:75", "10:75", "+999999d", "-3d", "+3x", "0.0", "99.99", "[b]завтра[/b]",
        "'; DROP TABLE client; --", "🦄", "\x00", "a" * 5000, "1" * 400,
    ],
)  # fmt: skip
def test_what_is_past_or_means_nothing_is_refused_in_one_line(text):
    with pytest.raises(InputError) as refused:
        parse_when(text, desk_at(MONDAY))
    assert refused.value.field == "next"
    assert "\n" not in str(refused.value)


def test_an_hour_that_the_clock_leaves_out_is_still_an_hour():
    """A team of New York: on 14 March 2027 there is no 2:30."""
    team = desk_at(datetime(2027, 3, 13, 12, tzinfo=UTC))
    zone = ZoneInfo("America/New_York")
    there = replace(CATALOGUES, team=replace(CATALOGUES.team, zone=zone))
    there = replace(team, catalogues=there, clock=Clock(zone, team.now))
    assert parse_when("tomorrow 2:30", there).at == datetime(2027, 3, 14, 7, 30, tzinfo=UTC)
    assert parse_when("tomorrow", there).at == datetime(2027, 3, 14, 13, 0, tzinfo=UTC)
