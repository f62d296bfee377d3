"""Reports and the funnel of any period, one key apart: which, when, told apart by what."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual import work
from textual.binding import BindingType

from salesdesk.commands import LIST, Command, bindings
from salesdesk.errors import SalesdeskError
from salesdesk.i18n import N_, _
from salesdesk.lead.questions import FUNNEL, NAMES, Answer, Question, answer
from salesdesk.screens.choose import ChooseScreen, keyed
from salesdesk.screens.table_screen import TableScreen
from salesdesk.widgets.cells import plain

if TYPE_CHECKING:
    from salesdesk.lead.written import Written

_SAY_WORKING_AFTER = 0.3
_ELASTIC_MOST = 60

REPORTS_COMMANDS = (
    Command("reports.which", "w", "which", N_("report"), N_("Another report; a digit does it too"), LIST),
    Command("reports.earlier", "p", "earlier", N_("earlier"), N_("The period before"), LIST),
    Command("reports.later", "n", "later", N_("later"), N_("The period after"), LIST),
    Command("reports.longer", "k", "kind", N_("length"), N_("Day, week, month, quarter or year"), LIST),
    Command("reports.by", "b", "by", N_("by"), N_("What the figures are told apart by"), LIST),
    Command(
        "reports.cohort", "c", "cohort", N_("cohort"),
        N_("Follow those who entered the funnel in the period, or count the period itself"), LIST,
    ),
    Command("reports.save", "x", "save", N_("to a file"), N_("Write a spreadsheet with a chart"), LIST),
    Command("reports.reload", "r,f5", "reload", N_("reload"), N_("Count anew"), LIST, footer=False),
    Command("reports.stop", "escape,q", "back", N_("back"), N_("Stop, and back to where you were"), LIST),
)  # fmt: skip


class ReportsScreen(TableScreen):
    """One report at a time, as a table."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(*REPORTS_COMMANDS),
        *bindings(
            *(
                Command(
                    f"reports.{name}", str(at), f"show({name!r})", name, N_("Show this report"), LIST,
                    footer=False, palette=False,
                )
                for at, name in enumerate(NAMES, 1)
            )
        ),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self._question = Question()
        self._answer: Answer | None = None

    def relabel(self) -> None:
        """Put everything into the language in use."""
        if self._answer is not None:
            self.load()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer a cohort of the funnel alone, and a file of what can be written."""
        if action == "cohort":
            return self._question.name == FUNNEL
        if action == "save":
            return self._question.name != FUNNEL
        return super().check_action(action, parameters)

    # Counting

    def ask(self, question: Question) -> None:
        """Ask for something else."""
        self._question = question
        self.refresh_bindings()
        self.load()

    def load(self) -> None:
        """Count anew."""
        self._load()

    @work(exclusive=True, group="report")
    async def _load(self) -> None:
        saying = self.set_timer(_SAY_WORKING_AFTER, self._say_working)
        try:
            await self.app.ready()
            self._answer = await self.app.gateway.read(answer, self._question)
        except SalesdeskError as error:
            self.table.display = False
            self.face.say(str(error), _("b tells it apart by something else, w is another report"))
            return
        finally:
            saying.stop()
        self._show(self._answer.written)

    def _say_working(self) -> None:
        self.table.display = False
        self.face.say(_("Counting…"), _("esc goes back"))

    def _show(self, written: "Written") -> None:
        self.entitle(f"{plain(written.title)}{self._manner()}")
        self.table.clear(columns=True)
        self.table.display = bool(written.rows)
        if not written.rows:
            self.face.say(_("Nothing happened in this period."), _("p is the period before, k a longer one"))
            return
        self.face.hide()
        for place, head in enumerate(written.heads):
            self.table.add_column(
                Text(head, justify="right" if place in written.right else "left"),
                width=_width(written, place),
            )
        last = len(written.rows) - 1
        for at, row in enumerate(written.rows):
            style = "bold" if written.last_is_total and at == last else ""
            self.table.add_row(
                *(
                    Text(plain(cell), style, justify="right" if place in written.right else "left")
                    for place, cell in enumerate(row)
                )
            )
        self.table.focus()

    def _manner(self) -> str:
        parts = []
        if self._question.by is not None:
            parts.append(_("by {dimension}").format(dimension=_dimension(self._question.by)))
        if self._question.cohort:
            parts.append(_("cohort, followed until now"))
        return "".join(f" · {part}" for part in parts)

    # Which

    def action_show(self, name: str) -> None:
        """Show a report, of the same period."""
        self.ask(Question(name, self._question.period))

    @work(exclusive=True, group="choose")
    async def action_which(self) -> None:
        """Choose a report."""
        from salesdesk.lead.reports.asking import title

        titles = [(name, _("Funnel") if name == FUNNEL else title(name)) for name in NAMES]
        name = await self.app.push_screen_wait(ChooseScreen(_("Reports"), keyed(titles), self._question.name))
        if name is not None:
            self.action_show(name)

    @work(exclusive=True, group="choose")
    async def action_by(self) -> None:
        """Choose what the figures are told apart by."""
        dimensions = _dimensions(self._question.name)
        if not dimensions:
            self.app.say(_("This report has one row for each case."))
            return
        choices = keyed([(one, _dimension(one)) for one in dimensions])
        by = await self.app.push_screen_wait(ChooseScreen(_("Told apart by"), choices, self._question.by))
        if by is not None:
            self._again(by=by)

    def action_cohort(self) -> None:
        """Follow those who came in the period, or count the period itself."""
        self._again(cohort=not self._question.cohort)

    def _again(self, **changed: object) -> None:
        self.ask(replace(self._question, **changed))  # type: ignore[arg-type]  # fields of the question

    # When

    def action_earlier(self) -> None:
        """Go to the period before."""
        if self._answer is not None:
            self._again(period=self._answer.period.before)

    def action_later(self) -> None:
        """Go to the period after."""
        if self._answer is not None:
            self._again(period=self._answer.period.after)

    def action_kind(self) -> None:
        """Go on from days to weeks, months, quarters and years, and from those to days."""
        if self._answer is None:
            return
        from salesdesk.base.periods import Kind, whole

        kinds = [Kind.DAY, Kind.WEEK, Kind.MONTH, Kind.QUARTER, Kind.YEAR]
        period, today = self._answer.period, self.app.clock.today()
        following = kinds[(kinds.index(period.kind) + 1) % len(kinds)] if period.kind in kinds else Kind.MONTH
        inside = min(period.last, max(period.first, today))
        self._again(period=whole(following, inside, period.zone))

    # A file

    @work(exclusive=True, group="file")
    async def action_save(self) -> None:
        """Write a spreadsheet into the folder one works in."""
        found = self._answer
        if found is None or found.sheet is None:
            return
        from salesdesk.lead.workbook import write_workbook

        path = Path.cwd() / f"salesdesk-{self._question.name}-{found.period.code}.xlsx"
        with self.app.errors_said():
            await asyncio.to_thread(write_workbook, found.sheet, path, self.app.clock.now())
            self.app.say(str(path), title=_("Written"))

    def action_back(self) -> None:
        """Stop counting and go back."""
        self.workers.cancel_group(self, "report")
        super().action_back()


def _dimensions(name: str) -> tuple[str, ...]:
    if name == FUNNEL:
        from salesdesk.lead.funnel import DIMENSIONS

        return DIMENSIONS
    from salesdesk.lead.reports.asking import REPORTS

    return REPORTS[name].dimensions


def _dimension(code: str) -> str:
    from salesdesk.lead.sheet import group_head

    return group_head(code)


def _width(written: "Written", place: int) -> int:
    most = max(cell_len(written.heads[place]), *(cell_len(plain(row[place])) for row in written.rows))
    return min(most, _ELASTIC_MOST) if place in written.elastic else most
