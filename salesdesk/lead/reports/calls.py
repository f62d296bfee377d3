"""Calls: how many, whom they reached, what they came to."""

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import ColumnElement, and_, case, func, null, select
from sqlalchemy.sql.functions import Function
from sqlmodel import Session

from salesdesk.codes import GoalResult
from salesdesk.context import Context
from salesdesk.i18n import N_
from salesdesk.lead.figures import Asked, Column, Report, Unit, Values, placed, ratio
from salesdesk.lead.grouping import CALENDAR, CLIENT_DIMENSIONS, CLOCK, Grouping, grouping
from salesdesk.lead.people import OPERATORS, operators_of
from salesdesk.models import Call
from salesdesk.storage.among import among
from salesdesk.storage.journal import table_of

C = table_of(Call).c

COLUMNS = (
    Column("calls", N_("Calls"), Unit.COUNT),
    Column("answered", N_("Answered"), Unit.COUNT),
    Column("contacts", N_("Contacts"), Unit.COUNT),
    Column("talk_seconds", N_("Talk time"), Unit.SECONDS),
    Column("companies", N_("Companies"), Unit.COUNT),
    Column("calls_per_company", N_("Calls per company"), Unit.RATIO),
    Column("hit", N_("Goals hit"), Unit.COUNT),
    Column("partial", N_("Partly"), Unit.COUNT),
    Column("missed", N_("Missed"), Unit.COUNT),
    Column("goal_hit_rate", N_("Goal hit rate"), Unit.SHARE),
)
_OWN = {"operator": C.operator_id, "outcome": C.outcome, "goal": C.goal}
DIMENSIONS = ("operator", *CALENDAR, *CLOCK, "outcome", "goal", "script", *CLIENT_DIMENSIONS)


def calls(session: Session, context: Context, asked: Asked) -> Report:
    """Count the calls that began in a period."""
    rows = counted(session, context, asked)
    names = _grouping(context, asked).groups(session, context, [*rows])
    return Report(
        "calls",
        asked.by,
        asked.period,
        context.catalogues.team.currency,
        COLUMNS,
        placed([(names[value], values) for value, values in rows.items()], "calls"),
        summed(session, asked, rows),
        main="calls",
    )


def counted(session: Session, context: Context, asked: Asked) -> dict[object, Values]:
    """Give each group's figures; nothing where no call was made."""
    grouped = _grouping(context, asked)
    inner = (
        select(grouped.expression.label("grp"), C.client_id, C.talk_seconds, C.outcome, C.goal_result)
        .select_from(grouped.join_client(table_of(Call), C.client_id))
        .where(_within(asked))
    ).subquery()
    outcomes = context.catalogues.outcomes
    answered = inner.c.outcome.in_([code for code, rule in outcomes.items() if rule.answered])
    contact = inner.c.outcome.in_([code for code, rule in outcomes.items() if rule.contact])

    def results(result: GoalResult) -> Function[Any]:
        return _count(and_(answered, inner.c.goal_result == result))

    statement = select(
        inner.c.grp,
        func.count().label("calls"),
        _count(answered).label("answered"),
        _count(contact).label("contacts"),
        func.sum(inner.c.talk_seconds).label("talk_seconds"),
        func.count(inner.c.client_id.distinct()).label("companies"),
        *(results(result).label(result.value) for result in GoalResult),
    ).group_by(inner.c.grp)
    people = operators_of(session, asked.operator_id)
    found = session.execute(statement, {OPERATORS: people}).mappings()
    return {
        row["grp"]: _values(**{str(key): int(value) for key, value in row.items() if key != "grp"})
        for row in found
    }


def summed(session: Session, asked: Asked, rows: Mapping[object, Values]) -> Values:
    """Add the groups up; a company that stands in several of them is counted once."""

    def total(key: str) -> int:
        return sum(int(cast("int", values[key])) for values in rows.values())

    statement = select(func.count(C.client_id.distinct())).where(_within(asked))
    people = operators_of(session, asked.operator_id)
    companies = int(session.execute(statement, {OPERATORS: people}).scalar_one())
    keys = ("calls", "answered", "contacts", "talk_seconds", "hit", "partial", "missed")
    return _values(companies=companies, **{key: total(key) for key in keys})


def _within(asked: Asked) -> ColumnElement[bool]:
    # By each person and time: that is what the index of calls begins with.
    return and_(
        among(C.operator_id, OPERATORS), C.started_at >= asked.period.start, C.started_at < asked.period.end
    )


def _grouping(context: Context, asked: Asked) -> Grouping:
    return grouping(asked.by, asked.period, C.started_at, _OWN | {"script": _script(context)})


def _script(context: Context) -> ColumnElement[Any]:
    """Tell the script that is shown for a call's goal now; none where the team wrote none for it."""
    found = {goal: context.catalogues.script_for(goal) for goal in context.catalogues.goals}
    shown = {goal: script.code for goal, script in found.items() if script is not None}
    return case(shown, value=C.goal, else_=None) if shown else null()


def _count(condition: Any) -> Function[Any]:  # noqa: ANN401  # any condition of SQLAlchemy's
    return func.sum(case((condition, 1), else_=0))


def _values(
    *,
    calls: int,
    answered: int,
    contacts: int,
    talk_seconds: int,
    companies: int,
    hit: int,
    partial: int,
    missed: int,
) -> Values:
    return {
        "calls": calls,
        "answered": answered,
        "contacts": contacts,
        "talk_seconds": talk_seconds,
        "companies": companies,
        "calls_per_company": ratio(calls, companies, 2),
        "hit": hit,
        "partial": partial,
        "missed": missed,
        "goal_hit_rate": ratio(hit, hit + partial + missed),
    }


NOTHING: Values = {column.key: None if column.unit in {Unit.RATIO, Unit.SHARE} else 0 for column in COLUMNS}
