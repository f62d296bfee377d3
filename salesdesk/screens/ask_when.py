"""Asking for a time: one key for the usual ones, typing for all others."""

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from textual import events, getters, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from salesdesk.commands import CLIENT, Command, bindings
from salesdesk.context import Context
from salesdesk.errors import InputError, SalesdeskError
from salesdesk.i18n import N_, _
from salesdesk.screens.keyed_modal import HELP, KeyedModal
from salesdesk.typing_ahead import TakesLetters
from salesdesk.widgets.cells import plain
from salesdesk.widgets.choices import Choice, Choices
from salesdesk.widgets.keys_bar import KeysBar
from salesdesk.widgets.when_field import WhenField

if TYPE_CHECKING:
    from salesdesk.desk.when import When


class AskWhenScreen(TakesLetters, KeyedModal[bool]):
    """Asks when, and does it. Dismissed with True once it is done; says what is wrong while it is not."""

    CSS_PATH = "ask_when.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        Command("move.save", "enter,f2", "save", N_("move"), N_("Move the next action to this time"), CLIENT),
        Command(
            "move.type",
            "tab",
            "type",
            N_("type a time"),
            N_("Type the time; any letter begins it too"),
            CLIENT,
        ),
        Command("move.cancel", "escape", "cancel", N_("back"), N_("Leave it where it is"), CLIENT),
        HELP,
    )
    when = getters.query_one(WhenField)
    usual = getters.query_one(Choices)

    def __init__(self, zone: str | None = None) -> None:
        super().__init__()
        self._zone = zone
        self._saving = False

    # What it is about

    @property
    def heading(self) -> str:
        """Name what is moved."""
        raise NotImplementedError

    def lines(self) -> tuple[str, str]:
        """Say what stands now, and what to know of it."""
        raise NotImplementedError

    async def do(self, when: "When") -> None:
        """Do it. Raises SalesdeskError."""
        raise NotImplementedError

    # How it looks

    def compose(self) -> ComposeResult:
        """Lay the modal out."""
        with Vertical(id="ask-when"):
            yield Static(id="ask-when-now", markup=False)
            yield Static(id="ask-when-tail", markup=False)
            yield Choices()
            with Horizontal(id="ask-when-row"):
                yield Static(id="ask-when-label", markup=False)
                yield WhenField(self._zone)
        yield KeysBar()

    def on_mount(self) -> None:
        """Offer the usual times."""
        self.bind_choices(self._offers(), "usual")
        self.usual.focus()

    def desk(self) -> Context:
        """Give the desk at this moment."""
        opened = self.app.gateway.opened
        if opened is None:
            raise SalesdeskError(_("The base is not open yet. Wait a moment."))
        return opened.context.fresh()

    def _offers(self) -> list[Choice]:
        """Give the usual times; the code of each is what one would have typed."""
        context = self.desk()

        def day(days: int) -> str:
            return f"{context.calendar.after(context.today + timedelta(days=days), 0):%d.%m}"

        times = (
            ("+1h", _("in an hour")),
            (day(1), _("next working day")),
            (day(3), _("in 3 days")),
            (day(7), _("in a week")),
            (day(30), _("in a month")),
        )
        return [Choice(typed, str(at), title) for at, (typed, title) in enumerate(times, 1)]

    def relabel(self) -> None:
        """Say what it is about."""
        self.query_one("#ask-when").border_title = Content(_("Move: {name}").format(name=plain(self.heading)))
        now, tail = self.lines()
        self.query_one("#ask-when-now", Static).update(now)
        self.query_one("#ask-when-tail", Static).update(tail)
        self.query_one("#ask-when-label", Static).update(_("To"))
        self.usual.offer(self._offers())
        self.when.hint(_("tomorrow 10, +3d"), _("← a key above, or type"))

    # Choosing

    def action_usual(self, typed: str) -> None:
        """Take one of the usual times: it is written as if typed, so one sees what it means."""
        self.usual.choose(typed)
        self.when.text = typed

    def on_choices_picked(self, event: Choices.Picked) -> None:
        """Take what the arrows or the mouse picked."""
        self.when.text = event.code

    def action_type(self) -> None:
        """Begin typing, or go back to the usual times."""
        if self.when.input.has_focus:
            self.usual.focus()
        else:
            self.when.focus_input()

    def on_key(self, event: events.Key) -> None:
        """Begin typing with any letter or sign; the digits are the usual times."""
        letter = event.character or ""
        if event.is_printable and not letter.isspace() and not letter.isdigit():
            event.stop()
            event.prevent_default()
            self.usual.choose(None)
            self.when.focus_input()
            self.when.input.type_in(letter)

    # Saving

    def action_save(self) -> None:
        """Do it, once."""
        if not self._saving:
            self._saving = True
            self._save()

    @work
    async def _save(self) -> None:
        try:
            when = await self.when.understood()
            if when is None:
                raise InputError(_("Say when: a key above, or type a time."), "next")  # noqa: TRY301  # said as any other
            await self.do(when)
        except InputError as error:
            self.when.refuse(str(error))
        except SalesdeskError as error:
            self.app.complain(error)
        else:
            self.dismiss(True)  # noqa: FBT003  # the result of the modal
        finally:
            self._saving = False

    def action_cancel(self) -> None:
        """Leave it where it is."""
        self.dismiss(None)
