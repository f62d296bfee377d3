"""A whole screen that is one table under one line: what a lead looks at."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Literal

from rich.text import Text
from textual import getters
from textual.app import ComposeResult
from textual.containers import Container
from textual.types import CSSPathType
from textual.widget import Widget
from textual.widgets import Static

from salesdesk.screens.keeping_up import KeepingUp
from salesdesk.widgets.face import Face
from salesdesk.widgets.keys_bar import KeysBar
from salesdesk.widgets.steady_table import SteadyTable

if TYPE_CHECKING:
    from salesdesk.rows import Logged


class TableScreen(KeepingUp[None]):
    """Lays the table out, and counts anew whenever something happens; what it shows, each screen says."""

    CSS_PATH: ClassVar[CSSPathType | None] = "table_screen.tcss"
    CURSOR: ClassVar[Literal["row", "cell"]] = "row"
    FIXED_COLUMNS: ClassVar[int] = 1

    table = getters.query_one(SteadyTable)
    face = getters.query_one(Face)

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        yield Static(id="table-head", markup=False)
        with Container(id="table-body"):
            yield SteadyTable(cursor_type=self.CURSOR, fixed_columns=self.FIXED_COLUMNS)
            yield from self.beside()
            yield Face()
        yield Static(id="table-note", markup=False)
        yield KeysBar()

    def beside(self) -> Iterable[Widget]:
        """Give what else the screen shows, beside the table or in its place."""
        return ()

    def on_mount(self) -> None:
        """Read for the first time."""
        super().on_mount()
        # Enter belongs to the screen, so that the line of keys says what it does.
        self.table._bindings.key_to_bindings.pop("enter", None)  # noqa: SLF001  # Textual has no other way
        self.table.focus()
        self.load()

    def load(self) -> None:
        """Read anew; the cursor stays where it is."""
        raise NotImplementedError

    def entitle(self, text: str) -> None:
        """Write the line over the table."""
        self.query_one("#table-head", Static).update(f"  {text}", layout=False)

    def add_columns(self, columns: Iterable[tuple[str, int]], row: Iterable[Text]) -> None:
        """Add the columns with their widths; a head stands where the cells under it do, as in a row."""
        for (title, width), cell in zip(columns, row, strict=True):
            self.table.add_column(Text(title, justify=cell.justify or "left"), width=width)

    def note(self, text: str) -> None:
        """Say something under the table; nothing takes no room."""
        said = self.query_one("#table-note", Static)
        said.update(text)
        said.display = bool(text)

    def action_reload(self) -> None:
        """Read anew."""
        self.load()

    def action_back(self) -> None:
        """Go back."""
        self.dismiss(None)

    def call_logged(self, logged: "Logged") -> None:
        """Read anew: what stands here may be done."""
        del logged
        self.load()

    def client_changed(self, client_id: int | None) -> None:
        """Read anew."""
        del client_id
        self.load()
