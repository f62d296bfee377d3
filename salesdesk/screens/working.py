"""A long job that runs: how far it is, and a key that stops it. A short one is over before this shows."""

from collections.abc import Awaitable, Callable
from time import monotonic
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content

from salesdesk.commands import LIST, Command, bindings
from salesdesk.gateway import Progress
from salesdesk.i18n import N_, _
from salesdesk.screens.desk_screen import DeskModal
from salesdesk.screens.keyed_modal import HELP
from salesdesk.widgets.keys_bar import KeysBar
from salesdesk.widgets.progress_line import Pace, ProgressLine

if TYPE_CHECKING:
    from salesdesk.shell import Shell

T = TypeVar("T")
Counted = Callable[[int], str]
"""Says how many of what are done."""

SHOWN_AFTER = 0.5
"""Seconds after which one wants to know."""


async def watched(app: "Shell", title: str, counted: Counted, job: Callable[[Progress], Awaitable[T]]) -> T:
    """Wait for a long job that tells its progress, shown and stopped here. Raises what the job raises.

    The job raises StoppedError once it was stopped, and keeps nothing then.
    """
    screen = WorkingScreen(title, counted)
    soon = app.set_timer(SHOWN_AFTER, lambda: app.push_screen(screen))
    try:
        return await job(screen.progress)
    finally:
        soon.stop()
        screen.end()


class WorkingScreen(DeskModal[None]):
    """Says how far a job is; escape stops it."""

    CSS_PATH = "working.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        Command("working.stop", "escape", "stop", N_("stop"), N_("Stop it: nothing of it is kept"), LIST),
        HELP,
    )
    progress_line = getters.query_one(ProgressLine)

    def __init__(self, title: str, counted: Counted) -> None:
        super().__init__()
        self.progress = Progress(self._show)
        self._title = title
        self._counted = counted
        self._begun = monotonic()
        self._over = False
        self._stopping = False

    def compose(self) -> ComposeResult:
        """Lay the modal out."""
        with VerticalScroll(id="working", can_focus=False):
            yield ProgressLine()
        yield KeysBar()

    def relabel(self) -> None:
        """Say what runs. The job may be over, and the screen be gone again, before it is laid out."""
        for box in self.query("#working"):
            box.border_title = Content(self._title)
        for line in self.query(ProgressLine):
            line.begin(_("Stopping…") if self._stopping else _("Working…"))

    def _show(self, done: int, total: int | None) -> None:
        if self.is_mounted and not self._over and not self._stopping:
            pace = Pace(done, done / total if total else None, monotonic() - self._begun)
            self.progress_line.show(pace, self._counted(done))

    def action_stop(self) -> None:
        """Stop it at its next step."""
        self._stopping = True
        self.progress.cancel()
        self.relabel()

    def end(self) -> None:
        """Go away: the job is over."""
        self._over = True
        self.dismiss()

    def on_unmount(self) -> None:
        """Let nothing outlive the screen that can stop it."""
        if not self._over:
            self.progress.cancel()
