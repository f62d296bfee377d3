"""The tails of past days, against what was seen at the desk then; whatever was done, and taken back since."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

import pytest
from builders import Desk, owed, said, snapshot, step
from histories import over
from hypothesis import strategies as st
from sqlalchemy import select

from salesdesk.base.placement import NEXT_ACTION
from salesdesk.clock import Clock
from salesdesk.codes import Age, GoalResult, Lateness
from salesdesk.desk import calls, card, editing, next_actions
from salesdesk.desk.undo import undo
from salesdesk.errors import InputError, NotAllowedError, SalesdeskError
from salesdesk.lead.putting_right import reassign, reschedule
from salesdesk.lead.tail_history import history
from salesdesk.lead.tails import board
from salesdesk.models import NextActionPast
from salesdesk.rows import Due
from salesdesk.storage.journal import table_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# The clocks of New York went back on 1 November.
BEGIN = datetime(2026, 10, 27, 8, 0, tzinfo=UTC)
ZONES = ("Europe/Moscow", "America/New_York")


def log(desk: Desk, clients: list[int], n: int) -> None:
    rules = [*desk.context.catalogues.outcomes.values()]
    rule = rules[n % len(rules)]
    asked = rule.needs_time or rule.needs_date or (n % 5 == 0 and not rule.terminal)
    done = said(
        clients[0], rule.code, result=[*GoalResult][n % 3], reason="price" if rule.needs_reason else None,
        next_step=step(desk.now + timedelta(hours=n), promise=True) if asked else None,
    )  # fmt: skip
    desk.write(calls.log_call, done)


def no_answer(desk: Desk, clients: list[int], n: int) -> None:
    desk.write(calls.log_call, said(clients[0], "no_answer"))


def move(desk: Desk, clients: list[int], n: int) -> None:
    due = step(desk.now + timedelta(hours=n), kind=("call", "meeting")[n % 2], promise=n % 3 == 0)
    desk.write(next_actions.move, clients[0], due)


def move_many(desk: Desk, clients: list[int], n: int) -> None:
    desk.write(reschedule, clients[:2], Due(desk.now + timedelta(hours=n), promise=n % 2 == 0))


def give(desk: Desk, clients: list[int], n: int) -> int:
    return desk.write(reassign, clients[:1], ("anna", "boris")[n % 2])


def change_number(desk: Desk, clients: list[int], n: int) -> None:
    phones = desk.read(card.card, clients[0]).numbers()
    if n % 2 and phones:
        desk.write(editing.remove_phone, clients[0], phones[0].id)
    else:
        desk.write(editing.save_phone, clients[0], None, raw="+74951112233")


def edit(desk: Desk, clients: list[int], n: int) -> None:
    stages = [*desk.context.catalogues.stages]
    desk.write(editing.edit_client, clients[0], stage=stages[n % len(stages)], reject_reason="price")


def take_back(desk: Desk, clients: list[int], n: int) -> None:
    raise AssertionError("done by the one who remembers")


DONE = st.sampled_from([log, log, no_answer, move, move_many, give, change_number, edit, take_back])


def open_now(desk: Desk) -> dict:
    with desk.base.read() as session:
        rows = session.execute(select(NEXT_ACTION).where(NEXT_ACTION.c.closed_at.is_(None)))
        return {row.id: (row.operator_id, row.due_at, row.hold) for row in rows}


def closed(desk: Desk) -> list:
    with desk.base.read() as session:
        return session.execute(select(NEXT_ACTION).where(NEXT_ACTION.c.closed_at.is_not(None))).all()


def in_zone(desk: Desk, name: str) -> Desk:
    zone = ZoneInfo(name)
    catalogues = desk.context.catalogues
    catalogues = replace(catalogues, team=replace(catalogues.team, zone=zone))
    return Desk(desk.base, replace(desk.context, catalogues=catalogues, clock=Clock(zone, desk.now)))


def expected(desk: Desk, seen: list, days: int, who: int | None) -> list:
    """Recount from what was open after each thing that still stands, and when it was done."""
    zone = desk.context.catalogues.team.zone
    made = [row for row in closed(desk) if row.hold is None and who in {None, row.operator_id}]
    found = []
    for back in range(days, 0, -1):
        day = desk.context.today - timedelta(days=back)
        close = desk.context.clock.midnight(day + timedelta(days=1))
        then = [state for at, state in seen if at <= close]
        ages: Counter[int] = Counter()
        for operator, due, hold in (then[-1] if then else {}).values():
            if hold is None and due < close and who in {None, operator}:
                ages[(day - due.astimezone(zone).date()).days] += 1
        late = [
            (row.closed_at.astimezone(zone).date() - row.due_at.astimezone(zone).date()).days
            for row in made
            if row.closed_at.astimezone(zone).date() == day
        ]
        after = [days for days in late if days > 0]
        found.append((day, in_parts(ages.elements()), in_parts(late), median(after) if after else None))
    return found


def in_parts(days) -> list[int]:
    """Count days: none (or before), one, two and three, four to seven, more."""
    counted = Counter(0 if n <= 0 else 1 if n == 1 else 2 if n <= 3 else 3 if n <= 7 else 4 for n in days)
    return [counted[part] for part in range(5)]


def told(found) -> list:
    return [
        (one.day, [one.ages[age] for age in Age], [one.done[how] for how in Lateness], one.median_days_late)
        for one in found
    ]


@over(
    sqlite=5,
    postgresql=2,
    done=st.lists(
        st.tuples(DONE, st.integers(0, 2), st.integers(1, 60), st.sampled_from([0, 1, 5, 13, 16, 24, 70])),
        max_size=14,
    ),
)
def test_past_tails_are_those_that_were_seen(desk, done):
    desk = desk.at(BEGIN)
    boris = desk.beside("boris")
    with desk.filling() as base:
        base.clear()
        clients = [
            base.client("one", stage="proposal", deal=100, owes=owed(desk.now - 2 * DAY)),
            base.client("two", stage="new", owes=owed(desk.now, promise=True)),
            base.client("mute", phones=(), stage="new", owes=owed(desk.now + 30 * HOUR)),
        ]
    seen = [(desk.now, open_now(desk))]
    for what, client, n, hours in done:
        # Thirteen hours after the beginning it is midnight in Moscow: what is done then counts as before.
        desk = desk.later(hours=hours)
        try:
            if what is take_back:
                desk.write(undo)
                seen.pop()
                assert seen[-1][1] == open_now(desk)
                continue
            if what(desk, [*clients[client:], *clients[:client]], n) == 0:
                continue  # nothing changed, so there is nothing to take back
        except SalesdeskError:
            continue
        seen.append((desk.now, open_now(desk)))
    desk = desk.later(hours=40)
    for zone in ZONES:
        lead = in_zone(desk, zone)
        for login, who in ((None, None), ("anna", desk.me), ("boris", boris.me)):
            assert told(lead.read(history, 20, login)) == expected(lead, seen, 20, who)


def test_at_the_close_of_yesterday_stood_what_the_board_says_at_midnight(desk):
    for back in (0, 1, 2, 5, 9):
        desk.client(stage="new", owes=owed(desk.now - back * DAY, opened_at=desk.now - 20 * DAY))
    midnight = desk.at(desk.context.midnight)
    (yesterday,) = desk.read(history, 1)
    assert yesterday.total == midnight.read(board).total.total == 4
    assert [*yesterday.ages.values()] == [1, 1, 0, 1, 1]


def test_what_it_was_is_kept_only_where_it_differs_and_is_taken_back(desk):
    client = desk.client(stage="new", owes=owed(desk.now - 2 * DAY))
    before = snapshot(desk.base)
    desk.write(editing.edit_client, client, interest="5")
    desk.write(reassign, [client], "anna")
    assert past(desk) == []
    desk.write(next_actions.move, client, step(desk.now + DAY))
    assert past(desk) == [(desk.now, desk.me, desk.now - 2 * DAY)]
    for _ in range(2):
        desk.write(undo)
    assert snapshot(desk.base) == before


def past(desk) -> list:
    table = table_of(NextActionPast)
    with desk.base.read() as session:
        return [(row.until, row.operator_id, row.due_at) for row in session.execute(select(table))]


@pytest.mark.parametrize("days", [0, -1, 367])
def test_days_that_cannot_be(desk, days):
    with pytest.raises(InputError):
        desk.read(history, days)


def test_an_operator_sees_their_own(desk):
    boris = desk.beside("boris")
    usual = {"stage": "new", "owner_id": boris.me}
    for who in (desk.me, boris.me, boris.me):
        desk.client(**usual, owes=owed(desk.now - 2 * DAY, operator_id=who, opened_at=desk.now - 9 * DAY))
    assert desk.read(history)[-1].total == 3
    assert boris.read(history)[-1].total == boris.read(history, operator="boris")[-1].total == 2
    with pytest.raises(NotAllowedError):
        boris.read(history, operator="anna")
