"""Answers by weekday and hour, counted again from scratch over random histories."""

import pytest
from histories import ANSWERED, dice_of, divided, in_groups, inside, over, some_period, write_history

from salesdesk.errors import InputError
from salesdesk.lead.answer_rate import WEEKDAYS, answer_grid, together
from salesdesk.lead.behind.asking import behind
from salesdesk.lead.questions import ANSWERS, Question
from salesdesk.lead.reports.asking import report
from salesdesk.lead.rows import EVERYTHING, Spot


@over(sqlite=4)
def test_every_hour_of_every_weekday(desk, seed):
    history, dice = write_history(desk, seed), dice_of(seed)
    period, who = some_period(desk, dice), dice.choice([None, "boris"])
    found = desk.read(report, ANSWERS, period=period, operator=who)
    mine = [call for call in history.calls if inside(period, call.started_at) and who in {None, call.login}]
    groups = in_groups([(_slot(period, call), call) for call in mine])
    assert {row.group: dict(row.values) for row in found.rows} == {
        f"{weekday}-{hour:02}": {"weekday": weekday, "hour": hour} | _told(calls)
        for (weekday, hour), calls in groups.items()
    }
    assert found.total == _told(mine)
    grid = answer_grid(found)
    cells = [grid.cell(weekday, hour) for weekday in WEEKDAYS for hour in grid.hours]
    whole = together(cells)
    assert (whole.calls, whole.answered) == (found.total["calls"], found.total["answered"])
    question = Question(ANSWERS, period, operator=who)
    for row in found.rows:
        for key in ("calls", "answered"):
            assert desk.read(behind, question, Spot(row.group), key).total == row.values[key]
    assert desk.read(behind, question, EVERYTHING, "rate").total == len(mine)


def _slot(period, call):
    local = call.started_at.astimezone(period.zone)
    return local.isoweekday(), local.hour


def _told(calls):
    answered = sum(call.outcome in ANSWERED for call in calls)
    return {"calls": len(calls), "answered": answered, "rate": divided(answered, len(calls))}


def test_an_empty_base_has_an_empty_grid(lite):
    grid = answer_grid(lite.read(report, ANSWERS))
    assert (grid.hours, together(grid.cells.values()).rate) == ((), None)
    for group in ("8-01", "1-24", "monday"):
        with pytest.raises(InputError, match="is no group"):
            lite.read(behind, Question(ANSWERS), Spot(group))
