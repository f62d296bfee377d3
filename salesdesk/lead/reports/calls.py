"""Calls: how many, whom they reached, what they came to."""

from typing import Any

from sqlalchemy import and_, case, func, select
from sqlalchemy.engine import Row
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
DIMENSIONS = ("operator", *CALENDAR, *CLOCK, "outcome", "goal", *CLIENT_DIMENSIONS)


def calls(session: Session, context: Context, asked: Asked) -> Report:
    """Count the calls that began in a period."""
    rows = counted(session, context, asked)
    names = _grouping(asked).groups(session, context, [*rows])
    total = counted(session, context, Asked(asked.period, None, asked.operator_id))
    return Report(
        "calls",
        asked.by,
        asked.period,
        context.catalogues.team.currency,
        COLUMNS,
        placed([(names[value], values) for value, values in rows.items()], "calls"),
        next(iter(total.values()), NOTHING),
        main="calls",
    )


def counted(session: Session, context: Context, asked: Asked) -> dict[object, Values]:
    """Give each group's figures; nothing where no call was made."""
    period = asked.period
    grouped = _grouping(asked)
    inner = (
        select(grouped.expression.label("grp"), C.client_id, C.talk_seconds, C.outcome, C.goal_result)
        .select_from(grouped.join_client(table_of(Call), C.client_id))
        # By each person and time: that is what the index of calls begins with.
        .where(among(C.operator_id, OPERATORS), C.started_at >= period.start, C.started_at < period.end)
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
    return {row.grp: _values(row) for row in session.execute(statement, {OPERATORS: people})}


def _grouping(asked: Asked) -> Grouping:
    return grouping(asked.by, asked.period, C.started_at, _OWN)


def _count(condition: Any) -> Function[Any]:  # noqa: ANN401  # any condition of SQLAlchemy's
    return func.sum(case((condition, 1), else_=0))


def _values(row: Row[Any]) -> Values:
    hit, partial, missed = int(row.hit), int(row.partial), int(row.missed)
    return {
        "calls": int(row.calls),
        "answered": int(row.answered),
        "contacts": int(row.contacts),
        "talk_seconds": int(row.talk_seconds),
        "companies": int(row.companies),
        "calls_per_company": ratio(row.calls, row.companies, 2),
        "hit": hit,
        "partial": partial,
        "missed": missed,
        "goal_hit_rate": ratio(hit, hit + partial + missed),
    }


NOTHING: Values = {column.key: None if column.unit in {Unit.RATIO, Unit.SHARE} else 0 for column in COLUMNS}
