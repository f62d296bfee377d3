"""A table that a lead goes through row by row: a page at a time, what to know of a row beside it."""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import ClassVar, Generic, TypeVar

from rich.text import Text
from textual import events, getters, work
from textual.app import ComposeResult
from textual.containers import Container, Horizontal
from textual.content import Content
from textual.types import CSSPathType
from textual.widgets import DataTable, Static

from salesdesk.commands import LIST, Command
from salesdesk.context import Context
from salesdesk.errors import SalesdeskError
from salesdesk.i18n import N_, _
from salesdesk.screens.choose import ChooseScreen, keyed
from salesdesk.screens.listening import Listening
from salesdesk.screens.spans import span_title
from salesdesk.screens.steady_rows import SteadyRows
from salesdesk.widgets.card_pane import CardPane
from salesdesk.widgets.cells import plain
from salesdesk.widgets.face import Face
from salesdesk.widgets.keys_bar import KeysBar
from salesdesk.widgets.preview import Desk
from salesdesk.widgets.steady_table import SteadyTable

R = TypeVar("R")

WIDE = 110
PAGE = 200
_PANE_LEAST = 44
_NEAR_END = 20
"""Rows before the end at which the next page is read."""
_SAY_WORKING_AFTER = 0.3
_CELL_PADDING, _SCROLLBAR = 2, 2
EVERYBODY = "everybody"

WHOSE = Command("review.whose", "o,w", "whose", N_("whose"), N_("Those of one person, or of everybody"), LIST)
SPAN = Command("review.span", "p", "span", N_("period"), N_("How far back"), LIST)
RELOAD = Command("review.reload", "r", "reload", N_("reload"), N_("Read anew"), LIST, footer=False)
BACK = Command("review.back", "escape,q", "back", N_("back"), N_("Back to where you were"), LIST)


class ReviewTable(Listening, SteadyRows[R], Generic[R]):
    """The table, its filters, and the pane."""

    CSS_PATH: ClassVar[CSSPathType | None] = ["table_screen.tcss", "review_table.tcss"]
    FIXED_COLUMNS = 0
    SPANS: ClassVar[tuple[str, ...]] = ()
    pane = getters.query_one(CardPane)

    def __init__(self, span: str) -> None:
        super().__init__()
        self.span = span
        self.operator: tuple[int, str] | None = None
        """Whose rows alone are shown: id and name."""
        self.rows: list[R] = []
        self._more = False
        self._read = False

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        yield Static(id="table-head", markup=False)
        yield Static(id="review-figures", markup=False)
        with Horizontal(id="review-row"):
            with Container(id="table-body"):
                yield SteadyTable(cursor_type=self.CURSOR, fixed_columns=self.FIXED_COLUMNS)
                yield Face()
            yield CardPane("review-pane")
        yield KeysBar()

    # What each screen says

    @abstractmethod
    async def read_page(self, after: R | None, limit: int) -> tuple[R, ...]:
        """Read the rows after one. Raises SalesdeskError."""

    async def read_figures(self) -> None:
        """Read what stands over the table, once the rows are there. Raises SalesdeskError."""

    @abstractmethod
    def key(self, row: R) -> int:
        """Tell a row from all others."""

    @abstractmethod
    def head(self) -> list[str]:
        """Say what the table shows, part by part."""

    def figures(self) -> list[str]:
        """Say what stands over the table, line by line."""
        return []

    @abstractmethod
    def columns(self) -> list[tuple[str, int]]:
        """Name the columns with their widths; a width of 0 takes the room that is left."""

    @abstractmethod
    def cells(self, row: R, width: int) -> list[Text]:
        """Write a row, what takes the room that is left to a width."""

    @abstractmethod
    async def about(self, row: R, desk: Desk) -> Callable[[int], Content]:
        """Write what to know of a row. Raises SalesdeskError."""

    @abstractmethod
    def nothing(self) -> tuple[str, str]:
        """Say that there are no rows, and what to do."""

    # Reading

    def load(self) -> None:
        """Read anew, as many rows as are shown; the cursor stays where it is."""
        self._load()

    @work(exclusive=True, group="rows")
    async def _load(self) -> None:
        saying = self.set_timer(_SAY_WORKING_AFTER, self._say_working)
        try:
            with self.reading():
                await self.app.ready()
                self.put(await self._read_first())
                await self.read_figures()
        except SalesdeskError as error:
            self.face.say(str(error), _("r tries again"))
            return
        finally:
            saying.stop()
        self.show_head()

    async def _read_first(self) -> tuple[R, ...]:
        """Read as many rows as are shown."""
        limit = max(PAGE, len(self.rows))
        rows = await self.read_page(None, limit)
        self._more, self._read = len(rows) == limit, True
        return rows

    async def find_rows(self) -> tuple[R, ...]:
        """Read the rows, and what stands over them."""
        rows = await self._read_first()
        await self.read_figures()
        return rows

    @property
    def rows_shown(self) -> Sequence[R]:
        """The rows of the table."""
        return self.rows

    def take_rows(self, rows: list[R]) -> None:
        """Have other rows; beside the table stands what is known of the one under the cursor now."""
        before, self.rows = self.row, rows
        if before not in rows:
            self.call_later(self.show_pane)

    def row_key(self, row: R) -> int:
        """Tell a row from all others."""
        return self.key(row)

    def row_cells(self, row: R) -> list[Text]:
        """Write a row down."""
        return self.cells(row, self._left)

    def write_anew(self) -> None:
        """Write everything."""
        self.show()

    def write_around(self) -> None:
        """Write what stands over the table."""
        self.show_head()

    def _say_working(self) -> None:
        if not self.rows:
            self.face.say(_("Reading…"), _("esc goes back"))

    @work(exclusive=True, group="page")
    async def _load_more(self) -> None:
        with self.app.errors_said():
            last = self.rows[-1]
            found = await self.read_page(last, PAGE)
            if self.rows and self.rows[-1] is last:
                self._more = len(found) == PAGE
                self.rows += found
                for row in found:
                    self.table.add_row(*self.line_of(row))
                self.show_head()

    @property
    def count(self) -> str:
        """How many rows there are, as far as is known."""
        count = len(self.rows) - self.gone
        return f"{count}+" if self._more else str(count)

    # Showing

    def relabel(self) -> None:
        """Put everything into the language in use."""
        self.show()

    def put(self, rows: Sequence[R]) -> None:
        """Show other rows; the cursor stays on its row, or goes to the next that is still there."""
        at = self.table.cursor_coordinate.row
        places = {self.key(row): place for place, row in enumerate(rows)}
        after = (places[self.key(row)] for row in self.rows[at:] if self.key(row) in places)
        at = next(after, len(rows) - 1 if self.rows else 0)
        self.rows = [*rows]
        self.show(at)

    def show(self, at: int | None = None) -> None:
        """Write everything anew, the cursor on a row: the one it is on, where none is said."""
        self.show_head()
        if not self._read:
            return
        at = self.table.cursor_coordinate.row if at is None else at
        self.table.clear(columns=True)
        if not self.rows:
            self.face.say(*self.nothing())
            self.pane.display = False
            return
        self.face.hide()
        self._make_room()
        columns = [(title, width or self._left) for title, width in self.columns()]
        self.add_columns(columns, self.cells(self.rows[0], self._left))
        for row in self.rows:
            self.table.add_row(*self.line_of(row))
        self.table.move_cursor(row=min(max(at, 0), len(self.rows) - 1), animate=False)
        self.show_pane()

    def show_head(self) -> None:
        """Write what stands over the table anew."""
        self.entitle(" · ".join(plain(part) for part in self.head() if part))
        lines = self.figures()
        said = self.query_one("#review-figures", Static)
        said.display = bool(lines)
        said.update("\n".join(lines))

    @property
    def wide(self) -> bool:
        """Whether there is room for the pane."""
        return self.size.width >= WIDE

    @property
    def _pane_width(self) -> int:
        return max(_PANE_LEAST, self.size.width // 3) if self.wide else 0

    @property
    def _left(self) -> int:
        """Tell the width of the column that takes the room that is left."""
        columns = self.columns()
        taken = sum(width for _title, width in columns) + _CELL_PADDING * len(columns) + _SCROLLBAR
        return max(self.size.width - self._pane_width - taken - 1, 12)

    def _make_room(self) -> None:
        self.pane.display = self.wide
        self.pane.styles.width = self._pane_width

    def on_resize(self, event: events.Resize) -> None:
        """Lay the lines out for another width."""
        del event
        self.show()

    # The row under the cursor

    @property
    def row(self) -> R | None:
        """The row under the cursor."""
        at = self.table.cursor_coordinate.row
        return self.rows[at] if self.table.row_count and at < len(self.rows) else None

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Say beside it what to know of the row, and read on near the end."""
        event.stop()
        if self._more and event.cursor_row >= len(self.rows) - _NEAR_END:
            self._load_more()
        self.show_pane()

    def show_pane(self) -> None:
        """Say beside the row what to know of it, where there is room."""
        if self.row is not None and self.wide:
            self._show_pane(self.row)

    @work(exclusive=True, group="pane")
    async def _show_pane(self, row: R) -> None:
        with self.app.errors_said():
            write = await self.about(row, self.desk())
            if self.row is row:
                self.pane.show(write)
                self.pane.scroll_home(animate=False)

    def desk(self) -> Desk:
        """Give what a row is read with."""
        return Desk(self.context().catalogues, self.app.clock.now(), self.app.clock.zone)

    def context(self) -> Context:
        """Give the desk at this moment. Raises SalesdeskError."""
        opened = self.app.gateway.opened
        if opened is None:
            raise SalesdeskError(_("The base is not open yet. Wait a moment."))
        return opened.context.fresh()

    # What is shown

    @work(exclusive=True, group="ask")
    async def action_whose(self) -> None:
        """Choose whose rows to show."""
        with self.app.errors_said():
            await self.app.ready()
            from salesdesk.team.people import people

            who = {one.login: one for one in await self.app.gateway.read(people)}
            titles = [(EVERYBODY, _("everybody")), *((one.login, plain(one.name)) for one in who.values())]
            chosen = await self.app.push_screen_wait(ChooseScreen(_("Whose"), keyed(titles)))
            if chosen is not None:
                one = who.get(chosen)
                self.operator = None if one is None else (one.id, one.name)
                self.restart()

    @work(exclusive=True, group="ask")
    async def action_span(self) -> None:
        """Choose how far back to look."""
        titles = keyed([(code, span_title(code)) for code in self.SPANS])
        chosen = await self.app.push_screen_wait(ChooseScreen(_("How far back"), titles, self.span))
        if chosen is not None:
            self.span = chosen
            self.restart()

    def restart(self) -> None:
        """Begin with the first row of what is shown now."""
        self.rows, self._more = [], False
        self.table.move_cursor(row=0, animate=False)
        self.load()
