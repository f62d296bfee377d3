"""The process of one desk in a browser: how it is started, told who sits there, and ended."""

import asyncio
import json
import logging
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TextIO

from platformdirs import user_data_path
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from salesdesk.places import PREFIX
from salesdesk.secrecy.redacted import environment_of_children
from salesdesk.storage.server_passwords import without_password
from salesdesk.web.desk import SEAT

_GRACE = 4.0
"""Seconds for a desk to end by itself, then after being told to, before it is killed."""
_STUCK = 30.0
"""Seconds after which a desk that takes no key any more is given up."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sitting:
    """What a desk is told: its base, who sits there, the language; `now` stops its clock."""

    db: str = field(repr=False)
    operator: str
    lang: str | None
    now: str | None
    data_dir: str | None = None


class DeskProcess(AppService):
    """A desk whose terminal is a browser. What it sends goes to `write`, its end to `close`."""

    def __init__(
        self,
        sitting: Sitting,
        language: str,
        write: Callable[[bytes], Awaitable[None]],
        close: Callable[[], Awaitable[object]],
    ) -> None:
        async def closed() -> None:
            await close()

        async def said(_text: str) -> None:
            """Nothing but the screen goes to the browser."""

        super().__init__(
            "", write_bytes=write, write_str=said, close=closed, download_manager=DownloadManager()
        )
        self._sitting = sitting
        self._speaks = language
        self._told: TextIO | None = None

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        """Start it without a shell. The pipe is its alone, and stays open while the desk is wanted."""
        reading, writing = os.pipe()
        self._told = os.fdopen(writing, "w", encoding="utf-8")
        try:
            self._told.write(json.dumps(asdict(self._sitting)) + "\n")
            self._told.flush()
            self._process = process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "salesdesk.web.desk",
                stdin=PIPE, stdout=PIPE, stderr=PIPE,
                env=self._environment(width, height) | {SEAT: str(reading)},
                pass_fds=(reading,), start_new_session=True,
            )  # fmt: skip
        finally:
            os.close(reading)
        self._stdin = process.stdin
        return process

    def _environment(self, width: int, height: int) -> dict[str, str]:
        """Give the server's environment without its own settings, and a home for this person's."""
        usual = environment_of_children(self._build_environment(width, height))
        clean = {name: value for name, value in usual.items() if not name.startswith(PREFIX)}
        folder = _home_of(self._sitting)
        kept = {f"XDG_{kind}_HOME": str(folder / kind.lower()) for kind in ("CONFIG", "STATE", "CACHE")}
        return clean | kept | {"LC_ALL": "ru_RU.UTF-8" if self._speaks == "ru" else "C.UTF-8"}

    async def send_bytes(self, data: bytes) -> bool:
        """Send keys. False where it is gone, or takes none any more."""
        try:
            return await asyncio.wait_for(super().send_bytes(data), _STUCK)
        except TimeoutError:
            return False

    async def stop(self) -> None:
        """End it: by itself, which lets it write what it has to, else by force."""
        if self._told is not None:
            self._told.close()
        process, task = self._process, self._task
        if process is None or task is None:
            return
        self._task = None
        ending = asyncio.create_task(process.wait())
        asking = asyncio.create_task(self.send_meta({"type": "quit"}))
        for force in (None, process.terminate, process.kill):
            if force is not None and process.returncode is None:
                log.warning("The desk of %s is ended by force", self._sitting.operator)
                force()
            done, _pending = await asyncio.wait({ending}, timeout=_GRACE)
            if done:
                break
        asking.cancel()
        await asyncio.wait({task}, timeout=_GRACE)
        task.cancel()

    async def on_meta(self, data: bytes) -> None:
        """Close when the desk was left; it has nothing else to say: no address to open, no file to bring."""
        if json.loads(data).get("type") == "exit":
            await self.remote_close()


def _home_of(sitting: Sitting) -> Path:
    """Give the folder of a person's language, theme and keys: not those of whoever started the server."""
    name = sha256(f"{without_password(sitting.db)}\n{sitting.operator}".encode()).hexdigest()[:16]
    folder = user_data_path("salesdesk", appauthor=False) / "browser" / name
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
