"""Listening to the recording of a call, from any screen."""

import asyncio
from typing import TYPE_CHECKING

from salesdesk.commands import CALL, Command
from salesdesk.i18n import N_, _
from salesdesk.screens.desk_screen import DeskScreen

if TYPE_CHECKING:
    from salesdesk.settings import Settings
    from salesdesk.shell import Shell

LISTEN = Command("call.listen", "l", "listen", N_("listen"), N_("Play the recording of the call"), CALL)


class Listening(DeskScreen[None]):
    """A screen with a recorded call under its cursor."""

    async def recording(self) -> str | None:
        """Say where the recording is; None where there is none. Raises SalesdeskError."""
        raise NotImplementedError

    def action_listen(self) -> None:
        """Play it."""
        self.run_worker(self._listen(), group="listen", exclusive=True)

    async def _listen(self) -> None:
        with self.app.errors_said():
            await play(self.app, await self.recording())


async def play(app: "Shell", recording: str | None) -> None:
    """Play a recording by the program of the settings or of the system; say where it is if there is none.

    Raises SalesdeskError.
    """
    if not recording:
        app.say(_("This call has no recording."))
        return
    app.only_at_this_machine()
    settings = await app.settings()
    # A recording may lie on another machine, which takes its time.
    sound, started = await asyncio.to_thread(_play, settings, recording)
    if started:
        app.say(_("Playing: {file}").format(file=sound))
    else:
        app.copy(sound, _("no player here, so the path: {file}").format(file=sound))


def _play(settings: "Settings", recording: str) -> tuple[str, bool]:
    from salesdesk.playing import play_command, sound_at, start_playing

    sound = sound_at(recording, settings.recordings)
    command = play_command(settings.play)
    if command is not None:
        start_playing(command, sound)
    return sound, command is not None
