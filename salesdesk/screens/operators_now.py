"""Operators now: who is on which card, who waits and since when; it keeps itself up to date."""

from collections.abc import Sequence
from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import work
from textual.binding import BindingType
from textual.widgets import DataTable

from salesdesk import formatting, wording
from salesdesk.codes import CallsMark
from salesdesk.commands import LIST, Command, bindings
from salesdesk.errors import SalesdeskError
from salesdesk.i18n import N_, _, ngettext
from salesdesk.lead.board_rows import CLOSES, TURNED_AWAY, USUAL, OperatorNow, calls_per_company_mark
from salesdesk.lead.board_words import ratio_words, what_now, what_now_short
from salesdesk.lead.rows import TailPick
from salesdesk.screens.steady_rows import SteadyRows
from salesdesk.widgets.cells import fit, fit_right, plain

if TYPE_CHECKING:
    from salesdesk.lead.board_rows import Now

_WIDE, _WIDER = 110, 130
"""Columns from which on words stand beside figures, and from which on heads need not be cut."""
_SAY_WORKING_AFTER = 0.3
_ON_CARD, _IDLE, _AWAY = "●", "○", "–"
_NOW = 1
"""The column of what somebody is at."""

NOW_COMMANDS = (
    Command("now.open", "enter", "open", N_("open"), N_("The card they are on, or the calls of today"), LIST),
    Command("now.calls", "c", "calls", N_("calls"), N_("The calls that were made today"), LIST),
    Command("now.tails", "t", "tails", N_("tails"), N_("What this operator has forgotten"), LIST),
    Command(
        "now.dropped", "d", "dropped", N_("dropped"), N_("Companies this operator called only once"), LIST
    ),
    Command(
        "now.all_dropped", "D", "all_dropped", N_("all dropped"), N_("Companies anybody called only once"),
        LIST, footer=False,
    ),
    Command(
        "now.hand_over", "h", "hand_over", N_("hand over"), N_("Hand the clients of this operator over"),
        LIST, footer=False,
    ),
    Command("now.reload", "r", "reload", N_("reload"), N_("Read anew"), LIST, footer=False),
    Command("now.back", "escape,q", "back", N_("back"), N_("Back to where you were"), LIST),
)  # fmt: skip


class OperatorsNowScreen(SteadyRows[OperatorNow]):
    """Everybody who works today, who is idle the longest first."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(*NOW_COMMANDS)
    NAME_COLUMN = 0
    SLOW_FROM = inf
    TICKS_EVERY: ClassVar[float] = 30

    def __init__(self) -> None:
        super().__init__()
        self._found: Now | None = None

    def on_mount(self) -> None:
        """Read for the first time."""
        super().on_mount()
        self.set_interval(self.TICKS_EVERY, self.tick)

    def relabel(self) -> None:
        """Put everything into the language in use."""
        self._show()

    def on_resize(self) -> None:
        """Lay the lines out for another width."""
        self._show()

    # Reading

    def load(self) -> None:
        """Read anew; the cursor stays on its operator."""
        self._load()

    @work(exclusive=True, group="board")
    async def _load(self) -> None:
        saying = self.set_timer(_SAY_WORKING_AFTER, self._say_working)
        try:
            with self.reading():
                if self._found is None:
                    self._found = await self._read()
                    self._show()
                else:
                    await self.catch_up()
        except SalesdeskError as error:
            if self._found is None:
                self.face.say(str(error), _("r tries again"))
            else:
                self.entitle(f"! {error}")
            return
        finally:
            saying.stop()

    async def _read(self) -> "Now":
        await self.app.ready()
        from salesdesk.lead.operators_now import operators_now

        return await self.app.gateway.read(operators_now)

    async def find_rows(self) -> tuple[OperatorNow, ...]:
        """Read what everybody is at."""
        found = await self._read()
        self._found = replace(found, operators=tuple(self.rows_shown))
        return found.operators

    @property
    def rows_shown(self) -> Sequence[OperatorNow]:
        """The rows of the table."""
        return self._found.operators if self._found is not None else ()

    def take_rows(self, rows: list[OperatorNow]) -> None:
        """Have other rows."""
        if self._found is not None:
            self._found = replace(self._found, operators=tuple(rows))

    def row_key(self, row: OperatorNow) -> int:
        """Tell an operator from all others."""
        return row.operator_id

    def row_cells(self, row: OperatorNow) -> list[Text]:
        """Write an operator down."""
        return self._cells(self._found, row) if self._found is not None else []

    def write_anew(self) -> None:
        """Write everything."""
        self._show()

    def write_around(self) -> None:
        """Write the line over the table."""
        if self._found is not None:
            self.entitle(self._head(self._found))

    def _say_working(self) -> None:
        if self._found is None:
            self.face.say(_("Counting…"), _("esc goes back"))

    def tick(self) -> None:
        """Let the minutes go on; nothing is asked of the base."""
        if self._found is None or not self.table.row_count:
            return
        for at, row in enumerate(self._found.operators):
            self._put(at, _NOW, self._what(self._found, row))

    # Showing

    def _show(self) -> None:
        """Write every line."""
        found, at = self._found, self.table.cursor_coordinate.row
        if found is None:
            return
        self.write_around()
        if not found.operators:
            self.table.clear(columns=True)
            self.face.say(_("Nobody calls at this base yet."), _("Add operators: salesdesk operators add"))
            return
        self.face.hide()
        self.table.clear(columns=True)
        for title, width in self._columns():
            self.table.add_column(title, width=width)
        for row in found.operators:
            self.table.add_row(*self.line_of(row))
        self.table.move_cursor(row=at, animate=False)

    def _put(self, row: int, column: int, cell: Text) -> None:
        at = (row, column)
        if self.table.get_cell_at(at) != cell:  # type: ignore[arg-type]  # a Coordinate is a pair
            self.table.update_cell_at(at, cell)  # type: ignore[arg-type]  # the same

    def _head(self, found: "Now") -> str:
        idle = sum(found.idle_since(row) is not None for row in found.operators)
        on_cards = sum(row.card is not None for row in found.operators)
        parts = [
            *([_("Operators now")] if self._wide else []),
            ngettext("{count} on a card", "{count} on cards", on_cards).format(count=on_cards),
            ngettext("{count} idle", "{count} idle", idle).format(count=idle),
        ]
        if not found.working:
            parts.append(_("out of hours"))
        if self._wide:
            marks = (
                (TURNED_AWAY, CallsMark.TURNED_AWAY),
                (USUAL, CallsMark.USUAL),
                (CLOSES, CallsMark.CLOSES),
            )
            told = ", ".join(
                f"{formatting.number(value, 1)} {wording.calls_mark(mark)}" for value, mark in marks
            )
            parts.append(_("calls per company: {marks}").format(marks=told))
        else:
            parts.append("  ".join(wording.calls_mark(mark) for mark in CallsMark))
        return " · ".join(parts)

    @property
    def _wide(self) -> bool:
        return self.size.width >= _WIDE

    def _columns(self) -> list[tuple[Text, int]]:
        narrow = (_("calls"), _("cont."), _("goals"), _("talk"), _("c/co"), _("tails"))
        wide = (
            _("Calls"), _("Contacts"), _("Goals hit"), _("Talk time"), _("Calls per company"), _("Tails"),
        )  # fmt: skip
        titles = wide if self._wide else narrow
        widths = self._widths
        heads = [(Text(_("Operator")), widths[0]), (Text(_("What they do")), widths[1])]
        return heads + [
            (Text(fit(title, width) if at == 4 else fit_right(title, width)), width)
            for at, (title, width) in enumerate(zip(titles, widths[2:], strict=True))
        ]

    @property
    def _widths(self) -> tuple[int, ...]:
        others = (
            (6, 8, 16 if self.size.width >= _WIDER else 10, 9, 20, 6) if self._wide else (6, 5, 5, 7, 5, 6)
        )
        name = 24 if self._wide else 14
        # Each column has a cell of room to both sides, and the bar on the right needs two.
        room = self.size.width - name - sum(others) - 2 * (len(others) + 2) - 2
        return name, max(room, 12), *others

    def _cells(self, found: "Now", row: OperatorNow) -> list[Text]:
        widths = self._widths
        mark = calls_per_company_mark(row.calls_per_company, row.companies)
        figures = (
            str(row.calls),
            str(row.contacts),
            str(row.hit),
            formatting.duration(row.talk_seconds),
            ratio_words(row.calls_per_company, mark, short=not self._wide),
            str(row.tails),
        )
        cells = [Text(fit(row.name, widths[0]), "bold"), self._what(found, row)]
        for at, (figure, width) in enumerate(zip(figures, widths[2:], strict=True)):
            cells.append(Text(fit(figure, width) if at == 4 else fit_right(figure, width)))
        return cells

    def _what(self, found: "Now", row: OperatorNow) -> Text:
        clock = self.app.clock
        if self._wide:
            words = what_now(found, row, clock.now(), clock.zone)
        else:
            words = what_now_short(found, row, clock.now())
        sign = _ON_CARD if row.card is not None else _AWAY if row.absent else _IDLE
        return Text(fit(f"{sign} {plain(words)}", self._widths[_NOW]))

    # Opening

    @property
    def row(self) -> OperatorNow | None:
        """The operator under the cursor."""
        rows, at = self.rows_shown, self.table.cursor_coordinate.row
        return rows[at] if self.table.row_count and at < len(rows) else None

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Open what was clicked."""
        event.stop()
        self.action_open()

    def action_open(self) -> None:
        """Open the card that somebody has open, or their calls of today."""
        if self.row is not None and self.row.card is not None:
            self.app.open_card(self.row.card.client_id)
        else:
            self.action_calls()

    def action_calls(self) -> None:
        """Open the calls of today."""
        from salesdesk.screens.calls_today import CallsTodayScreen

        if self.row is not None:
            self.app.push_screen(CallsTodayScreen(self.row.operator_id, self.row.name))

    def action_tails(self) -> None:
        """Open what was forgotten."""
        from salesdesk.screens.tail_clients import TailClientsScreen

        if self.row is not None:
            self.app.push_screen(TailClientsScreen(TailPick(self.row.operator_id), self.row.name))

    def action_dropped(self) -> None:
        """Open the companies that this operator called only once."""
        from salesdesk.screens.dropped import DroppedScreen

        if self.row is not None:
            self.app.push_screen(DroppedScreen(self.row.login, self.row.name))

    @work(exclusive=True, group="ask")
    async def action_hand_over(self) -> None:
        """Hand the clients of this operator over."""
        from salesdesk.screens.hand_over import hand_over_asked

        row = self.row
        if row is None:
            return
        with self.app.errors_said():
            if await hand_over_asked(self.app, row.login, row.name):
                self.load()

    def action_all_dropped(self) -> None:
        """Open the companies that anybody called only once."""
        from salesdesk.screens.dropped import DroppedScreen

        self.app.push_screen(DroppedScreen())
