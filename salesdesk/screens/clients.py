"""The base as a table: a filter over it, segments, marks; card by card, given away, exported."""

import asyncio
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import getters, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.types import CSSPathType
from textual.widgets import DataTable, Static

from salesdesk.codes import Role
from salesdesk.commands import CLIENT, LIST, Command, bindings, for_leads
from salesdesk.errors import SalesdeskError
from salesdesk.i18n import N_, _, ngettext
from salesdesk.screens.choose import ChooseScreen, keyed
from salesdesk.screens.counting import counting
from salesdesk.screens.marked_table import MarkedTable, mark_commands
from salesdesk.screens.steady_rows import SteadyRows
from salesdesk.screens.walk import Walk
from salesdesk.widgets.face import Face
from salesdesk.widgets.filter_line import FilterLine
from salesdesk.widgets.keys_bar import KeysBar
from salesdesk.widgets.listed_lines import SORTS, ListedLines, sort_words
from salesdesk.widgets.progress_line import grouped
from salesdesk.widgets.steady_table import SteadyTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from salesdesk.base.filters import Filter
    from salesdesk.base.listing import After, Listed, ListedRow

PAGE = 200
_NEAR_END = 30
_MANY = 2**62
"""More than a page is ever sorted of: the table is read along its order until the count says otherwise."""

CLIENTS_COMMANDS = (
    Command("clients.card", "enter", "card", N_("card"), N_("The card; n and p go along the list"), CLIENT),
    Command("clients.filter", "slash,full_stop", "filter", N_("filter"), N_("Type which clients"), LIST),
    Command("clients.form", "f", "form", N_("form"), N_("Fill the filter in, field by field"), LIST),
    Command("clients.segments", "b", "segments", N_("segments"), N_("Saved filters: use, save, share"), LIST),
    Command("clients.order", "o", "order", N_("order"), N_("By name, amount, call or next action"), LIST),
    Command("clients.export", "e", "export", N_("export"), N_("Into a file: CSV, XLSX, vCard"), LIST),
    Command(
        "clients.share_out", "a", "share_out",
        N_("share out"), N_("Share the marked ones, or all, out to operators by a rule"), LIST,
    ),
    Command(
        "clients.campaign", "k", "campaign",
        N_("campaign"), N_("Put the marked ones, or all, into a campaign"), LIST,
    ),
    *mark_commands("clients"),
    Command(
        "clients.give", "g", "give",
        N_("give to"), N_("Give the marked ones to somebody else"), CLIENT, footer=False,
    ),
    Command("clients.reload", "r", "reload", N_("reload"), N_("Read anew"), LIST, footer=False),
    Command("clients.back", "escape,q", "back", N_("back"), N_("Take the filter off, then back"), LIST),
)  # fmt: skip
_OF_LEADS = frozenset({"share_out", "campaign", "give"})
_LEADS_KEYS = for_leads(*(command for command in CLIENTS_COMMANDS if command.action in _OF_LEADS))


class ClientsScreen(MarkedTable, SteadyRows["ListedRow"]):
    """The clients that a filter chooses, page by page."""

    CSS_PATH: ClassVar[CSSPathType | None] = ["table_screen.tcss", "clients.tcss"]
    FIXED_COLUMNS = 0
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(*CLIENTS_COMMANDS), _LEADS_KEYS]
    line = getters.query_one(FilterLine)

    def __init__(self, text: str = "", title: str = "") -> None:
        """`text` is the filter to begin with, `title` what its clients have in common."""
        super().__init__()
        self._first = text
        self._text = text
        self._title = title
        self._sort = SORTS[0]
        self._rows: list[ListedRow] = []
        self._next: After | None = None
        self._total: int | None = None
        self._walk: Walk | None = None

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        yield Static(id="table-head", markup=False)
        yield FilterLine()
        with Container(id="table-body"):
            yield SteadyTable(cursor_type=self.CURSOR, fixed_columns=self.FIXED_COLUMNS)
            yield Face()
        yield Static(id="table-note", markup=False)
        yield KeysBar()

    def on_mount(self) -> None:
        """Read for the first time."""
        self.line.put(self._text)
        super().on_mount()

    def relabel(self) -> None:
        """Put everything into the language in use."""
        self.line.relabel()
        self.show()

    def on_resize(self) -> None:
        """Lay the lines out for another width."""
        self.show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what only a lead does to nobody else."""
        if action in _OF_LEADS and not self._leads:
            return False
        return super().check_action(action, parameters)

    @property
    def _leads(self) -> bool:
        opened = self.app.gateway.opened
        return opened is not None and opened.context.me.role is not Role.OPERATOR

    def base_opened(self) -> None:
        """Offer what this person may do."""
        self.refresh_bindings()

    # Reading

    def load(self) -> None:
        """Read anew, as many rows as are shown; the cursor stays on its client."""
        self._load()

    @work(exclusive=True, group="clients")
    async def _load(self) -> None:
        try:
            await self.app.ready()
            where = await self.filter_of(self._text)
            with self.reading(), counting(self, anew=bool(self._rows)):
                await self._read(where)
        except SalesdeskError as error:
            self._refused(error)

    async def _read(self, where: "Filter") -> None:
        """Read the count and the first page beside each other: whichever is there first is shown."""
        from salesdesk.base.listing import count

        limit = max(PAGE, len(self._rows))
        counted = asyncio.ensure_future(self.app.gateway.read(count, where))
        first = asyncio.ensure_future(self._page(where, limit, None, _MANY))
        for asked in (counted, first):
            # Both fail of the same line; what is said once is enough.
            asked.add_done_callback(lambda done: done.cancelled() or done.exception())
        try:
            await asyncio.wait((counted, first), return_when=asyncio.FIRST_COMPLETED)
            if first.done():
                self._put(first.result(), None)
                self._put(first.result(), await counted)
                return
            total = await counted
            # So few are found sooner by sorting them than by going along the order.
            if total < limit * 10:
                first.cancel()
                self._put(await self._page(where, limit, None, total), total)
            else:
                self._put(await first, total)
        finally:
            counted.cancel()
            first.cancel()

    async def find_rows(self) -> "Sequence[ListedRow]":
        """Read as many clients as are shown, and how many there are."""
        from salesdesk.base.listing import count

        where = await self.filter_of(self._text)
        total = await self.app.gateway.read(count, where)
        found = await self._page(where, max(PAGE, len(self._rows)), None, total)
        self._next, self._total = found.next, total
        return found.rows

    @property
    def rows_shown(self) -> "Sequence[ListedRow]":
        """The rows of the table."""
        return self._rows

    def take_rows(self, rows: "list[ListedRow]") -> None:
        """Have other rows."""
        self._rows = rows
        self.keep_marks()

    def row_key(self, row: "ListedRow") -> int:
        """Tell a client from all others."""
        return row.client_id

    def row_cells(self, row: "ListedRow") -> list[Text]:
        """Write a client down."""
        opened = self.app.gateway.opened
        stages = opened.context.catalogues.stages if opened is not None else {}
        return [self.mark_cell(row.client_id), *self._lines.cells(row, stages, self.app.clock)]

    async def _page(self, where: "Filter", limit: int, after: "After | None", total: int | None) -> "Listed":
        from salesdesk.base.listing import Sort, listed

        return await self.app.gateway.read(
            listed, where, limit, after, sort=Sort(self._sort), total=_MANY if total is None else total
        )

    async def filter_of(self, text: str) -> "Filter":
        """Read a line. Raises FilterError."""
        opened = await self.app.ready()
        from salesdesk.base.filters import parse_filter

        return parse_filter(text, opened.context.fresh())

    async def chosen_filter(self) -> "Filter":
        """Give what chooses the marked ones, or all. Raises FilterError."""
        from salesdesk.base.filters import These

        return These(tuple(self.chosen_clients())) if self.marked else await self.filter_of(self._text)

    @property
    def chosen_count(self) -> int:
        """How many are chosen."""
        return len(self.marked) or self._total or 0

    def _refused(self, error: SalesdeskError) -> None:
        """Point at the place in the line, or say it where the table would stand."""
        column = getattr(error, "column", None)
        if column is not None:
            self.line.point_at(getattr(error, "what", str(error)), column)
            self.line.input.focus()
            return
        self.face.say(str(error), _("r tries again"))

    def _put(self, found: "Listed", total: int | None) -> None:
        """Show other rows; the cursor stays on its client, or on its place."""
        here = self.client_here
        same = [row.client_id for row in found.rows] == self.shown_clients and self._rows == [*found.rows]
        self._rows, self._next, self._total = [*found.rows], found.next, total
        self.keep_marks()
        if same and self.table.row_count:
            self.show_head()
            return
        clients = self.shown_clients
        self.show(clients.index(here) if here in clients else None)

    @work(exclusive=True, group="page")
    async def _load_more(self) -> None:
        with self.app.errors_said():
            after = self._next
            if after is None:
                return
            found = await self._page(await self.filter_of(self._text), PAGE, after, self._total)
            if self._next is after:
                self._next = found.next
                self._rows += found.rows
                for row in found.rows:
                    self.table.add_row(*self.line_of(row))
                if self._next is None:
                    self.show_head()

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Read on near the end."""
        event.stop()
        if self._next is not None and event.cursor_row >= len(self._rows) - _NEAR_END:
            self._load_more()

    # Showing

    @property
    def shown_clients(self) -> list[int]:
        """The clients of the rows."""
        return [row.client_id for row in self._rows]

    def show_head(self) -> None:
        """Say how many there are, in which order, and how many are marked."""
        count = "…"
        if self._total is not None:
            count = ngettext("{count} client", "{count} clients", self._total).format(
                count=grouped(self._total)
            )
        shown = ""
        if self._total is not None and self._next is None and 0 < len(self._rows) < self._total:
            shown = _("the first {count} are shown").format(count=grouped(len(self._rows)))
        parts = (self._title or _("Clients"), count, shown, sort_words(self._sort), self.marked_words())
        self.entitle(" · ".join(part for part in parts if part))

    def show(self, at: int | None = None) -> None:
        """Write everything anew."""
        self.show_head()
        if self._total is None and not self._rows:
            return
        at = self.table.cursor_coordinate.row if at is None else at
        self.table.clear(columns=True)
        if not self._rows:
            if self._text and self._text == self._first:
                self.face.say(_("No client is so."), _("/ changes the filter, esc goes back"))
            elif self._text:
                self.face.say(_("No client is so."), _("/ changes the filter, esc takes it off"))
            else:
                self.face.say(_("There is no client here yet."), _("i brings clients in from a file"))
            return
        self.face.hide()
        self.table.cell_padding = self._lines.padding
        self.add_columns(self._lines.headings(), self.row_cells(self._rows[0]))
        for row in self._rows:
            self.table.add_row(*self.line_of(row))
        self.table.move_cursor(row=min(max(at, 0), len(self._rows) - 1), animate=False)

    @property
    def _lines(self) -> ListedLines:
        return ListedLines(self.size.width)

    # The filter

    def action_filter(self) -> None:
        """Go to the line."""
        self.line.input.focus()

    def on_filter_line_applied(self, event: FilterLine.Applied) -> None:
        """Take the line."""
        event.stop()
        self._apply(event.text)

    def on_filter_line_left(self, event: FilterLine.Left) -> None:
        """Leave the line as it was."""
        event.stop()
        self.line.put(self._text)
        self.table.focus()

    @work(exclusive=True, group="apply")
    async def _apply(self, text: str) -> None:
        """Show those that a line says; a line that cannot be taken stays where it is."""
        try:
            await self.filter_of(text)
        except SalesdeskError as error:
            self._refused(error)
            return
        self.use(text)

    def use(self, text: str, sort: str | None = None) -> None:
        """Show those that a line says, from the first."""
        if text != self.line.text:
            self.line.put(text)
        self.line.clear()
        self._text = text.strip()
        self._sort = sort or self._sort
        self._title = self._title if self._text == self._first else ""
        self._rows, self._next, self._total = [], None, None
        self.unmark()
        self.table.clear()
        self.table.focus()
        self.show_head()
        self.load()

    def action_back(self) -> None:
        """Take the filter off; leave where there is none, or the one that was come with."""
        if self._text != self._first:
            self.use(self._first)
        else:
            self.dismiss(None)

    @work(exclusive=True, group="ask")
    async def action_order(self) -> None:
        """Choose the order."""
        offers = keyed([(code, sort_words(code)) for code in SORTS])
        chosen = await self.app.push_screen_wait(ChooseScreen(_("In which order"), offers, self._sort))
        if chosen is not None:
            self._sort = chosen
            self._rows, self._next = [], None
            self.table.move_cursor(row=0, animate=False)
            self.load()

    @work(exclusive=True, group="ask")
    async def action_form(self) -> None:
        """Fill the filter in, field by field."""
        with self.app.errors_said():
            from salesdesk.screens.filter_form import filter_form

            form = await filter_form(self.app, await self.filter_of(self._text))
            text = await self.app.push_screen_wait(form)
            if text is not None:
                self.use(text)

    @work(exclusive=True, group="ask")
    async def action_segments(self) -> None:
        """Choose a saved filter, or save this one."""
        from salesdesk.screens.segments import SegmentsScreen

        chosen = await self.app.push_screen_wait(SegmentsScreen(self._text, self._sort))
        if chosen is not None:
            opened = await self.app.ready()
            from salesdesk.base.filters.worded import worded

            self.use(worded(chosen.reference, opened.context.fresh()), chosen.sort)

    # Card by card

    def action_card(self) -> None:
        """Open the card of the client, from which one goes along the list."""
        client = self.client_here
        if client is None or self.app.gateway.opened is None:
            return
        from salesdesk.screens.card import CardScreen

        clients = self.shown_clients
        total = self._total if self._total is not None else len(clients)
        walk = Walk(clients, clients.index(client), total, self._next, self._more)
        self._walk = walk
        self.app.push_screen(CardScreen(client, walk), lambda _result: self._came_back(walk))

    async def _more(self, after: "After") -> "tuple[Sequence[int], After | None]":
        """Read the clients after those that are walked along."""
        found = await self._page(await self.filter_of(self._text), PAGE, after, self._total)
        return [row.client_id for row in found.rows], found.next

    def _came_back(self, walk: Walk) -> None:
        """Stand on the client at whom the walk ended."""
        clients = self.shown_clients
        if walk.client in clients:
            self.table.move_cursor(row=clients.index(walk.client), animate=False)

    # What is done with them

    @work(exclusive=True, group="ask")
    async def action_export(self) -> None:
        """Write them to a file."""
        with self.app.errors_said():
            self.app.only_at_this_machine()
            from salesdesk.screens.export import ExportScreen

            await self.app.push_screen_wait(ExportScreen(await self.chosen_filter(), self.chosen_count))

    @work(exclusive=True, group="ask")
    async def action_share_out(self) -> None:
        """Share them out to operators by a rule."""
        with self.app.errors_said():
            from salesdesk.screens.share_out import share_out_asked

            if await share_out_asked(self.app, await self.chosen_filter(), self.chosen_count):
                self.unmark()
                self.app.client_changed(None)

    @work(exclusive=True, group="ask")
    async def action_campaign(self) -> None:
        """Put them into a campaign."""
        with self.app.errors_said():
            from salesdesk.screens.share_out import campaign_asked

            if await campaign_asked(self.app, await self.chosen_filter(), self.chosen_count):
                self.unmark()
                self.app.client_changed(None)
