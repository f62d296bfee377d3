"""Playing a recording: another program is started with the file as one argument, never through a shell.

Where a recording is comes from the base, so from files of others: only what sounds is opened, and
nothing that a program could take for an option or for something to run.
"""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from salesdesk.errors import SalesdeskError
from salesdesk.i18n import _
from salesdesk.secrecy.redacted import environment_of_children

PLACE = "{file}"
SOUNDS = frozenset(
    {
        ".3gp", ".aac", ".aif", ".aiff", ".amr", ".au", ".flac", ".gsm", ".m4a", ".mka", ".mp3", ".mp4",
        ".oga", ".ogg", ".opus", ".wav", ".webm", ".wma",
    }
)  # fmt: skip
"""How the names of files end that hold sound, whatever else they may hold."""


class PlayingError(SalesdeskError):
    """A recording cannot be played: it is not there, or nothing here plays it."""


@dataclass(frozen=True, slots=True)
class PlayCommand:
    """A program and its arguments."""

    words: tuple[str, ...]

    def arguments(self, sound: str) -> list[str]:
        """Give the program's arguments; the recording takes the place of `{file}`, or comes last."""
        if any(PLACE in word for word in self.words):
            return [word.replace(PLACE, sound) for word in self.words]
        return [*self.words, sound]


def play_command(
    chosen: Sequence[str] | None, environ: Mapping[str, str] = os.environ, platform: str = sys.platform
) -> PlayCommand | None:
    """Choose what plays: the settings' program, else what the system opens sounds with; None for nothing.

    Over SSH and without a display there is nothing: it would sound at a machine nobody sits at.
    """
    if chosen:
        return PlayCommand(tuple(chosen))
    if platform == "win32":
        return PlayCommand(("rundll32", "url.dll,FileProtocolHandler"))
    if "SSH_CONNECTION" in environ:
        return None
    if platform == "darwin":
        return PlayCommand(("open",))
    seen = environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")
    opener = shutil.which("xdg-open") if seen else None
    return PlayCommand((opener,)) if opener else None


def sound_at(recording: str, folder: Path | None = None) -> str:
    """Find a recording: an address, a path, or a path in the folder of recordings. Raises PlayingError."""
    written = recording.strip()
    address = _address(written)
    if address is not None:
        return address
    path = Path(written).expanduser()
    if not path.is_absolute():
        path = (folder or Path.cwd()) / path
    if path.suffix.lower() not in SOUNDS:
        raise PlayingError(_("{file} is no sound, so it is not opened.").format(file=written))
    try:
        there = path.is_file()
    except (OSError, ValueError):  # a name too long, a zero in it
        there = False
    if not there:
        raise PlayingError(_missing(written, path, folder))
    return str(path.absolute())


def _missing(written: str, path: Path, folder: Path | None) -> str:
    if folder is None and not Path(written).expanduser().is_absolute():
        line = _("The recording {file} is not here. Say where recordings are: `recordings` in settings.toml.")
        return line.format(file=written)
    return _("The recording {file} is not there.").format(file=path)


def _address(written: str) -> str | None:
    """Give an address of the web; None for what is a path. Raises PlayingError for any other address."""
    if "://" not in written:
        return None
    if urlsplit(written).scheme.lower() in {"http", "https"} and not set(written) & set(" \t\r\n\"'<>`"):
        return written
    raise PlayingError(_("{file} is no address that a recording is played from.").format(file=written))


def start_playing(command: PlayCommand, sound: str) -> None:
    """Start the program and go on without waiting for it. Raises PlayingError where it cannot be started."""
    words = command.arguments(sound)
    try:
        process = subprocess.Popen(  # noqa: S603  # a list of words, no shell: the file is one argument whatever it holds
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env=environment_of_children(os.environ),
        )
    except (OSError, ValueError) as error:
        raise PlayingError(
            _("The player {program} cannot be started. Check `play` in settings.toml.").format(
                program=words[0]
            )
        ) from error
    threading.Thread(target=process.wait, name="play", daemon=True).start()
