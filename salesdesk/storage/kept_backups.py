"""The backups of a base that stand in its folder, and the way back to the last good one of them."""

import shlex
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from salesdesk.errors import DamagedError
from salesdesk.i18n import _
from salesdesk.storage.schema import is_a_base

_NAME = "%Y-%m-%dT%H%M%SZ.sqlite"


@dataclass(frozen=True, slots=True)
class Kept:
    """A backup that was read back when it was taken: of which moment, and how large it is."""

    path: Path
    at: datetime
    bytes: int


def backups_folder(base: Path, chosen: Path | None = None) -> Path:
    """Tell where the backups of a base are: beside it, or in a folder of its own in the one chosen."""
    if chosen is None:
        return base.with_name(base.name + ".backups")
    # Bases of one name, each in its own place, may share the folder that was chosen.
    mark = sha256(str(base.expanduser().absolute()).encode()).hexdigest()[:8]
    return chosen.expanduser() / f"{base.name}-{mark}.backups"


def backup_file(folder: Path, at: datetime) -> Path:
    """Name the backup of a moment."""
    return folder / at.astimezone(UTC).strftime(_NAME)


def backups(folder: Path) -> tuple[Kept, ...]:
    """Give the backups in a folder, the newest first; other files there are not ours."""
    found = []
    for file in folder.glob("*.sqlite"):
        try:
            at = datetime.strptime(file.name, _NAME).replace(tzinfo=UTC)
            found.append(Kept(file, at, file.stat().st_size))
        except (ValueError, OSError):
            continue
    return tuple(sorted(found, key=lambda one: one.at, reverse=True))


def last_good(folder: Path, but: Collection[Path] = ()) -> Kept | None:
    """Give the newest backup that can still be opened, apart from some; None where there is none."""
    usable = (one for one in backups(folder) if one.path not in but and is_a_base(one.path))
    return next(usable, None)


def when(at: datetime) -> str:
    """Say of which moment a backup is, by this machine's clock: a damaged base does not tell its zone."""
    return f"{at.astimezone():%Y-%m-%d %H:%M}"


def restore_command(base: Path, backup: Path | None) -> str:
    """Give the command that puts a backup in the base's place."""
    file = "FILE" if backup is None else shlex.quote(str(backup))
    return f"salesdesk --db {shlex.quote(str(base))} db restore {file}"


@contextmanager
def way_back_told(base: Path | None, chosen: Path | None) -> Iterator[None]:
    """Let an error that a base is damaged name its last good backup, and the command that restores it."""
    try:
        yield
    except DamagedError as error:
        if base is None or error.way_back:
            raise
        raise DamagedError(_way_back(base, backups_folder(base, chosen)), way_back=True) from error


def _way_back(base: Path, folder: Path) -> str:
    last = last_good(folder)
    command = restore_command(base, None if last is None else last.path)
    if last is None:
        return _(
            "The base {base} is damaged, and {folder} holds no backup of it. With one: {command}"
        ).format(base=base, folder=folder, command=command)
    if not base.exists():
        return _(
            "The base {base} is gone; to begin a new one, move {folder} away. "
            "Its last good backup is of {when}: {command}"
        ).format(base=base, when=when(last.at), command=command, folder=folder)
    return _("The base {base} is damaged. Its last good backup is of {when}: {command}").format(
        base=base, when=when(last.at), command=command
    )
