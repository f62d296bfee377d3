"""A pilot that waits for what there is to do, not for time to pass; style sheets are read once."""

from asyncio import get_running_loop, sleep
from concurrent.futures import Future, ThreadPoolExecutor
from time import monotonic, process_time

import pytest
from textual.app import App
from textual.css.stylesheet import Stylesheet
from textual.pilot import Pilot

LOOK, IDLE = 0.01, 0.001
# Seconds: a timer that is about to go off belongs to what a key brought about; a wait of a second gives up.
SOON, MOST = 0.005, 1.0


class UnderWay:
    """What was handed to threads and has not come back, and what else is still to be done."""

    def __init__(self) -> None:
        self.busy: set[Future[object]] = set()

    def taken(self, job: Future[object]) -> Future[object]:
        self.busy.add(job)
        job.add_done_callback(self.busy.discard)
        return job

    async def still(self, _least: float = 0) -> None:
        """Wait until nothing is left to be done: no callback of the loop, no job in a thread that works."""
        loop = get_running_loop()
        begun = monotonic()
        while monotonic() - begun < MOST:
            await sleep(0)
            if loop._ready:
                continue
            if any(not due.cancelled() and due.when() < loop.time() + SOON for due in loop._scheduled):
                await sleep(SOON)
                continue
            if not self.busy:
                return
            worked = process_time()
            await sleep(LOOK)
            # A job that a test holds, or that waits for another one, is not waited for.
            if self.busy and process_time() - worked < IDLE:
                return

    async def painted(self, app: App[object]) -> None:
        """Wait until nothing is left to be painted either: a frame may bring about the next one."""
        begun = monotonic()
        while monotonic() - begun < MOST:
            await self.still()
            if app._exit or not app.screen._update_timer._active.is_set():
                return
            app.screen._on_timer_update()


@pytest.fixture(scope="session", autouse=True)
def _styles_read_once():
    """Let all applications of a run share the rules that a style sheet comes to with the same colours."""
    read, known = Stylesheet._parse_rules, {}

    def rules(sheet, *told, **named):
        key = (frozenset(sheet._variables.items()), told, *named.items())
        if key not in known:
            known[key] = read(sheet, *told, **named)
        return known[key]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Stylesheet, "_parse_rules", rules)
        yield


@pytest.fixture(autouse=True)
def eager_pilot(monkeypatch):
    """Let the pilot go on as soon as all that a key brought about is done, and its last frame painted."""
    under_way = UnderWay()
    pressed, paused, submit = Pilot.press, Pilot.pause, ThreadPoolExecutor.submit

    async def press(self, *keys):
        await pressed(self, *keys)
        await under_way.painted(self.app)

    async def pause(self, delay=None):
        await paused(self, delay)
        if delay is None:
            await under_way.painted(self.app)

    monkeypatch.setattr(
        ThreadPoolExecutor, "submit", lambda pool, *job, **named: under_way.taken(submit(pool, *job, **named))
    )
    monkeypatch.setattr("textual.app.wait_for_idle", under_way.still)
    monkeypatch.setattr("textual.pilot.wait_for_idle", under_way.still)
    monkeypatch.setattr(Pilot, "press", press)
    monkeypatch.setattr(Pilot, "pause", pause)
    return under_way
