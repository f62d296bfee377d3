"""The board in words: what somebody is at, and what calls per company say; in the language in use."""

from datetime import datetime, timedelta, tzinfo

from salesdesk import formatting
from salesdesk.codes import CallsMark
from salesdesk.i18n import _, language
from salesdesk.lead.board_rows import Now, OperatorNow
from salesdesk.wording import CALLS_SIGNS, calls_mark


def what_now(found: Now, row: OperatorNow, now: datetime, zone: tzinfo) -> str:
    """Say on whose card somebody is, or since when idle; minutes are told of `now`."""
    if row.card is not None:
        since = formatting.clock(row.card.since, zone)
        return _("on {name} since {time}").format(name=row.card.name, time=since)
    if row.last_at is None or row.absent:
        return what_now_short(found, row, now)
    time = formatting.clock(row.last_at, zone)
    return _("idle {idle}, since {time}").format(idle=span(now - row.last_at), time=time)


def what_now_short(found: Now, row: OperatorNow, now: datetime) -> str:
    """Say the same in few cells."""
    if row.card is not None:
        return row.card.name
    if row.absent:
        return _("absent")
    if row.last_at is None:
        return _("nothing yet")
    idle = found.idle_since(row) or now
    return _("idle {idle}").format(idle=span(now - idle))


def span(length: timedelta) -> str:
    """Tell a length of time in few cells: `12 min`, `2 h 05`."""
    hours, minutes = divmod(max(0, int(length.total_seconds() // 60)), 60)
    if hours:
        return _("{hours} h {minutes}").format(hours=hours, minutes=f"{minutes:02}")
    return _("{minutes} min").format(minutes=minutes)


def median_words(days: float | None) -> str:
    """Write a median of days late; nothing where nothing was late."""
    if days is None:
        return "–"
    text = f"{days:.1f}".removesuffix(".0")
    return text.replace(".", ",") if language() == "ru" else text


def ratio_words(value: float | None, mark: CallsMark | None, *, short: bool = False) -> str:
    """Write calls per company with what they say: `1.5 ▼ turned away`; short, with the sign alone."""
    if value is None:
        return "–"
    text = f"{value:.1f}"
    text = text.replace(".", ",") if language() == "ru" else text
    if mark is None:
        return text
    return f"{text} {CALLS_SIGNS[mark] if short else calls_mark(mark)}"
