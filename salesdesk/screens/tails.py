"""Tails: who has forgotten how much, by age; every figure opens into its clients."""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from rich.text import Text
from textual import work
from textual.binding import BindingType
from textual.widgets import DataTable

from salesdesk import formatting, wording
from salesdesk.codes import Age
from salesdesk.commands import LIST, Command, bindings
from salesdesk.errors import SalesdeskError
from salesdesk.i18n import N_, _, ngettext
from salesdesk.lead.rows import Neglect, OperatorTails, TailBoard, TailPick
from salesdesk.screens.steady_rows import SteadyRows
from salesdesk.widgets.cells import fit, plain

_NAME, _AMOUNT = 20, 7
_NONE = "–"
_SAY_WORKING_AFTER = 0.3
_WORST = 20
"""From so many tails on an operator gets a sign: that is a morning's work."""

_NEGLECTS = {
    Neglect.NO_NEXT_ACTION: N_("no next action"),
    Neglect.MOVED: N_("moved often"),
    Neglect.ROTTING: N_("not moving"),
    Neglect.ABSENT: N_("of the absent"),
    Neglect.HELD: N_("for the lead"),
    Neglect.UNCONFIRMED: N_("not confirmed"),
}
TAILS_COMMANDS = (
    Command("tails.open", "enter", "open", N_("whose"), N_("Open the clients behind this figure"), LIST),
    Command("tails.history", "h", "history", N_("past days"), N_("The tails of each past day"), LIST),
    Command("tails.reload", "r", "reload", N_("reload"), N_("Count anew"), LIST),
    Command("tails.back", "escape,q", "back", N_("back"), N_("Back to where you were"), LIST),
)


def neglect_words(neglect: Neglect) -> str:
    """Name what is let slip, in few words."""
    return _(_NEGLECTS[neglect])


class TailsScreen(SteadyRows[OperatorTails]):
    """The lead's board of what was forgotten."""

    CURSOR = "cell"
    NAME_COLUMN = 0
    BINDINGS: ClassVar[list[BindingType]] = bindings(*TAILS_COMMANDS)

    def __init__(self) -> None:
        super().__init__()
        self._board: TailBoard | None = None
        self._unowed: dict[int | None, int] | None = None

    def relabel(self) -> None:
        """Put everything into the language in use."""
        self._show()

    # Counting

    def load(self) -> None:
        """Count anew; the cursor stays where it is."""
        self._load()

    @work(exclusive=True, group="tails")
    async def _load(self) -> None:
        saying = self.set_timer(_SAY_WORKING_AFTER, self._say_working)
        try:
            with self.reading():
                await self.app.ready()
                from salesdesk.lead.tails import board, unowed

                self._board = await self.app.gateway.read(board)
                self._show()
                self._unowed = dict(await self.app.gateway.read(unowed))
        except SalesdeskError as error:
            self.face.say(str(error), _("r tries again"))
            return
        finally:
            saying.stop()
        self._show()

    async def find_rows(self) -> tuple[OperatorTails, ...]:
        """Count the whole board."""
        from salesdesk.lead.tails import board, unowed

        found = await self.app.gateway.read(board)
        self._unowed = dict(await self.app.gateway.read(unowed))
        shown = self._board.operators if self._board is not None else ()
        self._board = replace(found, operators=shown)
        return (*found.operators, found.total)

    @property
    def rows_shown(self) -> tuple[OperatorTails, ...]:
        """The rows of the table: the operators, and all together."""
        return (*self._board.operators, self._board.total) if self._board is not None else ()

    def take_rows(self, rows: list[OperatorTails]) -> None:
        """Have other rows."""
        if self._board is not None:
            self._board = replace(self._board, operators=tuple(rows[:-1]))

    def row_key(self, row: OperatorTails) -> tuple[int | None, bool]:
        """Tell an operator, and nobody, from all others and from all together."""
        return row.operator_id, self._board is not None and row is self._board.total

    def row_cells(self, row: OperatorTails) -> list[Text]:
        """Write an operator down."""
        return self._cells(row, last=self._board is not None and row is self._board.total)

    def has_rows(self, rows: Sequence[OperatorTails]) -> bool:
        """Tell whether anybody has forgotten anything."""
        return len(rows) > 1 or bool(self._unowed)

    def write_anew(self) -> None:
        """Write everything."""
        self._show()

    def write_around(self) -> None:
        """Write the line over the table."""
        if self._board is not None:
            self.entitle(self._head(self._board))

    def _say_working(self) -> None:
        if self._board is None:
            self.face.say(_("Counting…"), _("esc goes back"))

    # Showing

    def _show(self) -> None:
        found = self._board
        if found is None:
            return
        self.entitle(self._head(found))
        rows = [*found.operators, found.total]
        if not found.operators and not self._unowed:
            self.face.say(_("Nothing is forgotten."), _("Every promise was kept, every call made in time."))
            return
        self.face.hide()
        at = self.table.cursor_coordinate
        self.table.clear(columns=True)
        self.table.add_column(_("Operator"), width=_NAME)
        for pick, title in _columns():
            width = max(len(title), _AMOUNT if pick == "amount" else 4)
            self.table.add_column(Text(title, justify="right"), width=width)
        for row in rows:
            self.table.add_row(*self.line_of(row))
        self.table.move_cursor(row=at.row, column=max(at.column, 1), animate=False)

    def _head(self, found: TailBoard) -> str:
        total = found.total.total
        words = ngettext("{count} tail", "{count} tails", total).format(count=total)
        amount = formatting.amount_short(found.total.amount_minor)
        parts = [_("Tails"), words, *([amount] if amount else [])]
        rotting = [f"{wording.titled(self._stages(), one.stage)} {one.deals}" for one in found.rotting]
        if rotting:
            parts.append(f"{neglect_words(Neglect.ROTTING)}: " + ", ".join(rotting))
        return " · ".join(parts)

    def _stages(self) -> dict[str, wording.Titled]:
        opened = self.app.gateway.opened
        return dict(opened.context.catalogues.stages) if opened is not None else {}

    def _cells(self, row: OperatorTails, *, last: bool) -> list[Text]:
        name = _("All together") if last else plain(row.name) or _("nobody")
        worst = " ▲" if row.total >= _WORST and not last else ""
        cells = [Text(fit(name, _NAME - len(worst)) + worst, "bold" if last else "")]
        style = "bold" if last else ""
        for pick, _title in _columns():
            cells.append(Text(self._figure(row, pick, last=last), style, justify="right"))
        return cells

    def _figure(self, row: OperatorTails, pick: Age | Neglect | str, *, last: bool) -> str:
        if isinstance(pick, Age):
            return str(row.ages[pick] or _NONE)
        if pick is Neglect.NO_NEXT_ACTION:
            if self._unowed is None:
                return "…"
            return str(
                (sum(self._unowed.values()) if last else self._unowed.get(row.operator_id, 0)) or _NONE
            )
        if isinstance(pick, Neglect):
            return str(getattr(row, pick.value) or _NONE)
        return (
            str(row.total or _NONE) if pick == "all" else formatting.amount_short(row.amount_minor) or _NONE
        )

    # Opening

    def _picked(self) -> TailPick | None:
        if self._board is None or not self.table.row_count:
            return None
        row, column = self.table.cursor_coordinate
        rows = [*self._board.operators, self._board.total]
        operator = rows[row].operator_id
        pick = _columns()[column - 1][0] if column else "all"
        if isinstance(pick, Age):
            return TailPick(operator, pick)
        return TailPick(operator, neglect=pick if isinstance(pick, Neglect) else None)

    def on_data_table_cell_selected(self, event: DataTable.CellSelected) -> None:
        """Open what was clicked."""
        event.stop()
        self.action_open()

    def action_open(self) -> None:
        """Open the clients behind the figure under the cursor."""
        from salesdesk.screens.tail_clients import TailClientsScreen

        pick = self._picked()
        if pick is not None and self._board is not None:
            names = {row.operator_id: row.name for row in self._board.operators}
            self.app.push_screen(TailClientsScreen(pick, names.get(pick.operator_id, "")))

    def action_history(self) -> None:
        """Open the tails of past days."""
        from salesdesk.screens.tail_history import TailHistoryScreen

        self.app.push_screen(TailHistoryScreen())


def _columns() -> list[tuple[Age | Neglect | str, str]]:
    ages: list[tuple[Age | Neglect | str, str]] = [(age, wording.age(age)) for age in Age]
    return [
        *ages,
        ("all", _("all")),
        ("amount", _("amount")),
        *((neglect, neglect_words(neglect)) for neglect in Neglect),
    ]
