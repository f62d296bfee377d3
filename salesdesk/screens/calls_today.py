"""The calls that one operator made today, the latest first."""

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual import work
from textual.binding import BindingType
from textual.widgets import DataTable

from salesdesk import formatting, wording
from salesdesk.codes import GoalResult
from salesdesk.commands import CLIENT, LIST, Command, bindings
from salesdesk.errors import SalesdeskError
from salesdesk.i18n import N_, _, ngettext
from salesdesk.lead.board_rows import CallToday
from salesdesk.screens.steady_rows import SteadyRows
from salesdesk.widgets.cells import fit, plain

_WIDE = 110
_OUTCOME, _GOAL = 20, 18

CALLS_COMMANDS = (
    Command("day_calls.card", "enter", "card", N_("card"), N_("Open the client's card"), CLIENT),
    Command("day_calls.reload", "r", "reload", N_("reload"), N_("Read anew"), LIST),
    Command("day_calls.back", "escape,q", "back", N_("back"), N_("Back to where you were"), LIST),
)


class CallsTodayScreen(SteadyRows[CallToday]):
    """What somebody's day was made of so far."""

    FIXED_COLUMNS = 0
    BINDINGS: ClassVar[list[BindingType]] = bindings(*CALLS_COMMANDS)

    def __init__(self, operator_id: int, operator: str) -> None:
        super().__init__()
        self._operator_id = operator_id
        self._operator = operator
        self._rows: tuple[CallToday, ...] | None = None

    def relabel(self) -> None:
        """Put everything into the language in use."""
        self._show()

    def on_resize(self) -> None:
        """Lay the lines out for another width."""
        self._show()

    def load(self) -> None:
        """Read anew; the cursor stays where it is."""
        self._load()

    @work(exclusive=True, group="calls")
    async def _load(self) -> None:
        try:
            with self.reading():
                self._rows = await self.find_rows()
        except SalesdeskError as error:
            self.face.say(str(error), _("r tries again"))
            return
        self._show()

    async def find_rows(self) -> tuple[CallToday, ...]:
        """Read the calls."""
        await self.app.ready()
        from salesdesk.lead.operators_now import calls_today

        return await self.app.gateway.read(calls_today, self._operator_id)

    @property
    def rows_shown(self) -> Sequence[CallToday]:
        """The rows of the table."""
        return self._rows or ()

    def take_rows(self, rows: list[CallToday]) -> None:
        """Have other rows."""
        self._rows = tuple(rows)

    def row_key(self, row: CallToday) -> int:
        """Tell a call from all others."""
        return row.call_id

    def row_cells(self, row: CallToday) -> list[Text]:
        """Write a call down."""
        return self._cells(row)

    def write_anew(self) -> None:
        """Write everything."""
        self._show()

    def write_around(self) -> None:
        """Write the line over the table."""
        count = len(self.rows_shown) - self.gone
        calls = ngettext("{count} call today", "{count} calls today", count).format(count=count)
        self.entitle(f"{plain(self._operator)} · {calls}")

    # Showing

    def _show(self) -> None:
        if self._rows is None:
            return
        self.write_around()
        at = self.table.cursor_coordinate.row
        self.table.clear(columns=True)
        if not self._rows:
            self.face.say(_("No call yet today."), _("esc goes back to the board"))
            return
        self.face.hide()
        self.add_columns(self._columns(), self._cells(self._rows[0]))
        for row in self._rows:
            self.table.add_row(*self.line_of(row))
        self.table.move_cursor(row=min(at, len(self._rows) - 1), animate=False)

    def _columns(self) -> list[tuple[str, int]]:
        columns = [(_("Time"), 5), (_("Client"), self._name_width), (_("Talk"), 6), (_("Outcome"), _OUTCOME)]
        columns.append((_("Result"), 10))
        return [*columns, (_("Goal"), _GOAL), (_("Note"), self._note_width)] if self._wide else columns

    @property
    def _wide(self) -> bool:
        return self.size.width >= _WIDE

    @property
    def _name_width(self) -> int:
        return 30 if self._wide else max(self.size.width - 53, 16)

    @property
    def _note_width(self) -> int:
        return max(self.size.width - 105, 12)

    def _cells(self, row: CallToday) -> list[Text]:
        opened = self.app.gateway.opened
        catalogues = opened.context.catalogues if opened is not None else None
        outcome = wording.titled(catalogues.outcomes if catalogues else {}, row.outcome)
        result = wording.result(GoalResult(row.goal_result)) if row.goal_result else ""
        cells = [
            Text(formatting.clock(row.started_at, self.app.clock.zone)),
            Text(fit(row.name, self._name_width), "bold"),
            Text(formatting.duration(row.talk_seconds), justify="right"),
            Text(fit(outcome, _OUTCOME)),
            Text(fit(result, 10)),
        ]
        if self._wide:
            goal = wording.titled(catalogues.goals if catalogues else {}, row.goal)
            cells += [Text(fit(goal, _GOAL)), Text(fit(row.note or "", self._note_width))]
        return cells

    # One call

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Open what was clicked."""
        event.stop()
        self.action_card()

    def action_card(self) -> None:
        """Open the card of the client who was called."""
        at = self.table.cursor_coordinate.row
        if self._rows and at < len(self._rows):
            self.app.open_card(self._rows[at].client_id)
