"""What is counted first and done when it is wanted so: shown while it is counted, stopped by one key."""

from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from textual import getters, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from salesdesk.commands import LIST, Command, bindings
from salesdesk.errors import SalesdeskError
from salesdesk.gateway import Progress
from salesdesk.i18n import N_, _, ngettext
from salesdesk.screens.desk_screen import DeskModal
from salesdesk.screens.form import FormScreen
from salesdesk.widgets.keys_bar import KeysBar
from salesdesk.widgets.progress_line import Pace, ProgressLine, grouped

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from salesdesk.shell import Shell

A = TypeVar("A")
T = TypeVar("T")


class CountForm(FormScreen[A]):
    """Asks what is to become of clients: what is filled in is counted, and nothing is done yet."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(
        Command("form.save", "f2", "save", N_("count"), N_("Count what would go to whom"), LIST),
    )
    UNSAVED: ClassVar[str] = N_("F2 counts what would go to whom, esc once more leaves all as it is.")


class RehearsedScreen(DeskModal[bool], Generic[T]):
    """Counts what would become of clients, and does it when that is wanted. Dismissed with whether it was.

    Each one says which keys do it (`action_do`) and leave it (`action_cancel`).
    """

    CSS_PATH = "rehearsed.tcss"
    progress_line = getters.query_one(ProgressLine)

    def __init__(self) -> None:
        super().__init__()
        self._rehearsed: T | None = None
        self._progress: Progress | None = None
        self._begun = 0.0

    def question(self) -> str:
        """Ask whether it is wanted so."""
        raise NotImplementedError

    def lines(self, found: T) -> list[str]:
        """Say what was counted."""
        raise NotImplementedError

    async def count(self) -> T:
        """Count; nothing is changed. Raises SalesdeskError."""
        raise NotImplementedError

    async def carry_out(self, progress: Progress) -> str:
        """Do it, and say what it came to. Raises SalesdeskError."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """Lay the modal out."""
        with VerticalScroll(id="rehearsed"):
            yield Static(id="rehearsed-lines", markup=False)
            yield ProgressLine()
        yield KeysBar()

    def on_mount(self) -> None:
        """Count."""
        super().on_mount()
        self._rehearse()

    def on_unmount(self) -> None:
        """Let nothing outlive the screen that can stop it."""
        if self._progress is not None:
            self._progress.cancel()

    def relabel(self) -> None:
        """Say what would become of them."""
        self.query_one("#rehearsed").border_title = Content(self.question())
        lines = self.lines(self._rehearsed) if self._rehearsed is not None else [_("Counting…")]
        self.query_one("#rehearsed-lines", Static).update("\n".join(lines))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to do it once it is known what it is."""
        if action == "do" and (self._rehearsed is None or self._progress is not None):
            return None
        return super().check_action(action, parameters)

    @work(exclusive=True, group="ask")
    async def _rehearse(self) -> None:
        with self.app.errors_said():
            self._rehearsed = await self.count()
            self.relabel()
            self.refresh_bindings()

    def action_do(self) -> None:
        """Do it, once."""
        self._progress = Progress(self._show_progress)
        self._begun = monotonic()
        self.refresh_bindings()
        self._do(self._progress)

    @work
    async def _do(self, progress: Progress) -> None:
        try:
            said = await self.carry_out(progress)
        except SalesdeskError as error:
            self.app.complain(error)
        else:
            self.app.say(said, title=_("u takes it back"))
            self.dismiss(True)  # noqa: FBT003  # the result of the modal
        finally:
            self._progress = None
            self.progress_line.end()
            self.refresh_bindings()

    def _show_progress(self, done: int, total: int | None) -> None:
        if self._progress is not None and self.is_mounted:
            share = done / total if total else None
            self.progress_line.show(Pace(done, share, monotonic() - self._begun), clients_counted(done))

    def action_cancel(self) -> None:
        """Stop what runs; otherwise leave them as they are."""
        if self._progress is not None:
            self._progress.cancel()
        else:
            self.dismiss(False)  # noqa: FBT003  # the result of the modal


async def asked_and_done(
    app: "Shell",
    form: "Callable[[], CountForm[A]]",
    rehearsed: "Callable[[A], RehearsedScreen[Any]]",
) -> bool:
    """Ask, count, and do it when that is wanted; tell whether it was. Raises SalesdeskError."""
    while True:
        asked = await app.push_screen_wait(form())
        if asked is None:
            return False
        # Whoever does not want it so goes back to what was asked.
        if await app.push_screen_wait(rehearsed(asked)):
            return True


def who_gets_none(left: int, absent: "Sequence[str]") -> list[str]:
    """Say how many clients stay, and who is absent."""
    lines = [_("stay as they are: {count}").format(count=grouped(left))] if left else []
    return lines + ([_("Absent, and get none: {names}").format(names=", ".join(absent))] if absent else [])


def clients_counted(count: int) -> str:
    """Say how many clients."""
    return ngettext("{count} client", "{count} clients", count).format(count=grouped(count))
