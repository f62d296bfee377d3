"""What a desk does once a day for its base: the backup, where it is due, and what is too old goes."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from salesdesk.clock import Clock
from salesdesk.opening import Opened
from salesdesk.places import sample_base_file

if TYPE_CHECKING:
    from salesdesk.settings import Settings


def care_for_the_day(opened: Opened, settings: "Settings", stopped: Callable[[], bool]) -> None:
    """Take the day's backup where it is due, then drop receipts that nobody asks for any more.

    Raises DamagedError, and then changes nothing, BaseError.
    """
    from salesdesk.storage.receipts import drop_old

    back_up_the_day(opened, settings, stopped)
    clock = opened.context.clock
    # A clock that stands still knows no days.
    if clock.fixed is None and not stopped():
        drop_old(opened.base, clock.now())


def back_up_the_day(opened: Opened, settings: "Settings", stopped: Callable[[], bool]) -> Path | None:
    """Take the day's backup of a SQLite base where it is due; give the file that was written.

    Raises DamagedError where the base is found not to be whole, BaseError where it cannot be written.
    """
    from salesdesk.storage.daily_backup import daily_backup
    from salesdesk.storage.kept_backups import backups_folder
    from salesdesk.storage.rotation import Rotation

    base, clock = opened.base, opened.context.clock
    if base.path is None or not is_wanted(settings.backup, base.path, clock) or base.empty:
        return None
    rotation = Rotation(settings.backup_days, settings.backup_weeks, settings.backup_months)
    folder = backups_folder(base.path, settings.backup_dir)
    return daily_backup(base.path, folder, rotation, clock.local(), stopped)


def is_wanted(said: bool | None, base: Path, clock: Clock) -> bool:  # noqa: FBT001  # as it is in the settings
    """Tell whether a base is backed up by itself: as is said, else where it is to stay.

    A sample and what stands in the folder for temporary files will be gone; a clock that stands still
    knows no days.
    """
    if said is not None:
        return said
    place = base.absolute()
    passing = place == sample_base_file() or Path(tempfile.gettempdir()) in place.parents
    return clock.fixed is None and not passing
