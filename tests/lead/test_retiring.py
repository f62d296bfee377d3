"""Who leaves: closed at once by every way in, nothing of theirs lost, and all of it undone at once."""

from datetime import timedelta

import pytest
from builders import owed, snapshot
from sqlalchemy import select, update

from salesdesk.codes import Role
from salesdesk.desk.undo import undo
from salesdesk.errors import InputError, NotAllowedError, NotFoundError
from salesdesk.lead.retiring import rehearse_retire, retire
from salesdesk.lead.sharing_out import read_to
from salesdesk.lead.tails import board
from salesdesk.models import Claim, Client, NextAction, Operator
from salesdesk.storage.journal import table_of
from salesdesk.team.absence import set_absent
from salesdesk.team.entering import WrongPasswordError, enter, still_in
from salesdesk.team.operators import add_operator
from salesdesk.team.passwords import anybody_has_a_password, set_password
from salesdesk.team.people import people
from salesdesk.team.rights import only_while_working

CLIENT, NEXT, OPERATOR = (table_of(model) for model in (Client, NextAction, Operator))
GOOD = "восемь слонов"
HERE = "192.0.2.7"


@pytest.fixture
def boris(desk):
    """Boris has a client, a promise of his to another's, and a card open."""
    boris = desk.beside("boris")
    desk.beside("carl")
    with desk.filling() as base:
        own = base.client("own", stage="new", owner_id=boris.me, owes=owed(desk.now, operator_id=boris.me))
        base.client("beside", stage="new", owes=owed(desk.now, operator_id=boris.me, promise=True))
        base.claim(own, boris.me, desk.now + timedelta(minutes=10))
    return boris


def whose(desk):
    with desk.base.read() as session:
        return (
            dict(session.execute(select(CLIENT.c.name, CLIENT.c.owner_id)).all()),
            set(session.scalars(select(NEXT.c.operator_id).where(NEXT.c.closed_at.is_(None)))),
        )


def test_the_login_is_closed_by_every_way_in(desk, boris, quick_passwords):
    desk.write(set_password, "boris", GOOD)
    entered = enter(desk.base, desk.now, "boris", GOOD, HERE)
    assert boris.read(only_while_working) is None
    desk.write(retire, "boris")
    with pytest.raises(NotFoundError, match="boris"):
        desk.at(login="boris")
    with pytest.raises(WrongPasswordError):
        enter(desk.base, desk.now, "boris", GOOD, HERE)
    assert still_in(desk.base, [entered]) == set()
    assert not desk.read(anybody_has_a_password)
    assert "boris" not in {one.login for one in desk.read(people)}
    # A desk that is open already: nothing is shown there and nothing saved.
    with pytest.raises(NotAllowedError, match="no more"):
        boris.read(only_while_working)
    desk.write(undo)
    assert enter(desk.base, desk.now, "boris", GOOD, HERE) == entered


def test_what_is_left_is_counted_and_stands_among_the_tails_of_the_absent(desk, boris):
    left = desk.read(rehearse_retire, "boris").left
    assert (left.clients, left.next_actions, left.promises) == (1, 2, 1)
    done = desk.write(retire, "boris")
    assert (done.left, done.handed) == (left, None)
    owners, operators = whose(desk)
    assert (owners["own"], operators) == (boris.me, {boris.me})
    assert {row.login: row.absent for row in desk.read(board).operators} == {"boris": 2}
    with desk.base.read() as session:
        assert session.scalars(select(Claim)).all() == []


def test_clients_go_to_others_and_one_undo_takes_all_of_it_back(desk, boris):
    dora = desk.beside("dora").me
    with desk.base.write() as session:
        session.execute(table_of(Claim).delete())
    before = snapshot(desk.base)
    rehearsed = desk.read(rehearse_retire, "boris", read_to("carl,dora"))
    assert snapshot(desk.base) == before
    done = desk.write(retire, "boris", read_to("carl,dora"))
    assert done == rehearsed
    assert (done.handed.load.clients, done.handed.load.next_actions) == (1, 2)
    assert (done.left.clients, done.left.next_actions) == (0, 0)
    owners, operators = whose(desk)
    assert owners["beside"] == desk.me
    assert boris.me not in {*owners.values(), *operators}
    assert dora in {*owners.values(), *operators}
    desk.write(undo)
    assert snapshot(desk.base) == before


def test_who_has_left_stands_in_for_nobody(desk, boris):
    desk.write(set_absent, "carl", desk.context.today + timedelta(days=3), "boris")
    assert desk.write(retire, "boris").stood_in_for == ("carl",)
    with desk.base.read() as session:
        asked = select(OPERATOR.c.substitute_id).where(OPERATOR.c.login == "carl")
        assert session.scalars(asked).all() == [None]


def test_who_may_not_go(desk, boris):
    lead = desk.beside("lena", Role.LEAD)
    for ask, unit in ((rehearse_retire, "read"), (retire, "write")):
        by_lead, by_admin, by_boris = (getattr(each, unit) for each in (lead, desk, boris))
        with pytest.raises(NotAllowedError, match="last administrator"):
            by_lead(ask, "anna")
        with pytest.raises(NotAllowedError, match="last administrator"):
            by_admin(ask, "anna")
        with pytest.raises(NotAllowedError, match="themselves"):
            by_lead(ask, "lena")
        with pytest.raises(NotAllowedError, match="Only a team lead"):
            by_boris(ask, "carl")
        with pytest.raises(NotFoundError):
            by_admin(ask, "nobody")
        for to, error in (("boris", InputError), ("nobody", NotFoundError)):
            with pytest.raises(error):
                by_admin(ask, "boris", read_to(to))
    desk.write(add_operator, "emil", "Emil", role=Role.ADMIN)
    with pytest.raises(NotAllowedError, match="to an administrator"):
        lead.write(retire, "emil")
    desk.write(retire, "emil")
    with pytest.raises(NotFoundError):
        desk.write(retire, "emil")
    with desk.base.write() as session:
        session.execute(update(Operator).where(Operator.login == "emil").values(active=True))
    desk.at(login="emil").write(retire, "anna")
    with pytest.raises(NotFoundError):
        desk.at(login="anna")
