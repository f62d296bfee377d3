"""VIP dialogues: what was said to VIP clients in a period, unread first, each to be read whole."""

import asyncio
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import getters, work
from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import DataTable

from salesdesk import formatting, wording
from salesdesk.commands import CLIENT, LIST, Command, bindings
from salesdesk.errors import SalesdeskError
from salesdesk.i18n import N_, _, ngettext
from salesdesk.lead.said import Dialogue, Dialogues, Said
from salesdesk.screens.steady_rows import SteadyRows
from salesdesk.widgets.card_pane import CardPane
from salesdesk.widgets.cells import fit, plain
from salesdesk.widgets.leaf import LATE, QUIET, STRESSED, Leaf
from salesdesk.widgets.preview import RESULT_SIGNS, Desk

if TYPE_CHECKING:
    from salesdesk.base.periods import Period

_UNREAD = "●"
_SIGNS = {Said.CALL: "☎", Said.MESSAGE_IN: "✉←", Said.MESSAGE_OUT: "✉→"}
_WIDE = 110
_AT, _OPERATOR, _TEXT = 11, 12, 24
_SAY_WORKING_AFTER = 0.3

VIP_COMMANDS = (
    Command("vip.read", "m,space", "mark", N_("read"), N_("Mark it read and go on, or unread again"), LIST),
    Command("vip.card", "enter", "card", N_("card"), N_("Open the client's card"), CLIENT),
    Command("vip.note", "t", "note", N_("note"), N_("Leave the operator a note about this client"), CLIENT),
    Command("vip.earlier", "p", "earlier", N_("earlier"), N_("The period before"), LIST),
    Command("vip.later", "n", "later", N_("later"), N_("The period after"), LIST),
    Command("vip.longer", "k", "kind", N_("length"), N_("Day, week, month, quarter or year"), LIST),
    Command(
        "vip.read_all", "A", "mark_all",
        N_("all read"), N_("Mark all that stand here read; once more takes that back"), LIST,
    ),
    Command(
        "vip.note_for", "T", "note_for",
        N_("note for"), N_("Leave somebody else a note about this client"), CLIENT, footer=False,
    ),
    Command(
        "vip.text", "tab", "app.focus_next",
        N_("text"), N_("To the text, to scroll it, and back"), LIST, footer=False, palette=False,
    ),
    Command("vip.reload", "r", "reload", N_("reload"), N_("Read anew"), LIST, footer=False),
    Command("vip.back", "escape,q", "back", N_("back"), N_("Back to where you were"), LIST),
)  # fmt: skip


class VipDialoguesScreen(SteadyRows[Dialogue]):
    """The dialogues of a period as a table, with the text of the one under the cursor.

    Nothing is marked by opening it. The order stays while one reads: what was read sinks when the list
    is made anew.
    """

    CSS_PATH: ClassVar[list[str]] = ["table_screen.tcss", "vip_dialogues.tcss"]  # type: ignore[assignment]  # as Textual takes it
    FIXED_COLUMNS = 0
    NAME_COLUMN = 3
    BINDINGS: ClassVar[list[BindingType]] = bindings(*VIP_COMMANDS)
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (_WIDE, "-wide")]  # noqa: RUF012  # Textual types it as no ClassVar

    pane = getters.query_one("#said", CardPane)

    def __init__(self) -> None:
        super().__init__()
        self._period: Period | None = None
        self._found: Dialogues | None = None
        self._rows: list[Dialogue] = []
        self._unread = 0
        self._together: list[Dialogue] = []
        self._marked = 0
        # Marks are written in the order of the keys.
        self._writing = asyncio.Lock()

    def beside(self) -> Iterable[Widget]:
        """Give the text its pane."""
        yield CardPane("said")

    def relabel(self) -> None:
        """Put everything into the language in use."""
        self.pane.border_title = Content(_("What was said"))
        self._show()

    # Reading

    def load(self, *, anew: bool = True) -> None:
        """Read; `anew` puts unread ones first again, else each row that stands here keeps its place."""
        self._load(anew=anew)

    @work(exclusive=True, group="dialogues")
    async def _load(self, *, anew: bool) -> None:
        saying = self.set_timer(_SAY_WORKING_AFTER, self._say_working)
        try:
            with self.reading():
                found = await self._read()
        except SalesdeskError as error:
            self._say_instead(str(error), _("r tries again"))
            return
        finally:
            saying.stop()
        self._found, self._period, self._unread = found, found.period, found.unread
        under = self.row
        places = {} if anew else {row.key: at for at, row in enumerate(self._rows)}
        # Those that are new here come first, and in their own order.
        self._rows = sorted(found.rows, key=lambda row: places.get(row.key, -1))
        self._show(under)

    async def _read(self) -> "Dialogues":
        await self.app.ready()
        from salesdesk.lead.vip_dialogues import vip_dialogues

        while True:
            marked = self._marked
            async with self._writing:
                found = await self.app.gateway.read(vip_dialogues, self._period)
            if marked == self._marked:
                return found
            # What was marked meanwhile must not come back unread: once more.

    async def find_rows(self) -> "Sequence[Dialogue]":
        """Read the dialogues, each that stands here in its place."""
        found = await self._read()
        self._found, self._period, self._unread = found, found.period, found.unread
        places = {row.key: at for at, row in enumerate(self._rows)}
        return sorted(found.rows, key=lambda row: places.get(row.key, -1))

    @property
    def rows_shown(self) -> "Sequence[Dialogue]":
        """The rows of the table."""
        return self._rows

    def take_rows(self, rows: "list[Dialogue]") -> None:
        """Have other rows."""
        before, self._rows = self.row, rows
        if before not in rows:
            self.call_later(self._show_text)

    def row_key(self, row: Dialogue) -> Hashable:
        """Tell a dialogue from all others."""
        return row.key

    def row_cells(self, row: Dialogue) -> list[Text]:
        """Write a dialogue down."""
        return self._cells(row)

    def write_anew(self) -> None:
        """Write everything."""
        self._show()

    def write_around(self) -> None:
        """Write the line over the table."""
        self.entitle(self._head())

    def _say_working(self) -> None:
        if self._found is None:
            self._say_instead(_("Reading…"), _("esc goes back"))

    def _say_instead(self, title: str, advice: str) -> None:
        self.table.display = self.pane.display = False
        self.face.say(title, advice)

    def call_logged(self, logged: object) -> None:
        """Read what was said just now, with all else where it is."""
        del logged
        self.load(anew=False)

    def client_changed(self, client_id: int | None) -> None:
        """Read anew, with all where it is."""
        del client_id
        self.load(anew=False)

    # Showing

    def _show(self, under: Dialogue | None = None) -> None:
        if self._found is None:
            return
        self.entitle(self._head())
        under = under or self.row
        self.table.clear(columns=True)
        if not self._rows:
            self._say_instead(
                _("Nothing was said to VIP clients in this period."),
                _("p is the period before, k a longer one"),
            )
            return
        self.face.hide()
        self.table.display = self.pane.display = True
        for title, width in self._columns():
            self.table.add_column(title, width=width)
        for row in self._rows:
            self.table.add_row(*self.line_of(row))
        keys = [row.key for row in self._rows]
        at = keys.index(under.key) if under is not None and under.key in keys else 0
        self.table.move_cursor(row=at, animate=False)
        if self.focused is None:
            self.table.focus()
        self._show_text()

    def _head(self) -> str:
        found = self._found
        if found is None:
            return ""
        unread = ngettext("{count} unread", "{count} unread", self._unread).format(count=self._unread)
        parts = [_("VIP dialogues"), found.period.title, _("{total} in all").format(total=found.total)]
        if len(self._rows) < found.total:
            parts.append(_("{count} shown").format(count=len(self._rows)))
        return " · ".join([*parts, f"{_UNREAD} {unread}" if self._unread else _("all read")])

    @property
    def _room(self) -> int:
        """How many cells the table has for the client and the text."""
        width = self.size.width
        table = width - int(width * 0.45) if width >= _WIDE else width
        return table - (1 + _AT + 2 + _OPERATOR) - 2 * 6 - 2

    def _columns(self) -> list[tuple[str, int]]:
        name = min(max(self._room - _TEXT, 16), 32)
        return [
            ("", 1), (_("When"), _AT), ("", 2), (_("Client"), name), (_("Operator"), _OPERATOR),
            (_("Text"), max(self._room - name, 8)),
        ]  # fmt: skip

    def _cells(self, row: Dialogue) -> list[Text]:
        clock, widths = self.app.clock, [width for _title, width in self._columns()]
        cells = (
            " " if row.read else _UNREAD, formatting.day_and_time(row.at, clock.now(), clock.zone),
            _SIGNS[row.kind], row.name, row.operator, row.text,
        )  # fmt: skip
        style = "" if row.read else "bold"
        return [Text(fit(cell, width), style) for cell, width in zip(cells, widths, strict=True)]

    def on_resize(self) -> None:
        """Lay the lines out for another width."""
        self._show()

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Show the text of the row one has come to."""
        event.stop()
        self._show_text()

    def _show_text(self) -> None:
        row, opened = self.row, self.app.gateway.opened
        if row is None or opened is None:
            return
        clock = self.app.clock
        desk = Desk(opened.context.catalogues, clock.now(), clock.zone)
        self.pane.show(lambda width: said_text(row, desk, width))
        self.pane.scroll_home(animate=False)

    @property
    def row(self) -> Dialogue | None:
        """What is under the cursor."""
        at = self.table.cursor_coordinate.row
        return self._rows[at] if self.table.row_count and at < len(self._rows) else None

    # Marks

    def action_mark(self) -> None:
        """Mark it read and go on to the next that is not, or mark it unread."""
        row = self.row
        if row is None:
            return
        at = self.table.cursor_coordinate.row
        self._mark([row], read=not row.read)
        if not row.read:
            self._to_unread(at)

    def _to_unread(self, at: int) -> None:
        """Go to the next unread one after a place, or from the top; stay where there is none."""
        places = [*range(at + 1, len(self._rows)), *range(at)]
        following = next((place for place in places if not self._rows[place].read), None)
        if following is not None:
            self.table.move_cursor(row=following, animate=False)
        elif self._unread:
            # More than was listed: what was read makes room.
            self.load()

    def action_mark_all(self) -> None:
        """Mark all that stand here read; where all are, take back what the last such press did."""
        unread = [row for row in self._rows if not row.read]
        if unread:
            self._together = unread
            self._mark(unread, read=True)
            count = len(unread)
            said = ngettext("{count} marked read", "{count} marked read", count).format(count=count)
            self.app.say(said, title="" if self._unread else _("A once more takes it back"))
            if self._unread:
                self.load()
        elif self._together:
            self._mark(self._together, read=False)
            self._together = []

    def _mark(self, rows: Sequence[Dialogue], *, read: bool) -> None:
        """Show the marks at once, and write them behind."""
        keys = {row.key for row in rows}
        for at, row in enumerate(self._rows):
            if row.key in keys and row.read is not read:
                self._rows[at] = replace(row, read=read)
                self._unread += -1 if read else 1
                for column, cell in enumerate(self._cells(self._rows[at])):
                    self.table.update_cell_at((at, column), cell)  # type: ignore[arg-type]  # a Coordinate is a pair
        self.entitle(self._head())
        self._show_text()
        self._marked += 1
        # The app's own worker: it goes on when one has left the screen.
        self.app.run_worker(self._write(tuple(rows), read=read), group="read marks", exit_on_error=False)

    async def _write(self, rows: Sequence[Dialogue], *, read: bool) -> None:
        from salesdesk.lead.vip_dialogues import mark_read

        try:
            async with self._writing:
                await self.app.gateway.write(mark_read, rows, read=read)
        except SalesdeskError as error:
            self.app.complain(error)
            if self.is_attached:
                self.load(anew=False)

    # The client

    def action_card(self) -> None:
        """Open the card; it comes back to the same place."""
        if self.row is not None:
            self.app.open_card(self.row.client_id)

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Open what was clicked."""
        event.stop()
        self.action_card()

    def action_note(self) -> None:
        """Leave a note for the operator whose dialogue it was."""
        if self.row is not None:
            self._leave_note(self.row, self.row.operator_id)

    def action_note_for(self) -> None:
        """Leave a note for somebody else."""
        if self.row is not None:
            self._leave_note(self.row, None)

    @work(exclusive=True, group="client")
    async def _leave_note(self, row: Dialogue, operator_id: int | None) -> None:
        from salesdesk.screens.leave_note import leave_note

        with self.app.errors_said():
            await leave_note(self.app, row.client_id, row.name, operator_id)

    # When

    def _ask(self, period: "Period") -> None:
        # Another list: the cursor begins at its top.
        self._period, self._rows, self._together = period, [], []
        self.load()

    def action_earlier(self) -> None:
        """Go to the period before."""
        if self._period is not None:
            self._ask(self._period.before)

    def action_later(self) -> None:
        """Go to the period after."""
        if self._period is not None:
            self._ask(self._period.after)

    def action_kind(self) -> None:
        """Go on from days to weeks, months, quarters and years, and from those to days."""
        if self._period is not None:
            from salesdesk.base.periods import of_next_length

            self._ask(of_next_length(self._period, self.app.clock.today()))

    def action_back(self) -> None:
        """Stop reading and go back."""
        self.workers.cancel_group(self, "dialogues")
        super().action_back()


def said_text(row: Dialogue, desk: Desk, width: int) -> Content:
    """Write down what was said, whole, to a width."""
    leaf = Leaf(width)
    leaf.heading(plain(row.name))
    at = formatting.day_and_time(row.at, desk.now, desk.zone)
    leaf.item("", Content.assemble((f"{_SIGNS[row.kind]} {_how(row, desk)}", STRESSED), f" · {at}"))
    about = [plain(row.operator)]
    if row.goal and row.goal_result:
        goal = wording.titled(desk.catalogues.goals, row.goal)
        about.append(f"{goal}: {RESULT_SIGNS[row.goal_result]} {wording.result(row.goal_result)}")
    if row.talk_seconds:
        about.append(formatting.duration(row.talk_seconds))
    leaf.line(" · ".join(about), QUIET)
    leaf.line(_("read") if row.read else f"{_UNREAD} " + _("not read yet"), QUIET if row.read else LATE)
    leaf.blank()
    leaf.line(row.text)
    return leaf.content()


def _how(row: Dialogue, desk: Desk) -> str:
    if row.kind is Said.CALL:
        return wording.titled(desk.catalogues.outcomes, row.outcome)
    return _("message from the client") if row.kind is Said.MESSAGE_IN else _("message to the client")
