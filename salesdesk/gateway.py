"""The one way from a screen to the base: use cases run in threads, and awaitables come back.

Nothing of the database is imported here at module level: the first frame is painted before.
"""

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable, Collection
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from salesdesk.clock import Clock
from salesdesk.errors import AwayError, LoginNeededError, LostError, SalesdeskError
from salesdesk.i18n import _
from salesdesk.opening import Entry, Opened, Start, load, place_of, place_with_login, sit_down
from salesdesk.still_here import StillHere

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from sqlmodel import Session

    from salesdesk.context import Context
    from salesdesk.settings import Settings
    from salesdesk.storage.base import Base
    from salesdesk.storage.kept_backups import Kept
    from salesdesk.storage.watching import Watch
    from salesdesk.team.sitting_down import ServerDoor

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
    "salesdesk.desk.next_client",
    "babel.numbers",
)


# Seconds after which a server that has not answered is asked, on the side, whether it is there at all.
_ASK_AFTER = (5.0, 10.0, 30.0)
_ANSWERS_WITHIN = 10.0


@dataclass(frozen=True, slots=True)
class Away:
    """The server does not answer, since when."""

    since: datetime


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
    what nobody foresaw goes to the log with its traceback. A server that does not answer is `away` until
    `look` or `open` finds it again: nobody waits for it meanwhile, who asks gets an AwayError at once.
    """

    def __init__(self, start: Start) -> None:
        self.start = start
        self.opened: Opened | None = None
        self.away: Away | None = None
        self.on_away: Callable[[], None] = lambda: None
        self.ask_after = _ASK_AFTER
        # Whoever waits for a server holds a thread: to ask after it takes one that nobody else has.
        self._threads_beside = ThreadPoolExecutor(1, thread_name_prefix="ask")
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="base")
        self._watch: Watch | None = None
        self._still_here = StillHere()
        self._server_door: ServerDoor | None = None

    @property
    def revision(self) -> int:
        """Another number once anybody has committed anything, while the base is watched."""
        return 0 if self._watch is None else self._watch.revision

    @property
    def blind(self) -> bool:
        """Whether the base should be watched, and what others commit is not noticed now."""
        return self._watch is not None and not self._watch.sees

    def watch(self, noticed: Callable[[], object]) -> None:
        """Take note from now on of what others commit; `noticed` is called for it, in a thread of its own."""
        if self._watch is None and self.opened is not None:
            from salesdesk.storage.watching import Watch

            self._watch = Watch(self.opened.base, noticed)

    def _watch_no_more(self) -> None:
        watch, self._watch, self._still_here = self._watch, None, StillHere()
        if watch is not None:
            watch.close()

    async def open(self, entry: Entry | None = None) -> Opened:
        """Open the base that the start, the environment or the settings name. Raises SalesdeskError.

        Raises LoginNeededError where a password is needed that `entry` does not give.
        """
        if entry is not None and entry.server:
            db = await self._in_thread(lambda: place_with_login(self.start, entry))
            self.start = replace(self.start, db=db)
        try:
            opened = await self._in_thread(lambda: self._open(entry))
        except LostError:
            self._lost()
            raise
        except LoginNeededError:
            self.away = None
            raise
        if entry is not None and (not entry.server or opened.base.login is not None):
            self.start = replace(self.start, operator=opened.context.me.login)
        self.away = None
        await asyncio.to_thread(self._watch_no_more)
        previous, self.opened = self.opened, opened
        if previous is not None:
            previous.base.close()
        return opened

    async def let_in(self, entry: Entry) -> str:
        """Tell whose password it is at the open base. Raises SalesdeskError where it is nobody's.

        While the server is away, who sits here is known by what the desk has kept.
        """
        opened = self.opened
        if opened is None or (self.away is not None and entry.login != opened.context.me.login):
            opened = self._open_base()
        away, key = self.away is not None, opened.key

        def ask() -> str:
            if opened.by_server:
                return self._at_server().let_in(
                    opened.base, entry.login, entry.password, opened.password if away else None
                )
            from salesdesk.team.entering import REFUSED, WrongPasswordError
            from salesdesk.team.sitting_down import is_their_key, let_in

            if not away or key is None:
                return let_in(opened.base, entry.login, entry.password).login
            if is_their_key(key, entry.password):
                return entry.login
            raise WrongPasswordError(_(REFUSED))

        try:
            return await self._in_thread(ask)
        except LostError:
            # Asked again, the desk goes by what it has kept.
            self._lost()
            raise

    def _at_server(self) -> "ServerDoor":
        if self._server_door is None:
            from salesdesk.team.sitting_down import ServerDoor

            self._server_door = ServerDoor()
        return self._server_door

    async def has_keyring(self) -> bool:
        """Tell whether this machine keeps passwords."""
        from salesdesk.secrecy.keyrings import is_there

        return await self._in_thread(is_there)

    async def leave(self) -> None:
        """Let go of the base, nobody sits here any more."""
        opened, self.opened = self.opened, None
        await asyncio.to_thread(self._watch_no_more)
        if opened is not None:
            await self._in_thread(opened.base.close)

    async def look(self) -> None:
        """Ask whether the server answers, over a connection of its own. Raises LostError or BaseError.

        On SQLite there is nothing to ask.
        """
        opened = self.opened
        if opened is None or opened.base.path is not None:
            return
        looking = self._threads_beside.submit(_said, opened.base.look)
        try:
            await asyncio.wait_for(asyncio.wrap_future(looking), _ANSWERS_WITHIN)
        except (TimeoutError, LostError) as error:
            # What others wait for will not come either: they are told now.
            await asyncio.to_thread(opened.base.cut)
            self._lost()
            if isinstance(error, LostError):
                raise
            from salesdesk.storage.faults import lost

            raise lost() from error
        self.away = None

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
                _begin(use_case, session)
                return use_case(session, self._here(session, opened), *args, **kwargs)

        running = self._threads.submit(_said, lambda: _noted(opened, lambda: _unit(opened.base.read, work)))
        running.add_done_callback(lambda _over: stop.end())
        try:
            return await self._answer(opened, running)
        except asyncio.CancelledError:
            if not running.done():
                stop.now()
            raise

    async def write(
        self, use_case: "Callable[Concatenate[Session, Context, P], T]", *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a use case and commit it. Raises SalesdeskError, and then nothing of it is kept.

        Only where the server goes away on the way, LostError, nobody knows: what must not be done twice has
        a token.
        """
        opened = self._open_base()

        def work(session: "Session") -> T:
            _begin(use_case, session)
            return use_case(session, self._here(session, opened, writes=True), *args, **kwargs)

        def committed() -> T:
            done = _noted(opened, lambda: _unit(opened.base.write, work))
            self._wrote()
            return done

        # A write that has begun is always finished, even where the screen that asked is gone.
        running = self._threads.submit(_said, committed)
        try:
            return await asyncio.shield(self._answer(opened, running))
        except LostError as error:
            raise LostError(
                _("The server went away before it answered: whether this was saved shows once it is back.")
            ) from error

    async def job(self, work: "Callable[[Base, Context], T]") -> T:
        """Run a long job in a thread; its units of work are its own. Raises SalesdeskError."""
        opened = self._open_base()

        def run() -> T:
            with opened.base.read() as session:
                context = self._here(session, opened, writes=True)
            try:
                return _noted(opened, lambda: work(opened.base, context))
            finally:
                self._wrote()

        return await self._answer(opened, self._threads.submit(_said, run))

    async def settings(self) -> "Settings":
        """Load the settings. Raises SettingsError."""
        return await self._in_thread(lambda: load(self.start))

    async def care(self) -> None:
        """Do what a base needs once a day. Raises SalesdeskError; it is stopped where nobody waits."""
        opened = self._open_base()
        progress = Progress()

        def work() -> None:
            from salesdesk.backing_up import care_for_the_day

            care_for_the_day(opened, load(self.start), lambda: progress.cancelled)

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

            self._watch_no_more()
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
        self._threads_beside.shutdown(wait=False, cancel_futures=True)
        await asyncio.to_thread(self._watch_no_more)
        if self.opened is not None:
            self.opened.base.close()
            self.opened = None

    def _open_base(self) -> Opened:
        if self.away is not None:
            raise AwayError(_("The server of the base does not answer: this was not done."))
        if self.opened is None:
            raise SalesdeskError(_("The base is not open yet. Wait a moment."))
        return self.opened

    def _here(self, session: "Session", opened: Opened, *, writes: bool = False) -> "Context":
        """Give the context of this moment, while who sits here works here. Raises NotAllowedError."""
        context = opened.context.fresh()
        self._still_here.ask(session, context, self._watch, writes=writes)
        return context

    def _wrote(self) -> None:
        if self._watch is not None:
            self._watch.wrote()

    async def _answer(self, opened: Opened, running: "Future[T]") -> T:
        """Wait for an answer; where none comes, see whether there is a server at all. Raises LostError."""
        answer = asyncio.wrap_future(running)
        asked = 0
        try:
            while opened.base.path is None:
                patience = self.ask_after[min(asked, len(self.ask_after) - 1)]
                if (await asyncio.wait((answer,), timeout=patience))[0]:
                    break
                asked += 1
                # Where it is gone, the wire of who waits is cut, and the answer is that.
                with contextlib.suppress(SalesdeskError):
                    await self.look()
            return await answer
        except LostError:
            self._lost()
            raise
        except asyncio.CancelledError:
            answer.cancel()
            raise

    def _lost(self) -> None:
        if self.away is None:
            opened = self.opened
            clock = opened.context.clock if opened is not None else Clock(fixed=self.start.now)
            self.away = Away(clock.now())
            self.on_away()

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, _said, work)

    def _open(self, entry: Entry | None) -> Opened:
        from salesdesk.log_file import keep_log

        keep_log()
        return sit_down(self.start, entry)


def _noted(opened: Opened, work: Callable[[], T]) -> T:
    from salesdesk.team.limits import refusals_noted

    with refusals_noted(opened.base, opened.context.fresh()):
        return work()


def _begin(use_case: object, session: "Session") -> None:
    """Begin a unit of work as its use case wants it, before anything else is asked in it."""
    begin = getattr(use_case, "begin", None)
    if begin is not None:
        begin(session)


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
