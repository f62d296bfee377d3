"""Companies dropped after one call: whom to give them, so that somebody calls again."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import work
from textual.binding import BindingType

from salesdesk import formatting, wording
from salesdesk.commands import CLIENT, LIST, Command, bindings
from salesdesk.errors import SalesdeskError
from salesdesk.i18n import N_, _, ngettext
from salesdesk.lead.board_rows import Dropped, DroppedRow
from salesdesk.screens.marked_table import MarkedTable, mark_commands
from salesdesk.screens.steady_rows import SteadyRows
from salesdesk.widgets.cells import fit, plain

if TYPE_CHECKING:
    from salesdesk.base.periods import Period

_WIDE = 110
_SAY_WORKING_AFTER = 0.3
_PERIODS = ("today", "this-week", "this-month", "last-month")

DROPPED_COMMANDS = (
    Command("dropped.card", "enter", "card", N_("card"), N_("Open the client's card"), CLIENT),
    *mark_commands("dropped"),
    Command("dropped.give", "g", "give", N_("give to"), N_("Give the marked ones to somebody else"), CLIENT),
    Command("dropped.when", "p", "period", N_("period"), N_("Today, this week, this or last month"), LIST),
    Command("dropped.reload", "r", "reload", N_("reload"), N_("Read anew"), LIST, footer=False),
    Command("dropped.back", "escape,q", "back", N_("back"), N_("Back to where you were"), LIST),
)


class DroppedScreen(MarkedTable, SteadyRows[DroppedRow]):
    """Clients that were called once in a period and by nobody since, the latest first."""

    FIXED_COLUMNS = 0
    BINDINGS: ClassVar[list[BindingType]] = bindings(*DROPPED_COMMANDS)

    def __init__(self, login: str | None = None, operator: str = "") -> None:
        super().__init__()
        self._login = login
        self._operator = operator
        self._when = _PERIODS.index("this-month")
        self._period: Period | None = None
        self._found: Dropped | None = None

    def relabel(self) -> None:
        """Put everything into the language in use."""
        self.show()

    def on_resize(self) -> None:
        """Lay the lines out for another width."""
        self.show()

    # Reading

    def load(self) -> None:
        """Read anew; the cursor stays where it is."""
        self._load()

    @work(exclusive=True, group="dropped")
    async def _load(self) -> None:
        saying = self.set_timer(_SAY_WORKING_AFTER, self._say_working)
        try:
            with self.reading():
                self._period, self._found = await self._read()
        except SalesdeskError as error:
            self.face.say(str(error), _("r tries again"))
            return
        finally:
            saying.stop()
        self.keep_marks()
        self.show()

    async def _read(self) -> "tuple[Period, Dropped]":
        await self.app.ready()
        from salesdesk.base.periods import parse_period
        from salesdesk.lead.dropped import dropped

        clock = self.app.clock
        period = parse_period(_PERIODS[self._when], clock.today(), clock.zone)
        return period, await self.app.gateway.read(dropped, period, self._login)

    async def find_rows(self) -> tuple[DroppedRow, ...]:
        """Read the clients of the same period, and how many there are."""
        shown = self.rows_shown
        self._period, found = await self._read()
        self._found = replace(found, rows=tuple(shown))
        return found.rows

    @property
    def rows_shown(self) -> Sequence[DroppedRow]:
        """The rows of the table."""
        return self._found.rows if self._found is not None else ()

    def take_rows(self, rows: list[DroppedRow]) -> None:
        """Have other rows."""
        if self._found is not None:
            self._found = replace(self._found, rows=tuple(rows))
            self.keep_marks()

    def row_key(self, row: DroppedRow) -> tuple[int, str]:
        """Tell a client and who dropped it from all others."""
        return row.client_id, row.operator

    def row_cells(self, row: DroppedRow) -> list[Text]:
        """Write a client down."""
        return self._cells(row)

    def _say_working(self) -> None:
        self.table.clear(columns=True)
        self.face.say(_("Counting…"), _("esc goes back"))

    def action_period(self) -> None:
        """Look at the next period."""
        self._when = (self._when + 1) % len(_PERIODS)
        self.unmark()
        self.load()

    # Showing

    @property
    def shown_clients(self) -> list[int]:
        """The clients of the rows."""
        return [row.client_id for row in self._found.rows] if self._found is not None else []

    def show_head(self) -> None:
        """Say who was dropped when, and how many."""
        if self._found is not None:
            self.entitle(self._head(self._found))

    def show(self, at: int | None = None) -> None:
        """Write everything anew."""
        found = self._found
        if found is None:
            return
        self.show_head()
        at = self.table.cursor_coordinate.row if at is None else at
        self.table.clear(columns=True)
        if not found.rows:
            self.face.say(_("No company was dropped after one call."), _("p looks at another period"))
            return
        self.face.hide()
        self.add_columns(self._columns(), self._cells(found.rows[0]))
        for row in found.rows:
            self.table.add_row(*self.line_of(row))
        self.table.move_cursor(row=min(at, len(found.rows) - 1), animate=False)

    def _head(self, found: Dropped) -> str:
        parts = [
            _("Dropped after one call"),
            *([self._period.title] if self._period else []),
            *([plain(self._operator)] if self._operator else []),
            ngettext("{count} company", "{count} companies", found.total).format(count=found.total),
        ]
        if found.total > len(found.rows):
            parts.append(_("the latest {count}").format(count=len(found.rows)))
        return " · ".join(part for part in (*parts, self.marked_words()) if part)

    @property
    def _wide(self) -> bool:
        return self.size.width >= _WIDE

    @property
    def _name_width(self) -> int:
        return max(self.size.width - (97 if self._wide else 56), 16)

    def _columns(self) -> list[tuple[str, int]]:
        columns = [
            ("", 1), (_("Client"), self._name_width), (_("Called"), 12), (_("Outcome"), 17), (_("Amount"), 8),
        ]  # fmt: skip
        more = [(_("Reason"), 20), (_("Operator"), 16)]
        return [*columns, *more] if self._wide else columns

    def _cells(self, row: DroppedRow) -> list[Text]:
        clock = self.app.clock
        opened = self.app.gateway.opened
        catalogues = opened.context.catalogues if opened is not None else None
        cells = [
            self.mark_cell(row.client_id),
            Text(fit(row.name, self._name_width), "bold"),
            Text(formatting.day_and_time(row.called_at, clock.now(), clock.zone)),
            Text(fit(wording.titled(catalogues.outcomes if catalogues else {}, row.outcome), 17)),
            Text(formatting.amount_short(row.amount_minor), justify="right"),
        ]
        if self._wide:
            reason = wording.titled(catalogues.reasons if catalogues else {}, row.reason)
            cells += [Text(fit(reason, 20)), Text(fit(row.operator, 16))]
        return cells
