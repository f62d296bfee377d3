"""Today: whom to call now, and why."""

from __future__ import annotations

from contextlib import suppress
from math import inf
from typing import TYPE_CHECKING, ClassVar

from textual import getters
from textual.containers import Container

from salesdesk.commands import LIST, Command, bindings
from salesdesk.errors import AwayError, DamagedError, LostError, SalesdeskError
from salesdesk.head_start import PAGE
from salesdesk.i18n import N_, _
from salesdesk.screens.client_actions import CLIENT_COMMANDS, ClientActions
from salesdesk.screens.today_faces import empty_words, first_opening
from salesdesk.widgets.day_line import DayLine, DayState
from salesdesk.widgets.face import Face
from salesdesk.widgets.keys_bar import KeysBar
from salesdesk.widgets.preview import Preview
from salesdesk.widgets.queue_lines import Surroundings
from salesdesk.widgets.queue_list import QueueList

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.timer import Timer

    from salesdesk.head_start import HeadStart
    from salesdesk.rows import DayCounts, DayHeader, Logged, QueueCursor, QueuePage, QueueRow

FURTHER = 250
"""Rows of each page after the first; they come meanwhile."""
WIDE = 110
_RELOADED_MOST = 2000
_SAY_WORKING_AFTER = 0.3
_PREVIEW_AFTER = 0.12
_FETCH_AFTER = 0.03

FROM_LEAD = Command(
    "today.from_lead", "v", "from_lead",
    N_("from the lead"), N_("What the lead has left for you, and you have not seen"), LIST,
)  # fmt: skip
"""First in the line of keys, while there is anything."""
TO_CONFIRM = Command(
    "today.to_confirm", "h", "to_confirm",
    N_("to confirm"), N_("The clients that were handed on to you, and you have not confirmed"), LIST,
)  # fmt: skip
TODAY_COMMANDS = (
    Command(
        "today.search", "s", "app.search",
        N_("search"), N_("Find a client by name, person, phone or tax id"), LIST,
    ),
    Command(
        "today.preview", "p", "preview",
        N_("preview"), N_("Show or hide the card beside the list"), LIST,
    ),
    Command(
        "today.next", "n", "next_client",
        N_("next client"), N_("Take the first client whom nobody is on, and open the card"), LIST,
    ),
    Command("today.reload", "r", "reload", N_("reload"), N_("Make the list anew"), LIST, footer=False),
    Command("today.stop", "escape", "stop", N_("stop"), N_("Stop waiting for the list"), LIST, footer=False),
)  # fmt: skip


class TodayScreen(ClientActions):
    """The list of the day, beneath every other screen."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(TO_CONFIRM, FROM_LEAD, *CLIENT_COMMANDS, *TODAY_COMMANDS)
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012  # Textual types it as no ClassVar
    SLOW_FROM = inf

    queue = getters.query_one(QueueList)
    face = getters.query_one(Face)
    day_line = getters.query_one(DayLine)
    preview = getters.query_one(Preview)

    def __init__(self) -> None:
        super().__init__()
        self._header: DayHeader | None = None
        self._counts: DayCounts | None = None
        self._cursor: QueueCursor | None = None
        self._wanted: int | None = None
        self._after_call = False
        self._preview_timer: Timer | None = None
        self._minute = -1
        self._had_row = False

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        yield DayLine()
        with Container(id="today"):
            yield QueueList()
            yield Face()
            yield Preview()
        yield KeysBar()

    def on_mount(self) -> None:
        """Start the clock; the list comes when the base is open."""
        super().on_mount()
        self.queue.focus()
        self._preview_timer = self.set_interval(_PREVIEW_AFTER, self._preview_now, pause=True)
        self.set_interval(1, self._tick)
        if self.app.head_start is not None:
            self.run_worker(self._show_head_start(self.app.head_start), group="head start")
        self.load()

    # Loading

    async def _show_head_start(self, head_start: HeadStart) -> None:
        """Show the page that was read meanwhile, until the desk has opened the base itself."""
        found = await head_start.first_page()
        if found is None or self.app.gateway.opened is not None or self.queue.rows:
            return
        now = self.app.clock.now()
        self.queue.surround(Surroundings(now, found.zone, found.goals, None, found.header))
        self.face.hide()
        self.queue.show(found.rows, more=False)
        self.queue.choose(0)
        self.refresh_bindings()

    def load(self, *, first: bool = False) -> None:
        """Make the list anew. The cursor stays on its client, or goes to the `first` one."""
        self.run_worker(self._load(first=first), group="list", exclusive=True)

    async def _load(self, *, first: bool) -> None:
        saying = self.set_timer(_SAY_WORKING_AFTER, self._say_working)
        try:
            with self.reading():
                page = await self._first_page()
        except SalesdeskError as error:
            self._cannot_load(error)
            return
        finally:
            saying.stop()
        self._put(page)
        self._place_cursor(first=first)
        with self.app.errors_said():
            await self._count()
            if not page.rows:
                await self._say_empty()
        self.app.warm_up()

    async def catch_up(self) -> None:
        """Make the list anew, with the client under the cursor and its line as they are."""
        page = await self._first_page()
        self._put(page, keep=True)
        await self._count()
        if not self.queue.rows:
            await self._say_empty()

    def _put(self, page: QueuePage, *, keep: bool = False) -> None:
        self.face.hide()
        self._cursor = page.next
        self.queue.show(page.rows, more=page.next is not None, keep=keep)
        self.refresh_bindings()

    async def _first_page(self) -> QueuePage:
        await self.app.ready()
        from salesdesk.desk.queue import page

        self._surround()
        # Clients that have come before what one looks at must not push it off the end.
        loaded = min(self.queue.reach + PAGE, _RELOADED_MOST)
        return await self.app.gateway.read(page, limit=loaded)

    async def _count(self) -> None:
        from salesdesk.desk import day, queue

        self._header = await self.app.gateway.read(queue.header)
        self._surround()
        before, self._counts = self._counts, await self.app.gateway.read(day.counts)
        self._surround()
        if before is None or _offered(before) != _offered(self._counts):
            self.refresh_bindings()

    def on_queue_list_near_end(self) -> None:
        """Fetch the next page before the cursor comes to the end of this one."""
        # Once the key that asked has been drawn: two threads of one Python would make it wait.
        self.set_timer(_FETCH_AFTER, lambda: self.run_worker(self._load_more(), group="list"))

    async def _load_more(self) -> None:
        from salesdesk.desk.queue import page

        with self.app.errors_said():
            more = await self.app.gateway.read(page, after=self._cursor, limit=FURTHER)
            self._cursor = more.next
            self.queue.append(more.rows, more=more.next is not None)

    def _place_cursor(self, *, first: bool) -> None:
        wanted, self._wanted = self._wanted, None
        after_call, self._after_call = self._after_call, False
        places = {row.client_id: at for at, row in enumerate(self.queue.rows)}
        if wanted in places:
            self.queue.choose(places[wanted])
        elif first or (after_call and self._promise_waits()):
            self.queue.choose(0)

    def _promise_waits(self) -> bool:
        """Tell whether a promise of today has come to the top: it goes before whoever was next."""
        top = next(iter(self.queue.rows), None)
        return top is not None and top.promise and top.days_late == 0 and top.overdue

    # What is shown in place of the list

    def _say_working(self) -> None:
        if not self.queue.rows:
            self.face.say(_("Opening the base…"), _("esc stops waiting"))

    def _cannot_load(self, error: SalesdeskError) -> None:
        if self.queue.rows or isinstance(error, DamagedError):
            self.app.complain(error)
        if not self.queue.rows:
            by_itself = isinstance(error, LostError)
            again = _("it is tried again by itself; r tries at once, ctrl+q leaves") if by_itself else ""
            self.face.say(str(error), again or _("r tries again, ctrl+q leaves"))

    async def _say_empty(self) -> None:
        opened = await self.app.ready()
        from salesdesk.team.pool import pool_is_counted

        if await self.app.gateway.job(lambda base, _context: base.empty):
            from salesdesk.screens.welcome import WelcomeScreen

            if not any(isinstance(screen, WelcomeScreen) for screen in self.app.screen_stack):
                self.app.push_screen(WelcomeScreen())
        if self._header is None or self._counts is None:
            return
        opens = await self.app.gateway.read(first_opening) if self._counts.waiting else None
        context = opened.context
        title, advice = empty_words(
            self._header, self._counts, opens, context.clock.zone, given_out=pool_is_counted(context)
        )
        self.face.say(title, advice)

    # What changes around the list

    def _tick(self) -> None:
        now = self.app.clock.now()
        minute = int(now.timestamp()) // 60
        if minute == self._minute:
            return
        passed, self._minute = self._minute >= 0, minute
        self._surround()
        if self.app.gateway.opened is None or self.app.gateway.away is not None:
            return
        # A desk that is never left has a backup of every day too.
        self.app.care_soon()
        if passed:
            self.fall_behind()

    def _surround(self) -> None:
        clock, opened = self.app.clock, self.app.gateway.opened
        me = opened.context.me if opened is not None else None
        now = clock.now()
        self.day_line.show(DayState(now, clock.zone, me, self._header, self._counts))
        if opened is not None:
            goals = opened.context.catalogues.goals
            kept = self.app.lost_server.keeping.clients
            self.queue.surround(Surroundings(now, clock.zone, goals, self._counts, self._header, kept))

    def relabel(self) -> None:
        """Put everything into the language in use."""
        self._surround()
        self.day_line.refresh()
        self.queue.repaint()
        if self.queue.rows:
            self._preview_soon()
        elif self.app.gateway.opened is not None:
            self.load()

    def base_opened(self) -> None:
        """Show the list of the base that was opened."""
        self.load(first=True)

    def desk_left(self) -> None:
        """Show an empty list."""
        for group in ("list", "preview", "head start"):
            self.workers.cancel_group(self, group)
        self._header = self._counts = self._cursor = None
        self.queue.show((), more=False)
        self.face.hide()
        self._surround()

    def call_logged(self, logged: Logged) -> None:
        """Drop the client at once; the next one stands under the cursor."""
        self.queue.drop(logged.client_id)
        self._after_call = True
        self.load()

    def call_kept(self, client_id: int) -> None:
        """Leave the client in the list, marked; the next one stands under the cursor."""
        if self.row is not None and self.row.client_id == client_id:
            self.queue.choose(self.queue.chosen_place + 1)
        self.kept_changed()

    def kept_changed(self) -> None:
        """Mark the clients of whom something is kept here."""
        self._surround()

    def client_changed(self, client_id: int | None) -> None:
        """Make the list anew, with the cursor on the client that came back, if it did."""
        if all(row.client_id != client_id for row in self.queue.rows):
            self._wanted = client_id
        self.load()

    # The card beside the list

    def on_queue_list_chosen(self) -> None:
        """Follow the cursor: not at each step of it, but where it rests."""
        self._preview_soon()
        if self._had_row != (self.row is not None):
            self._had_row = not self._had_row
            self.refresh_bindings()

    def on_queue_list_opened(self) -> None:
        """Open the card that was double-clicked."""
        self.action_card()

    def _preview_soon(self) -> None:
        if self._preview_timer is not None:
            self._preview_timer.reset()

    def _preview_now(self) -> None:
        if self._preview_timer is not None:
            self._preview_timer.pause()
        if self.preview.display:
            self.run_worker(self._load_preview(), group="preview", exclusive=True)

    async def _load_preview(self) -> None:
        row = self.queue.chosen
        # While the server is away the line says so; one goes on through what is shown.
        with self.app.errors_said(), suppress(AwayError):
            card = await self.card_of(row) if row is not None else None
            self.preview.show(card, await self.desk())

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the lead's notes, and clients to be confirmed, where there are any."""
        if action in {"from_lead", "to_confirm"} and (
            self._counts is None or not getattr(self._counts, action)
        ):
            return False
        return super().check_action(action, parameters)

    @property
    def row(self) -> QueueRow | None:
        """The client under the cursor."""
        return self.queue.chosen

    def action_next_client(self) -> None:
        """Take the one to call first: of many who ask at once each gets another."""
        self.run_worker(self._next_client(), group="client", exclusive=True)

    async def _next_client(self) -> None:
        with self.app.errors_said():
            await self.app.ready()
            self._wanted = await self.app.holding.take_next()
            if self._wanted is None:
                self.app.say(_("Nobody is left to be called now."))
            else:
                self.app.open_card(self._wanted)
            self.load(first=self._wanted is None)

    def action_reload(self) -> None:
        """Make the list anew, and open the base again if it could not be opened."""
        if self.app.gateway.away is not None:
            self.app.lost_server.reconnecting.hurry()
            return
        if self.app.gateway.opened is None:
            self.app.open_base()
        self.face.hide()
        self.load()

    def action_stop(self) -> None:
        """Stop waiting."""
        if self.face.display and not self.queue.rows:
            self.workers.cancel_group(self, "list")
            self.face.say(_("Stopped."), _("r tries again, ctrl+q leaves"))

    def action_from_lead(self) -> None:
        """Show what the lead has left, and open the card that is chosen there."""
        self.run_worker(self._from_lead(), group="client", exclusive=True)

    async def _from_lead(self) -> None:
        from salesdesk.screens.from_lead import FromLeadScreen

        client_id = await self.app.push_screen_wait(FromLeadScreen())
        if client_id is not None:
            self.app.open_card(client_id)

    def action_to_confirm(self) -> None:
        """Show what waits to be confirmed, and open the card that is chosen there."""
        self.run_worker(self._to_confirm(), group="client", exclusive=True)

    async def _to_confirm(self) -> None:
        from salesdesk.screens.to_confirm import ToConfirmScreen

        client_id = await self.app.push_screen_wait(ToConfirmScreen())
        if client_id is not None:
            self.app.open_card(client_id)

    def action_preview(self) -> None:
        """Show or hide the card beside the list."""
        shown = not self.preview.display
        self.preview.set_class(shown, "-shown")
        self.preview.set_class(not shown, "-hidden")
        if shown:
            self._preview_now()


def _offered(counts: DayCounts) -> tuple[bool, bool]:
    """Tell which keys the counters offer."""
    return bool(counts.from_lead), bool(counts.to_confirm)
