"""The day's backup of a SQLite base: taken once, by one of all who open it, and old ones let go."""

import fcntl
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from salesdesk.errors import BaseError, DamagedError
from salesdesk.i18n import _
from salesdesk.storage.backup import PARTIAL, back_up, forget
from salesdesk.storage.kept_backups import Kept, backup_file, backups
from salesdesk.storage.rotation import Rotation, kept

_SPARE = 64_000_000
"""Bytes that stay free beside a backup: the desk goes on writing."""


def daily_backup(
    base: Path, folder: Path, rotation: Rotation, now: datetime, stopped: Callable[[], bool]
) -> Path | None:
    """Take the backup of a day where there is none yet and nobody else takes it; then let old ones go.

    `now` is in the zone whose days count. Gives the file that was written, None for none. Raises
    DamagedError where the base is not whole, BaseError where there is no room for it, StoppedError.
    """
    if _taken(folder, now):
        return None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder) as alone:
            if not alone or _taken(folder, now):
                return None
            for partial in folder.glob("*" + PARTIAL):
                forget(partial)
            _must_have_room(base, folder)
            target = backup_file(folder, now)
            back_up(base, target, stopped)
            _let_go(folder, rotation, now)
            return target
    except DamagedError:
        raise
    except (BaseError, OSError) as error:
        raise BaseError(
            _("The day's backup was not taken, the desk works on. {why}").format(why=error)
        ) from error


def _taken(folder: Path, now: datetime) -> bool:
    return any(one.at.astimezone(now.tzinfo).date() == now.date() for one in backups(folder))


@contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    """Tell whether this is the one process that takes the backup. The place of a dead one is free."""
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            alone = False
        else:
            alone = True
        yield alone


def _must_have_room(base: Path, folder: Path) -> None:
    needed = base.stat().st_size + _SPARE
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise BaseError(
            _("It needs {needed} MB, and there are {free} MB free in {folder}.").format(
                needed=-(-needed // 10**6), free=free // 10**6, folder=folder
            )
        )


def _let_go(folder: Path, rotation: Rotation, now: datetime) -> None:
    there: dict[datetime, Kept] = {one.at.astimezone(now.tzinfo): one for one in backups(folder)}
    for at in there.keys() - kept(there, rotation):
        there[at].path.unlink(missing_ok=True)
