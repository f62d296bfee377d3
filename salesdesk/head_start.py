"""The first page of the list, read by a process of its own while the first frame is painted.

To import what a base needs takes longer than everything else at a start. With two processors it is
done at once with the painting: a fork of the process, made before anything is imported, reads the
first page and hands it over; the desk opens the base meanwhile and takes over from there.
"""

import asyncio
import os
import pickle
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, tzinfo

    from salesdesk.rows import DayHeader, QueueRow
    from salesdesk.wording import Titled

PAGE = 80
"""Rows of the first page: twice what a large terminal shows."""


@dataclass
class GoalTitle:
    """What a line of the list needs of a goal."""

    title: dict[str, str]


@dataclass(frozen=True)
class FirstPage:
    """The first page of the list, and what its lines are made with: nothing that would import more."""

    rows: "tuple[QueueRow, ...]"
    header: "DayHeader"
    zone: "tzinfo"
    goals: "Mapping[str, Titled]"


class HeadStart:
    """A process that reads the first page. What it cannot read it leaves to the desk, without a word."""

    def __init__(self, process: int, pipe: int) -> None:
        self._process = process
        self._pipe = pipe

    @classmethod
    def begin(cls, db: str | None, now: "datetime | None", operator: str | None) -> "HeadStart | None":
        """Begin, where there is a processor to spare; before a thread runs and a screen is taken."""
        if not hasattr(os, "fork") or (os.cpu_count() or 1) < 2:
            return None
        pipe, end = os.pipe()
        process = os.fork()
        if process:
            os.close(end)
            return cls(process, pipe)
        os.close(pipe)
        _in_the_fork(db, now, operator, end)
        return None

    async def first_page(self) -> FirstPage | None:
        """Wait for the page; None where there is none to be had."""
        reader = asyncio.StreamReader()
        transport, _protocol = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(self._pipe, "rb")
        )
        try:
            data = await reader.read()
        finally:
            transport.close()
        # Written by the fork of this very process, and by nobody else.
        page = pickle.loads(data) if data else None  # noqa: S301
        # It is on its way out: waiting for it is left to a thread.
        asyncio.get_running_loop().run_in_executor(None, os.waitpid, self._process, 0)
        return page


def _in_the_fork(db: str | None, now: "datetime | None", operator: str | None, end: int) -> None:
    """Read the page, hand it over, and end; nothing of it ever reaches the terminal."""
    try:
        # Where there is no processor to spare after all, the first frame goes before.
        os.nice(5)
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nothing, stream)
        data = _read(db, now, operator)
        with os.fdopen(end, "wb") as pipe:
            pipe.write(data)
    except BaseException:  # noqa: BLE001  # the desk meets the same, and says it
        os._exit(1)
    os._exit(0)


def _read(db: str | None, now: "datetime | None", operator: str | None) -> bytes:
    """Read the first page of a base that needs nothing done to it; nothing for any other."""
    from salesdesk.places import place_at_once

    place = place_at_once(db, operator)
    if place is None:
        return b""
    from salesdesk.opening import sit_down_at
    from salesdesk.storage.schema import is_current

    if not is_current(place.db):
        return b""
    opened = sit_down_at(place, now)
    from salesdesk.desk import queue

    context = opened.context
    with opened.base.read() as session:
        page = queue.page(session, context, limit=PAGE)
        header = queue.header(session, context)
    goals = {code: GoalTitle(goal.title) for code, goal in context.catalogues.goals.items()}
    return pickle.dumps(FirstPage(page.rows, header, context.clock.zone, goals)) if page.rows else b""
