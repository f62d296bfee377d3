"""Answers: of the calls of each hour of each weekday, how many were answered: when it is worth dialling."""

from typing import cast

from sqlmodel import Session

from salesdesk.context import Context
from salesdesk.i18n import N_
from salesdesk.lead.figures import Asked, Column, Report, Unit, Values, placed, ratio
from salesdesk.lead.grouping import literal_grouping
from salesdesk.lead.local_time import SLOT
from salesdesk.lead.reports import calls

COLUMNS = (
    Column("calls", N_("Calls"), Unit.COUNT),
    Column("answered", N_("Answered"), Unit.COUNT),
    Column("rate", N_("Answered, share"), Unit.SHARE),
)
DIMENSIONS = (SLOT,)


def answers(session: Session, context: Context, asked: Asked) -> Report:
    """Count the calls of each hour of each weekday, and those that were answered."""
    rows = calls.counted(session, context, asked)
    names = literal_grouping(SLOT, asked.period).groups(session, context, [*rows])
    figures = {slot: _figures(cast("int", slot), values) for slot, values in rows.items()}
    return Report(
        "answers",
        asked.by,
        asked.period,
        context.catalogues.team.currency,
        COLUMNS,
        placed([(names[slot], values) for slot, values in figures.items()], "calls"),
        _rated(
            sum(cast("int", values["calls"]) for values in figures.values()),
            sum(cast("int", values["answered"]) for values in figures.values()),
        ),
        main="rate",
    )


def _figures(slot: int, values: Values) -> Values:
    day, hour = divmod(slot, 24)
    rated = _rated(cast("int", values["calls"]), cast("int", values["answered"]))
    return {"weekday": day + 1, "hour": hour, **rated}


def _rated(made: int, answered: int) -> dict[str, int | float | None]:
    return {"calls": made, "answered": answered, "rate": ratio(answered, made)}
