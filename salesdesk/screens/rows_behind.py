"""The rows behind a figure of a report: what it was counted from, each a key away from its client's card."""

from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import BindingType
from textual.widgets import DataTable

from salesdesk.commands import CLIENT, LIST, Command, bindings
from salesdesk.errors import SalesdeskError
from salesdesk.i18n import N_, _
from salesdesk.screens.counting import counting
from salesdesk.screens.keeping_up import ALWAYS_SLOW
from salesdesk.screens.table_screen import TableScreen
from salesdesk.widgets.cells import plain
from salesdesk.widgets.written_table import fill

if TYPE_CHECKING:
    from salesdesk.lead.behind.opening import Behind
    from salesdesk.lead.questions import Question
    from salesdesk.lead.rows import Spot
    from salesdesk.lead.written import Written

ROWS_COMMANDS = (
    Command("rows.card", "enter", "card", N_("card"), N_("Open the client's card"), CLIENT),
    Command("rows.next", "n", "next", N_("further"), N_("The rows after these"), LIST),
    Command("rows.previous", "p", "previous", N_("back up"), N_("The rows before these"), LIST),
    Command("rows.reload", "r", "reload", N_("reload"), N_("Read anew"), LIST, footer=False),
    Command("rows.back", "escape,q", "back", N_("back"), N_("Back to the figure"), LIST),
)


class RowsBehindScreen(TableScreen):
    """A page of the rows behind one figure."""

    SLOW_FROM = ALWAYS_SLOW
    FIXED_COLUMNS = 0
    BINDINGS: ClassVar[list[BindingType]] = bindings(*ROWS_COMMANDS)

    def __init__(self, question: "Question", spot: "Spot", figure: str | None) -> None:
        super().__init__()
        self._question = question
        self._spot = spot
        self._figure = figure
        self._offset = 0
        self._behind: Behind | None = None
        self._written: Written | None = None

    def relabel(self) -> None:
        """Put everything into the language in use."""
        if self._behind is not None:
            self.load()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the pages that there are."""
        found = self._behind
        if action == "next":
            return found is not None and found.offset + len(found.rows) < found.total
        if action == "previous":
            return found is not None and found.offset > 0
        return super().check_action(action, parameters)

    def load(self) -> None:
        """Read anew; the cursor stays on its row."""
        self._load(self._offset)

    @work(exclusive=True, group="rows")
    async def _load(self, offset: int) -> None:
        try:
            with self.reading(), counting(self, anew=self._behind is not None and not self.face.said):
                opened = await self.app.ready()
                from salesdesk.lead.behind.asking import behind
                from salesdesk.lead.behind.written import written_behind

                found = await self.app.gateway.read(
                    behind, self._question, self._spot, self._figure, offset=offset
                )
        except SalesdeskError as error:
            self.table.display = False
            self.face.say(str(error), _("esc goes back"))
            return
        same_page = self._behind is not None and self._offset == offset
        self._offset, self._behind = offset, found
        self._written = written_behind(opened.context.fresh(), found)
        self._show(self.table.cursor_coordinate.row if same_page else 0)
        self.refresh_bindings()

    def _show(self, at: int = 0) -> None:
        written = self._written
        if written is None:
            return
        below = f" · {written.below}" if written.below else ""
        self.entitle(plain(written.title) + below)
        self.table.display = bool(written.rows)
        if not written.rows:
            self.face.say(_("Nothing stands behind this figure."), _("esc goes back"))
            return
        self.face.hide()
        fill(self.table, written, self.size.width)
        self.table.move_cursor(row=min(at, len(written.rows) - 1), animate=False)
        self.table.focus()

    def on_resize(self) -> None:
        """Lay the lines out for another width."""
        self._show(self.table.cursor_coordinate.row)

    def action_card(self) -> None:
        """Open the card; it comes back to the same place."""
        at = self.table.cursor_coordinate.row
        if self._behind is not None and at < len(self._behind.rows):
            self.app.open_card(self._behind.rows[at].client_id)

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Open what was clicked."""
        event.stop()
        self.action_card()

    def action_next(self) -> None:
        """Go to the rows after these."""
        if self._behind is not None:
            self._load(self._offset + len(self._behind.rows))

    def action_previous(self) -> None:
        """Go to the rows before these."""
        from salesdesk.lead.behind.opening import PAGE

        self._load(max(self._offset - PAGE, 0))

    def action_back(self) -> None:
        """Stop reading, or go back to the figure."""
        self.workers.cancel_group(self, "rows")
        super().action_back()
