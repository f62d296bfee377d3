"""Asking for the rows behind a figure: of a report by its name, or of the funnel."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from sqlmodel import Session

from salesdesk.base.periods import Kind, whole
from salesdesk.base.visible import visible_to
from salesdesk.context import Context
from salesdesk.errors import InputError
from salesdesk.i18n import _
from salesdesk.lead.behind import calls as behind_calls
from salesdesk.lead.behind import cards, changes, deals
from salesdesk.lead.behind import pace as behind_pace
from salesdesk.lead.behind import reviews as behind_reviews
from salesdesk.lead.behind.groups import value_of
from salesdesk.lead.behind.opening import PAGE, Behind, Opening, Wanted, page
from salesdesk.lead.figures import Asked, Column
from salesdesk.lead.flow import DIMENSIONS, Flow
from salesdesk.lead.funnel import COLUMNS as FUNNEL_COLUMNS
from salesdesk.lead.grouping import CLIENT, known_dimension, literal_grouping
from salesdesk.lead.people import OPERATORS, operators_of, whose
from salesdesk.lead.questions import FUNNEL, Question
from salesdesk.lead.reports import answers, calls, operators, quality, rejected, reviews, sales
from salesdesk.lead.reports.asking import asked_for
from salesdesk.lead.rows import Spot
from salesdesk.storage.planning import planned_anew


@dataclass(frozen=True, slots=True)
class _Opens:
    """How the figures of a report open: by what, which there are, and which one if none is named."""

    open: Callable[[Context, Wanted], Opening]
    figures: Callable[[str | None], tuple[Column, ...]]
    main: str


def _of_operators(context: Context, wanted: Wanted) -> Opening:
    """Open a figure of an operator: it is one of calls, or one of sales."""
    of_calls = wanted.figure in {column.key for column in calls.COLUMNS}
    return (behind_calls.opened if of_calls else deals.won)(context, wanted)


_OF_OPERATORS = tuple(
    column
    for column in operators.COLUMNS
    if column.key in {one.key for one in (*calls.COLUMNS, *sales.COLUMNS)}
)
"""What somebody costs was told, not counted: no rows are behind it."""

OPENS: Mapping[str, _Opens] = {
    "calls": _Opens(behind_calls.opened, lambda _by: calls.COLUMNS, "calls"),
    "answers": _Opens(behind_calls.opened, lambda _by: answers.COLUMNS, "calls"),
    "sales": _Opens(deals.won, lambda _by: sales.COLUMNS, "amount"),
    "rejected": _Opens(deals.lost, lambda _by: rejected.COLUMNS, "clients"),
    "operators": _Opens(_of_operators, lambda _by: _OF_OPERATORS, "calls"),
    "pace": _Opens(behind_pace.opened, lambda _by: behind_pace.FIGURES, "calls"),
    "reviews": _Opens(behind_reviews.opened, lambda _by: reviews.COLUMNS, "reviewed"),
    "quality": _Opens(
        cards.opened, lambda by: quality.BY_OPERATOR if by == "operator" else quality.BY_CHECK, ""
    ),
}
"""The reports whose figures open; those of others do not, and say so."""


@planned_anew
def behind(
    session: Session,
    context: Context,
    question: Question,
    spot: Spot,
    figure: str | None = None,
    *,
    limit: int = PAGE,
    offset: int = 0,
) -> Behind:
    """Give a page of the rows that a figure of a report or of the funnel was counted from.

    Without a figure the main one is meant. Raises NotFoundError for a report or a person that there is
    not; InputError for a report whose figures do not open, and for a dimension, a group, a stage or a
    figure that it has not.
    """
    ask = _ask_funnel if question.name == FUNNEL else _ask_report
    asked = ask(session, context, question, spot, figure)
    bound = {OPERATORS: operators_of(session, asked.wanted.asked.operator_id)}
    # What an operator did for clients that are others' by now stays in their figures; those it does not name.
    opening = replace(asked.opening, statement=asked.opening.statement.where(visible_to(context, CLIENT.c)))
    rows, total = page(session, opening, bound, limit, offset)
    wanted = asked.wanted
    return Behind(
        question.name,
        wanted.asked.period,
        question.by if question.name == FUNNEL else wanted.asked.by,
        wanted.spot,
        _title(session, context, wanted),
        asked.figure,
        asked.opening.kind,
        context.catalogues.team.currency,
        asked.opening.columns,
        rows,
        total,
        offset,
    )


@dataclass(frozen=True, slots=True)
class _Opened:
    """A figure that was found, and how it opens."""

    figure: Column
    wanted: Wanted
    opening: Opening


def _ask_report(
    session: Session, context: Context, question: Question, spot: Spot, figure: str | None
) -> _Opened:
    asked = asked_for(
        session,
        context,
        question.name,
        period=question.period,
        by=question.by,
        operator=question.operator,
    )
    opens = OPENS.get(question.name)
    if opens is None:
        raise InputError(_("The figures of this report do not open into rows."), "rows")
    known = _known(opens.figures(asked.by), figure or opens.main or None)
    value = None
    if asked.by not in {"check", "measure"} and not spot.total:
        value = value_of(session, asked.by, asked.period, spot.group)
    wanted = Wanted(known.key, asked, spot, value)
    return _Opened(known, wanted, opens.open(context, wanted))


def _ask_funnel(
    session: Session, context: Context, question: Question, spot: Spot, figure: str | None
) -> _Opened:
    if question.by is not None:
        known_dimension(question.by, FUNNEL, DIMENSIONS)
    period = question.period or whole(Kind.MONTH, context.today, context.catalogues.team.zone)
    # All together are not told apart: a client that two people brought to a stage is one client.
    by = None if spot.total else question.by
    flow = Flow(context, period, by, question.cohort, whose(session, context, question.operator))
    stage = spot.stage
    if stage is None or stage not in flow.along:
        raise InputError(
            _("“{stage}” is no stage of the pipeline: {stages}.").format(
                stage=stage, stages=", ".join(flow.along)
            ),
            "rows",
        )
    known = _known(FUNNEL_COLUMNS[: -2 if question.cohort else None], figure)
    here = spot if by is not None else replace(spot, total=True)
    wanted = Wanted(known.key, Asked(period, by), here, value_of(session, by, period, spot.group))
    return _Opened(known, wanted, changes.opened(context, wanted, flow, stage))


def _known(columns: tuple[Column, ...], figure: str | None) -> Column:
    """Find a figure, the first one where none is named. Raises InputError."""
    found = next((column for column in columns if figure in {None, column.key}), None)
    if found is None:
        raise InputError(
            _("There is no figure “{figure}” here. Figures: {figures}.").format(
                figure=figure, figures=", ".join(column.key for column in columns)
            ),
            "figure",
        )
    return found


def _title(session: Session, context: Context, wanted: Wanted) -> str:
    """Name the group; nothing for all together."""
    asked, spot, value = wanted.asked, wanted.spot, wanted.value
    if asked.by in {None, "measure"} or spot.total:
        return ""
    if asked.by == "check":
        return _(quality.CHECKS[str(spot.group)])
    return literal_grouping(asked.by, asked.period).groups(session, context, [value])[value].title


def opens(name: str) -> bool:
    """Tell whether the figures of a report open into rows."""
    return name == FUNNEL or name in OPENS
