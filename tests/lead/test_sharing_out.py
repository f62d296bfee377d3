"""Clients shared out by a rule, and put into a campaign: counted first, done once, undone once."""

from collections import Counter
from datetime import timedelta

import pytest
from builders import owed, random_base, snapshot
from sqlalchemy import func, select, update

from salesdesk.base.filters import Everything, These, parse_filter
from salesdesk.base.giving import GivingStoppedError
from salesdesk.codes import ClientClass, Role
from salesdesk.desk.undo import undo
from salesdesk.errors import InputError, NotAllowedError, NotFoundError, StoppedError
from salesdesk.lead.campaigns import campaigns, put_into_campaign
from salesdesk.lead.sharing_out import Rule, To, read_to, rehearse, share_out
from salesdesk.models import AuditEvent, Client, Deal, NextAction, NextActionPast, Operator
from salesdesk.storage.journal import table_of

CLIENT, NEXT, PAST, DEAL = (table_of(model) for model in (Client, NextAction, NextActionPast, Deal))
ALL = Everything()


def people(desk, *logins):
    return [desk.beside(login).me for login in logins]


def owners(desk):
    with desk.base.read() as session:
        return dict(session.execute(select(CLIENT.c.id, CLIENT.c.owner_id)).all())


def shares(done):
    return {one.login: one.clients for one in done.shares}


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("rule", [*Rule])
def test_what_is_rehearsed_is_what_is_done_and_one_undo_takes_it_back(desk, seed, rule):
    random_base(desk, seed)
    people(desk, "carl", "dora", "emil")
    to = read_to("carl,dora,emil")
    before = snapshot(desk.base)
    rehearsed = desk.read(rehearse, ALL, rule, to)
    assert snapshot(desk.base) == before
    assert desk.write(share_out, ALL, rule, to) == rehearsed
    assert rehearsed.clients == 70 == rehearsed.changed
    with desk.base.read() as session:
        owed_by = session.execute(
            select(NEXT.c.operator_id, CLIENT.c.owner_id)
            .join(CLIENT, CLIENT.c.id == NEXT.c.client_id)
            .where(NEXT.c.closed_at.is_(None))
        ).all()
        assert owed_by
        assert all(operator == owner for operator, owner in owed_by)
        past = session.scalar(select(func.count()).select_from(PAST))
        assert past == len(before[PAST.name]) + len(owed_by)
        deals = session.execute(
            select(DEAL.c.owner_id, CLIENT.c.owner_id)
            .join(CLIENT, CLIENT.c.id == DEAL.c.client_id)
            .where(DEAL.c.closed_at.is_(None))
        ).all()
        assert all(one == other for one, other in deals)
    desk.write(undo)
    assert snapshot(desk.base) == before


def test_evenly_is_evenly_of_the_dear_ones_too(desk):
    people(desk, "carl", "dora")
    with desk.filling() as base:
        for number in range(9):
            dear = number < 4
            base.client(
                f"N{number}",
                client_class=ClientClass.VIP if dear else ClientClass.C,
                expected_minor=1000 - number,
            )
    done = desk.write(share_out, ALL, Rule.EVEN, read_to("carl,dora"))
    assert shares(done) == {"carl": 5, "dora": 4}
    who = {login: desk.beside(login).me for login in ("carl", "dora")}
    vip = Counter(owner for client, owner in owners(desk).items() if client <= 4)
    assert vip == {who["carl"]: 2, who["dora"]: 2}


def test_by_region_each_gets_those_where_they_have_most_or_those_that_are_named(desk):
    carl, dora = people(desk, "carl", "dora")
    with desk.filling() as base:
        base.client("a", region="Омская обл.", owner_id=carl)
        base.client("b", region="ОМСКАЯ ОБЛ", owner_id=carl)
        base.client("c", region="Омская обл.", owner_id=dora)
        base.client("d", region="Томская обл.", owner_id=dora)
        omsk = base.client("e", region="омская обл.", owner_id=None)
        tomsk = base.client("f", region="Томская обл.", owner_id=None)
        nowhere = base.client("g", region=None, owner_id=None)
    nobodys = parse_filter("owner=none", desk.context)
    desk.write(share_out, nobodys, Rule.REGION, read_to("carl,dora"))
    found = owners(desk)
    assert (found[omsk], found[tomsk]) == (carl, dora)
    assert found[nowhere] in {carl, dora}
    desk.write(undo)
    named = read_to("Томская обл=carl,  омская ОБЛ. = dora")
    done = desk.write(share_out, nobodys, Rule.REGION, named)
    assert (owners(desk)[omsk], owners(desk)[tomsk], owners(desk)[nowhere]) == (dora, carl, None)
    assert (shares(done), done.left) == ({"carl": 1, "dora": 1}, 1)


def test_by_class_and_who_is_absent_gets_none(desk):
    carl, _dora = people(desk, "carl", "dora")
    with desk.filling() as base:
        base.session.execute(
            update(Operator).where(Operator.login == "dora").values(absent_until=desk.now + timedelta(days=1))
        )
        vip = base.client("a", client_class=ClientClass.VIP)
        common = base.client("b", client_class=ClientClass.C)
    done = desk.write(share_out, ALL, Rule.CLASS, read_to("VIP=carl,VIP=dora,C=dora"))
    assert (shares(done), done.left, done.absent) == ({"carl": 1, "dora": 0}, 1, ("dora",))
    assert owners(desk) == {vip: carl, common: desk.me}
    desk.write(share_out, ALL, Rule.EVEN, read_to("carl,dora"))
    assert set(owners(desk).values()) == {carl}
    with pytest.raises(InputError, match="absent"):
        desk.read(rehearse, ALL, Rule.EVEN, read_to("dora"))


def test_marked_ones_alone(desk):
    (carl,) = people(desk, "carl")
    first, second = desk.client("a"), desk.client("b")
    done = desk.write(share_out, These((second,)), Rule.EVEN, read_to("carl"))
    assert done.changed == 1
    assert owners(desk) == {first: desk.me, second: carl}


def test_wrong_asks(desk):
    desk.client()
    for to in ("", "anna,", "=anna", "Омск=anna,boris"):
        with pytest.raises(InputError):
            read_to(to)
    for rule, to in ((Rule.EVEN, "Омск=anna"), (Rule.CLASS, "Z=anna")):
        with pytest.raises(InputError):
            desk.read(rehearse, ALL, rule, read_to(to))
    with pytest.raises(NotFoundError, match="nobody"):
        desk.read(rehearse, ALL, Rule.EVEN, (To("nobody"),))
    boris = desk.beside("boris")
    for ask in (lambda: boris.read(rehearse, ALL, Rule.EVEN, (To("boris"),)),
                lambda: boris.write(share_out, ALL, Rule.EVEN, (To("boris"),)),
                lambda: boris.write(put_into_campaign, ALL, "x")):  # fmt: skip
        with pytest.raises(NotAllowedError):
            ask()


def test_nothing_that_changes_leaves_no_trail(desk):
    desk.client()
    assert desk.write(share_out, ALL, Rule.EVEN, read_to("anna")).changed == 0
    with desk.base.read() as session:
        assert session.scalar(select(func.count()).select_from(table_of(AuditEvent))) == 0


def test_thousands_at_once_and_back(lite):
    (carl,) = people(lite, "carl")
    with lite.filling() as base:
        for number in range(1, 2504):
            base.session.connection().execute(
                CLIENT.insert(),
                {
                    "name": f"N{number}", "name_key": f"n{number}", "source": "", "zone": "Europe/Moscow",
                    "created_at": lite.now, "updated_at": lite.now, "owner_id": lite.me,
                },
            )  # fmt: skip
    lite.client("один", owes=owed(lite.now), stage="new")
    before = snapshot(lite.base)
    told = []
    with pytest.raises(GivingStoppedError):
        lite.write(
            share_out, ALL, Rule.EVEN, read_to("carl"),
            progress=lambda *done: told.append(done), cancelled=lambda: len(told) == 2,
        )  # fmt: skip
    assert told == [(1000, 2504), (2000, 2504)]
    assert snapshot(lite.base) == before
    assert lite.write(share_out, ALL, Rule.EVEN, read_to("carl")).changed == 2504
    assert set(owners(lite).values()) == {carl}
    lite.write(undo)
    assert snapshot(lite.base) == before


def test_thousands_into_a_campaign_and_back_and_both_stopped_on_the_way(desk, monkeypatch):
    monkeypatch.setattr("salesdesk.lead.campaigns.AT_ONCE", 2)
    monkeypatch.setattr("salesdesk.storage.journal.AT_ONCE", 2)
    with desk.filling() as base:
        for number in range(5):
            base.client(f"N{number}")
    before = snapshot(desk.base)
    told = []
    put = {"progress": lambda *done: told.append(done), "cancelled": lambda: len(told) == 2}
    with pytest.raises(StoppedError):
        desk.write(put_into_campaign, ALL, "осень", **put)
    assert told == [(2, 5), (4, 5)]
    assert snapshot(desk.base) == before
    assert desk.write(put_into_campaign, ALL, "осень") == 5
    done = snapshot(desk.base)
    told.clear()
    with pytest.raises(StoppedError):
        desk.write(undo, **put)
    assert told == [(0, 5), (2, 5)]
    assert snapshot(desk.base) == done
    desk.write(undo)
    assert snapshot(desk.base)[CLIENT.name] == before[CLIENT.name]


def test_what_was_changed_since_is_not_undone(desk):
    people(desk, "carl", "dora")
    desk.client("a")
    desk.client("b")
    desk.write(share_out, ALL, Rule.EVEN, read_to("carl"))
    lead = desk.beside("lena", Role.LEAD)
    lead.write(share_out, These((2,)), Rule.EVEN, read_to("dora"))
    with pytest.raises(NotAllowedError, match="changed since"):
        desk.write(undo)


def test_a_campaign_is_made_named_and_undone(desk):
    with desk.filling() as base:
        omsk = base.client("a", city="Омск")
        base.client("b", city="Томск")
    where = parse_filter("city=Омск", desk.context)
    assert desk.write(put_into_campaign, where, "осень", "Осень 2026") == 1
    assert desk.read(campaigns) == (("осень", "Осень 2026"),)
    assert desk.write(put_into_campaign, where, "осень") == 0
    found = parse_filter('кампания="осень 2026"', desk.context)
    with desk.base.read() as session:
        assert session.scalars(select(CLIENT.c.id).where(CLIENT.c.campaign == "осень")).all() == [omsk]
    assert str(found)
    desk.write(undo)
    with desk.base.read() as session:
        assert session.scalars(select(CLIENT.c.campaign).distinct()).all() == [None]
    with pytest.raises(InputError, match="campaign"):
        desk.write(put_into_campaign, where, " ")
