"""Asking for a report by its name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlmodel import Session

from salesdesk.base.periods import Kind, Period, whole
from salesdesk.context import Context
from salesdesk.errors import NotFoundError
from salesdesk.i18n import N_, _
from salesdesk.lead.figures import Asked, Report
from salesdesk.lead.grouping import known_dimension
from salesdesk.lead.people import whose
from salesdesk.lead.reports import answers, calls, operators, pace, quality, rejected, reviews, sales, vip
from salesdesk.storage.planning import planned_anew


@dataclass(frozen=True, slots=True)
class _Known:
    """A report: what makes it, by what it can be told apart, and by what it is when nothing is said."""

    make: Callable[[Session, Context, Asked], Report]
    dimensions: tuple[str, ...]
    usual: str | None
    title: str


REPORTS: Mapping[str, _Known] = {
    "calls": _Known(calls.calls, calls.DIMENSIONS, "operator", N_("Calls")),
    "sales": _Known(sales.sales, sales.DIMENSIONS, "operator", N_("Sales")),
    "rejected": _Known(rejected.rejected, rejected.DIMENSIONS, "reason", N_("Rejected")),
    "vip": _Known(vip.vip, vip.DIMENSIONS, None, N_("VIP dialogues")),
    "operators": _Known(operators.operators, operators.DIMENSIONS, "operator", N_("Operators")),
    "pace": _Known(pace.pace, pace.DIMENSIONS, "operator", N_("Pace")),
    "quality": _Known(quality.quality, quality.DIMENSIONS, "check", N_("Quality")),
    "reviews": _Known(reviews.reviews, reviews.DIMENSIONS, "operator", N_("Call reviews")),
    "answers": _Known(answers.answers, answers.DIMENSIONS, "slot", N_("Answers by weekday and hour")),
}


@planned_anew
def report(
    session: Session,
    context: Context,
    name: str,
    *,
    period: Period | None = None,
    by: str | None = None,
    operator: str | None = None,
) -> Report:
    """Count a report; this month's where no period is given. An operator's holds what is theirs alone.

    Raises NotFoundError for a report or a person that there is not, NotAllowedError for somebody else's,
    InputError for a dimension that the report cannot be told apart by.
    """
    asked = asked_for(session, context, name, period=period, by=by, operator=operator)
    return REPORTS[name].make(session, context, asked)


def asked_for(
    session: Session,
    context: Context,
    name: str,
    *,
    period: Period | None = None,
    by: str | None = None,
    operator: str | None = None,
) -> Asked:
    """Say wholly what a report is asked for, with what is usual for what was not said. Raises as `report`."""
    known = REPORTS.get(name)
    if known is None:
        raise NotFoundError(
            _("There is no report “{name}”. Reports: {names}.").format(name=name, names=", ".join(REPORTS))
        )
    if by is not None:
        known_dimension(by, name, known.dimensions)
    who = whose(session, context, operator)
    days = period or whole(Kind.MONTH, context.today, context.catalogues.team.zone)
    return Asked(days, by or known.usual, who)


def title(name: str) -> str:
    """Name a report for a person."""
    return _(REPORTS[name].title)
