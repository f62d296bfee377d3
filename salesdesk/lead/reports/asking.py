"""Asking for a report by its name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlmodel import Session

from salesdesk.context import Context
from salesdesk.errors import InputError, NotFoundError
from salesdesk.i18n import N_, _
from salesdesk.lead.figures import Asked, Report
from salesdesk.lead.grouping import known_dimension
from salesdesk.lead.people import operator_id_of
from salesdesk.lead.periods import Kind, Period, whole
from salesdesk.lead.reports import calls, operators, quality, rejected, reviews, sales, vip


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
    "quality": _Known(quality.quality, quality.DIMENSIONS, "check", N_("Quality")),
    "reviews": _Known(reviews.reviews, reviews.DIMENSIONS, "operator", N_("Call reviews")),
}


def report(
    session: Session,
    context: Context,
    name: str,
    *,
    period: Period | None = None,
    by: str | None = None,
    operator: str | None = None,
) -> Report:
    """Count a report; this month's where no period is given.

    Raises NotFoundError for a report or a person that there is not, InputError for a dimension that
    the report cannot be told apart by.
    """
    if name == "pace":
        raise InputError(_("There are no plans in the base yet, so there is no pace to report."), "report")
    known = REPORTS.get(name)
    if known is None:
        raise NotFoundError(
            _("There is no report “{name}”. Reports: {names}.").format(name=name, names=", ".join(REPORTS))
        )
    if by is not None:
        known_dimension(by, name, known.dimensions)
    who = operator_id_of(session, operator)
    days = period or whole(Kind.MONTH, context.today, context.catalogues.team.zone)
    return known.make(session, context, Asked(days, by or known.usual, who))


def title(name: str) -> str:
    """Name a report for a person."""
    return _(REPORTS[name].title)
