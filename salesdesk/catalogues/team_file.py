"""team.toml: the team's zone, day and calling hours."""

import difflib
from collections.abc import Sequence
from datetime import time
from importlib.resources import files
from zoneinfo import ZoneInfo, available_timezones

from salesdesk.catalogues.book import Team
from salesdesk.catalogues.entries import checked
from salesdesk.catalogues.schemas import WEEKDAYS, TeamFile
from salesdesk.catalogues.source import Source
from salesdesk.i18n import _


def read_team(source: Source) -> Team:
    """Give what the file says. Raises CatalogueError."""
    file = checked(source, TeamFile, source.data)
    zone = _zone(source, file.zone)
    if file.country not in _countries():
        raise source.error(_('country: there is no country "{code}"').format(code=file.country), "country")
    day, calling = file.day, file.calling
    if not day.start < day.half < day.end:
        raise source.error(
            _("day: start, half and end must follow one another"), "day", _first_late(day.start, day.half)
        )
    if not calling.start < calling.end:
        raise source.error(_("calling: the end must be later than the start"), "calling", "end")
    return Team(
        zone=zone,
        country=file.country,
        currency=file.currency,
        start=time.fromisoformat(day.start),
        half=time.fromisoformat(day.half),
        end=time.fromisoformat(day.end),
        days=_numbers(day.days),
        minutes_per_call=day.minutes_per_call,
        calling_start=time.fromisoformat(calling.start),
        calling_end=time.fromisoformat(calling.end),
        calling_days=_numbers(calling.days),
        notice_minutes=file.promise.notice_minutes,
        undo_hours=file.undo.hours,
        list_rows=file.limits.list_rows,
        list_rows_a_day=file.limits.list_rows_a_day,
        export_rows_a_day=file.limits.export_rows_a_day,
        whose_a_day=file.limits.whose_a_day,
        pool_a_day=file.limits.pool_a_day,
        confirm_hours=file.hand_on.confirm_hours,
    )


def _first_late(start: str, half: str) -> str:
    return "half" if half <= start else "end"


def _numbers(days: Sequence[str]) -> frozenset[int]:
    return frozenset(WEEKDAYS.index(day) for day in days)


def _zone(source: Source, name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # a folder of zones, or a path, is none either
        near = difflib.get_close_matches(name, sorted(available_timezones()), 3, 0.5)
        what = _('zone: there is no zone "{name}"; near to it: {near}')
        text = what.format(name=name, near=", ".join(near or ["Europe/Moscow"]))
        raise source.error(text, "zone") from error


def _countries() -> frozenset[str]:
    table = files("tzdata").joinpath("zoneinfo", "iso3166.tab").read_text("utf-8")
    return frozenset(line[:2] for line in table.splitlines() if not line.startswith("#"))
