"""Times, amounts and counts as people read them, in the language in use.

What the first frame and the lists need is done here by hand; full sums of money by Babel, which is
imported where it is asked for. Times come in aware and are shown in the zone given.
"""

from datetime import date, datetime, tzinfo
from decimal import Decimal

from salesdesk.i18n import N_, _, language, ngettext

_WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
# In a date a Russian month stands in the genitive, so these are other messages than the months alone.
_MONTHS = (
    N_("of January"),
    N_("of February"),
    N_("of March"),
    N_("of April"),
    N_("of May"),
    N_("of June"),
    N_("of July"),
    N_("of August"),
    N_("of September"),
    N_("of October"),
    N_("of November"),
    N_("of December"),
)
INTEREST_MAX = 5


def weekday(day: date) -> str:
    """Name the day of the week, short: `Mon`."""
    return _(_WEEKDAYS[day.weekday()])


def weekday_name(number: int) -> str:
    """Name a day of the week by its number, short: 1 is Monday."""
    return _(_WEEKDAYS[number - 1])


def day_title(day: date) -> str:
    """Name a day whole: `Mon 23 November`."""
    month = _(_MONTHS[day.month - 1]).removeprefix("of ")
    return _("{weekday} {day} {month}").format(weekday=weekday(day), day=day.day, month=month)


def day_short(day: date, today: date) -> str:
    """Name a day in few cells: `23.11`, with the year where it is another one."""
    return f"{day:%d.%m}" if day.year == today.year else f"{day:%d.%m.%y}"


def clock(at: datetime, zone: tzinfo) -> str:
    """Give the time of day: `10:30`."""
    return f"{at.astimezone(zone):%H:%M}"


def moment(at: datetime, now: datetime, zone: tzinfo) -> str:
    """Say when: `today 10:30`, `tomorrow 10:30`, `Tue 24.11 10:30`."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    away = (local.date() - today).days
    near = {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}
    day = near.get(away) or f"{weekday(local.date())} {day_short(local.date(), today)}"
    return f"{day} {local:%H:%M}"


def day_and_time(at: datetime, now: datetime, zone: tzinfo) -> str:
    """Give a past moment for a line of history: `20.11 10:02`."""
    local = at.astimezone(zone)
    return f"{day_short(local.date(), now.astimezone(zone).date())} {local:%H:%M}"


def days(count: int) -> str:
    """Count days in words."""
    return ngettext("{count} day", "{count} days", count).format(count=count)


def days_late(count: int) -> str:
    """Say how late, in few cells: `1 d` (in Russian a word for yesterday), `2 d`."""
    return _("1 d") if count == 1 else _("{count} d").format(count=count)


def minutes_away(at: datetime, now: datetime) -> str:
    """Say how far a moment is: `in 6 min`, `6 min ago`, `now`."""
    minutes = round((at - now).total_seconds() / 60)
    if minutes == 0:
        return _("now")
    if abs(minutes) >= 120:
        hours = round(minutes / 60)
        return _("in {hours} h").format(hours=hours) if hours > 0 else _("{hours} h ago").format(hours=-hours)
    if minutes > 0:
        return _("in {minutes} min").format(minutes=minutes)
    return _("{minutes} min ago").format(minutes=-minutes)


def duration(seconds: int) -> str:
    """Give a length of time as on a stopwatch: `02:14`, `1:02:14`."""
    hours, rest = divmod(max(seconds, 0), 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60:02}:{rest % 60:02}"


def share(of_one: float | None) -> str:
    """Give a share in whole percent: `75 %`; a dash for none."""
    return "–" if of_one is None else f"{round(of_one * 100)} %"


def interest(level: int) -> str:
    """Draw an interest of 0 to 5: `●●●●○`."""
    level = min(max(level, 0), INTEREST_MAX)
    return "●" * level + "○" * (INTEREST_MAX - level)


def amount_short(minor: int) -> str:
    """Give an amount in at most seven cells: `450 k`, `1.2 M`. Nothing for nothing."""
    whole = abs(minor) / 100
    if not minor:
        return ""
    sign = "−" if minor < 0 else ""
    for size, pattern in ((1e9, N_("{n} bn")), (1e6, N_("{n} M")), (1e3, N_("{n} k"))):
        if whole >= size * 0.9995:
            return sign + _(pattern).format(n=_few_digits(whole / size))
    return f"{sign}{whole:.0f}"


def _few_digits(number: float) -> str:
    text = f"{number:.1f}" if number < 9.95 else f"{number:.0f}"
    text = text.removesuffix(".0")
    return text.replace(".", ",") if language() == "ru" else text


def number(value: float, places: int) -> str:
    """Give a number with so many places: `75.8`, in Russian `75,8`."""
    text = f"{value:.{places}f}"
    return text.replace(".", ",") if language() == "ru" else text


def amount(minor: int, currency: str) -> str:
    """Give an amount whole, with its currency: `450 000 ₽`; kopecks and cents only where there are some."""
    from babel.numbers import format_currency, get_currency_precision, get_currency_symbol

    places = get_currency_precision(currency) if minor % 100 else 0
    locale = "ru_RU" if language() == "ru" else "en_US"
    if len(get_currency_symbol(currency, locale)) > 1:
        return f"{_grouped(minor, places, locale)} {currency}"
    pattern = None if places else ("#,##0 ¤" if language() == "ru" else "¤#,##0")
    return format_currency(
        Decimal(minor) / 100, currency, pattern, locale=locale, currency_digits=bool(places)
    )


def _grouped(minor: int, places: int, locale: str) -> str:
    from babel.numbers import format_decimal

    return format_decimal(Decimal(minor) / 100, "#,##0.00" if places else "#,##0", locale=locale)


def phone(number: str) -> str:
    """Set a number apart in groups, as it is read aloud: `+7 343 200-10-20`."""
    if number.startswith("+7") and len(number) == 12 and number[1:].isdigit():
        return f"+7 {number[2:5]} {number[5:8]}-{number[8:10]}-{number[10:]}"
    if number.startswith("+1") and len(number) == 12 and number[1:].isdigit():
        return f"+1 {number[2:5]} {number[5:8]} {number[8:]}"
    return number
