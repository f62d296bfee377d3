"""The clients behind a figure of the tails: card, another time, another operator; one or a marked set."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import work
from textual.binding import BindingType

from salesdesk import formatting, wording
from salesdesk.codes import MANY_MOVES
from salesdesk.commands import CLIENT, LIST, Command, bindings
from salesdesk.errors import SalesdeskError
from salesdesk.i18n import N_, _, ngettext
from salesdesk.lead.rows import Neglect, TailPick, TailRow
from salesdesk.screens.ask_when import AskWhenScreen
from salesdesk.screens.marked_table import MarkedTable, mark_commands
from salesdesk.screens.steady_rows import SteadyRows
from salesdesk.widgets.cells import fit, plain

if TYPE_CHECKING:
    from salesdesk.desk.when import When

_WIDE = 110

CLIENTS_COMMANDS = (
    Command("tail.card", "enter", "card", N_("card"), N_("Open the client's card"), CLIENT),
    *mark_commands("tail"),
    Command("tail.give", "g", "give", N_("give to"), N_("Give the marked ones to somebody else"), CLIENT),
    Command("tail.move", "m", "move", N_("move"), N_("Move what is owed to the marked ones"), CLIENT),
    Command("tail.reload", "r", "reload", N_("reload"), N_("Read anew"), LIST, footer=False),
    Command("tail.back", "escape,q", "back", N_("back"), N_("Back to where you were"), LIST),
)


class TailClientsScreen(MarkedTable, SteadyRows[TailRow]):
    """The forgotten clients of one figure, the longest forgotten first."""

    FIXED_COLUMNS = 0
    BINDINGS: ClassVar[list[BindingType]] = bindings(*CLIENTS_COMMANDS)

    def __init__(self, pick: TailPick, operator: str) -> None:
        super().__init__()
        self._pick = pick
        self._operator = operator
        self._rows: tuple[TailRow, ...] = ()

    def relabel(self) -> None:
        """Put everything into the language in use."""
        self.show()

    def load(self) -> None:
        """Read anew; the cursor stays on its client, or goes to the one after it."""
        self._load()

    @work(exclusive=True, group="tails")
    async def _load(self) -> None:
        try:
            with self.reading():
                self._rows = await self.find_rows()
        except SalesdeskError as error:
            self.face.say(str(error), _("r tries again"))
            return
        self.keep_marks()
        self.show()

    async def find_rows(self) -> tuple[TailRow, ...]:
        """Read the clients."""
        await self.app.ready()
        from salesdesk.lead.tails import tail_clients

        return await self.app.gateway.read(tail_clients, self._pick)

    @property
    def rows_shown(self) -> Sequence[TailRow]:
        """The rows of the table."""
        return self._rows

    def take_rows(self, rows: list[TailRow]) -> None:
        """Have other rows."""
        self._rows = tuple(rows)
        self.keep_marks()

    def row_key(self, row: TailRow) -> int:
        """Tell a client from all others."""
        return row.client_id

    def row_cells(self, row: TailRow) -> list[Text]:
        """Write a client down."""
        return self._cells(row)

    # Showing

    @property
    def shown_clients(self) -> list[int]:
        """The clients of the rows."""
        return [row.client_id for row in self._rows]

    def show_head(self) -> None:
        """Say which tails these are, and how many."""
        self.entitle(self._head())

    def show(self, at: int | None = None) -> None:
        """Write everything anew."""
        self.show_head()
        at = self.table.cursor_coordinate.row if at is None else at
        self.table.clear(columns=True)
        if not self._rows:
            self.face.say(_("Nobody here any more."), _("esc goes back to the board"))
            return
        self.face.hide()
        self.add_columns(self._columns(), self._cells(self._rows[0]))
        for row in self._rows:
            self.table.add_row(*self.line_of(row))
        self.table.move_cursor(row=min(at, len(self._rows) - 1), animate=False)

    def _head(self) -> str:
        from salesdesk.screens.tails import neglect_words

        count = len(self._rows) - self.gone
        parts = [
            neglect_words(self._pick.neglect) if self._pick.neglect else _("Tails"),
            *([wording.age(self._pick.age)] if self._pick.age else []),
            *([plain(self._operator)] if self._operator else []),
            ngettext("{count} client", "{count} clients", count).format(count=count),
            *(
                [formatting.amount_short(sum(row.amount_minor for row in self._rows))]
                if self._of_hand_ons
                else []
            ),
        ]
        return " · ".join(part for part in (*parts, self.marked_words()) if part)

    @property
    def _of_hand_ons(self) -> bool:
        return self._pick.neglect is Neglect.UNCONFIRMED

    @property
    def _person_width(self) -> int:
        return 18 if self.size.width >= _WIDE else 11

    @property
    def _name_width(self) -> int:
        if self._of_hand_ons:
            return max(self.size.width - 36 - 2 * self._person_width, 16)
        return max(self.size.width - (88 if self.size.width >= _WIDE else 54), 16)

    def _columns(self) -> list[tuple[str, int]]:
        if self._of_hand_ons:
            return [
                ("", 1), (_("Client"), self._name_width), (_("Confirm by"), 13),
                (_("Giver"), self._person_width), (_("Amount"), 8), (_("Receiver"), self._person_width),
            ]  # fmt: skip
        columns = [
            ("", 1), (_("Client"), self._name_width), (_("Due"), 12), (_("Late"), 8), (_("Moves"), 6),
            (_("Amount"), 8),
        ]  # fmt: skip
        return [*columns, (_("Goal"), 18), (_("Operator"), 12)] if self.size.width >= _WIDE else columns

    def _cells(self, row: TailRow) -> list[Text]:
        clock = self.app.clock
        if self._of_hand_ons:
            by = row.confirm_by
            return [
                self.mark_cell(row.client_id),
                Text(fit(row.name, self._name_width), "bold"),
                Text(f"! {formatting.day_and_time(by, clock.now(), clock.zone)}" if by else ""),
                Text(fit(row.giver, self._person_width)),
                Text(formatting.amount_short(row.amount_minor), justify="right"),
                Text(fit(row.operator, self._person_width)),
            ]
        due = formatting.day_and_time(row.due_at, clock.now(), clock.zone) if row.due_at else ""
        opened = self.app.gateway.opened
        goals = opened.context.catalogues.goals if opened is not None else {}
        many = "▲" if row.moves >= MANY_MOVES else ""
        cells = [
            self.mark_cell(row.client_id),
            Text(fit(row.name, self._name_width), "bold"),
            Text(due),
            Text("! " + formatting.days_late(row.days_late) if row.days_late else "!" if row.age else ""),
            Text(f"{row.moves}{many}" if row.moves else ""),
            Text(formatting.amount_short(row.amount_minor), justify="right"),
        ]
        if self.size.width >= _WIDE:
            cells += [Text(fit(wording.titled(goals, row.goal), 18)), Text(fit(row.operator, 12))]
        return cells

    def on_resize(self) -> None:
        """Lay the lines out for another width."""
        self.show()

    # One client

    @property
    def row(self) -> TailRow | None:
        """The client under the cursor."""
        at = self.table.cursor_coordinate.row
        return self._rows[at] if self.table.row_count and at < len(self._rows) else None

    # Putting right

    @work(exclusive=True, group="client")
    async def action_move(self) -> None:
        """Move what is owed to them."""
        clients = self.chosen_clients()
        if not clients:
            return
        moved = await self.app.push_screen_wait(MoveManyScreen(clients, self._names(clients)))
        if moved:
            self.unmark()
            self.app.client_changed(None)

    def _names(self, clients: Sequence[int]) -> str:
        return ", ".join(plain(row.name) for row in self._rows if row.client_id in clients)


class MoveManyScreen(AskWhenScreen):
    """Asks when what is owed to several clients is to be instead."""

    def __init__(self, clients: Sequence[int], names: str) -> None:
        super().__init__()
        self._clients = clients
        self._names = names

    @property
    def heading(self) -> str:
        """Say how many."""
        count = len(self._clients)
        return ngettext("{count} client", "{count} clients", count).format(count=count)

    def lines(self) -> tuple[str, str]:
        """Name them, and say what moving does."""
        return fit(self._names, 70).rstrip(), _("each keeps its first date, and the move is counted")

    async def do(self, when: "When") -> None:
        """Move them all. Raises SalesdeskError."""
        from salesdesk.lead.putting_right import reschedule
        from salesdesk.rows import Due

        moved = await self.app.gateway.write(reschedule, self._clients, Due(when.at, when.promise))
        said = ngettext("{count} next action moved", "{count} next actions moved", moved)
        self.app.say(said.format(count=moved), title=_("u takes it back"))
