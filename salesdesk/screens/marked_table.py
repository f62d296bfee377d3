"""A table of clients that one marks: one, several, all; and what is done to those marked."""

from abc import abstractmethod
from collections.abc import Sequence

from rich.text import Text
from textual import work
from textual.widgets import DataTable

from salesdesk.commands import LIST, Command
from salesdesk.i18n import N_, ngettext
from salesdesk.screens.giving import give_clients
from salesdesk.screens.table_screen import TableScreen

MARK = "●"


def mark_commands(prefix: str) -> tuple[Command, Command]:
    """Declare the two commands that mark, under the name of a screen."""
    hint, all_hint = N_("Mark the client, or take the mark off"), N_("Mark all, or none")
    return (
        Command(f"{prefix}.mark", "space", "mark", N_("mark"), hint, LIST),
        Command(f"{prefix}.mark_all", "A", "mark_all", N_("mark all"), all_hint, LIST, footer=False),
    )


class MarkedTable(TableScreen):
    """Knows which clients are marked. Each screen says which clients its rows are, and writes them."""

    marked: frozenset[int] = frozenset()

    @property
    @abstractmethod
    def shown_clients(self) -> Sequence[int]:
        """The clients of the rows, in their order."""

    @abstractmethod
    def show(self, at: int | None = None) -> None:
        """Write everything anew, the cursor on a row: the one it is on, where none is said."""

    @abstractmethod
    def show_head(self) -> None:
        """Write the line over the table anew."""

    def write_anew(self) -> None:
        """Write everything."""
        self.show()

    def write_around(self) -> None:
        """Write what stands around the table."""
        self.show_head()

    # Marks

    def unmarked_sign(self, client_id: int) -> str:
        """Give what stands where a mark would."""
        del client_id
        return " "

    def mark_cell(self, client_id: int) -> Text:
        """Write the cell of the mark, the first of each row."""
        return Text(MARK if client_id in self.marked else self.unmarked_sign(client_id))

    def marked_words(self) -> str:
        """Say how many are marked; nothing where none is."""
        count = len(self.marked)
        return ngettext("{count} marked", "{count} marked", count).format(count=count) if count else ""

    def keep_marks(self) -> None:
        """Forget the marks of clients that are not shown any more."""
        self.marked &= frozenset(self.shown_clients)

    def unmark(self) -> None:
        """Take every mark off."""
        self.marked = frozenset()

    def chosen_clients(self) -> list[int]:
        """Give the marked ones in their order, or the one under the cursor."""
        if self.marked:
            return [client for client in dict.fromkeys(self.shown_clients) if client in self.marked]
        return [self.client_here] if self.client_here is not None else []

    @property
    def client_here(self) -> int | None:
        """The client under the cursor."""
        at = self.table.cursor_coordinate.row
        clients = self.shown_clients
        return clients[at] if self.table.row_count and at < len(clients) else None

    # Keys

    def action_mark(self) -> None:
        """Mark the client and go on to the next."""
        client = self.client_here
        if client is None:
            return
        self.marked ^= {client}
        at = self.table.cursor_coordinate.row
        self.table.update_cell_at((at, 0), self.mark_cell(client))  # type: ignore[arg-type]  # a Coordinate is a pair
        self.show_head()
        self.table.move_cursor(row=at + 1, animate=False)

    def action_mark_all(self) -> None:
        """Mark all that are shown, or none where all are marked."""
        every = frozenset(self.shown_clients)
        self.marked = frozenset() if self.marked == every else every
        self.show()

    def action_card(self) -> None:
        """Open the card; it comes back to the same place."""
        if self.client_here is not None:
            self.app.open_card(self.client_here)

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Open what was clicked."""
        event.stop()
        self.action_card()

    @work(exclusive=True, group="client")
    async def action_give(self) -> None:
        """Give the marked ones, or the one under the cursor, to somebody else."""
        clients = self.chosen_clients()
        if not clients:
            return
        with self.app.errors_said():
            if await give_clients(self.app, clients):
                self.unmark()
                self.app.client_changed(None)
