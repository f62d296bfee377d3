"""The door: login and password, before a desk is shown and while it is locked."""

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Checkbox, Input, Static

from salesdesk.commands import DESK, Command, bindings
from salesdesk.door.last_login import last_login
from salesdesk.door.locking import Locking
from salesdesk.errors import LoginNeededError, SalesdeskError
from salesdesk.i18n import N_, _
from salesdesk.opening import Entry
from salesdesk.screens.desk_screen import DeskModal
from salesdesk.widgets.cells import plain
from salesdesk.widgets.keys_bar import KeysBar
from salesdesk.widgets.line_input import LineInput
from salesdesk.widgets.password_input import PasswordInput

DOOR_COMMANDS = (
    Command("door.enter", "enter", "enter", N_("log in"), N_("Sit down at the desk"), DESK),
    Command("door.next", "tab", "app.focus_next", N_("next field"), N_("To the next field"), DESK),
    Command(
        "door.language", "f8", "app.next_language",
        N_("English / Русский"), N_("Switch between English and Russian"), DESK,
    ),
    Command(
        "door.quit", "ctrl+q", "app.quit",
        N_("quit"), N_("Leave the desk; everything is saved already"), DESK,
    ),
)  # fmt: skip


class DoorScreen(DeskModal[None]):
    """Covers the whole desk, and reads of nobody but who sat here. Whoever is let in takes it off.

    `needed` says who is asked by what; without it the desk is locked, or was left: `by_server`, whether the
    server knows the passwords.
    """

    CSS_PATH = "door.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings(*DOOR_COMMANDS)
    over_clients = False

    def __init__(self, needed: LoginNeededError | None = None, *, by_server: bool = False) -> None:
        super().__init__()
        self._server = by_server if needed is None else needed.server
        self._named = None if needed is None else needed.login
        self._said = str(needed) if needed is not None and needed.refused else ""
        self._entering = False

    @property
    def door(self) -> Locking:
        """The application, as one that can be entered."""
        app = self.app
        assert isinstance(app, Locking)  # noqa: S101  # no other has a door
        return app

    def compose(self) -> ComposeResult:
        """Lay the door out."""
        with VerticalScroll(id="door", can_focus=False):
            yield Static(markup=False, id="door-what")
            with Horizontal(classes="field"):
                yield Static(markup=False, id="door-login-label", classes="field-label")
                yield LineInput(id="door-login", max_length=256)
            with Horizontal(classes="field"):
                yield Static(markup=False, id="door-password-label", classes="field-label")
                yield PasswordInput(id="door-password")
                yield Static(markup=False, id="door-layout")
            yield Checkbox(id="door-keep")
            yield Static(markup=False, id="door-trouble")
        yield KeysBar()

    def on_mount(self) -> None:
        """Begin with the password where the login is known."""
        me = self._sitting
        self._login.value = me or self._named or last_login() or ""
        # In a browser nobody becomes somebody else: there one logs out.
        self._login.disabled = self.app.in_browser
        self._begin()

    def relabel(self) -> None:
        """Put everything into the language in use."""
        titles = {True: _("The server asks who you are"), False: _("Who are you?")}
        self.query_one("#door").border_title = Content(_("Locked") if self._sitting else titles[self._server])
        self.query_one("#door-what", Static).update(self._words())
        self.query_one("#door-login-label", Static).update(_("Login"))
        self.query_one("#door-password-label", Static).update(_("Password"))
        self.query_one("#door-keep", Checkbox).label = Content(_("keep it in the keyring of this machine"))
        self._show_layout()

    @property
    def _sitting(self) -> str | None:
        opened = self.app.gateway.opened
        return None if opened is None else opened.context.me.login

    @property
    def _login(self) -> Input:
        return self.query_one("#door-login", Input)

    @property
    def _password(self) -> PasswordInput:
        return self.query_one(PasswordInput)

    def _words(self) -> str:
        opened = self.app.gateway.opened
        if opened is None and self._server:
            return _(
                "The password of the base's server. It is kept in memory only, unless you say otherwise."
            )
        if opened is None:
            return _("This base is opened by a password.")
        name = plain(opened.context.me.name)
        if self.app.in_browser:
            return _("{name} works here. The desk is as it was left.").format(name=name)
        return _(
            "{name} works here; the desk is as it was left. "
            "Another login closes it: a half-typed wrap-up stays a draft."
        ).format(name=name)

    def _begin(self) -> None:
        """Ask as is asked now: by the server or by the base."""
        self.query_one("#door-keep").display = False
        if self._server:
            self._offer_keyring()
        self._password.value = ""
        # At once: a letter that comes before would be typed into the login, where it is read.
        self.set_focus(self._password if self._login.value else self._login)
        self._say(self._said)

    @work(exclusive=True, group="keyring")
    async def _offer_keyring(self) -> None:
        there = await self.app.gateway.has_keyring()
        self.query_one("#door-keep").display = there and self._server and self._sitting is None

    def on_input_changed(self) -> None:
        """Say on which layout one types."""
        self._show_layout()

    def _show_layout(self) -> None:
        self.query_one("#door-layout", Static).update(self._password.layout_seen)

    def action_enter(self) -> None:
        """Log in, once both are there."""
        if not self._login.value.strip():
            self.set_focus(self._login)
        elif not self._password.value:
            self.set_focus(self._password)
        elif not self._entering:
            self._entering = True
            self._enter()

    @work
    async def _enter(self) -> None:
        self._say(_("One moment…"))
        keep = self.query_one("#door-keep", Checkbox)
        entry = Entry(
            self._login.value.strip(), self._password.value, self._server, keep=keep.display and keep.value
        )
        try:
            await self.door.enter_by(entry)
        except LoginNeededError as error:
            again = error.server == self._server
            self._server, self._said = error.server, str(error) if again else ""
            if not again:
                self._login.value = error.login or last_login() or ""
            self.relabel()
            self._begin()
        except SalesdeskError as error:
            self._said = str(error)
            self.relabel()
            self._begin()
        finally:
            self._entering = False

    def _say(self, trouble: str) -> None:
        self.query_one("#door-trouble", Static).update(plain(trouble))
