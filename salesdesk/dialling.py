"""Dialling: another program is started with the number as one argument, never through a shell."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from salesdesk.errors import SalesdeskError
from salesdesk.i18n import _
from salesdesk.secrecy.redacted import environment_of_children

PLACE = "{number}"


class DiallingError(SalesdeskError):
    """The program that dials could not be started."""


@dataclass(frozen=True, slots=True)
class DialCommand:
    """A program and its arguments. `scheme` stands before the number: `tel:` for the system's handler."""

    words: tuple[str, ...]
    scheme: str = ""

    def arguments(self, number: str) -> list[str]:
        """Give the program's arguments; the number takes the place of `{number}`, or comes last."""
        whole = self.scheme + number
        if any(PLACE in word for word in self.words):
            return [word.replace(PLACE, whole) for word in self.words]
        return [*self.words, whole]


def dial_command(
    chosen: Sequence[str] | None, environ: Mapping[str, str] = os.environ, platform: str = sys.platform
) -> DialCommand | None:
    """Choose what dials: the settings' program, else the system's handler of `tel:`; None where nothing can.

    Over SSH and without a display there is no handler: it would open on a machine nobody sits at.
    """
    if chosen:
        return DialCommand(tuple(chosen))
    if platform == "win32":
        return DialCommand(("rundll32", "url.dll,FileProtocolHandler"), "tel:")
    if "SSH_CONNECTION" in environ:
        return None
    if platform == "darwin":
        return DialCommand(("open",), "tel:")
    seen = environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")
    opener = shutil.which("xdg-open") if seen else None
    return DialCommand((opener,), "tel:") if opener else None


def dialled(number: str) -> str:
    """Keep of a number what is dialled: never a sign that a program could take for an option."""
    return "".join(sign for sign in number if sign in "0123456789+*#,;")


def start_dialling(command: DialCommand, number: str) -> None:
    """Start the program and go on without waiting for it. Raises DiallingError where it cannot be started."""
    words = command.arguments(dialled(number))
    try:
        process = subprocess.Popen(  # noqa: S603  # a list of words, no shell: the number is one argument whatever it holds
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env=environment_of_children(os.environ),
        )
    except (OSError, ValueError) as error:
        raise DiallingError(
            _("The dial program {program} cannot be started. Check `dial` in the settings.").format(
                program=words[0]
            )
        ) from error
    threading.Thread(target=process.wait, name="dial", daemon=True).start()
