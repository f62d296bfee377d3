"""Calls: how many, whom they reached, what they came to."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from sqlalchemy import ColumnElement, FromClause, Select, and_, case, func, null, or_, select, true
from sqlmodel import Session

from salesdesk.base.periods import Kind
from salesdesk.codes import GoalResult
from salesdesk.context import Context
from salesdesk.i18n import N_
from salesdesk.lead.figures import Asked, Column, Report, Unit, Values, placed, ratio
from salesdesk.lead.grouping import CALENDAR, CLIENT_DIMENSIONS, CLOCK, Grouping, grouping
from salesdesk.lead.local_time import each_of
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
_LONG = 75
"""Days: from here on most clients were called in a period."""
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
    if asked.by not in CALENDAR:
        return _counted(session, context, asked)
    # Month by month, as the index of calls runs: put into groups all at once, they would have to be sorted.
    found: dict[object, Values] = {}
    for number, part in each_of(Kind(asked.by), asked.period):
        for values in _counted(session, context, replace(asked, period=part, by=None)).values():
            found[number] = values
    return found


def _counted(session: Session, context: Context, asked: Asked) -> dict[object, Values]:
    rows = selected(context, asked).subquery("rows")
    counts = counting(context, rows)
    statement = select(
        func.count().label("calls"),
        func.coalesce(func.sum(rows.c.talk_seconds), 0).label("talk_seconds"),
        func.count(rows.c.client_id.distinct()).label("companies"),
        *(
            func.count().filter(counts[key]).label(key)
            for key in ("answered", "contacts", *(result.value for result in GoalResult))
        ),
    )
    if asked.by is not None:
        # All together are no group: to find that they are one, they would be sorted.
        statement = statement.add_columns(rows.c.grp).group_by(rows.c.grp)
    people = operators_of(session, asked.operator_id)
    found = session.execute(statement, {OPERATORS: people}).mappings()
    return {
        row.get("grp"): _values(**{str(key): int(value) for key, value in row.items() if key != "grp"})
        for row in found
        if row["calls"]
    }


def selected(context: Context, asked: Asked) -> Select[Any]:
    """Select the calls that began in the period, each with its group: all figures are counted from these."""
    grouped = _grouping(context, asked)
    return (
        select(
            grouped.expression.label("grp"), C.id, C.client_id, C.operator_id, C.started_at,
            C.talk_seconds, C.outcome, C.goal, C.goal_result, C.note,
        )
        .select_from(grouped.join_client(table_of(Call), C.client_id))
        .where(_within(asked))
    )  # fmt: skip


def counting(context: Context, rows: FromClause) -> Mapping[str, ColumnElement[bool]]:
    """Say which of the selected calls each figure is counted from."""
    outcomes = context.catalogues.outcomes
    answered = _among(rows.c.outcome, {code: rule.answered for code, rule in outcomes.items()})
    results = {result.value: and_(rows.c.goal_result == result, answered) for result in GoalResult}
    every = true()
    return {
        "calls": every,
        "answered": answered,
        "contacts": _among(rows.c.outcome, {code: rule.contact for code, rule in outcomes.items()}),
        "talk_seconds": every,
        "companies": every,
        "calls_per_company": every,
        **results,
        "goal_hit_rate": or_(*results.values()),
    }


def _among(outcome: ColumnElement[str], flags: Mapping[str, bool]) -> ColumnElement[bool]:
    """Tell whether an outcome has a flag: a few comparisons are faster on SQLite than a search in a list."""
    without = [code for code, flag in flags.items() if not flag]
    having = [code for code, flag in flags.items() if flag]
    if len(having) < len(without):
        return case(dict.fromkeys(having, 1), value=outcome, else_=0) == 1
    return case(dict.fromkeys(without, 0), value=outcome, else_=1) == 1


def summed(session: Session, asked: Asked, rows: Mapping[object, Values]) -> Values:
    """Add the groups up; a company that stands in several of them is counted once."""

    def total(key: str) -> int:
        return sum(int(cast("int", values[key])) for values in rows.values())

    companies = _companies(session, asked)
    keys = ("calls", "answered", "contacts", "talk_seconds", "hit", "partial", "missed")
    return _values(companies=companies, **{key: total(key) for key in keys})


def _companies(session: Session, asked: Asked) -> int:
    """Count the clients that were called, each once."""
    began = and_(C.started_at >= asked.period.start, C.started_at < asked.period.end)
    if asked.operator_id is None and asked.period.days > _LONG:
        # Client by client, as another index runs: nothing is sorted, but every call is passed.
        called = select(C.client_id).where(began).group_by(C.client_id).subquery("called")
        return int(session.execute(select(func.count()).select_from(called)).scalar_one())
    statement = select(func.count(C.client_id.distinct())).where(_within(asked))
    people = operators_of(session, asked.operator_id)
    return int(session.execute(statement, {OPERATORS: people}).scalar_one())


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
