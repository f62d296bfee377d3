"""The stand-up: whose turn it is, and what became of what was decided before."""

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual import work
from textual.binding import BindingType
from textual.widgets import DataTable

from salesdesk import formatting
from salesdesk.commands import LIST, Command, bindings
from salesdesk.errors import SalesdeskError
from salesdesk.i18n import N_, _, ngettext
from salesdesk.lead.stand_up_rows import Turn
from salesdesk.screens.choose import ChooseScreen, keyed
from salesdesk.screens.steady_rows import SteadyRows
from salesdesk.widgets.cells import fit, plain

_SAY_WORKING_AFTER = 0.3
_WIDE = 110

STAND_UP_COMMANDS = (
    Command("stand_up.begin", "enter", "begin", N_("begin"), N_("Begin the stand-up, or go on"), LIST),
    Command(
        "stand_up.record", "h", "record",
        N_("record"), N_("Past stand-ups, and what became of the decisions"), LIST,
    ),
    Command("stand_up.reload", "r", "reload", N_("reload"), N_("Count anew"), LIST),
    Command("stand_up.back", "escape,q", "back", N_("back"), N_("Back to where you were"), LIST),
)  # fmt: skip


class StandUpScreen(SteadyRows[Turn]):
    """The operators in turn: who was longest without a stand-up stands first."""

    NAME_COLUMN = 0
    BINDINGS: ClassVar[list[BindingType]] = bindings(*STAND_UP_COMMANDS)

    def __init__(self) -> None:
        super().__init__()
        self._turns: tuple[Turn, ...] | None = None

    def relabel(self) -> None:
        """Put everything into the language in use."""
        self._show()

    def load(self) -> None:
        """Count anew; the cursor stays on its operator."""
        self._load()

    @work(exclusive=True, group="stand-up")
    async def _load(self) -> None:
        saying = self.set_timer(_SAY_WORKING_AFTER, self._say_working)
        try:
            with self.reading():
                self._turns = await self.find_rows()
        except SalesdeskError as error:
            self.face.say(str(error), _("r tries again"))
            return
        finally:
            saying.stop()
        self._show()

    async def find_rows(self) -> tuple[Turn, ...]:
        """Read whose turn it is."""
        await self.app.ready()
        from salesdesk.lead.stand_up_turn import in_turn

        return await self.app.gateway.read(in_turn)

    @property
    def rows_shown(self) -> Sequence[Turn]:
        """The rows of the table."""
        return self._turns or ()

    def take_rows(self, rows: list[Turn]) -> None:
        """Have other rows."""
        self._turns = tuple(rows)

    def row_key(self, row: Turn) -> int:
        """Tell an operator from all others."""
        return row.operator_id

    def row_cells(self, row: Turn) -> list[Text]:
        """Write an operator down."""
        return self._cells(row)

    def write_anew(self) -> None:
        """Write everything."""
        self._show()

    def write_around(self) -> None:
        """Write the line over the table."""
        self.entitle(self._head(self._turns or ()))

    def _say_working(self) -> None:
        if self._turns is None:
            self.face.say(_("Counting…"), _("esc goes back"))

    # Showing

    def _show(self) -> None:
        turns = self._turns
        if turns is None:
            return
        self.entitle(self._head(turns))
        marked = self.turn
        self.table.clear(columns=True)
        if not turns:
            self.face.say(_("There is nobody to stand up with."), _("salesdesk operators add adds somebody"))
            return
        self.face.hide()
        for title, width in self._columns():
            self.table.add_column(title, width=width)
        for turn in turns:
            self.table.add_row(*self.line_of(turn))
        if marked is not None:
            at = next((at for at, turn in enumerate(turns) if turn.operator_id == marked), 0)
            self.table.move_cursor(row=at, animate=False)

    def _head(self, turns: tuple[Turn, ...]) -> str:
        today = sum(1 for turn in turns if turn.last is not None and self._is_today(turn))
        count = len(turns)
        words = ngettext("{count} operator", "{count} operators", count).format(count=count)
        return " · ".join([_("Stand-up"), words, _("today {count}").format(count=today)])

    def _is_today(self, turn: Turn) -> bool:
        clock = self.app.clock
        return turn.last is not None and turn.last.started_at.astimezone(clock.zone).date() == clock.today()

    @property
    def _wide(self) -> bool:
        return self.size.width >= _WIDE

    def _columns(self) -> list[tuple[str | Text, int]]:
        columns: list[tuple[str | Text, int]] = [
            (_("Operator"), 30 if self._wide else 20),
            (_("Last stand-up"), 13),
            (Text(_("Tails"), justify="right"), 6),
            (Text(_("Today"), justify="right"), 7),
            (_("Decisions done"), 15),
        ]
        if self._wide:
            columns[3:3] = [(Text(_("Amount"), justify="right"), 8)]
            columns.append((_("Held by"), 24))
        return columns

    def _cells(self, turn: Turn) -> list[Text]:
        name_width = 30 if self._wide else 20
        sign = " ▸" if turn.begun is not None else " ○" if turn.absent else ""
        cells = [
            Text(fit(turn.name, name_width - len(sign)) + sign, "bold"),
            Text(self._last_words(turn)),
            Text(str(turn.tails or "–"), justify="right"),
            Text(f"{turn.done}/{turn.planned}" if turn.planned else "–", justify="right"),
            Text(self._state_words(turn)),
        ]
        if self._wide:
            cells[3:3] = [Text(formatting.amount_short(turn.amount_minor) or "–", justify="right")]
            cells.append(Text(fit(turn.last.lead if turn.last else "", 24)))
        return cells

    def _last_words(self, turn: Turn) -> str:
        if turn.last is None:
            return _("never")
        clock = self.app.clock
        return formatting.day_and_time(turn.last.started_at, clock.now(), clock.zone)

    def _state_words(self, turn: Turn) -> str:
        if turn.begun is not None:
            return _("broken off")
        if turn.absent:
            return _("absent")
        if turn.last is None or not turn.last.steps:
            return "–"
        return _("{done} of {count}").format(done=turn.last.done, count=len(turn.last.steps))

    def on_resize(self) -> None:
        """Lay the columns out for another width."""
        self._show()

    # Going on

    @property
    def turn(self) -> int | None:
        """The operator under the cursor."""
        turn = self._under_cursor()
        return None if turn is None else turn.operator_id

    def _under_cursor(self) -> Turn | None:
        at = self.table.cursor_coordinate.row
        turns = self._turns or ()
        return turns[at] if self.table.row_count and at < len(turns) else None

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Begin with who was clicked."""
        event.stop()
        self.action_begin()

    @work(exclusive=True, group="client")
    async def action_begin(self) -> None:
        """Begin with the operator under the cursor, or go on; ask where theirs of today is over."""
        turn = self._under_cursor()
        if turn is None:
            return
        from salesdesk.screens.stand_up_day import StandUpDayScreen

        if turn.begun is None and self._is_today(turn):
            question = _("{name} was stood up with today.").format(name=plain(turn.name))
            answers = keyed([("record", _("look at the record")), ("again", _("hold another one"))])
            answer = await self.app.push_screen_wait(ChooseScreen(question, answers))
            if answer == "record":
                self.action_record()
            if answer != "again":
                return
        await self.app.push_screen_wait(StandUpDayScreen(turn))
        self.load()

    def action_record(self) -> None:
        """Show past stand-ups of the operator under the cursor."""
        from salesdesk.screens.stand_up_record import StandUpRecordScreen

        turn = self._under_cursor()
        if turn is not None:
            self.app.push_screen(StandUpRecordScreen(turn.operator_id, turn.name))
