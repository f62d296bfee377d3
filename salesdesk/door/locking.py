"""Who sits at the desk: asked before anything is shown, and again when it was locked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual import work

from salesdesk.commands import DESK, Command, bindings
from salesdesk.door.last_login import keep_login
from salesdesk.i18n import N_
from salesdesk.shell import Shell

if TYPE_CHECKING:
    from textual.binding import BindingType

    from salesdesk.errors import LoginNeededError
    from salesdesk.opening import Entry
    from salesdesk.settings import Settings

LOCK_COMMANDS = (
    Command(
        "desk.lock", "ctrl+l", "lock",
        N_("lock"), N_("Cover the desk until your password is typed"), DESK, footer=False, priority=True,
    ),
    Command(
        "desk.leave", "f12", "leave_desk",
        N_("leave"), N_("Leave, and let somebody else in"), DESK, footer=False,
    ),
)  # fmt: skip
_LOOK_WHETHER_IDLE = 5
"""Seconds."""
_LOCK_AFTER = 15
"""Minutes, until the settings are read."""


class Locking(Shell):
    """The application with a door: a desk that asks for a password is seen by nobody before."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(*LOCK_COMMANDS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  # the Shell's own
        super().__init__(*args, **kwargs)
        self._lock_after = _LOCK_AFTER

    def on_mount(self) -> None:
        """Look now and then whether anybody is there."""
        self.set_interval(_LOOK_WHETHER_IDLE, self.lock_when_idle)

    @property
    def guarded(self) -> bool:
        """Whether who sits here gave a password, and so can lock the desk."""
        opened = self.gateway.opened
        return opened is not None and opened.guarded

    @property
    def _by_server(self) -> bool:
        opened = self.gateway.opened
        return opened is not None and opened.by_server

    def _follow_settings(self, settings: Settings) -> None:
        self._lock_after = settings.lock_after
        super()._follow_settings(settings)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to lock and to leave only where the way back in is by a password."""
        if action == "lock" and not self.guarded:
            return False
        if action == "leave_desk" and (self.in_browser or not self.guarded or self.gateway.away is not None):
            return False
        return super().check_action(action, parameters)

    # Locking

    def lock_when_idle(self) -> None:
        """Lock the desk where nobody has been there for some minutes."""
        if self.idle.lasts(self._lock_after):
            self.action_lock()

    def action_lock(self) -> None:
        """Lock the desk: what is on it stays as it is."""
        if self.guarded and not self.covered:
            from salesdesk.screens.door import DoorScreen

            self.lay_over(DoorScreen(by_server=self._by_server))

    @work(exclusive=True, group="leave desk")
    async def action_leave_desk(self) -> None:
        """Close the desk of who sits here, and ask who is next."""
        from salesdesk.screens.door import DoorScreen

        self.lay_over(DoorScreen(by_server=self._by_server))
        await self._close_desk()

    # Entering

    async def ask_who(self, error: LoginNeededError) -> None:
        """Ask for login and password, and show nothing until somebody was let in."""
        from salesdesk.screens.door import DoorScreen

        self.lay_over(DoorScreen(error))
        if self.gateway.opened is not None:
            await self._close_desk()

    async def enter_by(self, entry: Entry) -> None:
        """Let in by a login and a password: to the desk as it was, or to one of their own.

        Raises SalesdeskError, LoginNeededError where more is asked.
        """
        opened = self.gateway.opened
        if opened is not None:
            login = await self.gateway.let_in(entry)
            if login == opened.context.me.login:
                self.take_off()
                return
            self.only_at_this_machine()
            await self._close_desk()
        opened = await self.gateway.open(entry)
        keep_login(opened.context.me.login)
        self.base_is_open()
        self.take_off()

    async def _close_desk(self) -> None:
        """Close all that is open beneath the door; what is half-typed is kept first."""
        for screen in self.desk_screens():
            with self.errors_said():
                await screen.keep_unfinished()
        for one in reversed(self.screen_stack[1:]):
            if one is not self.screen:
                await one.dismiss(None)
        with self.errors_said():
            await self.holding.let_go_of_all()
        self._settled.clear()
        await self.gateway.leave()
        for screen in self.desk_screens():
            screen.desk_left()
        self.refresh_bindings()
