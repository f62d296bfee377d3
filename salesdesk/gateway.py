"""The one way from a screen to the base: use cases run in threads, and awaitables come back.

Nothing of the database is imported here at module level: the first frame is painted before.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from salesdesk.errors import SalesdeskError, TooMuchError
from salesdesk.i18n import _
from salesdesk.opening import Opened, Start, load, place_of, sit_down

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from sqlmodel import Session

    from salesdesk.context import Context
    from salesdesk.settings import Settings
    from salesdesk.storage.base import Base
    from salesdesk.storage.kept_backups import Kept

P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger(__name__)

_THREADS = 4
# What a key may need next; imported in a thread, so that the first press of it does not wait.
_NEEDED_SOON = (
    "salesdesk.desk.card",
    "salesdesk.desk.calls",
    "salesdesk.desk.reasons",
    "salesdesk.desk.when",
    "salesdesk.desk.undo",
    "salesdesk.desk.drafts",
    "salesdesk.desk.next_actions",
    "salesdesk.desk.editing",
    "salesdesk.base.search",
    "salesdesk.team.claims",
    "babel.numbers",
)


class Progress:
    """How far a long job is, told from its thread to the event loop, and the wish to stop it."""

    def __init__(self, on_change: Callable[[int, int | None], None] | None = None) -> None:
        self._on_change = on_change
        self._loop = asyncio.get_running_loop()
        self._stop = threading.Event()

    def report(self, done: int, total: int | None = None) -> None:
        """Tell how much is done; called by the job, in its thread."""
        if self._on_change is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._on_change, done, total)

    def cancel(self) -> None:
        """Ask the job to stop at its next step."""
        self._stop.set()

    @property
    def cancelled(self) -> bool:
        """Whether the job was asked to stop; it looks here now and then."""
        return self._stop.is_set()


class Gateway:
    """Runs use cases off the event loop, each in its own unit of work.

    A locked base is tried again a few times. Whatever fails comes out as a SalesdeskError of one line;
    what nobody foresaw goes to the log with its traceback.
    """

    def __init__(self, start: Start) -> None:
        self.start = start
        self.opened: Opened | None = None
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="base")

    async def open(self) -> Opened:
        """Open the base that the start, the environment or the settings name. Raises SalesdeskError."""
        opened = await self._in_thread(self._open)
        previous, self.opened = self.opened, opened
        if previous is not None:
            previous.base.close()
        return opened

    async def read(
        self, use_case: "Callable[Concatenate[Session, Context, P], T]", *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a use case that only reads. Raises SalesdeskError.

        Where nobody waits for it any more, its statement is stopped and its thread is free for what is next.
        """
        opened = self._open_base()
        from salesdesk.storage.stopping import Stop

        stop = Stop()

        def work(session: "Session") -> T:
            with stop.reaching(session):
                return use_case(session, _here(session, opened), *args, **kwargs)

        running = self._threads.submit(_said, lambda: _noted(opened, lambda: _unit(opened.base.read, work)))
        running.add_done_callback(lambda _over: stop.end())
        try:
            return await asyncio.wrap_future(running)
        except asyncio.CancelledError:
            if not running.done():
                stop.now()
            raise

    async def write(
        self, use_case: "Callable[Concatenate[Session, Context, P], T]", *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a use case and commit it. Raises SalesdeskError, and then nothing of it is kept."""
        opened = self._open_base()

        def work(session: "Session") -> T:
            return use_case(session, _here(session, opened), *args, **kwargs)

        # A write that has begun is always finished, even where the screen that asked is gone.
        return await asyncio.shield(self._in_thread(lambda: _unit(opened.base.write, work)))

    async def job(self, work: "Callable[[Base, Context], T]") -> T:
        """Run a long job in a thread; its units of work are its own. Raises SalesdeskError."""
        opened = self._open_base()

        def run() -> T:
            with opened.base.read() as session:
                context = _here(session, opened)
            return _noted(opened, lambda: work(opened.base, context))

        return await self._in_thread(run)

    async def settings(self) -> "Settings":
        """Load the settings. Raises SettingsError."""
        return await self._in_thread(lambda: load(self.start))

    async def back_up(self) -> None:
        """Take the day's backup where it is due. Raises SalesdeskError; it is stopped where nobody waits."""
        opened = self._open_base()
        progress = Progress()

        def work() -> None:
            from salesdesk.backing_up import back_up_the_day

            back_up_the_day(opened, load(self.start), lambda: progress.cancelled)

        try:
            await self._in_thread(work)
        except asyncio.CancelledError:
            progress.cancel()
            raise

    async def last_good(self, but: Collection[Path] = ()) -> "tuple[Path | None, Kept | None]":
        """Tell the file of the base, None on a server, and its last good backup apart from some."""

        def look() -> "tuple[Path | None, Kept | None]":
            from salesdesk.storage.engine import base_url, sqlite_path
            from salesdesk.storage.kept_backups import backups_folder, last_good

            place = place_of(self.start)
            base = sqlite_path(base_url(place.db))
            return base, None if base is None else last_good(backups_folder(base, place.backup_dir), but)

        return await self._in_thread(look)

    async def restore(self, backup: Path, base: Path) -> Path | None:
        """Let go of the base and put a backup in its place; tell where it was set aside. It is not opened."""
        opened, self.opened = self.opened, None

        def work() -> Path | None:
            from salesdesk.storage.backup import restore_sqlite

            if opened is not None:
                opened.base.close()
            return restore_sqlite(backup, base)

        return await asyncio.shield(self._in_thread(work))

    async def warm_up(self) -> None:
        """Import what the next keys will need."""
        await self._in_thread(_import_needed)

    async def close(self) -> None:
        """Wait for what is being written and let go of the base."""
        await asyncio.to_thread(self._threads.shutdown, wait=True, cancel_futures=True)
        if self.opened is not None:
            self.opened.base.close()
            self.opened = None

    def _open_base(self) -> Opened:
        if self.opened is None:
            raise SalesdeskError(_("The base is not open yet. Wait a moment."))
        return self.opened

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, _said, work)

    def _open(self) -> Opened:
        from salesdesk.log_file import keep_log

        keep_log()
        return sit_down(self.start)


def _here(session: "Session", opened: Opened) -> "Context":
    """Give the context of this moment, while who sits here works here: their login may have been closed."""
    from salesdesk.team.rights import only_while_working

    context = opened.context.fresh()
    only_while_working(session, context)
    return context


def _noted(opened: Opened, work: Callable[[], T]) -> T:
    """Write into the trail that more was asked for than one may take."""
    try:
        return work()
    except TooMuchError as refused:
        from salesdesk.team.limits import note_refusal

        with opened.base.write() as session:
            note_refusal(session, opened.context.fresh(), refused)
        raise


def _unit(unit: "Callable[[], AbstractContextManager[Session]]", work: "Callable[[Session], T]") -> T:
    """Do the work in a unit of work of its own, again where the base is locked."""
    from salesdesk.storage.faults import LockedError

    for pause in (0.05, 0.1, 0.2):
        try:
            with unit() as session:
                return work(session)
        except LockedError:
            threading.Event().wait(pause)
    with unit() as session:
        return work(session)


def _import_needed() -> None:
    for module in _NEEDED_SOON:
        import_module(module)


def _said(work: Callable[[], T]) -> T:
    """Turn a failure into one line for a person; its traceback goes to the log."""
    try:
        return work()
    except SalesdeskError:
        raise
    except Exception as error:
        from salesdesk.log_file import log_file

        log.exception("A use case failed")
        raise SalesdeskError(
            _("The program made a mistake: {what}. Nothing was saved; {file} has the details.").format(
                what=type(error).__name__, file=log_file()
            )
        ) from error
