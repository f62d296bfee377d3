"""Whom to call when: bands, ranking, retry rules and calling hours, as pure functions over plain values.

The rules are those of the trade: four bands; inside a band overdue first, then interest, then
expected amount, then the longest untouched; a promise at its time; never outside the client's own
calling hours, never sooner than the outcome's retry rule, never more attempts than it allows.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from salesdesk.codes import Band, Hold, StepKind

INTEREST_MOST = 5
PROMISE_GRACE = timedelta(hours=1)
"""An agreed time may lie outside the usual calling hours; so long after it the hours hold again."""

COLD_PROBABILITY = 1
"""Percent, of a client that has never been in conversation: keeps the order by amount among them."""

_AMOUNT_BITS = 38
_HOUR_BITS = 20
_AMOUNT_MOST = (1 << _AMOUNT_BITS) - 1
_HOUR_MOST = (1 << _HOUR_BITS) - 1


class StageRule(Protocol):
    """What the rules ask of a stage."""

    band: Band
    probability: int
    in_work: bool


class RetryRule(Protocol):
    """What the rules ask of an outcome that is followed by another try."""

    retry_minutes: int | None
    retry_days: int | None
    other_hour: bool
    max_attempts: int | None


class WorkCalendar:
    """Working days: some days of the week without the holidays of a country. 0 is Monday."""

    def __init__(
        self, country: str, days: frozenset[int], known: Mapping[int, Mapping[date, str]] | None = None
    ) -> None:
        self.country = country
        self.days = days
        self.known = known or {}

    def holiday(self, day: date) -> str | None:
        """Name the holiday of a day, in the language of its country; None on a plain day."""
        of_year = self.known.get(day.year)
        return (holidays_of(self.country, day.year) if of_year is None else of_year).get(day)

    def works(self, day: date) -> bool:
        """Tell whether the team works on a day."""
        return day.weekday() in self.days and self.holiday(day) is None

    def after(self, day: date, count: int) -> date:
        """Give the `count`-th working day after a day; for 0 the day itself, or the first one after it."""
        while count > 0 or not self.works(day):
            day += timedelta(days=1)
            count -= self.works(day)
        return day


@dataclass(frozen=True)
class Hours:
    """Hours of working days: the team's own, or those in which clients may be called."""

    start: time
    end: time
    calendar: WorkCalendar

    def window(self, day: date, zone: tzinfo) -> tuple[datetime, datetime] | None:
        """Give when these hours begin and end on a day of a zone, in UTC; None on a day off."""
        if not self.calendar.works(day):
            return None
        opens, closes = (datetime.combine(day, at, zone).astimezone(UTC) for at in (self.start, self.end))
        return opens, closes


@lru_cache(maxsize=16)
def holidays_of(country: str, year: int) -> dict[date, str]:
    """Name the holidays of a country's year, in its language; none for a country that nobody wrote down."""
    import holidays  # here, because its import takes longer than the first frame may

    try:
        # Without a language the environment of whoever opens the base would choose it for the whole team.
        own = holidays.country_holidays(country).default_language
        return dict(holidays.country_holidays(country, years=year, language=own))
    except NotImplementedError:
        return {}


@lru_cache(maxsize=1024)
def zone_info(name: str, default: str = "Europe/Moscow") -> ZoneInfo:
    """Give a zone by its name; the default for a name that this machine does not know."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(default)


# -- where a client stands ------------------------------------------------------------------------


def band_of(stage: StageRule | None, *, won: bool) -> Band:
    """Tell the band: cold without a stage; who has bought once is never a new prospect again."""
    if stage is None:
        return Band.TELEMARKETING
    return Band.ACTIVE if won and stage.band == Band.NEW else stage.band


def weighted(expected_minor: int, interest: int, stage: StageRule | None) -> int:
    """Give the expected amount: interest x probability x amount, in minor units."""
    probability = stage.probability if stage else COLD_PROBABILITY
    return expected_minor * probability * interest // (100 * INTEREST_MOST)


def sort_key(
    interest: int, expected_minor: int, last_call_at: datetime | None, stage: StageRule | None = None
) -> int:
    """Pack interest, probability x amount and the hour last touched into one number that sorts ascending.

    One integer makes one index and one keyset for the whole order. Amounts above 2.7 thousand
    million units and the minutes of the last call do not tell rows apart.
    """
    probability = stage.probability if stage else COLD_PROBABILITY
    likely = min(_AMOUNT_MOST, max(0, expected_minor * probability // 100))
    hour = min(_HOUR_MOST, max(0, int(last_call_at.timestamp()) // 3600)) if last_call_at else 0
    rank = INTEREST_MOST - min(INTEREST_MOST, max(0, interest))
    return (rank << _AMOUNT_BITS | (_AMOUNT_MOST - likely)) << _HOUR_BITS | hour


def in_pool(*, stage: str | None, do_not_call: bool, has_number: bool, has_next_action: bool) -> bool:
    """Tell whether a client waits in the cold base: never in conversation, callable, owed nothing."""
    return stage is None and has_number and not do_not_call and not has_next_action


def is_unowed(*, stage: StageRule | None, do_not_call: bool, has_next_action: bool) -> bool:
    """Tell whether a client is in work and owed nothing: a defect of the base."""
    return stage is not None and stage.in_work and not do_not_call and not has_next_action


def hold_of(*, kind: StepKind, has_number: bool, attempt: int, max_attempts: int | None) -> Hold | None:
    """Tell why a next action may not stand in a list."""
    if max_attempts is not None and attempt > max_attempts:
        return Hold.ATTEMPTS_USED_UP
    return Hold.NO_NUMBER if kind == StepKind.CALL and not has_number else None


# -- when a client may be called ------------------------------------------------------------------


def callable_until(zone: str, now: datetime, hours: Hours) -> datetime | None:
    """Give when today's calling hours of a zone end, if they hold now; None while it may not be called."""
    where = zone_info(zone)
    window = hours.window(now.astimezone(where).date(), where)
    return window[1] if window and window[0] <= now < window[1] else None


def open_zones(zones: Iterable[str], now: datetime, hours: Hours) -> dict[str, datetime]:
    """Give the zones in which clients may be called now, and until when (UTC)."""
    found = ((zone, callable_until(zone, now, hours)) for zone in zones)
    return {zone: until for zone, until in found if until is not None}


def opens_at(zone: str, now: datetime, hours: Hours) -> datetime:
    """Give when a zone may next be called: now, if it may; otherwise the next opening, UTC."""
    return _opening(now, zone_info(zone), hours)


def promise_holds(due_at: datetime, now: datetime, zone: str, hours: Hours) -> bool:
    """Tell whether a promise may be kept now: about its agreed time always, later within calling hours."""
    return due_at > now - PROMISE_GRACE or callable_until(zone, now, hours) is not None


def is_overdue(due_at: datetime, *, promise: bool, now: datetime, midnight: datetime) -> bool:
    """Tell whether a next action is late: a promise by the clock, anything else by the team's day."""
    return due_at < (now if promise else midnight)


def days_late(due_at: datetime, today: date, zone: ZoneInfo) -> int:
    """Count the team's days since a next action was due; 0 while it is not late."""
    return max(0, (today - due_at.astimezone(zone).date()).days)


# -- when to try again ----------------------------------------------------------------------------


def retry_at(rule: RetryRule, called_at: datetime, zone: str, hours: Hours) -> datetime:
    """Give when to dial again by an outcome's rule, within the client's calling hours. UTC.

    Minutes count from the call, days are working days. Never at the same hour of the client's
    day twice running, where the rule says so; a retry that the rule wants within the hour is
    left at its time, as long as the day lasts.
    """
    where = zone_info(zone)
    local = called_at.astimezone(where)
    if rule.retry_minutes is not None:
        at = soonest = called_at + timedelta(minutes=rule.retry_minutes)
    else:
        day = hours.calendar.after(local.date(), rule.retry_days or 1)
        at = datetime.combine(day, local.time(), where).astimezone(UTC)
        soonest = datetime.combine(day, time(), where).astimezone(UTC)
    opening = _opening(at, where, hours)
    soon = rule.retry_minutes is not None and rule.retry_minutes < 60  # minutes of an hour
    if not rule.other_hour or (soon and opening == at):
        return opening
    return _at_another_hour(local.hour, opening, soonest, where, hours)


def _opening(at: datetime, where: ZoneInfo, hours: Hours) -> datetime:
    day = at.astimezone(where).date()
    for offset in range(30):
        window = hours.window(day + timedelta(days=offset), where)
        if window and at < window[1]:
            return max(at, window[0])
    return at


def _at_another_hour(hour: int, at: datetime, soonest: datetime, where: ZoneInfo, hours: Hours) -> datetime:
    """Keep away from an hour: two hours on or back, or what that day's hours allow, else the next day."""
    tried = at
    for _day in range(2):
        window = hours.window(tried.astimezone(where).date(), where)
        if window is None:
            break
        hours_on = (tried + timedelta(hours=by) for by in (0, 2, -2, 1, -1))
        next_hour = tried + timedelta(minutes=60 - tried.astimezone(where).minute)
        for moved in (*hours_on, next_hour, window[0]):
            if max(soonest, window[0]) <= moved < window[1] and moved.astimezone(where).hour != hour:
                return moved
        tried = _opening(window[1], where, hours)
    return at  # these hours are one hour of the day: there is no other


def day_start(day: date, hours: Hours, zone: ZoneInfo) -> datetime:
    """Give the instant of a next action that has a day and no clock time: when the team's day begins."""
    return datetime.combine(day, hours.start, zone).astimezone(UTC)


def after_working_hours(start: datetime, hours: int, working: Hours, zone: ZoneInfo) -> datetime:
    """Give the instant, UTC, at which so many hours of work have gone by since a moment."""
    left, day = timedelta(hours=hours), start.astimezone(zone).date()
    while True:
        window = working.window(day, zone)
        if window is not None:
            begins = max(window[0], start.astimezone(UTC))
            if window[1] - begins >= left:
                return begins + left
            left -= max(window[1] - begins, timedelta())
        day += timedelta(days=1)


# -- the day --------------------------------------------------------------------------------------

_MORNING = (Band.NEW, Band.ACTIVE, Band.OTHER, Band.TELEMARKETING)
_AFTERNOON = (Band.ACTIVE, Band.NEW, Band.OTHER, Band.TELEMARKETING)


def band_order(now: datetime, half_at: datetime) -> tuple[Band, ...]:
    """Give the order of the bands at a moment of the day.

    The first half belongs to new prospects. In the second the customers whose money waits come
    first, so that a long list of prospects cannot eat the whole day; what is left of it follows.
    """
    return _MORNING if now < half_at else _AFTERNOON


@dataclass(frozen=True, slots=True)
class Candidate:
    """A client that the day could hold. Candidates come ranked inside their band. Times UTC."""

    client_id: int
    band: Band
    opens: datetime
    closes: datetime
    promise_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """A call's place in the day plan."""

    at: datetime
    client_id: int
    band: Band


def plan_day(
    candidates: Iterable[Candidate], *, now: datetime, half_at: datetime, ends_at: datetime, each: timedelta
) -> list[Slot]:
    """Lay the candidates out over what is left of the day, one call after another.

    Promises stand at their time. Between them each slot takes the first by band and rank that may
    be called then; one whose hours would be over before its turn is taken first in its band: the
    east is called while it is still awake, the west when it has woken.
    """
    waiting: dict[Band, list[Candidate]] = {band: [] for band in _MORNING}
    promises: list[Candidate] = []
    for candidate in candidates:
        (promises if candidate.promise_at else waiting[candidate.band]).append(candidate)
    promises.sort(key=lambda found: found.promise_at or now, reverse=True)
    slots: list[Slot] = []
    at = now
    while at < ends_at:
        chosen = _promise(promises, at, each) or _turn(waiting, at, half_at, each)
        if chosen is not None:
            slots.append(Slot(at, chosen.client_id, chosen.band))
        elif not promises and not any(waiting.values()):
            break
        at += each
    return slots


def _promise(promises: list[Candidate], at: datetime, each: timedelta) -> Candidate | None:
    if promises and (due := promises[-1].promise_at) is not None and due < at + each:
        return promises.pop()
    return None


def _turn(
    waiting: dict[Band, list[Candidate]], at: datetime, half_at: datetime, each: timedelta
) -> Candidate | None:
    for band in band_order(at, half_at):
        queue = waiting[band]
        usable = [place for place, found in enumerate(queue) if found.opens <= at < found.closes]
        if not usable:
            continue
        chosen = usable[0]
        for turn, place in enumerate(usable):
            lost = queue[place].closes <= at + each * (turn + 1)
            if lost and queue[place].closes < queue[chosen].closes:
                chosen = place
        return queue.pop(chosen)
    return None
