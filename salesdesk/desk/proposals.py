"""What a rule proposes after a call: the next action that Enter accepts."""

from datetime import UTC, datetime

from salesdesk import scheduler
from salesdesk.codes import Band, GoalResult
from salesdesk.context import Context
from salesdesk.models.catalogue import OutcomeEntry
from salesdesk.rows import NextStep


def propose(
    context: Context,
    *,
    outcome: str,
    goal: str,
    result: GoalResult | None,
    stage: str | None,
    attempt: int,
    zone: str,
) -> NextStep | None:
    """Give the next action that an outcome's rule has as its default.

    `goal`, `stage`, `attempt` and `zone` are the client's before the call. None where the outcome
    ends the work, or where only the client can say when. Raises NotFoundError for an unknown code.
    """
    del attempt  # the rule counts attempts when the call is logged: a proposal is the same for each
    rule = context.catalogues.outcome(outcome)
    if rule.terminal or rule.needs_time or rule.needs_date or not owes_after(context, rule, stage):
        return None
    moved = stage_after(context, rule, stage)
    return NextStep(
        kind=rule.next_kind,
        goal=_goal(context, rule, goal, result, moved),
        due_at=_due_at(context, rule, moved, zone),
        promise=False,
    )


def stage_after(context: Context, rule: OutcomeEntry, stage: str | None) -> str | None:
    """Tell where an outcome leaves a client: never back along the pipeline.

    Stages beside the pipeline (band `other`) can be entered and left at any time, but a won order is
    not paused. A cold client with whom somebody has talked is in conversation: the first stage. Who
    was closed and talks again has come back, among all the others.
    """
    stages = context.catalogues.stages
    here = context.stage(stage)
    if rule.stage is None:
        talked = rule.contact and not rule.terminal
        if talked and here is None:
            return next(iter(stages))
        return _way_back(context) if talked and here is not None and not here.in_work else stage
    there = context.catalogues.stage(rule.stage)
    if here is None or here.band == Band.OTHER or rule.terminal:
        return rule.stage
    if there.band == Band.OTHER:
        return stage if here.won else rule.stage
    order = list(stages)
    last_won = here.won and here.code == [code for code, entry in stages.items() if entry.won][-1]
    return rule.stage if last_won or order.index(rule.stage) > order.index(here.code) else stage


def owes_after(context: Context, rule: OutcomeEntry, stage: str | None) -> bool:
    """Tell whether a client is owed something after an outcome: not where it stays closed."""
    after = context.stage(stage_after(context, rule, stage))
    return after is None or after.in_work


def _way_back(context: Context) -> str:
    """Name the stage at which a closed client comes back: the first in work beside the pipeline."""
    stages = context.catalogues.stages
    beside = (code for code, entry in stages.items() if entry.in_work and entry.band == Band.OTHER)
    return next(beside, next(iter(stages)))


def _goal(
    context: Context, rule: OutcomeEntry, goal: str, result: GoalResult | None, stage: str | None
) -> str:
    if not rule.contact:
        return goal
    if rule.next_goal:
        return rule.next_goal
    if result == GoalResult.HIT and goal in context.catalogues.goals:
        following = context.catalogues.goal(goal).next_goal
        if following:
            return following
    entry = context.stage(stage)
    return goal if result != GoalResult.HIT or entry is None else entry.goal


def _due_at(context: Context, rule: OutcomeEntry, stage: str | None, zone: str) -> datetime:
    if not rule.contact and (rule.retry_minutes or rule.retry_days is not None):
        return scheduler.retry_at(rule, context.now, zone, context.calling)
    entry = context.stage(stage)
    days = rule.retry_days if rule.retry_days is not None else (entry.next_days if entry else 1)
    day = context.calendar.after(context.today, max(1, days))
    return scheduler.day_start(day, context.working, context.catalogues.team.zone).astimezone(UTC)
