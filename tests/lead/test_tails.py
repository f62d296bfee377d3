"""Tails: the board, and the clients behind each of its figures, against plain Python."""

from collections import Counter
from datetime import timedelta

import pytest
from builders import assert_consistent, owed, random_base, snapshot
from sqlalchemy import select

from salesdesk.base.placement import CLIENT, NEXT_ACTION
from salesdesk.codes import Age, Role
from salesdesk.desk.undo import undo
from salesdesk.errors import InputError, NotAllowedError, NotFoundError
from salesdesk.lead.putting_right import reassign, reschedule
from salesdesk.lead.rows import Neglect, TailPick
from salesdesk.lead.tails import board, tail_clients, unowed
from salesdesk.models import Operator
from salesdesk.rows import Due

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def everything(desk):
    """Read each open next action with its client."""
    with desk.base.read() as session:
        joined = select(NEXT_ACTION, CLIENT.c.expected_minor).join(
            CLIENT, CLIENT.c.id == NEXT_ACTION.c.client_id
        )
        return session.execute(joined.where(NEXT_ACTION.c.closed_at.is_(None))).all()


def age_of(desk, action):
    """Tell how old a tail is, by the definition; None for what is none."""
    zone, now = desk.context.catalogues.team.zone, desk.now.astimezone(desk.context.catalogues.team.zone)
    due = action.due_at.astimezone(zone)
    over = now.time() >= desk.context.catalogues.team.end
    late = due < now if action.promise else (due.date() < now.date() or (over and due.date() == now.date()))
    if action.hold is not None or not late:
        return None
    days = (now.date() - due.date()).days
    return (
        Age.TODAY if days <= 0 else Age.YESTERDAY if days == 1
        else Age.DAYS_2_3 if days <= 3 else Age.DAYS_4_7 if days <= 7 else Age.OLDER
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("later", [0, 8, 26, 90])
def test_the_board_is_what_plain_counting_gives(desk, seed, later):
    random_base(desk, seed)
    lead = desk.later(hours=later)
    tails = [(action, age_of(lead, action)) for action in everything(lead)]
    tails = [(action, age) for action, age in tails if age is not None]
    found = lead.read(board)
    assert found.total.ages == {age: sum(one is age for _action, one in tails) for age in Age}
    assert found.total.amount_minor == sum(action.expected_minor for action, _age in tails)
    # A server gives sums as decimals, which no screen divides.
    assert isinstance(found.total.amount_minor, int)
    by_operator = Counter(action.operator_id for action, _age in tails)
    assert {row.operator_id: row.total for row in found.operators if row.total} == by_operator
    for row in found.operators:
        behind = lead.read(tail_clients, TailPick(row.operator_id))
        assert len(behind) == row.total
        assert sum(one.amount_minor for one in behind) == row.amount_minor
        for age in Age:
            assert len(lead.read(tail_clients, TailPick(row.operator_id, age))) == row.ages[age]
    held = [action for action in everything(lead) if action.hold is not None]
    assert found.total.held == len(held) == len(lead.read(tail_clients, TailPick(neglect=Neglect.HELD)))


def test_a_day_without_a_clock_time_is_late_when_the_work_is_over(desk):
    desk.client("by day", stage="new", owes=owed(desk.now - HOUR))
    desk.client("agreed", stage="new", owes=owed(desk.now - HOUR, promise=True))
    assert desk.read(board).total.ages[Age.TODAY] == 1
    assert desk.later(hours=9).read(board).total.ages[Age.TODAY] == 2
    assert desk.later(hours=24).read(board).total.ages == {age: 2 * (age is Age.YESTERDAY) for age in Age}


def test_what_else_is_let_slip(desk):
    defect = desk.client("a defect", stage="new")
    moved = desk.client("moved", stage="new", owes=owed(desk.now + DAY, promise=True, moves=3))
    rotting = desk.client("rotting", stage="proposal", deal=700_00, owes=owed(desk.now + 60 * DAY))
    later = desk.later(days=30)
    found = later.read(board)
    assert (found.total.moved, found.total.rotting, later.read(unowed).total()) == (1, 1, 1)
    assert [(one.stage, one.deals, one.amount_minor) for one in found.rotting] == [("proposal", 1, 700_00)]
    for neglect, client in (
        (Neglect.NO_NEXT_ACTION, defect), (Neglect.MOVED, moved), (Neglect.ROTTING, rotting),
    ):  # fmt: skip
        assert [row.client_id for row in later.read(tail_clients, TailPick(neglect=neglect))] == [client]


def test_an_operator_sees_what_is_their_own(desk):
    boris = desk.beside("boris")
    desk.client("hers", stage="new", owes=owed(desk.now - 2 * DAY))
    desk.client("his", stage="new", owes=owed(desk.now - 2 * DAY, operator_id=boris.me), owner_id=boris.me)
    assert desk.read(board).total.total == 2
    assert [row.login for row in boris.read(board).operators] == ["boris"]
    assert [row.name for row in boris.read(tail_clients, TailPick())] == ["his"]
    with pytest.raises(NotAllowedError):
        boris.write(reassign, [1], "boris")


def test_a_marked_set_is_given_away_moved_and_taken_back(desk):
    boris = desk.beside("boris")
    clients = [desk.client(f"{at}", stage="new", deal=5, owes=owed(desk.now - 2 * DAY)) for at in range(3)]
    before = snapshot(desk.base)
    assert desk.write(reassign, clients[:2], "boris") == 2
    assert boris.read(board).total.total == 2
    assert desk.write(reschedule, clients, Due(desk.now + DAY, promise=False)) == 3
    assert desk.read(board).total.total == 0
    assert {row.moves for row in everything(desk)} == {1}
    assert_consistent(desk)
    desk.write(undo)
    desk.write(undo)
    assert snapshot(desk.base) == before
    with pytest.raises(NotFoundError):
        desk.write(reassign, clients, "nobody")
    with pytest.raises(InputError):
        desk.write(reschedule, clients, Due(desk.now - HOUR, promise=True))


def test_what_the_absent_owe(desk):
    boris = desk.beside("boris", Role.OPERATOR)
    desk.client(stage="new", owes=owed(desk.now + DAY, operator_id=boris.me), owner_id=boris.me)
    assert desk.read(board).total.absent == 0
    with desk.base.write() as session:
        session.get(Operator, boris.me).absent_until = desk.now + DAY
    assert desk.read(board).total.absent == 1
    assert desk.later(days=2).read(board).total.absent == 0
