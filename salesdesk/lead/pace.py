"""Pace: plan against fact while there is still time to act, for each operator and for the team."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, cast

from sqlalchemy import and_, bindparam, func, or_, select
from sqlmodel import Session

from salesdesk.base.periods import Period
from salesdesk.codes import Measure
from salesdesk.context import Context
from salesdesk.lead.figures import Asked
from salesdesk.lead.grouping import OPERATOR
from salesdesk.lead.people import OPERATORS, operators_of
from salesdesk.lead.plans import Values, of_team
from salesdesk.lead.reports import calls, sales
from salesdesk.lead.working_time import WorkingTime, month_code, share_of_month, working_time
from salesdesk.models import StageChange, Target
from salesdesk.models.types import Instant
from salesdesk.storage.among import among
from salesdesk.storage.existing import there_is
from salesdesk.storage.journal import table_of

CHANGE, TARGET = table_of(StageChange), table_of(Target)
EARLIER = CHANGE.alias("earlier")
STAGES: Mapping[str, Measure] = {"proposal": Measure.PROPOSALS, "invoice": Measure.INVOICES}
"""Stages that a plan is made on: a deal counts once, by its first coming there."""

_TARGETS = select(TARGET.c.operator_id, TARGET.c.month, TARGET.c.measure, TARGET.c.value).where(
    TARGET.c.month >= bindparam("first"), TARGET.c.month <= bindparam("last")
)
_FIRST = ~there_is(
    EARLIER.c.client_id == CHANGE.c.client_id,
    func.coalesce(EARLIER.c.deal_id, 0) == func.coalesce(CHANGE.c.deal_id, 0),
    EARLIER.c.to_stage == CHANGE.c.to_stage,
    or_(EARLIER.c.at < CHANGE.c.at, and_(EARLIER.c.at == CHANGE.c.at, EARLIER.c.id < CHANGE.c.id)),
)
CAME = select(CHANGE).where(
    CHANGE.c.at >= bindparam("start", type_=Instant),
    CHANGE.c.at < bindparam("end", type_=Instant),
    CHANGE.c.to_stage.in_([*STAGES]),
    among(CHANGE.c.operator_id, OPERATORS),
    _FIRST,
)
"""The first comings of deals (of clients, where there is none) to a stage that a plan is made on."""
_CAME = CAME.with_only_columns(CHANGE.c.operator_id, CHANGE.c.to_stage, func.count().label("came")).group_by(
    CHANGE.c.operator_id, CHANGE.c.to_stage
)


@dataclass(frozen=True, slots=True)
class Progress:
    """One figure: what was planned for the period (None: nothing), what was done, how much time has gone."""

    measure: Measure
    plan: Fraction | None
    fact: int
    gone: Fraction | None

    @property
    def expected(self) -> Fraction | None:
        """How much should have been done by now."""
        return None if self.plan is None or self.gone is None else self.plan * self.gone

    @property
    def forecast(self) -> Fraction | None:
        """How much will have been done at the end, if it goes on like this."""
        return self.fact / self.gone if self.gone else None

    @property
    def behind(self) -> Fraction | None:
        """How much is missing of what was expected by now; 0 for what is on pace."""
        return None if self.expected is None else max(Fraction(0), self.expected - self.fact)


@dataclass(frozen=True, slots=True)
class PersonPace:
    """All figures of one operator, or of the team (no one's), in the order in which they lead."""

    operator_id: int | None
    login: str | None
    name: str
    figures: tuple[Progress, ...]

    @property
    def falls_behind(self) -> Progress | None:
        """The first figure that is behind: what is to be looked at, for the later ones follow from it."""
        return next((figure for figure in self.figures if figure.behind), None)


@dataclass(frozen=True, slots=True)
class Pace:
    """The pace of a period: who falls behind earliest in the chain comes first."""

    period: Period
    time: WorkingTime
    people: tuple[PersonPace, ...]
    team: PersonPace

    @property
    def planned(self) -> bool:
        """Whether there is any plan."""
        return any(figure.plan is not None for one in (*self.people, self.team) for figure in one.figures)


def pace(session: Session, context: Context, period: Period, operator_id: int | None = None) -> Pace:
    """Hold what was done in a period against the plans; of one person alone, these are the team's too."""
    time = working_time(context, period)
    facts = _facts(session, context, period, operator_id)
    plans, of_all = _plans(session, context, period, operator_id)
    names = {row.id: row for row in session.execute(select(OPERATOR.c.id, OPERATOR.c.login, OPERATOR.c.name))}

    def figures(planned: Mapping[Measure, Fraction], done: Mapping[Measure, int]) -> tuple[Progress, ...]:
        return tuple(Progress(one, planned.get(one), done.get(one, 0), time.share) for one in Measure)

    people = [
        PersonPace(who, names[who].login, names[who].name, figures(plans.get(who, {}), facts.get(who, {})))
        for who in {**plans, **facts}
    ]
    done = {one: sum(fact.get(one, 0) for fact in facts.values()) for one in Measure}
    team = PersonPace(None, None, "", figures(of_all, done))
    return Pace(period, time, tuple(sorted(people, key=_place)), team)


def _place(one: PersonPace) -> tuple[int, float, str]:
    first = one.falls_behind
    if first is None or not first.expected:
        return len(Measure), 0, one.name
    return [*Measure].index(first.measure), float(first.fact / first.expected), one.name


# -- what was planned -----------------------------------------------------------------------------


def _plans(
    session: Session, context: Context, period: Period, operator_id: int | None
) -> tuple[dict[int, dict[Measure, Fraction]], dict[Measure, Fraction]]:
    """Give the plans for the period of each operator, and of all; each month's in its share."""
    bound = {"first": month_code(period.first), "last": month_code(period.last)}
    kept: dict[str, dict[int | None, Values]] = defaultdict(lambda: defaultdict(dict))
    for who, month, measure, value in session.execute(_TARGETS, bound):
        if operator_id is None or who == operator_id:
            kept[month][who][measure] = int(value)
    of_people: dict[int, dict[Measure, Fraction]] = defaultdict(dict)
    of_all: dict[Measure, Fraction] = {}
    for month, planned in sorted(kept.items()):
        share = share_of_month(context, month, period.first, period.last)
        people = {who: values for who, values in planned.items() if who is not None}
        _add(of_all, of_team(planned.get(None, {}), [*people.values()]).items(), share)
        for who, values in people.items():
            _add(of_people[who], values.items(), share)
    return of_people, of_all


def _add(planned: dict[Measure, Fraction], values: Iterable[tuple[Measure, int]], share: Fraction) -> None:
    for one, value in values:
        planned[one] = planned.get(one, Fraction(0)) + value * share


# -- what was done --------------------------------------------------------------------------------


def _facts(
    session: Session, context: Context, period: Period, operator_id: int | None
) -> dict[int, dict[Measure, int]]:
    """Count what each operator did, as the reports of calls and of sales do."""
    asked = Asked(period, "operator", operator_id)
    done: dict[int, dict[Measure, int]] = defaultdict(dict)
    for who, values in calls.counted(session, context, asked).items():
        _take(done, who, values, (Measure.CALLS, Measure.CONTACTS, Measure.HIT))
    bound: dict[str, Any] = {
        "start": period.start, "end": period.end, OPERATORS: operators_of(session, operator_id),
    }  # fmt: skip
    for row in session.execute(_CAME, bound):
        done[row.operator_id][STAGES[row.to_stage]] = int(row.came)
    for who, values in sales.sold(session, context, asked)[0].items():
        _take(done, who, values, (Measure.WON, Measure.AMOUNT))
    return done


def _take(
    done: dict[int, dict[Measure, int]],
    who: object,
    values: Mapping[str, object],
    measures: Iterable[Measure],
) -> None:
    for one in measures:
        done[cast("int", who)][one] = cast("int", values[one])
