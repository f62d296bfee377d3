"""An operator's figures are their own: the same as a lead sees of them, and never anybody else's."""

from dataclasses import replace

import pytest
from histories import dice_of, over, some_period, write_history

from salesdesk.errors import NotAllowedError, NotFoundError
from salesdesk.lead.funnel import funnel
from salesdesk.lead.reports.asking import REPORTS, report


@over()
def test_an_operators_reports_are_what_a_lead_sees_of_them(desk, seed):
    write_history(desk, seed)
    period, boris = some_period(desk, dice_of(seed)), desk.beside("boris")
    for name, known in REPORTS.items():
        for by in (None, *known.dimensions):
            seen = desk.read(report, name, period=period, by=by, operator="boris")
            assert boris.read(report, name, period=period, by=by) == seen, (name, by)
            assert boris.read(report, name, period=period, by=by, operator="boris") == seen
            if by == "operator":
                assert {row.group for row in seen.rows} <= {"boris"}


@over()
def test_an_operators_funnel_is_their_row_of_everybodys(desk, seed):
    write_history(desk, seed)
    period, boris = some_period(desk, dice_of(seed)), desk.beside("boris")
    for cohort in (False, True):
        everybodys = desk.read(funnel, period=period, by="operator", cohort=cohort).stages
        theirs = {row.stage: row for row in everybodys if row.group.key == "boris"}
        own = boris.read(funnel, period=period, cohort=cohort)
        for row in own.stages:
            empty = replace(row, **dict.fromkeys(("entered", "advanced", "rejected", "still", "aside"), 0))
            assert row == replace(theirs.get(row.stage, empty), group=None)
        alike = [funnel_of(boris, period, cohort, **how) for how in ({}, {"operator": "boris"})]
        assert alike == [desk.read(funnel, period=period, cohort=cohort, operator="boris")] * 2
        by_operator = boris.read(funnel, period=period, by="operator", cohort=cohort)
        assert {row.group.key for row in by_operator.stages} <= {"boris"}


def funnel_of(desk, period, cohort, **how):
    return desk.read(funnel, period=period, cohort=cohort, **how)


def test_somebody_elses_are_refused(desk):
    boris = desk.beside("boris")
    with pytest.raises(NotAllowedError, match="their own figures only"):
        boris.read(report, "calls", operator="anna")
    with pytest.raises(NotAllowedError, match="their own figures only"):
        boris.read(funnel, operator="anna")
    with pytest.raises(NotFoundError, match="no operator nobody"):
        boris.read(report, "sales", operator="nobody")
