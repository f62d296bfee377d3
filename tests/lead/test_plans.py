"""Plans and costs: set, read, copied, taken back, and refused."""

import pytest
from builders import snapshot
from sqlalchemy import select

from salesdesk.codes import Measure, Role
from salesdesk.desk.undo import undo
from salesdesk.errors import InputError, NotAllowedError, NotFoundError
from salesdesk.lead.plans import (
    copy_plans,
    plans,
    read_cost,
    read_money,
    read_month,
    read_value,
    set_cost,
    set_plan,
)
from salesdesk.models import AuditEvent, Operator

CALLS, WON, AMOUNT = Measure.CALLS, Measure.WON, Measure.AMOUNT


def values_of(desk, login, month="2026-11"):
    found = desk.read(plans, month)
    return next(row.values for row in (*found.operators, found.team) if row.login == login)


def trail(desk):
    with desk.base.read() as session:
        return session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()


def test_a_plan_is_set_changed_and_taken_away_each_with_one_undo(desk):
    states = [snapshot(desk.base)]
    for values, changed in (
        ({CALLS: 1200, WON: 5, AMOUNT: 10**9}, 3),
        ({CALLS: 1200, WON: 6}, 1),
        ({CALLS: None, AMOUNT: None}, 2),
    ):
        assert desk.write(set_plan, "anna", "2026-11", values) == changed
        states.append(snapshot(desk.base))
    assert values_of(desk, "anna") == {WON: 6}
    assert desk.write(set_plan, "anna", "2026-11", {WON: 6, CALLS: None}) == 0
    assert trail(desk) == ["set_plan"] * 3
    for state in reversed(states[:-1]):
        desk.write(undo)
        assert snapshot(desk.base) == state


def test_the_team_has_its_own_plan_or_the_sum(desk):
    desk.beside("boris")
    assert values_of(desk, None) == {}
    desk.write(set_plan, "anna", "2026-11", {CALLS: 100, WON: 1})
    desk.write(set_plan, "boris", "2026-11", {CALLS: 50})
    assert values_of(desk, None) == {CALLS: 150, WON: 1}
    desk.write(set_plan, None, "2026-11", {CALLS: 90, AMOUNT: 0})
    found = desk.read(plans, "2026-11")
    assert (found.team.values, found.explicit) == ({CALLS: 90, WON: 1, AMOUNT: 0}, {CALLS, AMOUNT})
    assert desk.read(plans, "2026-12").team.values == {}


def test_copying_fills_in_what_is_missing_for_those_who_work_here(desk):
    desk.beside("boris")
    left = desk.beside("vera").me
    for login in ("anna", "boris", "vera", None):
        desk.write(set_plan, login, "2026-10", {CALLS: 100, WON: 2})
    desk.write(set_plan, "anna", "2026-11", {CALLS: 7})
    with desk.base.write() as session:
        session.get(Operator, left).active = False
    before = snapshot(desk.base)
    assert desk.write(copy_plans, "2026-10", "2026-11") == 5
    assert values_of(desk, "anna") == {CALLS: 7, WON: 2}
    assert values_of(desk, "boris") == {CALLS: 100, WON: 2}
    found = desk.read(plans, "2026-11")
    assert [row.login for row in found.operators] == ["anna", "boris"]
    assert found.team.values == {CALLS: 100, WON: 2}
    assert "vera" in [row.login for row in desk.read(plans, "2026-10").operators]
    assert desk.write(copy_plans, "2026-10", "2026-11") == 0
    desk.write(undo)
    assert snapshot(desk.base) == before


def test_a_cost_holds_until_another_is_said(desk):
    for month, amount in (("2026-02", 100), ("2026-05", 300), ("2026-04", 200)):
        assert desk.write(set_cost, "anna", amount, month)
    held = {
        month: (row.cost_minor, row.cost_since)
        for month in ("2026-01", "2026-03", "2026-04", "2026-12")
        for row in desk.read(plans, month).operators
    }
    assert held == {
        "2026-01": (None, None),
        "2026-03": (100, "2026-02"),
        "2026-04": (200, "2026-04"),
        "2026-12": (300, "2026-05"),
    }
    before = snapshot(desk.base)
    assert not desk.write(set_cost, "anna", 300, "2026-05")
    assert not desk.write(set_cost, "anna", None, "2026-07")
    assert desk.write(set_cost, "anna", None, "2026-05")
    assert desk.read(plans, "2026-12").team.cost_minor == 200
    desk.write(undo)
    assert snapshot(desk.base) == before


def test_an_operator_sets_nothing_and_sees_their_own(desk):
    boris = desk.beside("boris", Role.OPERATOR)
    desk.write(set_plan, "anna", "2026-11", {CALLS: 100})
    desk.write(set_plan, "boris", "2026-11", {CALLS: 50})
    desk.write(set_cost, "boris", 100_00, "2026-11")
    found = boris.read(plans)
    assert [(row.login, row.values, row.cost_minor) for row in found.operators] == [
        ("boris", {CALLS: 50}, None)
    ]
    assert (found.team.values, found.team.cost_minor) == ({CALLS: 150}, None)
    for refused in (
        lambda: boris.write(set_plan, "boris", "2026-11", {CALLS: 1}),
        lambda: boris.write(copy_plans, "2026-11", "2026-12"),
        lambda: boris.write(set_cost, "boris", 1),
    ):
        with pytest.raises(NotAllowedError):
            refused()


def test_what_cannot_be_planned(lite):
    with pytest.raises(NotFoundError):
        lite.write(set_plan, "nobody", "2026-11", {CALLS: 1})
    with pytest.raises(NotFoundError):
        lite.write(set_cost, "nobody", 1)
    with pytest.raises(InputError):
        lite.write(set_plan, "anna", "2026-11", {CALLS: -1})
    with pytest.raises(InputError):
        lite.write(set_cost, "anna", -1)
    for month in ("2026", "2026-W48", "soon", "2026-13", "2026-10..2026-10"):
        with pytest.raises(InputError):
            lite.write(set_plan, "anna", month, {CALLS: 1})


def test_what_people_write(lite):
    read = lambda text, measure=CALLS: read_value(lite.context, measure, text)  # noqa: E731  # said thrice
    assert [read(text) for text in ("", " ", "0", "1 200", "1,2 тыс", "1200")] == [
        None,
        None,
        0,
        1200,
        1200,
        1200,
    ]
    assert read("12,5 млн ₽", AMOUNT) == 12_500_000_00
    assert read_month(lite.context, None) == "2026-11"
    assert read_month(lite.context, "last-month") == "2026-10"
    assert read_money(lite.context, "") is None
    for text in ("1,5", "x", "-5", "5 $", "10 млрд"):
        with pytest.raises(InputError):
            read(text)
    for text in ("5 $", "", "="):
        with pytest.raises(InputError):
            read_cost(lite.context, text)
