"""The day: its head, its counters, and its plan."""

from datetime import UTC, datetime, timedelta

from builders import owed, random_base, said, step

from salesdesk.codes import Band, Role
from salesdesk.desk import calls, day, editing, queue
from salesdesk.desk.following import client_after
from salesdesk.scheduler import callable_until

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_the_head_of_a_working_day_and_of_a_day_off(desk):
    head = desk.read(queue.header)
    assert (head.working_day, head.holiday, head.day) == (True, None, desk.context.today)
    # From 10:24 to 18:00 at four minutes a call.
    assert (f"{head.now:%H:%M}", f"{head.half_at:%H:%M}", head.calls_left) == ("10:24", "13:00", 114)
    assert head.band_order == (Band.NEW, Band.ACTIVE, Band.OTHER, Band.TELEMARKETING)
    afternoon = desk.at(head.half_at).read(queue.header)
    assert afternoon.band_order == (Band.ACTIVE, Band.NEW, Band.OTHER, Band.TELEMARKETING)
    assert desk.at(desk.now + 9 * HOUR).read(queue.header).calls_left == 0
    off = desk.at(datetime(2027, 1, 1, 9, tzinfo=UTC)).read(queue.header)
    assert (off.working_day, off.calls_left, bool(off.holiday)) == (False, 0, True)
    assert desk.at(datetime(2027, 1, 1, 9, tzinfo=UTC)).read(day.plan) == []


def test_what_the_day_has_come_to(desk):
    boris = desk.beside("boris", Role.LEAD)
    with desk.filling() as base:
        owing = [base.client(stage="new", owes=owed(desk.now - late * HOUR)) for late in (0, 1, 30)]
        base.client(stage="new", owes=owed(desk.now - HOUR), zone="Asia/Kamchatka")
        base.client(stage="new", owes=owed(desk.now - HOUR, promise=True))
        base.client("a defect", stage="new")
    later = step(desk.now + DAY)
    desk.at(desk.now - DAY).write(calls.log_call, said(owing[1], "busy", next_step=step(desk.now)))
    desk.write(calls.log_call, said(owing[0], "goal_reached", result="hit", next_step=later))
    desk.write(calls.log_call, said(owing[0], "goal_reached", result="missed", next_step=later))
    boris.write(calls.log_call, said(owing[0], "goal_reached", result="hit", next_step=later))
    counts = desk.read(day.counts)
    assert (counts.calls_today, counts.contacts_today, counts.goals_hit_today) == (2, 2, 1)
    assert (counts.waiting, counts.no_next_action, counts.promises) == (1, 1, 1)
    assert (counts.tails, counts.overdue) == (2, 2)


def test_the_plan_keeps_promises_hours_and_waits(desk):
    with desk.filling() as base:
        late, soon, coming = (
            base.client(stage="paused", owes=owed(desk.now + minutes * timedelta(minutes=1), promise=True))
            for minutes in (-90, 3, 61)
        )
        east = base.client(stage="new", owes=owed(desk.now - HOUR), zone="Asia/Vladivostok", interest=0)
        for _ in range(12):
            base.client(stage="new", owes=owed(desk.now - HOUR), interest=5)
        again = base.client(stage="new", owes=owed(desk.now + 2 * HOUR), interest=5)
        west = base.client("west", zone="Atlantic/Azores", interest=5)
        base.client("asleep", zone="Asia/Kamchatka")
    slots = desk.read(day.plan)
    at = {slot.client_id: slot.at - desk.now for slot in slots}
    assert [slot.client_id for slot in slots[:2]] == [late, soon]
    assert {slot.band for slot in slots if slot.client_id in {late, soon, coming}} == {Band.OTHER}
    assert timedelta(minutes=57) < at[coming] <= timedelta(minutes=61)
    assert at[east] < timedelta(minutes=36)  # Vladivostok is 17:24 and closes at 18:00
    assert at[again] >= 2 * HOUR
    assert at[west] >= timedelta(hours=2, minutes=36)  # it is 6:24 there
    assert len(slots) == 18


def test_a_plan_of_any_base_calls_each_once_and_nobody_out_of_hours(desk):
    for seed in (1, 2):
        random_base(desk, seed)
        rows = desk.read(queue.page, limit=1000).rows
        zones = {row.client_id: row.zone for row in rows if not row.promise}
        slots = desk.read(day.plan)
        assert len({slot.client_id for slot in slots}) == len(slots)
        assert {slot.client_id for slot in slots} >= set(zones)  # the day is long enough for all of them
        for slot in slots:
            if slot.client_id in zones:
                assert callable_until(zones[slot.client_id], slot.at, desk.context.calling)


def test_who_comes_next(desk):
    first, second = (desk.write(editing.add_client, name, "8 495 111-22-33") for name in ("Первый", "Второй"))
    assert desk.read(client_after, first) == second
    assert desk.read(client_after, second) is None
    assert desk.read(client_after, 10**9) == first
