"""A shared pool that is given out by count: seen by nobody who was not given it, and so many a day."""

import pytest
from builders import Desk, owed, said
from counted_pool import give_out
from sqlalchemy import select

from salesdesk.base.listing import listed
from salesdesk.base.search import search
from salesdesk.base.whose_number import whose_number
from salesdesk.codes import Band
from salesdesk.desk import calls, card, day, queue, undo
from salesdesk.desk.next_client import take_next
from salesdesk.errors import NotFoundError, TooMuchError
from salesdesk.models import AuditEvent
from salesdesk.team.claims import claim, release_all

NUMBER = "+7 495 700-00-{:02}"


def counted(desk: Desk, most: int) -> Desk:
    """Let the team give its pool out by count; give the desk of an operator there, Boris."""
    give_out(most, desk.base)
    return desk.beside("boris")


def pool(desk: Desk, count: int) -> list[int]:
    with desk.filling() as base:
        return [
            base.client(f"Ничья {at}", owner_id=None, interest=0, phones=(NUMBER.format(at),))
            for at in range(count)
        ]


def names(desk: Desk) -> set[str]:
    return {row.name for row in desk.read(listed).rows}


def given(desk: Desk) -> list[tuple[int, int]]:
    with desk.base.read() as session:
        events = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    return [(event.operator_id, event.client_id) for event in events if event.action == "given"]


def test_what_was_given_is_seen_and_nothing_else_of_the_pool(desk):
    boris = counted(desk, 10)
    first, second, _third = pool(desk, 3)
    assert names(boris) == set()
    assert boris.read(queue.page).rows == ()
    assert boris.read(day.counts).bands[Band.TELEMARKETING] == 0
    assert boris.read(search, "ничья").rows == ()
    for use_case in (card.card,):
        with pytest.raises(NotFoundError):
            boris.read(use_case, first)
    with pytest.raises(NotFoundError):
        boris.write(claim, first)
    assert boris.write(take_next) == first
    assert boris.write(take_next) == second
    assert names(boris) == {"Ничья 0", "Ничья 1"}
    assert {row.client_id for row in boris.read(queue.page).rows} == {first, second}
    assert boris.read(day.counts).bands[Band.TELEMARKETING] == 2
    assert {row.client_id for row in boris.read(search, "ничья").rows} == {first, second}
    assert boris.read(card.card, first).client.name == "Ничья 0"
    assert given(desk) == [(boris.me, first), (boris.me, second)]
    # Another has not been given them, and a lead sees the pool as it is.
    assert names(desk.beside("vera")) == set()
    assert len(names(desk)) == 3


def test_a_day_and_a_night_have_so_many(desk):
    boris = counted(desk, 2)
    ours = pool(desk, 4)
    assert [boris.write(take_next) for _ in range(2)] == ours[:2]
    for _ in range(2):
        with pytest.raises(TooMuchError, match="is given 2 a day at most"):
            boris.write(take_next)
    boris.write(release_all)
    # What was given already is called before anybody is told of the count, and is not counted again.
    assert [boris.write(take_next) for _ in range(2)] == ours[:2]
    assert len(given(desk)) == 2
    with pytest.raises(TooMuchError):
        boris.write(take_next)
    boris.write(release_all)
    assert desk.beside("vera").write(take_next) == ours[0]
    tomorrow = boris.later(days=1, minutes=1)
    assert names(tomorrow) == set()
    assert tomorrow.write(take_next) == ours[0]


def test_ones_own_go_before_it_and_beyond_the_count(desk):
    boris = counted(desk, 1)
    (ours,) = pool(desk, 1)
    with boris.filling() as base:
        late = base.client("Своя", stage="new", owes=owed(desk.later(days=-1).now, operator_id=boris.me))
        cold = base.client("Своя холодная", interest=5)
    taken = [boris.write(take_next) for _ in range(3)]
    assert taken[0] == late
    assert {*taken[1:]} == {cold, ours}
    with pytest.raises(TooMuchError):
        boris.write(take_next)


def test_the_order_is_that_of_a_pool_which_is_seen(desk):
    boris = desk.beside("boris")
    with desk.filling() as base:
        for at in range(12):
            base.client(f"{at}", owner_id=(None, boris.me)[at % 3 == 0], interest=at % 4)
    listed_before = [row.client_id for row in boris.read(queue.page).rows]
    boris = counted(desk, 100)
    assert [boris.write(take_next) for _ in range(12)] == listed_before
    assert boris.write(take_next) is None


def test_a_call_is_logged_and_taken_back(desk):
    boris = counted(desk, 5)
    first, second = pool(desk, 2)
    assert boris.write(take_next) == first
    boris.write(calls.log_call, said(first, "not_interested", reason="no_need"))
    assert boris.write(undo.undo).client_id == first
    assert boris.read(card.card, first).client.name == "Ничья 0"
    assert second not in {row.client_id for row in boris.read(listed).rows}


def test_there_is_nothing_to_undo_in_having_been_given_a_client(desk):
    boris = counted(desk, 5)
    pool(desk, 1)
    boris.write(take_next)
    with pytest.raises(Exception, match="nothing to undo"):
        boris.write(undo.undo)
    (line,) = boris.read(undo.history)
    assert (line.action, line.client_name) == ("given", "Ничья 0")


def test_who_is_rung_up_by_one_of_the_pool_is_given_it(desk):
    boris = counted(desk, 1)
    first, second = pool(desk, 2)
    assert boris.read(search, NUMBER.format(1)).rows == ()
    assert boris.write(whose_number, NUMBER.format(1)[:-1]) is None
    assert given(desk) == []
    assert boris.write(whose_number, NUMBER.format(1)) is None
    assert [row.client_id for row in boris.read(search, NUMBER.format(1)).rows] == [second]
    # That was one of the day's.
    assert boris.write(whose_number, NUMBER.format(0)) is None
    assert first not in {row.client_id for row in boris.read(search, NUMBER.format(0)).rows}
    assert given(desk) == [(boris.me, second)]
    with pytest.raises(NotFoundError):
        boris.read(card.card, first)


def test_a_client_that_is_somebodys_by_now_is_seen_no_more(desk):
    boris = counted(desk, 5)
    (ours,) = pool(desk, 1)
    assert boris.write(take_next) == ours
    with desk.base.write() as session:
        session.connection().exec_driver_sql(f"UPDATE client SET owner_id = {desk.me} WHERE id = {ours}")
    boris.write(release_all)
    assert names(boris) == set()
    with pytest.raises(NotFoundError):
        boris.read(card.card, ours)


def test_what_is_new_is_asked_for(desk):
    boris = counted(desk, 2)
    ours = pool(desk, 3)
    boris.client("Своя холодная", interest=5)
    for expected in ours[:2]:
        assert boris.write(take_next, new=True) == expected
        boris.write(release_all)
    with pytest.raises(TooMuchError):
        boris.write(take_next, new=True)
    assert [client for _who, client in given(desk)] == ours[:2]
