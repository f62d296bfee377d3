"""What the desk was started with, and how its base is opened.

Nothing of the database is imported here at module level: the first frame is painted before.
"""

from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING

from salesdesk.clock import Clock
from salesdesk.places import Place, place_at_once

if TYPE_CHECKING:
    from salesdesk.context import Context
    from salesdesk.settings import Settings
    from salesdesk.storage.base import Base

_NEEDED_AT_ONCE = ("salesdesk.desk.queue", "salesdesk.desk.day")


@dataclass(frozen=True, slots=True)
class Start:
    """What the desk was started with; None is left to the settings. `now` stops the clock there.

    `in_browser`: whoever sits there is not the one whose machine it runs on, and reaches nothing of it.
    """

    db: str | None = None
    now: datetime | None = None
    operator: str | None = None
    lang: str | None = None
    in_browser: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """An open base, and who sits at it."""

    base: "Base"
    context: "Context"


def sit_down(start: Start) -> Opened:
    """Open the base that the start, the environment or the settings name. Raises SalesdeskError."""
    return sit_down_at(place_of(start), start.now)


def place_of(start: Start) -> Place:
    """Tell which base the start, the environment or the settings name. Raises SettingsError."""
    place = place_at_once(start.db, start.operator)
    if place is None:
        settings = load(start)
        place = Place(settings.db, settings.operator, settings.data_dir, settings.backup_dir)
    return place


def sit_down_at(place: Place, now: datetime | None) -> Opened:
    """Open a base. Raises SalesdeskError."""
    from salesdesk.context import context_of
    from salesdesk.lead.coming_back import bring_back
    from salesdesk.storage.base import open_base

    for module in _NEEDED_AT_ONCE:
        import_module(module)
    data = () if place.data_dir is None else (place.data_dir,)
    base = open_base(place.db, data=data, operator=place.operator, backup_dir=place.backup_dir)
    try:
        context = context_of(base, Clock(fixed=now), place.operator)
        bring_back(base, context)
        return Opened(base, context.fresh())
    except BaseException:
        base.close()
        raise


def load(start: Start) -> "Settings":
    """Load the settings, with what the start says over them. Raises SettingsError."""
    from salesdesk.settings import load_settings

    return load_settings(db=start.db, operator=start.operator, lang=start.lang)
