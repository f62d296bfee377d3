"""Why the list is empty, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from salesdesk import formatting
from salesdesk.i18n import _, ngettext

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from salesdesk.context import Context
    from salesdesk.rows import DayCounts, DayHeader


def first_opening(session: Any, context: Context) -> datetime | None:  # noqa: ANN401  # screens know no sessions
    """Tell when clients of the first zone may be called (UTC); None without clients. A use case."""
    from salesdesk.desk.queue_parts import zones
    from salesdesk.scheduler import opens_at

    return min((opens_at(zone, context.now, context.calling) for zone in zones(session)), default=None)


def empty_words(
    header: DayHeader, counts: DayCounts, opens: datetime | None, zone: tzinfo, *, given_out: bool
) -> tuple[str, str]:
    """Say why nobody is to be called now, and what can be done.

    `given_out`: the shared pool stands in no list, and the key for the next client gives one of it.
    """
    search = _("s finds a client, r makes the list anew")
    if given_out:
        search = _("n gives you the next client of the shared pool") + "\n" + search
    if counts.waiting:
        waiting = ngettext(
            "{count} client is due, but it is not the hour to call there.",
            "{count} clients are due, but it is not the hour to call there.",
            counts.waiting,
        ).format(count=counts.waiting)
        when = ""
        if opens is not None:
            moment = formatting.moment(opens, header.now, zone)
            when = _("The first may be called: {when}.").format(when=moment) + "\n"
        return waiting, when + search
    if not header.working_day:
        if header.holiday:
            return _("A day off: {holiday}. Nothing is due.").format(holiday=header.holiday), search
        return _("A day off. Nothing is due."), search
    if header.now >= header.ends_at:
        return _("The working day is over. Nothing is due any more."), search
    return _("Nobody is to be called now: everything due is done."), search
