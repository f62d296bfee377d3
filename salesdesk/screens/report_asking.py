"""What the reports screen is asked: which report, of which period, of whom, told apart by what."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from textual import work

from salesdesk.errors import SalesdeskError
from salesdesk.i18n import _
from salesdesk.lead.questions import ANSWERS, FUNNEL, NAMES, Answer, Question
from salesdesk.screens.choose import ChooseScreen, keyed
from salesdesk.screens.form import Field, FormScreen
from salesdesk.screens.table_screen import TableScreen
from salesdesk.widgets.cells import plain

if TYPE_CHECKING:
    from salesdesk.base.periods import Period

_EVERYBODY = ""


class ReportAsking(TableScreen):
    """Keeps the question, and changes it by keys; counting and showing are its screen's."""

    def __init__(self) -> None:
        super().__init__()
        self._question = Question()
        self._answer: Answer | None = None

    def ask(self, question: Question) -> None:
        """Ask for something else."""
        self._question = question
        self.refresh_bindings()
        self.load()

    def _again(self, **changed: object) -> None:
        self.ask(replace(self._question, **changed))  # type: ignore[arg-type]  # fields of the question

    def manner(self) -> str:
        """Say what the title of the report does not: by what, of whom, how."""
        asked = self._question
        parts = []
        if asked.by is not None:
            parts.append(_("by {dimension}").format(dimension=_dimension(asked.by).lower()))
        if asked.operator is not None:
            parts.append(plain(asked.operator))
        if asked.cohort:
            parts.append(_("cohort, followed until now"))
        if asked.compare and self._answer is not None:
            parts.append(_("beside {period}").format(period=self._answer.period.before.title))
        return "".join(f" · {part}" for part in parts)

    # Which

    def action_show(self, name: str) -> None:
        """Show a report, of the same period."""
        self.ask(Question(name, self._question.period, operator=self._question.operator))

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
        if len(dimensions) < 2:
            self.app.say(_("This report is told apart by nothing else."))
            return
        choices = keyed([(one, _dimension(one)) for one in dimensions])
        by = await self.app.push_screen_wait(ChooseScreen(_("Told apart by"), choices, self._question.by))
        if by is not None:
            self._again(by=by)

    @work(exclusive=True, group="choose")
    async def action_operator(self) -> None:
        """Choose whose figures alone are counted, or everybody's."""
        with self.app.errors_said():
            await self.app.ready()
            from salesdesk.team.people import people

            who = await self.app.gateway.read(people)
            titles = [(_EVERYBODY, _("everybody")), *((one.login, plain(one.name)) for one in who)]
            chosen = self._question.operator or _EVERYBODY
            login = await self.app.push_screen_wait(ChooseScreen(_("Whose figures"), keyed(titles), chosen))
            if login is not None:
                self._again(operator=login or None)

    def action_cohort(self) -> None:
        """Follow those who came in the period, or count the period itself."""
        self._again(cohort=not self._question.cohort)

    def action_compare(self) -> None:
        """Put the period before beside this one, or take it away."""
        self._again(compare=not self._question.compare)

    def action_heat(self) -> None:
        """Show when calls are answered, or the calls again."""
        asked = self._question
        if asked.name == ANSWERS:
            self.ask(Question(NAMES[0], asked.period, operator=asked.operator))
        else:
            self.ask(Question(ANSWERS, asked.period, operator=asked.operator))

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
        from salesdesk.base.periods import of_next_length

        self._again(period=of_next_length(self._answer.period, self.app.clock.today()))

    @work(exclusive=True, group="choose")
    async def action_period(self) -> None:
        """Ask for a period as text."""
        shown = self._answer.period.code if self._answer is not None else ""
        field = Field("period", _("Period"), shown, hint=_("2026Q4, 2026-10-01..2026-11-15, last-month"))
        period = await self.app.push_screen_wait(FormScreen(_("Of which period"), [field], self._understood))
        if period is not None:
            self._again(period=period)

    async def _understood(self, values: Mapping[str, str]) -> "Period | None":
        opened = self.app.gateway.opened
        if opened is None:
            raise SalesdeskError(_("The base is not open yet. Wait a moment."))
        from salesdesk.base.periods import parse_period

        context = opened.context.fresh()
        return parse_period(values["period"], context.today, context.catalogues.team.zone)


def _dimensions(name: str) -> tuple[str, ...]:
    if name == FUNNEL:
        from salesdesk.lead.flow import DIMENSIONS

        return DIMENSIONS
    from salesdesk.lead.reports.asking import REPORTS

    return REPORTS[name].dimensions


def _dimension(code: str) -> str:
    from salesdesk.lead.sheet import group_head

    return group_head(code)
