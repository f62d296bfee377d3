"""Reports and the funnel of any period, one key apart: as a table, as a plot, and opened into their rows."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import getters, work
from textual.binding import BindingType
from textual.containers import Container
from textual.types import CSSPathType
from textual.widget import Widget
from textual.widgets import DataTable

from salesdesk.commands import LIST, Command, bindings
from salesdesk.errors import SalesdeskError
from salesdesk.i18n import N_, _
from salesdesk.lead.questions import ANSWERS, FUNNEL, NAMES, Question, answer, plot_of
from salesdesk.lead.rows import EVERYTHING, Spot
from salesdesk.screens.counting import counting
from salesdesk.screens.keeping_up import ALWAYS_SLOW
from salesdesk.screens.report_asking import ReportAsking
from salesdesk.widgets.cells import plain
from salesdesk.widgets.heat_map import HeatMap
from salesdesk.widgets.plot_pane import PlotPane
from salesdesk.widgets.written_table import fill

if TYPE_CHECKING:
    from salesdesk.lead.written import Written

_WIDE = 110
"""Columns from which on a plot stands beside the table, not beneath it."""

_TITLES = {
    "calls": N_("Calls"),
    "sales": N_("Sales"),
    "rejected": N_("Rejected"),
    "vip": N_("VIP dialogues"),
    "operators": N_("Operators"),
    "quality": N_("Quality"),
    FUNNEL: N_("Funnel"),
    "pace": N_("Pace"),
    "reviews": N_("Call reviews"),
}
"""What help says of each digit."""

REPORTS_COMMANDS = (
    Command("reports.open", "enter", "open", N_("rows"), N_("Open the figure into the rows behind it"), LIST),
    Command("reports.which", "w", "which", N_("report"), N_("Another report; a digit does it too"), LIST),
    Command("reports.earlier", "p", "earlier", N_("earlier"), N_("The period before"), LIST),
    Command("reports.later", "n", "later", N_("later"), N_("The period after"), LIST),
    Command("reports.by", "b", "by", N_("by"), N_("What the figures are told apart by"), LIST),
    Command("reports.view", "v", "view", N_("plot"), N_("Table, table and plot, plot alone"), LIST),
    Command("reports.stop", "escape,q", "back", N_("back"), N_("Stop, or back to where you were"), LIST),
    Command("reports.heat", "h", "heat", N_("heat map"), N_("When calls are answered, or the calls"), LIST),
    Command(
        "reports.cohort", "c", "cohort", N_("cohort"),
        N_("Follow those who entered the funnel in the period, or count the period itself"), LIST,
    ),
    Command(
        "reports.compare", "m", "compare", N_("compare"), N_("Put the period before beside this one"), LIST
    ),
    Command("reports.longer", "k", "kind", N_("length"), N_("Day, week, month, quarter or year"), LIST),
    Command("reports.period", "t,equals_sign", "period", N_("type a period"), N_("Type any period"), LIST),
    Command("reports.operator", "o", "operator", N_("whose"), N_("The figures of one person alone"), LIST),
    Command("reports.save", "x", "save", N_("to a file"), N_("Write a spreadsheet with a chart"), LIST),
    Command("reports.reload", "r", "reload", N_("reload"), N_("Count anew"), LIST, footer=False),
    Command(
        "reports.figure_before", "left", "figure(-1)", N_("figure"), N_("Plot the figure before"), LIST,
        footer=False, palette=False,
    ),
    Command(
        "reports.figure_after", "right", "figure(1)", N_("figure"), N_("Plot the figure after"), LIST,
        footer=False, palette=False,
    ),
)  # fmt: skip


class View(StrEnum):
    """What is shown of a report."""

    TABLE = "table"
    BOTH = "both"
    PLOT = "plot"


class ReportsScreen(ReportAsking):
    """One report at a time, and a cursor on one figure of it."""

    CSS_PATH: ClassVar[CSSPathType | None] = ["table_screen.tcss", "reports.tcss"]
    SLOW_FROM = ALWAYS_SLOW
    CURSOR = "cell"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(*REPORTS_COMMANDS),
        *bindings(
            *(
                Command(
                    f"reports.{name}", str(at), f"show({name!r})", name, _TITLES[name], LIST,
                    footer=False, palette=False,
                )
                for at, name in enumerate(NAMES, 1)
            )
        ),
    ]  # fmt: skip

    body = getters.query_one("#table-body", Container)
    plot = getters.query_one(PlotPane)
    heat = getters.query_one(HeatMap)

    def __init__(self) -> None:
        super().__init__()
        self._shown = self._question
        self._view = View.TABLE
        self._counting = False

    def beside(self) -> Iterable[Widget]:
        """Give the plot and the heat map."""
        yield PlotPane()
        yield HeatMap()

    def relabel(self) -> None:
        """Put everything into the language in use."""
        if self._answer is not None:
            self.load()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what the report has: cohorts and comparing are the funnel's, the heat map is the calls'."""
        name = self._question.name
        if action in {"cohort", "compare"}:
            return name == FUNNEL
        if action == "heat":
            return name in {NAMES[0], ANSWERS}
        if action == "figure":
            return self._view is View.PLOT and name != ANSWERS
        return super().check_action(action, parameters)

    # Counting

    def load(self) -> None:
        """Count anew; what is still being counted is stopped."""
        self._load()

    @work(exclusive=True, group="report")
    async def _load(self) -> None:
        self._counting = True
        figure = self._figure
        try:
            with self.reading(), counting(self, anew=self._answer is not None and not self.face.said):
                await self.app.ready()
                self._answer = await self.app.gateway.read(answer, self._question)
        except SalesdeskError as error:
            self._hide()
            self._counting = False
            self.face.say(str(error), _("b tells it apart by something else, w is another report"))
            return
        self._counting = False
        same = (self._question.name, self._question.by) == (self._shown.name, self._shown.by)
        self._shown = self._question
        self._show(self.table.cursor_coordinate.row if same else 0, figure)

    def _hide(self) -> None:
        for widget in (self.table, self.plot, self.heat):
            widget.display = False

    @property
    def _figure(self) -> str | None:
        """The figure under the cursor; None where a label is, or nothing yet."""
        figures = self._answer.written.figures if self._answer is not None else ()
        column = self.table.cursor_coordinate.column
        return figures[column] if column < len(figures) else None

    def _again_shown(self) -> None:
        """Show the same answer in another way."""
        self._show(self.table.cursor_coordinate.row, self._figure)

    def _show(self, row: int, figure: str | None) -> None:
        """Show the answer, with the cursor on a row, and on the same figure where the report has it."""
        found = self._answer
        if found is None:
            return
        written = found.written
        self.entitle(f"{plain(written.title)}{self.manner()}")
        self.note(written.method)
        self.table.clear(columns=True)
        if not written.rows:
            self._hide()
            self.face.say(_("Nothing happened in this period."), _("p is the period before, k a longer one"))
            return
        self.face.hide()
        fill(self.table, written, self._room)
        column = written.figures.index(figure) if figure in written.figures[1:] else _labels(written)
        self.table.move_cursor(row=min(row, len(written.rows) - 1), column=column, animate=False)
        self._lay_out()

    # Table, plot, heat map

    @property
    def _hot(self) -> bool:
        """Whether the report is shown as a grid of weekdays and hours."""
        return self._shown.name == ANSWERS and self._view is not View.TABLE

    @property
    def _room(self) -> int:
        beside = self._view is View.BOTH and self.size.width >= _WIDE
        return self.size.width // 2 if beside else self.size.width

    def _lay_out(self) -> None:
        """Show what is wished for, and give the keys to it."""
        grid = self._shown.name == ANSWERS
        self.heat.display = self._hot
        self.table.display = not self._hot and self._view is not View.PLOT
        self.plot.display = not grid and self._view is not View.TABLE
        self.body.set_class(self.size.width >= _WIDE, "-beside")
        if self._hot:
            self._heat_up()
            self.heat.focus()
        elif self.table.display:
            self.table.focus()
        else:
            self.set_focus(None)
        self._draw()
        self.refresh_bindings()

    def _heat_up(self) -> None:
        from salesdesk.lead.answer_rate import answer_grid

        if self._answer is not None and self._answer.report is not None:
            self.heat.show(answer_grid(self._answer.report))

    def _draw(self) -> None:
        """Draw the figure under the cursor."""
        opened, found = self.app.gateway.opened, self._answer
        if not self.plot.display or opened is None or found is None:
            return
        self.plot.show(plot_of(opened.context.fresh(), found, self._figure))

    def action_view(self) -> None:
        """Go on from the table to table and plot, to the plot alone, and back."""
        views = [View.TABLE, View.PLOT] if self._shown.name == ANSWERS else [*View]
        at = views.index(self._view) if self._view in views else len(views) - 1
        self._view = views[(at + 1) % len(views)]
        self._again_shown()

    def action_heat(self) -> None:
        """Show when calls are answered, or the calls again as a table."""
        self._view = View.TABLE if self._question.name == ANSWERS else View.BOTH
        super().action_heat()

    def action_figure(self, step: int) -> None:
        """Plot another figure while the table is away."""
        if self._answer is None:
            return
        written = self._answer.written
        column = self.table.cursor_coordinate.column + step
        column = min(max(column, _labels(written)), len(written.heads) - 1)
        self.table.move_cursor(column=column, animate=False)
        self._draw()

    def on_data_table_cell_highlighted(self, event: DataTable.CellHighlighted) -> None:
        """Plot the column that the cursor came to."""
        event.stop()
        self._draw()

    def on_resize(self) -> None:
        """Lay everything out for another width."""
        if self._answer is not None and not self._counting:
            self._again_shown()

    # The rows behind

    def action_open(self) -> None:
        """Open the figure under the cursor into the rows that it was counted from."""
        found = self._answer
        if found is None or self._counting or self.face.said:
            return
        if self._hot:
            self._open(*self._of_heat())
            return
        written = found.written
        row, column = self.table.cursor_coordinate
        spot = written.spots[row]
        if spot.client_id is not None:
            self.app.open_card(spot.client_id)
            return
        question = replace(self._shown, period=found.period)
        if column in written.of_before:
            question = replace(question, period=found.period.before)
        self._open(
            question, spot, written.row_figures[row] if written.row_figures else written.figures[column]
        )

    def _of_heat(self) -> tuple[Question, Spot, str]:
        """Say which calls a cell of the heat map is counted from."""
        weekday, hour = self.heat.cell
        period = self._answer.period if self._answer is not None else None
        asked = Question(NAMES[0], period, operator=self._shown.operator)
        if weekday is not None and hour is not None:
            return replace(asked, name=ANSWERS), Spot(f"{weekday}-{hour:02}"), "calls"
        if weekday is not None:
            return replace(asked, by="weekday"), Spot(weekday), "calls"
        return (
            (asked, EVERYTHING, "calls") if hour is None else (replace(asked, by="hour"), Spot(hour), "calls")
        )

    def _open(self, question: Question, spot: Spot, figure: str | None) -> None:
        from salesdesk.lead.behind.asking import opens
        from salesdesk.screens.rows_behind import RowsBehindScreen

        if not opens(question.name):
            self.app.say(_("The figures of this report do not open into rows."))
            return
        self.app.push_screen(RowsBehindScreen(question, spot, figure))

    def on_data_table_cell_selected(self, event: DataTable.CellSelected) -> None:
        """Open what was clicked."""
        event.stop()
        self.action_open()

    def on_heat_map_picked(self, event: HeatMap.Picked) -> None:
        """Open what was clicked."""
        event.stop()
        self.action_open()

    # A file

    @work(exclusive=True, group="file")
    async def action_save(self) -> None:
        """Write a spreadsheet into the folder one works in."""
        found = self._answer
        if found is None:
            return
        from salesdesk.lead.workbook import write_workbook

        path = Path.cwd() / f"salesdesk-{self._shown.name}-{found.period.code}.xlsx"
        with self.app.errors_said():
            self.app.only_at_this_machine()
            await asyncio.to_thread(write_workbook, found.sheet, path, self.app.clock.now())
            self.app.say(str(path), title=_("Written"))

    def action_back(self) -> None:
        """Stop counting and show again what stood there; where nothing is counted, go back."""
        counting_now = self._counting
        self.workers.cancel_group(self, "report")
        self._counting = False
        if counting_now and self._answer is not None:
            self._question = self._shown
            self._again_shown()
            self.app.say(_("Stopped."))
            return
        super().action_back()


def _labels(written: "Written") -> int:
    """Count the columns that name the rows; the figures stand behind them."""
    return next((place for place, key in enumerate(written.figures) if key is not None), 0)
