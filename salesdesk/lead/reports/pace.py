"""Pace: plan, fact and forecast of a period, a row for each figure of each operator."""

from collections.abc import Iterator
from fractions import Fraction

from sqlmodel import Session

from salesdesk import formatting, wording
from salesdesk.codes import Measure
from salesdesk.context import Context
from salesdesk.i18n import N_, _
from salesdesk.lead.figures import Asked, Column, Report, ReportRow, Unit, Value, Values, ratio
from salesdesk.lead.pace import Pace, PersonPace, Progress
from salesdesk.lead.pace import pace as keep_pace

COLUMNS = (
    Column("measure", N_("Figure"), Unit.TEXT),
    Column("state", N_("Pace"), Unit.TEXT),
    Column("plan", N_("Plan"), Unit.OF_ROW),
    Column("fact", N_("Fact"), Unit.OF_ROW),
    Column("done", N_("Done"), Unit.SHARE),
    Column("expected", N_("Expected by now"), Unit.OF_ROW),
    Column("behind", N_("Behind by"), Unit.OF_ROW),
    Column("forecast", N_("Forecast"), Unit.OF_ROW),
    Column("forecast_share", N_("Forecast, of the plan"), Unit.SHARE),
)
DIMENSIONS = ("operator", "measure")

ON_PACE, BEHIND, BEHIND_FIRST = "on_pace", "behind", "behind_first"
_STATES = {
    ON_PACE: N_("on pace"),
    BEHIND: N_("behind"),
    BEHIND_FIRST: N_("behind ◀"),
}


def pace(session: Session, context: Context, asked: Asked) -> Report:
    """Hold what was done against what was planned; by figure it is the team's."""
    found = keep_pace(session, context, asked.period, asked.operator_id)
    by_measure = asked.by == "measure"
    team = tuple(_row(Measure(figure.measure), found.team, figure) for figure in found.team.figures)
    people = tuple(
        ReportRow(one.login, one.name, _values(one, figure), _unit(figure))
        for one in found.people
        for figure in one.figures
    )
    return Report(
        "pace",
        asked.by,
        asked.period,
        context.catalogues.team.currency,
        COLUMNS[1:] if by_measure else COLUMNS,
        (team if found.people or found.planned else ()) if by_measure else people,
        _time(found),
        main="done" if by_measure else None,
        totals=team,
        method=" ".join(_method(found)),
    )


def state(code: str) -> str:
    """Say how a figure stands."""
    return _(_STATES[code])


def _row(measure: Measure, team: PersonPace, figure: Progress) -> ReportRow:
    return ReportRow(measure.value, wording.measure(measure), _values(team, figure), _unit(figure))


def _values(one: PersonPace, figure: Progress) -> Values:
    return {
        "measure": figure.measure.value,
        "plan": _figure(figure, figure.plan),
        "fact": figure.fact,
        "done": _share(Fraction(figure.fact), figure.plan),
        "state": _state(one, figure),
        "expected": _figure(figure, figure.expected),
        "behind": _figure(figure, figure.behind),
        "forecast": _forecast(figure),
        "forecast_share": _share(figure.forecast, figure.plan),
    }


def _state(one: PersonPace, figure: Progress) -> str | None:
    if figure.behind is None:
        return None
    if not figure.behind:
        return ON_PACE
    return BEHIND_FIRST if figure is one.falls_behind else BEHIND


def _unit(figure: Progress) -> Unit:
    return Unit.AMOUNT if figure.measure is Measure.AMOUNT else Unit.COUNT


def _figure(figure: Progress, exact: Fraction | None) -> Value:
    """Give a part of a plan: what is not whole in tenths, money without kopecks or cents."""
    if exact is None or exact.denominator == 1:
        return None if exact is None else int(exact)
    return round(exact / 100) * 100 if figure.measure is Measure.AMOUNT else round(float(exact), 1)


def _forecast(figure: Progress) -> Value:
    if figure.forecast is None or figure.measure is Measure.AMOUNT:
        return _figure(figure, figure.forecast)
    return round(figure.forecast)


def _share(part: Fraction | None, whole: Fraction | None) -> float | None:
    return None if part is None or whole is None else ratio(float(part), float(whole))


def _time(found: Pace) -> Values:
    time = found.time
    return {
        "working_days": time.days,
        "working_days_gone": round(float(time.gone), 2),
        "gone": None if time.share is None else round(float(time.share), 4),
    }


def _method(found: Pace) -> Iterator[str]:
    """Say how much time has gone, and what the forecast is made of."""
    time = found.time
    if not found.planned:
        yield _("Nothing is planned for this period.")
    if time.share is None:
        yield _("There is no working day in this period.")
    elif time.share == 1:
        yield _("The working time of this period is over: the forecast is the fact.")
    else:
        yield _("Working days gone: {gone} of {days}, {share} of the working time.").format(
            gone=_short(time.gone), days=time.days, share=_short(time.share * 100) + " %"
        )
        yield (
            _("Forecast = fact ÷ share of working time gone.")
            if time.share
            else _("There is no forecast before any working time has gone.")
        )
    if any(one.falls_behind for one in (*found.people, found.team)):
        yield _("◀ is the first figure that is behind: the later ones follow from it.")


def _short(number: Fraction) -> str:
    return str(number) if number.denominator == 1 else formatting.number(float(number), 1)
