"""How far back a list of the lead's goes: the periods that one key offers."""

from typing import TYPE_CHECKING

from salesdesk.i18n import N_, _

if TYPE_CHECKING:
    from datetime import date, tzinfo

    from salesdesk.base.periods import Period

ANY = "any"
_DAYS = {"days_7": 7, "days_30": 30, "days_90": 90}
_TITLES = {
    "today": N_("today"),
    "yesterday": N_("yesterday"),
    "days_7": N_("the last 7 days"),
    "days_30": N_("the last 30 days"),
    "days_90": N_("the last 90 days"),
    "this-month": N_("this month"),
    "last-month": N_("last month"),
    "this-quarter": N_("this quarter"),
    "last-quarter": N_("last quarter"),
    ANY: N_("at any time"),
}


def span_title(code: str) -> str:
    """Name a span for a person."""
    return _(_TITLES[code])


def span(code: str, today: "date", zone: "tzinfo") -> "Period":
    """Give the days of a span, today the last one."""
    from datetime import date, timedelta

    from salesdesk.base.periods import YEARS, Kind, Period, parse_period

    if code in _DAYS:
        return Period(Kind.RANGE, today - timedelta(days=_DAYS[code] - 1), today, zone)
    if code == ANY:
        return Period(Kind.RANGE, date(YEARS[0], 1, 1), today, zone)
    return parse_period(code, today, zone)
