"""The record of an operator's stand-ups: cards, what was said, what was decided, what became of it."""

from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import BindingType
from textual.content import Content

from salesdesk.commands import LIST, Command, bindings
from salesdesk.errors import SalesdeskError
from salesdesk.i18n import N_, _
from salesdesk.screens.keeping_up import ALWAYS_SLOW
from salesdesk.screens.pane_screen import PaneScreen
from salesdesk.widgets.card_pane import CardPane
from salesdesk.widgets.cells import plain
from salesdesk.widgets.stand_up_text import record_text

if TYPE_CHECKING:
    from salesdesk.lead.stand_up_rows import StandUpRow

_PAGE = 20

RECORD_COMMANDS = (
    Command("record.reload", "r", "reload", N_("reload"), N_("Read anew"), LIST),
    Command("record.back", "escape,q,enter", "back", N_("back"), N_("Back to where you were"), LIST),
)


class StandUpRecordScreen(PaneScreen):
    """Past stand-ups, the latest first; older ones come as one scrolls."""

    SLOW_FROM = ALWAYS_SLOW
    BINDINGS: ClassVar[list[BindingType]] = bindings(*RECORD_COMMANDS)

    def __init__(self, operator_id: int, name: str) -> None:
        super().__init__()
        self._operator_id, self._name = operator_id, name
        self._rows: tuple[StandUpRow, ...] = ()
        self._asked = _PAGE

    def relabel(self) -> None:
        """Put everything into the language in use."""
        self.entitle(" · ".join([_("Stand-ups"), plain(self._name)]))
        self.pane().border_title = Content(_("What became of it"))
        if self._rows:
            self._show()

    def load(self) -> None:
        """Read anew."""
        self._load()

    @work(exclusive=True, group="stand-up")
    async def _load(self) -> None:
        try:
            with self.reading():
                await self.app.ready()
                from salesdesk.lead.stand_up_record import record

                self._rows = await self.app.gateway.read(record, self._operator_id, self._asked)
        except SalesdeskError as error:
            self.say(str(error), _("r tries again"))
            return
        self._show()

    def _show(self) -> None:
        context = self.desk_now()
        if not self._rows:
            self.say(_("There was no stand-up yet."), _("esc goes back"))
            return
        if context is not None:
            self.unsay()
            rows = self._rows
            self.pane().show(lambda width: record_text(rows, context, width))

    def on_card_pane_near_end(self, event: CardPane.NearEnd) -> None:
        """Read older ones when one scrolls towards the end."""
        event.stop()
        if len(self._rows) == self._asked:
            self._asked += _PAGE
            self.load()
