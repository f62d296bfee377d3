"""One question for all reports and the funnel, and the answer as text; what counts is imported when asked."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlmodel import Session

    from salesdesk.base.periods import Period
    from salesdesk.context import Context
    from salesdesk.lead.figures import Report
    from salesdesk.lead.funnel import Funnel
    from salesdesk.lead.plotted import Plot
    from salesdesk.lead.sheet import Sheet
    from salesdesk.lead.written import Written

FUNNEL = "funnel"
ANSWERS = "answers"
"""Calls by weekday and hour: another view of the calls."""
NAMES = ("calls", "sales", "rejected", "vip", "operators", "quality", FUNNEL, "pace", "reviews")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for: a report, its period (None: this month), and what it is told apart by.

    `operator` is the login of one person whose figures alone are wanted; `cohort` and `compare` are of
    the funnel.
    """

    name: str = NAMES[0]
    period: "Period | None" = None
    by: str | None = None
    cohort: bool = False
    operator: str | None = None
    compare: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it: its period, the text of it, what a file is made of, and the figures themselves."""

    period: "Period"
    written: "Written"
    sheet: "Sheet"
    report: "Report | None" = None
    funnel: "Funnel | None" = None


def answer(session: "Session", context: "Context", question: Question) -> Answer:
    """Count what is asked for. A use case."""
    from salesdesk.lead.written import written_funnel, written_report

    if question.name == FUNNEL:
        from salesdesk.lead.funnel import funnel
        from salesdesk.lead.funnel_sheet import funnel_sheet

        stages = funnel(
            session,
            context,
            period=question.period,
            by=question.by,
            cohort=question.cohort,
            compare=question.compare,
            operator=question.operator,
        )
        laid_out = funnel_sheet(context, stages)
        return Answer(stages.period, written_funnel(context, stages), laid_out, funnel=stages)
    from salesdesk.lead.reports.asking import report
    from salesdesk.lead.sheet import sheet

    found = report(
        session,
        context,
        question.name,
        period=question.period,
        by=question.by,
        operator=question.operator,
    )
    return Answer(found.period, written_report(context, found), sheet(context, found), report=found)


def plot_of(context: "Context", found: Answer, figure: str | None) -> "Plot | None":
    """Plot a figure of an answer, the main one where none is named; None where it cannot be drawn. Pure."""
    from salesdesk.lead.plotted import plot_funnel, plot_report

    if found.funnel is not None:
        return plot_funnel(context, found.funnel, figure or "entered")
    report = found.report
    return None if report is None else plot_report(report, figure or report.main or "")
