"""A pilot that does not wait long between the keys that it presses, only after the last."""

from asyncio import sleep
from time import monotonic, process_time

import pytest
from textual._wait import wait_for_idle
from textual.pilot import Pilot

LOOK, IDLE = 0.01, 0.001
MOST = 1.0


async def _moment(_least: float = 0) -> None:
    """Wait until the process is idle, looked at more often than the pilot does by itself."""
    begun = monotonic()
    while monotonic() - begun < MOST:
        worked = process_time()
        await sleep(LOOK)
        if process_time() - worked < IDLE:
            return


@pytest.fixture(autouse=True)
def eager_pilot(monkeypatch):
    """Let the pilot's wait after each of several keys be short; after the last one a frame is painted."""
    pressed = Pilot.press

    async def press(self, *keys):
        await pressed(self, *keys)
        await wait_for_idle(0)

    monkeypatch.setattr("textual.app.wait_for_idle", _moment)
    monkeypatch.setattr(Pilot, "press", press)
