"""The next client: the first of the list, for one alone, whoever else asks at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Barrier

import pytest
from builders import owed, random_base, said
from sqlalchemy import select

from salesdesk.desk import calls, queue
from salesdesk.desk.next_client import take_next
from salesdesk.desk.queue_parts import Moment
from salesdesk.models import Claim, Operator
from salesdesk.team.claims import HOLDS, claim, claimed_by, release, release_all

only_where_many_write = pytest.mark.parametrize("base", ["postgresql"], indirect=True)


def pool(desk, count, **columns):
    """Fill the shared cold base, first of the list first."""
    with desk.filling() as base:
        return [base.client(f"Ромашка {at}", owner_id=None, interest=0, **columns) for at in range(count)]


def taken_one_by_one(desk):
    found = []
    while (client_id := desk.write(take_next)) is not None:
        found.append(client_id)
    return found


@pytest.mark.parametrize("seed", range(4))
def test_clients_are_taken_in_the_order_of_the_list(desk, seed):
    random_base(desk, seed)
    ours = pool(desk, 5)
    soon = Moment(desk.context, {}).soon
    rows = desk.read(queue.page, limit=500).rows
    listed = [row.client_id for row in rows if not (row.promise and row.due_at > soon)]
    assert taken_one_by_one(desk) == listed
    assert set(ours) < set(listed)


def test_a_promise_later_today_is_not_taken_before_its_time(desk):
    with desk.filling() as base:
        base.client(stage="new", owes=owed(desk.later(hours=3).now, promise=True))
        now = base.client(stage="new", owes=owed(desk.later(hours=-1).now))
    assert taken_one_by_one(desk) == [now]
    assert desk.write(take_next) is None


def test_what_somebody_stands_in_for_is_taken_too(desk):
    boris = desk.beside("boris")
    with desk.filling() as base:
        promised = base.client(
            stage="new", owner_id=boris.me, owes=owed(desk.now, promise=True, operator_id=boris.me)
        )
        base.client(stage="new", owner_id=boris.me, owes=owed(desk.now, operator_id=boris.me))
    assert desk.write(take_next) is None
    with desk.base.write() as session:
        absent = session.get(Operator, boris.me)
        absent.absent_until, absent.substitute_id = desk.later(days=1).now, desk.me
    assert taken_one_by_one(desk) == [promised]


def test_of_many_at_once_each_gets_another(desk):
    ours = pool(desk, 30)
    people = [desk.beside(f"operator{number}") for number in range(5)]
    together = Barrier(len(people))

    def work(person):
        together.wait()
        return taken_one_by_one(person)

    with ThreadPoolExecutor(len(people)) as threads:
        found = list(threads.map(work, people))
    assert sorted(client for each in found for client in each) == sorted(ours)
    with desk.base.read() as session:
        held = {row.client_id: row.operator_id for row in session.scalars(select(Claim))}
    assert held == {client: person.me for person, each in zip(people, found, strict=True) for client in each}


@only_where_many_write
def test_nobody_waits_for_one_who_is_about_to_take(desk):
    first, second, third = pool(desk, 3)
    boris, vera = desk.beside("boris"), desk.beside("vera")
    with ExitStack() as open_ones:
        units = [open_ones.enter_context(desk.base.write()) for _ in range(3)]
        people = (desk, boris, vera)
        found = [take_next(unit, who.context) for unit, who in zip(units, people, strict=True)]
        assert found == [first, second, third]
        units[0].rollback()
        assert boris.later(minutes=1).write(take_next) == first


@only_where_many_write
def test_who_was_quicker_between_the_look_and_the_lock_keeps_the_client(desk):
    first, second = pool(desk, 2)
    boris = desk.beside("boris")
    with ThreadPoolExecutor(1) as thread:
        with desk.base.write() as session:
            # A card that is opened locks no client: whoever takes the next one does not see it coming.
            claim(session, desk.context, first)
            waits = thread.submit(boris.write, take_next)
        assert waits.result() == second
    assert boris.read(claimed_by, first) == "anna"


def test_a_client_that_was_let_go_of_or_has_lapsed_comes_again(desk):
    first, second = pool(desk, 2)
    boris = desk.beside("boris")
    assert (desk.write(take_next), boris.write(take_next), boris.write(take_next)) == (first, second, None)
    desk.write(release, first)
    assert boris.write(take_next) == first
    assert desk.write(take_next) is None
    late = desk.at(desk.now + HOLDS)
    assert taken_one_by_one(late) == [first, second]
    assert (late.write(release_all), late.write(release_all)) == (2, 0)


def test_who_keeps_one_goes_on_behind_it_until_nobody_is_left_there(desk):
    first, second, third = pool(desk, 3)
    desk.write(claim, first)
    assert desk.write(take_next) == second
    desk.write(release, first)
    assert [desk.write(take_next) for _ in range(3)] == [third, first, None]


def test_a_call_that_is_logged_lets_the_next_one_come(desk):
    first, second = pool(desk, 2)
    assert desk.write(take_next) == first
    desk.write(calls.log_call, said(first, "no_answer"))
    assert desk.write(take_next) == second


def test_a_zone_that_comes_in_within_the_minute_is_called(desk):
    pool(desk, 1)
    assert len(taken_one_by_one(desk)) == 1
    (new,) = pool(desk, 1, zone="Asia/Omsk")
    assert taken_one_by_one(desk) == [new]


def test_nobody_is_taken_in_a_unit_that_only_reads(desk):
    pool(desk, 1)
    with pytest.raises(RuntimeError, match="writes"):
        desk.read(take_next)
