"""The funnel, counted again from scratch in plain Python over random histories."""

from datetime import timedelta
from statistics import median

import pytest
from builders import Desk, owed
from histories import (
    ALONG,
    CLOSING,
    History,
    dice_of,
    divided,
    group_of,
    inside,
    over,
    some_period,
    sums,
    write_history,
)
from sqlalchemy import select

from salesdesk.base.periods import Kind, Period, parse_period
from salesdesk.desk import deals
from salesdesk.errors import InputError
from salesdesk.lead.funnel import DIMENSIONS, Funnel, funnel
from salesdesk.models import Deal

once = pytest.mark.parametrize("base", ["sqlite"], indirect=True)
"""The statements are the same on both databases, and the properties above ran on both."""


@over()
def test_every_figure(desk, seed):
    history, dice = write_history(desk, seed), dice_of(seed)
    for by in (None, *DIMENSIONS):
        for cohort in (False, True):
            period = some_period(desk, dice)
            found = desk.read(funnel, period=period, by=by, cohort=cohort)
            entries = _entries(desk, history, period, by, cohort=cohort)
            _compare(found, entries)
            if not cohort:
                _compare_left(desk, found, history, period, by)


@over()
def test_nobody_is_lost_or_counted_twice(desk, seed):
    history = write_history(desk, seed)
    period = some_period(desk, dice_of(seed))
    for cohort in (False, True):
        for row in desk.read(funnel, period=period, cohort=cohort).stages:
            assert row.entered == row.advanced + row.rejected + row.still + row.aside
            assert 0 <= row.reentered <= row.entered <= len(history.clients)
            assert row.aside >= 0


@over()
def test_the_period_before_is_the_funnel_of_that_period(desk, seed):
    write_history(desk, seed, clients=6)
    period = some_period(desk, dice_of(seed))
    both = desk.read(funnel, period=period, by="operator", compare=True)
    assert both.stages == desk.read(funnel, period=period, by="operator").stages
    assert both.before == desk.read(funnel, period=period.before, by="operator")


def _compare(found: Funnel, entries: list[dict]) -> None:
    groups = {entry["group"] for entry in entries}
    assert found.clients == len({entry["client"] for entry in entries})
    seen = set()
    for row in found.stages:
        group = row.group.key if row.group else None
        mine = [entry for entry in entries if (entry["group"], entry["stage"]) == (group, row.stage)]
        seen |= {group} if mine else set()
        told = {
            "entered": row.entered,
            "advanced": row.advanced,
            "still": row.still,
            "rejected": row.rejected,
            "aside": row.aside,
            "reentered": row.reentered,
            "conversion": row.conversion,
            "amount": (row.amount_minor, row.other_currencies),
            "median_days": row.median_days,
        }
        assert told == _figures(mine, row.stage)
    assert seen == groups


def _figures(entries: list[dict], stage: str) -> dict:
    """One stage: of a client's deals the one that came furthest speaks for the client."""
    first = [entry for entry in entries if entry["nth"] == 1]
    best: dict = {}
    for entry in first:
        rank = ("advanced", "still", "rejected", "aside").index(entry["fate"])
        best[entry["client"]] = min(best.get(entry["client"], 9), rank)
    counts = [sum(rank == place for rank in best.values()) for place in range(4)]
    stayed = [entry["stayed"] for entry in first if entry["stayed"] is not None]
    return {
        "entered": len(best),
        "advanced": counts[0],
        "still": counts[1],
        "rejected": counts[2],
        "aside": counts[3],
        "reentered": len({entry["client"] for entry in entries if entry["again"]}),
        "conversion": None if stage == "shipped" else divided(counts[0], len(best)),
        "amount": sums([entry["deal"] for entry in first if entry["deal"] is not None]),
        "median_days": round(median(stayed) / 86_400, 1) if stayed else None,
    }


def _entries(desk: Desk, history: History, period: Period, by: str | None, *, cohort: bool) -> list[dict]:
    """Each coming to a stage in the period, and what became of the deal that came."""
    known = [
        change
        for change in history.sorted_changes()
        if change.at <= desk.now and (cohort or change.at < period.end)
    ]
    clients = _cohort(known, period) if cohort else {change.client_id for change in known}
    found, nth, first_group, visits = [], {}, {}, {}
    for place, change in enumerate(known):
        visit = visits[change.client_id, change.to_stage] = (
            visits.get((change.client_id, change.to_stage), 0) + 1
        )
        belongs = change.at >= period.start if cohort else inside(period, change.at)
        if change.to_stage not in ALONG or change.client_id not in clients or not belongs:
            continue
        thread = (change.client_id, change.deal_id)
        later = [row for row in known[place + 1 :] if (row.client_id, row.deal_id) == (thread[0], thread[1])]
        key = (*thread, change.to_stage)
        nth[key] = nth.get(key, 0) + 1
        group = group_of(by, period, change.at, history, change)
        found.append(
            {
                "group": first_group.setdefault(key, group),
                "stage": change.to_stage,
                "client": change.client_id,
                "deal": history.deals.get(change.deal_id),
                "nth": nth[key],
                "again": visit > 1,
                "fate": _fate(change.to_stage, [row.to_stage for row in later]),
                "stayed": (later[0].at - change.at).total_seconds() if later else None,
            }
        )
    return found


def _cohort(known: list, period: Period) -> set[int]:
    """The clients whose first coming to the pipeline lies in the period."""
    first: dict = {}
    for change in known:
        if change.to_stage in ALONG:
            first.setdefault(change.client_id, change)
    return {client for client, change in first.items() if inside(period, change.at)}


def _fate(stage: str, later: list[str]) -> str:
    if any(code in ALONG and ALONG.index(code) > ALONG.index(stage) for code in later):
        return "advanced"
    last = later[-1] if later else stage
    return "still" if last == stage else "rejected" if last in CLOSING else "aside"


def _compare_left(desk: Desk, found: Funnel, history: History, period: Period, by: str | None) -> None:
    left = [
        change
        for change in history.changes
        if inside(period, change.at) and change.at <= desk.now and change.from_stage in ALONG
    ]
    for row in found.stages:
        group = row.group.key if row.group else None
        mine = [
            change
            for change in left
            if change.from_stage == row.stage and group_of(by, period, change.at, history, change) == group
        ]
        forward = {change.client_id for change in mine if _fate(row.stage, [change.to_stage]) == "advanced"}
        rejected = {change.client_id for change in mine if change.to_stage in CLOSING}
        assert (row.left_forward, row.left_rejected) == (len(forward), len(rejected))


# -- told as stories ------------------------------------------------------------------------------


def _walk(desk: Desk, *steps: tuple[float, str], amount: str = "100") -> int:
    """Let a client walk along stages, each reached so many days after now."""
    client = desk.client(owes=owed(desk.now))
    deal = None
    for days, stage in steps:
        told = {"title": "", "amount": amount, "stage": stage, "reject_reason": "price"}
        desk.later(days=days).write(deals.save_deal, client, deal, **told)
        with desk.base.read() as session:
            deal = session.scalars(select(Deal.id).where(Deal.client_id == client)).one()
    return client


def _stages(desk: Desk, days: float, text: str, **how) -> dict:
    later = desk.later(days=days)
    zone = later.context.catalogues.team.zone
    found = later.read(funnel, period=parse_period(text, later.context.today, zone), **how)
    return {row.stage: row for row in found.stages}


@once
def test_a_cohort_keeps_its_rejected_and_is_followed_beyond_the_period(desk):
    _walk(desk, (0, "new"), (1, "proposal"), (10, "invoice"), (12, "rejected"))
    _walk(desk, (0, "new"), (20, "rejected"))
    november, december = "2026-11", "2026-12"
    period = _stages(desk, 30, november)
    assert (period["new"].advanced, period["new"].still, period["new"].rejected) == (1, 1, 0)
    cohort = _stages(desk, 30, november, cohort=True)
    assert (cohort["new"].advanced, cohort["new"].rejected) == (1, 1)
    assert (cohort["invoice"].entered, cohort["invoice"].rejected) == (1, 1)
    assert cohort["new"].median_days == 10.5
    assert _stages(desk, 30, december)["invoice"].entered == 1
    assert _stages(desk, 30, december, cohort=True)["invoice"].entered == 0
    assert _stages(desk, 30, december)["new"].left_rejected == 1


@once
def test_a_client_that_comes_again_is_counted_once_and_said_to_have_come_again(desk):
    _walk(desk, (0, "new"), (1, "proposal"), (2, "new"), (3, "proposal"))
    found = _stages(desk, 5, "2026-11")
    assert (found["proposal"].entered, found["proposal"].reentered) == (1, 1)
    assert (found["new"].entered, found["new"].advanced, found["new"].conversion) == (1, 1, 1.0)
    assert found["proposal"].amount_minor == 100_00


@once
def test_a_stage_that_was_passed_over_was_not_entered(desk):
    _walk(desk, (0, "new"), (1, "paid"))
    found = _stages(desk, 5, "2026-11")
    assert [found[stage].entered for stage in ALONG] == [1, 0, 0, 1, 0]
    assert found["new"].conversion == 1.0
    assert found["proposal"].conversion is None


@once
def test_nothing_is_known_of_what_is_to_come(desk):
    _walk(desk, (0, "new"), (1, "proposal"))
    assert _stages(desk, 0.5, "2026-11")["new"].still == 1
    assert _stages(desk, 0.5, "2026-11", cohort=True)["proposal"].entered == 0


@once
def test_an_empty_base_has_every_stage_and_no_group(desk):
    assert [row.stage for row in desk.read(funnel).stages] == ALONG
    assert desk.read(funnel, by="operator").stages == ()
    assert desk.read(funnel).period.kind == Kind.MONTH


@once
def test_a_funnel_cannot_be_by_everything(desk):
    with pytest.raises(InputError, match="operator, campaign, industry, region, source, class"):
        desk.read(funnel, by="day")


@once
def test_days_after_midnight_are_of_the_teams_zone(desk):
    at = desk.now.replace(hour=21, minute=0) - desk.now
    _walk(desk, (at / timedelta(days=1), "new"))
    assert _stages(desk, 5, "2026-11-24")["new"].entered == 1
    assert _stages(desk, 5, "2026-11-23")["new"].entered == 0
