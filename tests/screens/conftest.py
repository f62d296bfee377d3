"""A pilot that waits for what there is to do, not for time to pass, and draws a frame only then."""

import threading
from asyncio import get_running_loop, sleep
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from time import monotonic, process_time

import pytest
from textual.app import App
from textual.css.stylesheet import Stylesheet
from textual.pilot import Pilot
from textual.screen import Screen

LOOK, IDLE = 0.01, 0.001
# Seconds: a timer that is about to go off belongs to what a key brought about.
SOON = 0.005
# Seconds after which a wait gives up: of work, and of the clock on a machine that hardly gives a turn.
MOST, LONGEST = 1.0, 10.0
# Seconds between frames that nobody waits for.
FRAME = 1.0


draw = Screen._compositor_refresh


def wanted_by_threads() -> float:
    """Give the seconds that the other threads have worked, or stood in line for a processor to work on.

    On a machine that is busy with something else, a job that gets no turn is not one that waits for a test.
    """
    if not Path("/proc/self/schedstat").exists():
        # Only Linux tells it: all that was worked says nearly as much.
        return process_time()
    taken = 0
    for thread in set(threading.enumerate()) - {threading.current_thread()}:
        # One that has just ended leaves nothing behind.
        with suppress(OSError):
            worked, stood, _turns = Path(f"/proc/self/task/{thread.native_id}/schedstat").read_text().split()
            taken += int(worked) + int(stood)
    return taken / 1e9


def patient() -> Iterator[None]:
    """Go on and on, until it takes too long."""
    worked, last = process_time() + MOST, monotonic() + LONGEST
    while process_time() < worked and monotonic() < last:
        yield


class UnderWay:
    """What was handed to threads and has not come back, and what else is still to be done."""

    def __init__(self) -> None:
        self.busy: set[Future[object]] = set()
        self.undrawn = False

    def taken(self, job: Future[object]) -> Future[object]:
        self.busy.add(job)
        job.add_done_callback(self.busy.discard)
        return job

    async def still(self, _least: float = 0) -> None:
        """Wait until nothing is left to be done: no callback of the loop, no job in a thread that works."""
        loop = get_running_loop()
        for _round in patient():
            await sleep(0)
            if loop._ready:
                continue
            if any(not due.cancelled() and due.when() < loop.time() + SOON for due in loop._scheduled):
                await sleep(SOON)
                continue
            if not self.busy:
                return
            worked = wanted_by_threads()
            await sleep(LOOK)
            # A job that a test holds, or that waits for another one, is not waited for.
            if self.busy and abs(wanted_by_threads() - worked) < IDLE:
                return

    async def painted(self, app: App[object]) -> None:
        """Wait until nothing is left to be painted either: a frame may bring about the next one."""
        for _round in patient():
            await self.still()
            if app._exit:
                return
            if app.screen._update_timer._active.is_set():
                app.screen._on_timer_update()
            elif self.undrawn:
                self.undrawn = False
                draw(app.screen)
            else:
                return

    def put_off(self, screen: Screen[object]) -> None:
        """Lay a screen out, and leave its drawing to the moment at which a test looks at it."""
        if screen is not screen.app.screen:
            draw(screen)
            return
        self.undrawn = True
        screen._dirty_widgets.clear()
        screen.app._update_mouse_over(screen)


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
    stood = Pilot._wait_for_screen

    async def press(self, *keys):
        await pressed(self, *keys)
        await under_way.painted(self.app)

    async def pause(self, delay=None):
        await paused(self, delay)
        await under_way.painted(self.app)

    async def stand(self, *timeout):
        there = await stood(self, *timeout)
        # A desk opens its base only once its first frame stands.
        await under_way.painted(self.app)
        return there

    def put_off(screen):
        under_way.put_off(screen)

    monkeypatch.setattr(
        ThreadPoolExecutor, "submit", lambda pool, *job, **named: under_way.taken(submit(pool, *job, **named))
    )
    monkeypatch.setattr("textual.screen.UPDATE_PERIOD", FRAME)
    monkeypatch.setattr(Screen, "_compositor_refresh", put_off)
    monkeypatch.setattr("textual.app.wait_for_idle", under_way.still)
    monkeypatch.setattr("textual.pilot.wait_for_idle", under_way.still)
    monkeypatch.setattr(Pilot, "press", press)
    monkeypatch.setattr(Pilot, "pause", pause)
    monkeypatch.setattr(Pilot, "_wait_for_screen", stand)
    return under_way
