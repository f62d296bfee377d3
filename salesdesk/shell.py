"""What every screen of the desk stands on: the gateway, the clock, languages, themes, keys and messages.

Screens know this class as their `app`; `salesdesk.app` adds which screens there are.
"""

from __future__ import annotations

import asyncio
import gc
import logging
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.events import Event, InputEvent
from textual.message import Message

from salesdesk import wording
from salesdesk.appearance import DARK, LIGHT, THEMES, Appearance, keep_appearance, last_appearance
from salesdesk.away.lost_server import LOOK_EVERY, SEND_EVERY, LostServer
from salesdesk.clock import Clock
from salesdesk.codes import Role
from salesdesk.commands import CommandPaletteSource, bindings, for_leads
from salesdesk.door.covering import Covering
from salesdesk.ending import end_when_told
from salesdesk.errors import (
    DamagedError,
    LoginNeededError,
    LostError,
    NotAllowedError,
    SalesdeskError,
)
from salesdesk.gateway import Gateway
from salesdesk.holding import HELD_EACH, Holding
from salesdesk.hooks import Hooks
from salesdesk.i18n import LANGUAGES, _, language, language_of_environment, use_language
from salesdesk.opening import Opened, Start
from salesdesk.rows import KeptHere
from salesdesk.said_once import take_lines
from salesdesk.shell_commands import LEADS_ONLY, SHELL_COMMANDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from textual.binding import BindingType

    from salesdesk.head_start import HeadStart
    from salesdesk.rows import Logged
    from salesdesk.settings import Settings

STYLE = Path(__file__).with_name("shell.tcss")
log = logging.getLogger(__name__)


class BaseChanged(Message):
    """Somebody has committed something to the base."""


class Shell(Covering):
    """The application without its screens."""

    TITLE = "Salesdesk"
    CSS_PATH = [STYLE]  # noqa: RUF012  # Textual's own shape
    COMMANDS: ClassVar = {CommandPaletteSource}
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(*SHELL_COMMANDS),
        for_leads(*(command for command in SHELL_COMMANDS if command.action in LEADS_ONLY)),
    ]

    def __init__(
        self,
        start: Start | None = None,
        gateway: Gateway | None = None,
        head_start: HeadStart | None = None,
    ) -> None:
        start = start or Start()
        super().__init__()
        self.head_start = head_start
        self.in_browser = start.in_browser
        self.gateway = gateway or Gateway(start)
        self.lost_server = LostServer(self)
        self.holding = Holding(self)
        self._clock = Clock(fixed=start.now)
        self._settled = asyncio.Event()
        self._settings: Settings | None = None
        self._warm = False
        self._cared_for: tuple[Opened, date] | None = None
        self._refusal: SalesdeskError | None = None
        looks = last_appearance()
        use_language(start.lang or looks.language or language_of_environment())
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = looks.theme if looks.theme in self.available_themes else DARK

    # The base

    @property
    def clock(self) -> Clock:
        """Tell the time: the team's, once the base is open."""
        opened = self.gateway.opened
        return opened.context.clock if opened is not None else self._clock

    def on_mount(self) -> None:
        """Open the base once the first frame stands on the screen."""
        self.call_after_refresh(self.open_base)
        self.set_interval(SEND_EVERY, self.lost_server.send_soon)
        self.set_interval(LOOK_EVERY, self.lost_server.look_soon)
        self.set_interval(HELD_EACH, self.holding.hold_on)
        if not (self.is_headless or self.in_browser):
            end_when_told(self)

    def open_base(self) -> None:
        """Open the base, or try again; screens wait for it in `ready`."""
        self._settled.clear()
        self.run_worker(self._open_base(), group="base", exclusive=True)

    async def _open_base(self) -> None:
        self._refusal = None
        try:
            await self.gateway.open()
        except LoginNeededError as error:
            await self.ask_who(error)
            return
        except SalesdeskError as error:
            self._refusal = error
            self._settled.set()
            if isinstance(error, DamagedError):
                self.base_damaged()
            return
        self.base_is_open()

    def base_is_open(self) -> None:
        """Tell every screen that the base is open, or is another one."""
        self._refusal = None
        # Before anything is read: what is committed from now on is noticed.
        self.gateway.watch(lambda: self.post_message(BaseChanged()))
        self._settled.set()
        for screen in self.desk_screens():
            screen.base_opened()

    def warm_up(self) -> None:
        """Do once what can wait until the list stands: load the settings, import what keys will need."""
        if not self._warm:
            self._warm = True
            self.run_worker(self._warm_up(), group="warm up")
        self.care_soon()
        self.lost_server.look_for_kept_soon()

    async def _warm_up(self) -> None:
        with self.errors_said():
            await self.follow_settings()
            for line in take_lines():
                self.say(line)
        with self.errors_said():
            await self.gateway.warm_up()
        # What was imported stays for good: the collector need not look at it again.
        gc.freeze()
        gc.enable()

    def care_soon(self) -> None:
        """Care for the base, once for each day: a desk may stay open over night."""
        opened, today = self.gateway.opened, self.clock.today()
        if opened is not None and self._cared_for != (opened, today):
            self._cared_for = (opened, today)
            self.run_worker(self._care(), group="backup", exclusive=True)

    async def _care(self) -> None:
        with self.errors_said():
            await self.gateway.care()

    async def settings(self) -> Settings:
        """Give a person's settings, loaded when first asked for. Raises SettingsError."""
        if self._settings is None:
            self._settings = await self.gateway.settings()
        return self._settings

    async def follow_settings(self) -> None:
        """Load the settings anew and go by them. Raises SettingsError."""
        self._settings = None
        self._follow_settings(await self.settings())

    def _follow_settings(self, settings: Settings) -> None:
        if settings.lang and settings.lang != language():
            self._speak(settings.lang)
        if settings.theme and settings.theme != self.theme and settings.theme in self.available_themes:
            self.theme = settings.theme
        if settings.keys:
            self.set_keymap(settings.keys)

    async def ready(self) -> Opened:
        """Wait until the base is open. Raises SalesdeskError where it cannot be opened."""
        await self._settled.wait()
        if self._refusal is not None:
            raise self._refusal
        if self.gateway.opened is None:
            raise SalesdeskError(_("The base is not open yet. Wait a moment."))
        return self.gateway.opened

    async def on_unmount(self) -> None:
        """Let what is being written finish; the backup of the day is taken by the next desk."""
        self.workers.cancel_group(self, "backup")
        with suppress(LostError):
            # Of a server that is away they lapse by themselves.
            await self.holding.let_go_of_all()
        await self.gateway.close()

    def only_at_this_machine(self) -> None:
        """Let only who sits at this machine go on: its files, programs and settings are not a browser's.

        Raises NotAllowedError.
        """
        if self.in_browser:
            raise NotAllowedError(_("Not in a browser: files, programs and settings are the server's own."))

    def move_to(self, start: Start) -> None:
        """Open another base, or the same one by settings that were changed. Raises NotAllowedError."""
        self.only_at_this_machine()
        self.gateway.start = start
        self._settings = None
        self.open_base()

    # What screens tell one another

    def desk_screens(self) -> Iterator[Hooks]:
        """Give the desk's screens that are open, the one on top last."""
        for screen in list(self.screen_stack):
            if isinstance(screen, Hooks) and not screen.being_left:
                yield screen

    def call_logged(self, logged: Logged | KeptHere) -> None:
        """Tell every screen of a call that was logged: the list drops its row and goes on to the next.

        One that is kept here leaves it there, marked.
        """
        if isinstance(logged, KeptHere):
            for screen in self.desk_screens():
                screen.call_kept(logged.client_id)
            return
        if logged.handed_on is not None:
            self.say(wording.goes_to(logged.handed_on.to), title=logged.handed_on.client_name)
        for screen in self.desk_screens():
            screen.call_logged(logged)

    def client_changed(self, client_id: int | None) -> None:
        """Tell every screen that a client was changed."""
        for screen in self.desk_screens():
            screen.client_changed(client_id)

    def on_base_changed(self) -> None:
        """Let the screen on top look at what has changed; those beneath do as they are come back to."""
        # What a desk lets go of as it ends is a change too, and no screen stands any more.
        if self.screen_stack and isinstance(self.screen, Hooks):
            self.screen.look()

    # What screens ask for and `salesdesk.app` knows how to do

    def open_card(self, client_id: int) -> None:
        """Open a client's card."""
        raise NotImplementedError

    def base_damaged(self) -> None:
        """Say that the base is damaged, and show the way back."""
        raise NotImplementedError

    async def ask_who(self, error: LoginNeededError) -> None:
        """Ask for login and password, and show nothing until somebody was let in."""
        raise NotImplementedError

    def dial(self, number: str, name: str) -> None:
        """Dial a number, or show it large where nothing here can dial."""
        raise NotImplementedError

    # Messages

    def say(self, text: str, title: str = "") -> None:
        """Say something in passing. Never markup: names of clients stand in such texts."""
        self.notify(text, title=title, markup=False)

    def complain(self, error: SalesdeskError) -> None:
        """Say what went wrong and what to do; a base that is damaged has a screen of its own for it."""
        if isinstance(error, DamagedError):
            self.base_damaged()
            return
        if isinstance(error, LostError) and self.gateway.away is not None:
            self.lost_server.say_away(error)
            return
        self.notify(str(error), title=_("Not done"), severity="error", timeout=8, markup=False)

    @contextmanager
    def errors_said(self) -> Iterator[None]:
        """Run something, and say an error of one line instead of raising it."""
        try:
            yield
        except SalesdeskError as error:
            self.complain(error)

    def copy(self, text: str, what: str) -> None:
        """Copy through the terminal (OSC 52), so that it works over SSH, and say so."""
        self.copy_to_clipboard(text)
        self.say(_("Copied: {what}").format(what=what))

    # Languages and themes

    def action_next_language(self) -> None:
        """Speak the other language, at once and the next time."""
        at = LANGUAGES.index(language()) if language() in LANGUAGES else -1
        self._speak(LANGUAGES[(at + 1) % len(LANGUAGES)])
        self._keep_looks(lang=language())

    def action_next_theme(self) -> None:
        """Put on the other theme, at once and the next time."""
        self.theme = LIGHT if self.theme == DARK else DARK
        self._keep_looks(theme=self.theme)

    def _speak(self, code: str) -> None:
        use_language(code)
        for screen in self.desk_screens():
            screen.relabel()
        self.lost_server.show_line()
        self.refresh_bindings()
        keep_appearance(Appearance(language(), self.theme))

    def _keep_looks(self, **changed: str) -> None:
        keep_appearance(Appearance(language(), self.theme))
        self.run_worker(self._save_settings(**changed), group="settings")

    async def _save_settings(self, **changed: str) -> None:
        self._settings = None

        def save() -> None:
            from salesdesk.settings import save_settings

            save_settings(**changed)

        with self.errors_said():
            await asyncio.to_thread(save)

    # Keys

    async def on_event(self, event: Event) -> None:
        """Take note that somebody works here."""
        if isinstance(event, InputEvent):
            self.holding.key_pressed()
        await super().on_event(event)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keep what only a lead does away from an operator."""
        if action in LEADS_ONLY and not self._leads_here():
            return False
        if action == "for_leads":
            opened = self.gateway.opened
            return opened is not None and opened.context.me.role is Role.OPERATOR
        return super().check_action(action, parameters)

    def action_for_leads(self) -> None:
        """Say why a key of a lead's does nothing."""
        self.say(_("Only a team lead may do this."))

    def _leads_here(self) -> bool:
        opened = self.gateway.opened
        if opened is None or opened.context.me.role is Role.OPERATOR:
            return False
        return all(screen.over_clients for screen in self.desk_screens())

    def action_command_palette(self) -> None:
        """Open the palette, in the language in use."""
        from textual.command import CommandPalette

        if self.use_command_palette and not CommandPalette.is_open(self):
            self.push_screen(CommandPalette(placeholder=_("Find a command…")))

    def action_help_quit(self) -> None:
        """Say how to leave, to one who pressed ctrl+c."""
        self.say(_("Press ctrl+q to leave the desk."))

    # The end

    def _fatal_error(self) -> None:
        """Say an unforeseen failure in one line; its traceback goes to the log."""
        error = self._exception
        from salesdesk.log_file import keep_log, log_file

        keep_log()
        log.critical("The desk stopped", exc_info=error)
        line = _("The desk stopped because of a mistake in the program: {what}. {file} has the details.")
        self.panic(Text(line.format(what=type(error).__name__, file=log_file())))
