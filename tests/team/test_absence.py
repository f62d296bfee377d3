"""Who is absent, and that their promises are kept by the substitute the same day."""

from datetime import timedelta

import pytest
from builders import owed, snapshot
from sqlalchemy import select, update

from salesdesk.codes import Band
from salesdesk.desk import day, queue
from salesdesk.desk.reasons import reason, why
from salesdesk.desk.undo import undo
from salesdesk.errors import InputError, NotAllowedError, NotFoundError
from salesdesk.models import Client, Operator
from salesdesk.team.absence import set_absent, set_back, stood_in_for

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def carl(desk):
    """Carl stands in; Boris has promises and other things to do; Anna is the lead."""
    boris = desk.beside("boris").me
    with desk.filling() as base:
        for name, due in (("late", -25), ("due", -1), ("soon", 2), ("tomorrow", 30), ("other", -1)):
            owes = owed(desk.now + due * HOUR, promise=name != "other", operator_id=boris)
            base.client(name, stage="new", owner_id=boris, owes=owes)
        base.client("held", stage="new", phones=(), owes=owed(desk.now, promise=True, operator_id=boris))
    return desk.beside("carl")


def names(desk):
    return [row.name for row in desk.read(queue.page).rows]


def away(desk, days=3, substitute="carl"):
    return desk.write(set_absent, "boris", desk.context.today + days * DAY, substitute)


def test_promises_stand_in_the_list_of_the_substitute_the_same_day_and_say_for_whom(desk, carl):
    assert names(carl) == []
    said = away(desk)
    assert (said.login, said.substitute, said.until) == ("boris", "carl", desk.context.today + 3 * DAY)
    rows = carl.read(queue.page).rows
    assert [row.name for row in rows] == ["due", "late", "soon"]
    assert {row.instead_of for row in rows} == {"Boris"}
    assert all("for Boris, who is absent" in reason(carl.context, row) for row in rows)
    assert set(names(carl.at(desk.now + DAY))) == {"late", "due", "soon", "tomorrow"}
    # Only the substitute sees them so; nobody else has them in the list.
    assert names(desk.beside("dora")) == []


def test_they_stand_among_their_own_by_time_page_by_page(desk, carl):
    away(desk)
    with carl.filling() as base:
        base.client("mine late", stage="new", owes=owed(desk.now - 49 * HOUR, promise=True))
        base.client("mine later", stage="new", owes=owed(desk.now - 20 * HOUR, promise=True))
        base.client("mine due", stage="new", owes=owed(desk.now - 0.5 * HOUR, promise=True))
        base.client("mine", stage="new", owes=owed(desk.now - HOUR))
    wanted = ["due", "mine due", "mine later", "late", "mine late", "mine", "soon"]
    assert names(carl) == wanted
    found, cursor = [], None
    while True:
        page = carl.read(queue.page, after=cursor, limit=1)
        found += [row.name for row in page.rows]
        cursor = page.next
        if cursor is None:
            break
    assert found == wanted


def test_the_day_counts_plans_and_reminds_of_them(desk, carl):
    before = carl.read(day.counts)
    assert (before.promises, before.bands[Band.NEW]) == (0, 0)
    away(desk)
    counts = carl.read(day.counts)
    assert (counts.promises, counts.bands[Band.NEW], counts.overdue) == (3, 3, 2)
    assert counts.tails == before.tails
    planned = {slot.client_id for slot in carl.read(day.plan)}
    listed = {row.client_id: row.name for row in carl.read(queue.page).rows}
    assert {listed[client] for client in planned} >= {"soon"}
    reminded = [one.name for one in carl.read(queue.promises_due, within=3 * HOUR)]
    assert reminded == ["soon"]
    assert [one.name for one in desk.read(queue.promises_due, within=3 * HOUR)] == []


def test_why_says_the_same_as_the_list(desk, carl):
    away(desk)
    with desk.base.read() as session:
        numbers = dict(session.execute(select(Client.name, Client.id)).all())
    listed = set(names(carl))
    for name, number in numbers.items():
        assert carl.read(why, number).listed == (name in listed)
    assert "not_mine" in carl.read(why, numbers["other"]).block_codes


def test_they_are_back_on_the_day_or_when_it_is_said(desk, carl):
    away(desk, days=1)
    assert "tomorrow" not in names(carl)
    assert names(carl.at(desk.now + DAY)) == []
    away(desk)
    assert "tomorrow" in names(carl.at(desk.now + DAY))
    assert desk.write(set_back, "boris").until is None
    assert names(carl) == []
    desk.write(undo)
    assert names(carl) == ["due", "late", "soon"]


def test_one_undo_takes_an_absence_back(desk, carl):
    before = snapshot(desk.base)
    away(desk)
    desk.write(undo)
    assert snapshot(desk.base) == before
    assert carl.read(stood_in_for) == {}


def test_wrong_asks(desk, carl):
    tomorrow = desk.context.today + DAY
    for login, until, substitute, error in (
        ("nobody", tomorrow, None, NotFoundError), ("boris", tomorrow, "nobody", NotFoundError),
        ("boris", tomorrow, "boris", InputError), ("boris", desk.context.today, "carl", InputError),
    ):  # fmt: skip
        with pytest.raises(error):
            desk.write(set_absent, login, until, substitute)
    desk.write(set_absent, "carl", tomorrow)
    with pytest.raises(InputError, match="absent too"):
        away(desk)
    for ask in (lambda: carl.write(set_absent, "boris", tomorrow), lambda: carl.write(set_back, "boris")):
        with pytest.raises(NotAllowedError, match="Only a team lead"):
            ask()
    with desk.base.write() as session:
        session.execute(update(Operator).where(Operator.login == "boris").values(active=False))
    with pytest.raises(NotFoundError):
        away(desk)
