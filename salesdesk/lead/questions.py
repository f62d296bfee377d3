"""One question for all reports and the funnel, and the answer as text; what counts is imported when asked."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlmodel import Session

    from salesdesk.context import Context
    from salesdesk.lead.periods import Period
    from salesdesk.lead.sheet import Sheet
    from salesdesk.lead.written import Written

FUNNEL = "funnel"
NAMES = ("calls", "sales", "rejected", "vip", "operators", "quality", FUNNEL, "reviews")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for: a report, its period (None: this month), and what it is told apart by."""

    name: str = NAMES[0]
    period: "Period | None" = None
    by: str | None = None
    cohort: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it: the text of it, its period, and what a file is made of."""

    period: "Period"
    written: "Written"
    sheet: "Sheet | None"


def answer(session: "Session", context: "Context", question: Question) -> Answer:
    """Count what is asked for. A use case."""
    from salesdesk.lead.sheet import sheet
    from salesdesk.lead.written import written_funnel, written_report

    if question.name == FUNNEL:
        from salesdesk.lead.funnel import funnel

        stages = funnel(session, context, period=question.period, by=question.by, cohort=question.cohort)
        return Answer(stages.period, written_funnel(context, stages), None)
    from salesdesk.lead.reports.asking import report

    found = report(session, context, question.name, period=question.period, by=question.by)
    return Answer(found.period, written_report(context, found), sheet(context, found))
