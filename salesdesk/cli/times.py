"""Moments that a command is given: ISO 8601, or a time of today."""

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from salesdesk.cli.failing import WrongCallError
from salesdesk.i18n import _

if TYPE_CHECKING:
    from salesdesk.context import Context


def moment_of(text: str, context: "Context") -> datetime:
    """Read `--at`: a moment, with or without an offset (then the team's zone), a day, or `14:30` of today.

    Raises WrongCallError.
    """
    zone = context.catalogues.team.zone
    typed = text.strip()
    try:
        if len(typed) <= len("14:30"):
            return datetime.combine(context.today, time.fromisoformat(typed.rjust(5, "0")), zone).astimezone(
                UTC
            )
        read = datetime.fromisoformat(typed)
    except ValueError as error:
        raise WrongCallError(
            _("--at: “{value}” is not a time; write 14:30, 2026-11-23 or 2026-11-23T10:24+03:00.").format(
                value=text
            )
        ) from error
    if len(typed) == len("2026-11-23"):
        read = datetime.combine(read.date(), context.catalogues.team.start)
    return (read if read.tzinfo else read.replace(tzinfo=zone)).astimezone(UTC)
