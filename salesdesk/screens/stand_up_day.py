"""Before the cards: the operator's list of today in short, and what became of the last decisions."""

from typing import ClassVar

from textual import work
from textual.binding import BindingType
from textual.content import Content

from salesdesk.commands import LIST, Command, bindings
from salesdesk.errors import SalesdeskError
from salesdesk.i18n import N_, _
from salesdesk.lead.stand_up_rows import OperatorDay, Turn
from salesdesk.screens.keeping_up import ALWAYS_SLOW
from salesdesk.screens.pane_screen import PaneScreen
from salesdesk.widgets.cells import plain
from salesdesk.widgets.stand_up_text import before_text, list_text

_SAY_WORKING_AFTER = 0.3

DAY_COMMANDS = (
    Command("stand_up_day.begin", "enter,n", "begin", N_("to the cards"), N_("To the cards"), LIST),
    Command("stand_up_day.pane", "tab", "pane", N_("other part"), N_("To the other part"), LIST),
    Command(
        "stand_up_day.record", "h", "record",
        N_("record"), N_("Past stand-ups, and what became of the decisions"), LIST,
    ),
    Command("stand_up_day.reload", "r", "reload", N_("reload"), N_("Read anew"), LIST, footer=False),
    Command("stand_up_day.back", "escape,q", "back", N_("back"), N_("Back to where you were"), LIST),
)  # fmt: skip


class StandUpDayScreen(PaneScreen):
    """What an operator has before them today, and what was decided the last time."""

    PANES = ("last", "list")
    SLOW_FROM = ALWAYS_SLOW
    BINDINGS: ClassVar[list[BindingType]] = bindings(*DAY_COMMANDS)

    def __init__(self, turn: Turn) -> None:
        super().__init__()
        self._turn = turn
        self._day: OperatorDay | None = None

    def relabel(self) -> None:
        """Put everything into the language in use."""
        goes_on = [_("goes on where it was broken off")] if self._turn.begun is not None else []
        self.entitle(" · ".join([_("Stand-up"), plain(self._turn.name), *goes_on]))
        self.pane("list").border_title = Content(_("The list of today"))
        self.pane("last").border_title = Content(_("Before the cards"))
        self._show()

    def load(self) -> None:
        """Read anew."""
        self._load()

    @work(exclusive=True, group="stand-up")
    async def _load(self) -> None:
        saying = self.set_timer(_SAY_WORKING_AFTER, self._say_working)
        try:
            with self.reading():
                await self.app.ready()
                from salesdesk.lead.stand_up_turn import day_of

                self._day = await self.app.gateway.read(day_of, self._turn.operator_id)
        except SalesdeskError as error:
            self.say(str(error), _("r tries again"))
            return
        finally:
            saying.stop()
        self._show()

    def _say_working(self) -> None:
        if self._day is None:
            self.say(_("Counting…"), _("esc goes back"))

    def _show(self) -> None:
        day, context = self._day, self.desk_now()
        if day is None or context is None:
            return
        self.unsay()
        self.pane("list").show(lambda width: list_text(day, width))
        self.pane("last").show(lambda width: before_text(day, context, width))

    def action_pane(self) -> None:
        """Go to the other part."""
        here = self.focused
        self.pane("list" if here is self.pane("last") else "last").focus()

    def action_record(self) -> None:
        """Show past stand-ups."""
        from salesdesk.screens.stand_up_record import StandUpRecordScreen

        self.app.push_screen(StandUpRecordScreen(self._turn.operator_id, self._turn.name))

    def action_begin(self) -> None:
        """Go to the cards."""
        self.app.hold_keys()
        self._begin()

    @work(exclusive=True, group="client")
    async def _begin(self) -> None:
        try:
            with self.app.errors_said():
                await self.app.ready()
                from salesdesk.lead.stand_up import begin
                from salesdesk.screens.stand_up_card import StandUpCardScreen

                begun = await self.app.gateway.write(begin, self._turn.operator_id)
                await self.app.push_screen_wait(StandUpCardScreen(begun))
                self.dismiss(None)
        finally:
            await self.app.release_keys()
