"""The application: which screens there are, and how one is come to."""

from datetime import timedelta

from textual import events, work
from textual.geometry import Size
from textual.screen import Screen

from salesdesk import formatting, wording
from salesdesk.door.locking import Locking
from salesdesk.gateway import Gateway
from salesdesk.head_start import HeadStart
from salesdesk.i18n import _, ngettext
from salesdesk.opening import Start
from salesdesk.reminders import Reminder, Reminders
from salesdesk.screens.today import TodayScreen
from salesdesk.screens.too_small import TooSmallScreen, too_small
from salesdesk.shell import STYLE
from salesdesk.widgets.cells import fit, plain

_LOOK_FOR_PROMISES = 15
"""Seconds; a promise is announced minutes before."""
_NOTICE_SECONDS = 12
_NOTICE_WIDTH = 40


class SalesdeskApp(Locking):
    """The desk in a terminal. Today is beneath every other screen; the others are imported when asked for."""

    # Textual loads the style of a screen when it is pushed; the first one never is.
    CSS_PATH = [STYLE, STYLE.parent / "screens" / "today.tcss"]  # noqa: RUF012  # Textual's own shape

    def __init__(
        self,
        start: Start | None = None,
        gateway: Gateway | None = None,
        head_start: HeadStart | None = None,
    ) -> None:
        super().__init__(start, gateway, head_start)
        self._reminders = Reminders()

    def on_mount(self) -> None:
        """Look for promises that come due, now and then."""
        self.set_interval(_LOOK_FOR_PROMISES, self._remind_soon)

    def get_default_screen(self) -> Screen[None]:
        """Begin with the list of the day."""
        return TodayScreen()

    def on_resize(self, event: events.Resize) -> None:
        """Cover the desk where it has no room, and uncover it where it has."""
        self._look_for_room(event.size)

    def uncovered(self) -> None:
        """Look at what happened to the room meanwhile."""
        self._look_for_room(self.size)

    def _look_for_room(self, size: Size) -> None:
        if self.covered:
            return
        if too_small(size):
            if not isinstance(self.screen, TooSmallScreen):
                self.push_screen(TooSmallScreen())
        elif isinstance(self.screen, TooSmallScreen):
            self.pop_screen()

    def _remind_soon(self) -> None:
        if self.gateway.opened is not None and self.gateway.away is None:
            self.run_worker(self._remind(), group="reminders", exclusive=True)

    async def _remind(self) -> None:
        opened = await self.ready()
        from salesdesk.desk.queue import promises_due

        notice = timedelta(minutes=opened.context.catalogues.team.notice_minutes)
        with self.errors_said():
            promises = await self.gateway.read(promises_due, within=notice)
            reminders = self._reminders.take(promises, self.clock.now(), notice)
            if reminders:
                self._say_reminders(reminders)

    def _say_reminders(self, reminders: list[Reminder]) -> None:
        """Speak of promises in one notice, however many: it must not cover what one works on."""
        now, zone = self.clock.now(), self.clock.zone
        goals = self.gateway.opened.context.catalogues.goals if self.gateway.opened else {}
        if len(reminders) == 1:
            promise = reminders[0].promise
            urgency = _("Now") if reminders[0].due else _("Soon")
            title = f"{urgency}: {plain(promise.name)}"
            away = formatting.minutes_away(promise.due_at, now)
            goal = wording.titled(goals, promise.goal)
            text = f"{formatting.clock(promise.due_at, zone)}, {away}: {goal}"
        else:
            count = len(reminders)
            title = ngettext("{count} promise is due", "{count} promises are due", count).format(count=count)
            named = (
                f"{formatting.clock(one.promise.due_at, zone)} {one.promise.name}" for one in reminders[:3]
            )
            text = "\n".join(fit(line, _NOTICE_WIDTH).rstrip() for line in named)
        self.notify(text, title=f"⏰ {title}", severity="warning", timeout=_NOTICE_SECONDS, markup=False)
        self.bell()

    def open_card(self, client_id: int) -> None:
        """Open a client's card."""
        from salesdesk.screens.card import CardScreen

        self.push_screen(CardScreen(client_id))

    def base_damaged(self) -> None:
        """Show how to put the last good backup in the place of a damaged base."""
        from salesdesk.screens.damaged import DamagedScreen

        if not any(isinstance(screen, DamagedScreen) for screen in self.screen_stack):
            self.push_screen(DamagedScreen())

    @work(exclusive=True, group="search")
    async def action_search(self) -> None:
        """Find a client and open its card."""
        from salesdesk.screens.search import SearchScreen

        if isinstance(self.screen, SearchScreen):
            return
        client_id = await self.push_screen_wait(SearchScreen())
        if client_id is not None:
            self.open_card(client_id)

    def action_import_file(self) -> None:
        """Bring clients in from a file."""
        from salesdesk.screens.import_file import ImportFileScreen

        with self.errors_said():
            self.only_at_this_machine()
            if not isinstance(self.screen, ImportFileScreen):
                self.push_screen(ImportFileScreen())

    @work(exclusive=True, group="settings screen")
    async def action_settings(self) -> None:
        """Change the settings; the base is opened anew where they say another."""
        from salesdesk.screens.settings import SettingsScreen, settings_screen

        if isinstance(self.screen, SettingsScreen):
            return
        with self.errors_said():
            self.only_at_this_machine()
            start = await self.push_screen_wait(await settings_screen(self))
            await self.follow_settings()
            if start is not None:
                self.move_to(start)

    def action_kept(self) -> None:
        """Show what could not be sent and is kept here."""
        from salesdesk.screens.kept import KeptScreen

        if not isinstance(self.screen, KeptScreen):
            self.push_screen(KeptScreen())

    def action_tails(self) -> None:
        """Show what was forgotten."""
        from salesdesk.screens.tails import TailsScreen

        if not isinstance(self.screen, TailsScreen):
            self.push_screen(TailsScreen())

    def action_duplicates(self) -> None:
        """Show cards that may be one."""
        from salesdesk.screens.duplicates import DuplicatesScreen

        if not isinstance(self.screen, DuplicatesScreen):
            self.push_screen(DuplicatesScreen())

    def action_reports(self) -> None:
        """Show the reports."""
        from salesdesk.screens.reports import ReportsScreen

        if not isinstance(self.screen, ReportsScreen):
            self.push_screen(ReportsScreen())

    def action_clients(self) -> None:
        """Show the base, by a filter."""
        from salesdesk.screens.clients import ClientsScreen

        if not isinstance(self.screen, ClientsScreen):
            self.push_screen(ClientsScreen())

    def action_cleaning(self) -> None:
        """Show what is to be put right in the base."""
        from salesdesk.screens.cleaning import CleaningScreen

        if not isinstance(self.screen, CleaningScreen):
            self.push_screen(CleaningScreen())

    @work(exclusive=True, group="lead's desk")
    async def action_lead_desk(self) -> None:
        """Choose what else to look at."""
        from salesdesk.screens.lead_desk import place_of
        from salesdesk.screens.lead_desk_choice import SEARCH, LeadDeskScreen

        code = await self.push_screen_wait(LeadDeskScreen())
        if code == SEARCH:
            self.action_search()
        elif code is not None:
            self.push_screen(place_of(code).screen())

    def action_help(self) -> None:
        """Show what the keys of this screen do."""
        from salesdesk.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    def dial(self, number: str, name: str) -> None:
        """Dial by the program of the settings or of the system; show the number large where there is none."""
        self.run_worker(self._dial(number, name), group="dial", exclusive=True)

    async def _dial(self, number: str, name: str) -> None:
        from salesdesk.dialling import dial_command, start_dialling
        from salesdesk.screens.number import NumberScreen

        with self.errors_said():
            # A browser's machine is another one: there the number is shown, to be dialled by hand.
            command = None if self.in_browser else dial_command((await self.settings()).dial)
            if command is not None:
                start_dialling(command, number)
                self.say(_("Dialling {number}: {name}").format(number=number, name=name))
                return
        self.copy_to_clipboard(number)
        self.push_screen(NumberScreen(number, name))

    @work(exclusive=True, group="undo")
    async def action_undo(self) -> None:
        """Take back what was last logged."""
        with self.errors_said():
            await self.ready()
            from salesdesk.desk.undo import undo
            from salesdesk.screens.working import watched
            from salesdesk.widgets.progress_line import grouped

            undone = await watched(
                self, _("Take back"), grouped,
                lambda progress: self.gateway.write(
                    undo, progress=progress.report, cancelled=lambda: progress.cancelled
                ),
            )  # fmt: skip
            what = undone.client_name or wording.action(undone.action)
            self.say(_("Taken back: {name}").format(name=what))
            self.client_changed(undone.client_id)


def run(start: Start, head_start: HeadStart | None = None) -> int:
    """Run the desk until it is left; gives the exit status."""
    app = SalesdeskApp(start, head_start=head_start)
    app.run()
    return app.return_code or 0
