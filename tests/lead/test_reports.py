"""Every figure of the reports, counted again from scratch in plain Python over random histories."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from builders import Desk, owed, random_base, said
from histories import (
    ANSWERED,
    CLOSING,
    CONTACT,
    WON,
    History,
    dice_of,
    divided,
    group_of,
    in_groups,
    inside,
    over,
    some_period,
    sums,
    write_history,
)
from sqlalchemy import select

from salesdesk.base.periods import Kind, Period, whole
from salesdesk.base.placement import read_open_action
from salesdesk.codes import ClientClass, GoalResult, PhoneState, Verdict
from salesdesk.desk import calls, deals
from salesdesk.desk.undo import undo
from salesdesk.errors import InputError, NotFoundError
from salesdesk.lead.reports import calls as calls_report
from salesdesk.lead.reports import quality as quality_report
from salesdesk.lead.reports import rejected as rejected_report
from salesdesk.lead.reports import reviews as reviews_report
from salesdesk.lead.reports import sales as sales_report
from salesdesk.lead.reports.asking import REPORTS, report
from salesdesk.lead.unusual import unusual
from salesdesk.models import Client, Contact, Deal, Phone

once = pytest.mark.parametrize("base", ["sqlite"], indirect=True)
"""What says nothing of the database; the properties run on both."""


def figures(found) -> dict:
    """The rows of a report by group; no group stands twice."""
    rows = {row.group: dict(row.values) for row in found.rows}
    assert len(rows) == len(found.rows)
    return rows


def this_month(desk: Desk) -> Period:
    return whole(Kind.MONTH, desk.context.today, desk.context.catalogues.team.zone)


@over()
def test_calls(desk, seed):
    history, dice = write_history(desk, seed), dice_of(seed)
    for by in calls_report.DIMENSIONS:
        period = some_period(desk, dice)
        found = desk.read(report, "calls", period=period, by=by)
        mine = [call for call in history.calls if inside(period, call.started_at)]
        if by == "script":
            groups = in_groups([(_script(desk, call), call) for call in mine])
        else:
            groups = in_groups(
                [(group_of(by, period, call.started_at, history, call), call) for call in mine]
            )
        assert figures(found) == {group: _calls(rows) for group, rows in groups.items()}
        assert found.total == _calls(mine)


def _script(desk: Desk, call) -> str | None:
    scripts = desk.context.catalogues.scripts.items()
    return next((code for code, script in scripts if script.goal == call.goal), None)


def test_goals_without_a_script_are_not_said(desk):
    client = desk.client(stage="new", owes=owed(desk.now))
    for goal in ("find_need", "get_request", "get_request"):
        desk.write(calls.log_call, said(client, "goal_reached", goal=goal, result="hit"))
    catalogues = desk.context.catalogues
    scripts = {code: script for code, script in catalogues.scripts.items() if script.goal != "find_need"}
    one = next(code for code, script in scripts.items() if script.goal == "get_request")
    bare = Desk(desk.base, replace(desk.context, catalogues=replace(catalogues, scripts=scripts)))
    found = bare.read(report, "calls", by="script")
    assert [(row.group, row.values["hit"]) for row in found.rows] == [(one, 2), (None, 1)]
    assert found.rows[-1].title == "not said"
    without = Desk(desk.base, replace(desk.context, catalogues=replace(catalogues, scripts={})))
    assert [row.group for row in without.read(report, "calls", by="script").rows] == [None]


def _calls(rows) -> dict:
    answered = [row for row in rows if row.outcome in ANSWERED]
    hit, partial, missed = (
        sum(row.goal_result == result for row in answered)
        for result in (GoalResult.HIT, GoalResult.PARTIAL, GoalResult.MISSED)
    )
    companies = len({row.client_id for row in rows})
    return {
        "calls": len(rows),
        "answered": len(answered),
        "contacts": sum(row.outcome in CONTACT for row in rows),
        "talk_seconds": sum(row.talk_seconds for row in rows),
        "companies": companies,
        "calls_per_company": divided(len(rows), companies, 2),
        "hit": hit,
        "partial": partial,
        "missed": missed,
        "goal_hit_rate": divided(hit, hit + partial + missed),
    }


@over()
def test_sales(desk, seed):
    history, dice = write_history(desk, seed), dice_of(seed)
    for by in sales_report.DIMENSIONS:
        period = some_period(desk, dice)
        found = desk.read(report, "sales", period=period, by=by)
        won = [change for change in _first_won(history) if inside(period, change.at)]
        groups = in_groups([(_sold_to(by, period, history, change), change) for change in won])
        assert figures(found) == {group: _sold(rows, history) for group, rows in groups.items()}
        assert found.total == _sold(won, history)


def _first_won(history: History) -> list:
    first: dict = {}
    for change in history.sorted_changes():
        if change.to_stage in WON and change.deal_id is not None:
            first.setdefault(change.deal_id, change)
    return [*first.values()]


def _sold_to(by, period, history, change):
    if by == "product":
        return history.deals[change.deal_id].product or None
    return group_of(by, period, change.at, history, change)


def _sold(changes, history) -> dict:
    sold = [history.deals[change.deal_id] for change in changes]
    amount, apart = sums(sold)
    own = sum(deal.currency == "RUB" for deal in sold)
    took = [
        max((change.at - deal.opened_at).total_seconds(), 0)
        for change, deal in zip(changes, sold, strict=True)
    ]
    return {
        "won": len(sold),
        "amount": amount,
        "average": round(amount / own) if own else None,
        "cycle_days": divided(sum(took) / 86_400, len(took), 1),
        "other_currencies": apart,
    }


@over()
def test_rejected(desk, seed):
    history, dice = write_history(desk, seed), dice_of(seed)
    for by in rejected_report.DIMENSIONS:
        period = some_period(desk, dice)
        found = desk.read(report, "rejected", period=period, by=by)
        last = {}
        for change in history.sorted_changes():
            if change.to_stage in CLOSING and inside(period, change.at):
                last[change.client_id, change.deal_id] = change
        mine = [*last.values()]
        key = {"stage": "from_stage"}.get(by, by)
        groups = in_groups([(group_of(key, period, change.at, history, change), change) for change in mine])
        assert figures(found) == {group: _rejected(desk, history, rows) for group, rows in groups.items()}
        assert found.total == _rejected(desk, history, mine)


def _rejected(desk, history, rows) -> dict:
    back = {
        row.client_id
        for row in rows
        for later in history.changes
        if later.client_id == row.client_id
        and (later.at, later.id) > (row.at, row.id)
        and later.at <= desk.now
        and later.from_stage in CLOSING
        and later.to_stage not in CLOSING
    }
    own = [history.deals[row.deal_id] for row in rows if row.deal_id is not None]
    amount, apart = sums(own)
    clients = len({row.client_id for row in rows})
    said = [
        verdict
        for row in rows
        for verdict in history.verdicts
        if (verdict.client_id, verdict.change.at) == (row.client_id, row.at)
    ]
    returned = [verdict for verdict in said if verdict.verdict == Verdict.RETURNED]
    since = {
        change.deal_id: change.client_id
        for verdict in returned
        for change in _first_won(history)
        if change.client_id == verdict.client_id and verdict.at <= change.at <= desk.now
    }
    return {
        "reviewed": len({verdict.client_id for verdict in said}),
        "returned": len({verdict.client_id for verdict in returned}),
        "won_after_return": len({*since.values()}),
        "amount_after_return": sums([history.deals[deal] for deal in since])[0],
        "clients": clients,
        "deals": len(own),
        "amount": amount,
        "won_back": len(back),
        "won_back_share": divided(len(back), clients),
        "other_currencies": apart,
    }


@over()
def test_reasons_that_stand_out(desk, seed):
    history = write_history(desk, seed, clients=40)
    period = some_period(desk, dice_of(seed))
    last = {}
    for change in history.sorted_changes():
        if change.to_stage in CLOSING and inside(period, change.at):
            last[change.client_id, change.deal_id] = change
    given = {(row.login, row.reason, row.client_id) for row in last.values()}
    counts = Counter((login, reason) for login, reason, _client in given)
    found = desk.read(report, "rejected", period=period).unusual
    assert found == unusual(counts, {"anna": "anna", "boris": "Boris", "vera": "Vera"})


@over()
def test_reviews(desk, seed):
    history, dice = write_history(desk, seed), dice_of(seed)
    for by in reviews_report.DIMENSIONS:
        period = some_period(desk, dice)
        found = desk.read(report, "reviews", period=period, by=by)
        mine = [row for row in history.scores if inside(period, row.at)]
        groups = in_groups([(group_of(by, period, row.at, history, row), row) for row in mine])
        assert figures(found) == {group: _reviewed(rows) for group, rows in groups.items()}
        assert found.total == _reviewed(mine)


def _reviewed(rows) -> dict:
    return {
        "reviewed": len({row.call_id for row in rows}),
        "score": divided(sum(row.score for row in rows), 2 * len(rows)),
    }


@over()
def test_vip(desk, seed):
    history = write_history(desk, seed, clients=8)
    period = some_period(desk, dice_of(seed))
    found = desk.read(report, "vip", period=period)
    vips = {client.id for client in history.clients.values() if client.client_class == ClientClass.VIP}
    noted = [
        (call.started_at, "call", call.id)
        for call in history.calls
        if call.client_id in vips and inside(period, call.started_at) and (call.note or "").strip()
    ]
    written = [
        (letter.at, "message_in" if letter.incoming else "message_out", letter.id)
        for letter in history.messages
        if letter.client_id in vips and inside(period, letter.at)
    ]
    rows = [(row.values["at"], row.values["kind"], row.values["id"]) for row in found.rows]
    assert rows == sorted(noted + written)
    assert (found.total["calls"], found.total["messages"]) == (len(noted), len(written))
    assert found.total["clients"] == len({row.values["client"] for row in found.rows})


@over()
def test_operators_stand_beside_calls_and_sales(desk, seed):
    history = write_history(desk, seed)
    period = some_period(desk, dice_of(seed))
    found = desk.read(report, "operators", period=period)
    talked = [call for call in history.calls if inside(period, call.started_at)]
    won = [change for change in _first_won(history) if inside(period, change.at)]

    def both(calls, changes):
        counted = _calls(calls) | _sold(changes, history)
        nobody_said = dict.fromkeys(["cost", "return", "cost_per_won"])
        return {column.key: (counted | nobody_said)[column.key] for column in found.columns}

    people = {row.login for row in [*talked, *won]}
    assert figures(found) == {
        login: both([row for row in talked if row.login == login], [row for row in won if row.login == login])
        for login in people
    }
    assert found.total == both(talked, won)


@over()
def test_one_person_alone_has_what_stands_in_their_row(desk, seed):
    write_history(desk, seed, clients=6)
    period = some_period(desk, dice_of(seed))
    for name in ("calls", "sales", "rejected", "operators", "reviews"):
        everybody = figures(desk.read(report, name, period=period, by="operator"))
        alone = desk.read(report, name, period=period, by="operator", operator="boris")
        assert figures(alone) == {login: row for login, row in everybody.items() if login == "boris"}
        assert not alone.rows or alone.total == alone.rows[0].values


@over()
def test_quality(desk, seed):
    random_base(desk, seed, clients=20)
    total = desk.read(report, "quality").total
    by_owner = figures(desk.read(report, "quality", by="operator"))
    lacking = _lacking(desk)
    assert total["clients"] == len(lacking)
    for check in quality_report.CHECKS:
        count = sum(check in lacks for _owner, lacks in lacking)
        assert (total[check], total[f"{check}_share"]) == (count, divided(count, len(lacking)))
    for owner, row in by_owner.items():
        mine = [lacks for whose, lacks in lacking if whose == owner]
        assert (row["clients"], row["defects"]) == (len(mine), sum(map(len, mine)))
    assert sum(row["clients"] for row in by_owner.values()) == len(lacking)


def _lacking(desk: Desk) -> list[tuple[str | None, set[str]]]:
    """Each card that somebody works with: whose it is, and what it lacks."""
    found = []
    with desk.base.read() as session:
        logins = {desk.me: "anna", desk.beside("boris").me: "boris", None: None}
        held = {model: {row.client_id for row in session.scalars(select(model))} for model in (Contact, Deal)}
        good = {row.client_id for row in session.scalars(select(Phone)) if row.state == PhoneState.GOOD}
        for client in session.scalars(select(Client)):
            in_work = client.stage is not None and client.stage not in CLOSING
            if client.do_not_call or not (in_work or (client.stage is None and client.owner_id)):
                continue
            lacks = {
                "no_phone": client.id not in good,
                "no_next_action": in_work and read_open_action(session, client.id) is None,
                "no_owner": in_work and client.owner_id is None,
                "no_deal": in_work and client.stage != "paused" and client.id not in held[Deal],
                "no_contact": client.id not in held[Contact],
                "no_city": not client.city,
                "no_region": not client.region,
                "no_industry": not client.industry,
                "no_email": not client.email,
            }
            found.append((logins[client.owner_id], {check for check, is_so in lacks.items() if is_so}))
    return found


@once
def test_what_was_undone_is_in_no_report(desk):
    client = desk.client(owes=owed(desk.now), stage="new", deal=100_00)
    before = desk.read(report, "operators").total
    desk.write(calls.log_call, said(client, "invoice_requested", result=GoalResult.HIT, talk_seconds=60))
    assert desk.read(report, "calls").total["calls"] == 1
    desk.write(undo)
    assert desk.read(report, "operators").total == before
    assert desk.read(report, "calls").rows == ()


@once
def test_a_sale_is_theirs_who_made_it_whoever_has_the_client_now(desk):
    client = desk.client(stage="invoice", deal=100_00, owes=owed(desk.now), owner_id=None)
    with desk.base.read() as session:
        deal = session.scalars(select(Deal.id).where(Deal.client_id == client)).one()
    boris = desk.beside("boris")
    told = {"title": "", "amount": "100", "stage": "paid"}
    boris.write(deals.save_deal, client, deal, **told)
    boris.later(days=1).write(deals.save_deal, client, deal, **told | {"stage": "shipped"})
    rows = figures(desk.read(report, "sales"))
    assert [*rows] == ["boris"]
    assert (rows["boris"]["won"], rows["boris"]["amount"]) == (1, 100_00)
    tomorrow = Period(
        Kind.DAY,
        desk.context.today + timedelta(days=1),
        desk.context.today + timedelta(days=1),
        this_month(desk).zone,
    )
    assert desk.read(report, "sales", period=tomorrow).rows == ()


def test_an_empty_base_has_every_report(desk):
    for name, known in REPORTS.items():
        for by in (None, *known.dimensions):
            found = desk.read(report, name, by=by)
            assert set(found.total) >= {column.key for column in found.columns} or name in {
                "vip",
                "quality",
                "pace",
            }
            assert found.period == this_month(desk)


@once
def test_what_is_asked_in_vain(desk):
    with pytest.raises(NotFoundError, match="operators, pace, quality, reviews, answers"):
        desk.read(report, "nonsense")
    with pytest.raises(InputError, match="It can be by reason, operator, stage"):
        desk.read(report, "rejected", by="product")
    with pytest.raises(InputError, match="vip cannot"):
        desk.read(report, "vip", by="day")
    with pytest.raises(NotFoundError, match="no operator nobody"):
        desk.read(report, "calls", operator="nobody")
