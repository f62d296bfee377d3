"""Companies dropped after one call, against plain Python."""

import random
from datetime import timedelta

import pytest
from builders import owed
from sqlalchemy import select

from salesdesk.base.periods import parse_period
from salesdesk.base.placement import NEXT_ACTION
from salesdesk.errors import NotAllowedError, NotFoundError
from salesdesk.lead.dropped import dropped
from salesdesk.models import Call
from salesdesk.storage.journal import Journal, table_of


def period_of(desk, text="this-month"):
    return parse_period(text, desk.context.today, desk.context.catalogues.team.zone)


def fill(desk, seed) -> dict:
    """Write calls at random, some at one instant; give the people by login."""
    dice = random.Random(seed)  # noqa: S311  # no secret
    people = {"anna": desk.me, "boris": desk.beside("boris").me}
    with desk.filling() as base:
        base.clear()
        journal = Journal(base.session)
        for at in range(40):
            owes = owed(desk.now + timedelta(days=3)) if dice.random() < 0.2 else None
            client = base.client(f"{at}", stage="rejected", owes=owes)
            for _ in range(dice.choice([0, 1, 1, 1, 2, 3])):
                journal.add(
                    Call, client_id=client, operator_id=dice.choice([*people.values()]),
                    started_at=desk.now - timedelta(days=dice.choice([0, 0, 1, 3, 20, 40])),
                    outcome="not_interested", reason="price",
                )  # fmt: skip
    return people


def expected(desk, period, who) -> list[int]:
    table = table_of(Call)
    with desk.base.read() as session:
        calls = session.execute(select(table).order_by(table.c.started_at.desc(), table.c.id.desc())).all()
        owes = set(session.scalars(select(NEXT_ACTION.c.client_id).where(NEXT_ACTION.c.closed_at.is_(None))))
    inside = [call for call in calls if period.start <= call.started_at < period.end]
    found, last = [], {call.client_id: call.id for call in reversed(calls)}
    for call in inside:
        alone = sum((call.client_id, call.operator_id) == (c.client_id, c.operator_id) for c in inside) == 1
        if alone and last[call.client_id] == call.id and call.client_id not in owes:
            found += [call.client_id] if who in {None, call.operator_id} else []
    return found


@pytest.mark.parametrize("seed", range(3))
def test_dropped_are_those_called_once_and_never_since(desk, seed):
    people = fill(desk, seed)
    for text in ("this-month", "last-month", "2026", "today"):
        period = period_of(desk, text)
        for login in (None, *people):
            found = desk.read(dropped, period, login)
            wanted = expected(desk, period, people.get(login))
            assert [row.client_id for row in found.rows] == wanted
            assert found.total == len(wanted)
    few = desk.read(dropped, period_of(desk, "2026"), limit=2)
    assert (len(few.rows), few.total) == (2, desk.read(dropped, period_of(desk, "2026")).total)


def test_nobody_and_not_for_an_operator(desk):
    period = period_of(desk)
    assert desk.read(dropped, period).rows == ()
    with pytest.raises(NotFoundError):
        desk.read(dropped, period, "nobody")
    with pytest.raises(NotAllowedError):
        desk.beside("boris").read(dropped, period)
