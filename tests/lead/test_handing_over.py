"""Clients handed over: counted first, done once, undone once; and what comes back on its day."""

import pickle
import random
from datetime import timedelta

import pytest
from builders import owed, random_base, snapshot, step
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from salesdesk.base.filters import Everything, parse_filter
from salesdesk.base.giving import GivingStoppedError
from salesdesk.base.merging import merge
from salesdesk.codes import Hold, Role
from salesdesk.desk import next_actions, queue
from salesdesk.desk.undo import undo
from salesdesk.errors import InputError, NotAllowedError, NotFoundError
from salesdesk.head_start import _read
from salesdesk.lead.coming_back import Why, bring_back, come_back, come_back_when_due, handovers
from salesdesk.lead.handing_over import Asked, hand_over, read_until, rehearse_hand_over
from salesdesk.lead.putting_right import reassign
from salesdesk.lead.sharing_out import Rule, read_to
from salesdesk.models import AuditEvent, Client, Deal, Handover, NextAction, NextActionPast, Operator
from salesdesk.opening import sit_down_at
from salesdesk.places import Place
from salesdesk.storage.journal import table_of

CLIENT, DEAL, NEXT, PAST, EVENT = (
    table_of(model) for model in (Client, Deal, NextAction, NextActionPast, AuditEvent)
)
CHANGED = {CLIENT.name: "owner_id", NEXT.name: "operator_id", DEAL.name: "owner_id"}
ALL = Everything()


@pytest.fixture
def people(desk):
    return {login: desk.beside(login).me for login in ("boris", "carl", "dora")} | {"anna": desk.me}


def asked(login, to, where=ALL, **other):
    return Asked(login, read_to(to), where, **other)


def of(desk, login, to="carl", days=None, **other):
    until = None if days is None else desk.context.today + timedelta(days=days)
    return asked(login, to, until=until, **other)


def rows(desk):
    """Give every client, next action and deal as it stands, by table and id."""
    with desk.base.read() as session:
        return {
            table.name: {row.id: dict(row._mapping) for row in session.execute(select(table))}
            for table in (CLIENT, NEXT, DEAL)
        }


def somebodys(desk, who):
    """Count what is somebody's and open."""
    found = rows(desk)
    return (
        sum(row["owner_id"] == who for row in found[CLIENT.name].values()),
        sum(row["operator_id"] == who and not row["closed_at"] for row in found[NEXT.name].values()),
        sum(row["owner_id"] == who and not row["closed_at"] for row in found[DEAL.name].values()),
    )


def with_deals(desk, seed):
    """Give the clients of a random base deals, open and closed ones, of whom they may be."""
    clients = random_base(desk, seed, clients=25)
    dice = random.Random(seed)  # noqa: S311  # no secret
    people = [desk.me, *(desk.at(login=login).me for login in ("boris", "dora"))]
    with desk.base.write() as session:
        for client in clients:
            session.execute(
                NEXT.update().where(NEXT.c.client_id == client).values(operator_id=dice.choice(people))
            )
            session.execute(
                DEAL.insert().values(
                    client_id=client, owner_id=dice.choice(people), title="", currency="RUB", stage="new",
                    amount_minor=dice.randrange(10**6), stage_since=desk.now, opened_at=desk.now, source="",
                    closed_at=dice.choice([None, desk.now]),
                )
            )  # fmt: skip


@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    seed=st.integers(0, 10**6),
    whose=st.sampled_from(["anna", "boris"]),
    to=st.sampled_from(["carl", "carl,dora"]),
    days=st.sampled_from([None, 3]),
)
def test_all_that_is_somebodys_goes_nothing_else_changes_and_undo_restores(
    desk, people, seed, whose, to, days
):
    with_deals(desk, seed)
    before, was = snapshot(desk.base), rows(desk)
    ask = of(desk, whose, to, days)
    rehearsed = desk.read(rehearse_hand_over, ask)
    assert snapshot(desk.base) == before
    theirs = somebodys(desk, people[whose])
    done = desk.write(hand_over, ask)
    assert (done.load, done.receivers) == (rehearsed.load, rehearsed.receivers)
    assert done.load.clients == theirs[0] == sum(one.clients for one in done.receivers)
    assert done.load.next_actions >= theirs[1]
    assert done.load.deals >= theirs[2]
    assert somebodys(desk, people[whose]) == (0, 0, 0)
    now = rows(desk)
    got = {people[login] for login in to.split(",")}
    moved = {one for one, row in was[CLIENT.name].items() if row["owner_id"] == people[whose]}
    for table, whose_it_is in CHANGED.items():
        assert now[table].keys() == was[table].keys()
        for number, row in now[table].items():
            old = was[table][number]
            assert {name for name in row if row[name] != old[name]} <= {whose_it_is}
            client = number if table == CLIENT.name else row["client_id"]
            open_and_theirs = not row.get("closed_at") and (
                client in moved or old[whose_it_is] == people[whose]
            )
            assert (row[whose_it_is] in got) if open_and_theirs else (row == old)
            if open_and_theirs and client in moved:
                assert row[whose_it_is] == now[CLIENT.name][client]["owner_id"]
    promises = sum(row["promise"] and row != was[NEXT.name][one] for one, row in now[NEXT.name].items())
    assert done.load.promises >= promises
    desk.write(undo)
    assert snapshot(desk.base) == before


@settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 10**6))
def test_what_nobody_touched_comes_back_as_it_was(desk, people, seed):
    with_deals(desk, seed)
    # Of the lead's own, what hangs on them goes along whosever it was, and comes back as the lead's.
    with desk.base.write() as session:
        theirs = select(CLIENT.c.id).where(CLIENT.c.owner_id == desk.me).scalar_subquery()
        session.execute(update(NEXT).where(NEXT.c.client_id.in_(theirs)).values(operator_id=desk.me))
        session.execute(update(DEAL).where(DEAL.c.client_id.in_(theirs)).values(owner_id=desk.me))
    before = rows(desk)
    done = desk.write(hand_over, of(desk, "anna", "carl,dora", 3))
    assert desk.later(days=2).write(come_back_when_due) == ()
    (back,) = desk.later(days=3).write(come_back_when_due)
    assert (back.handover, back.login, back.stayed) == (done.handover, "anna", ())
    assert back.load.clients == done.load.clients
    assert rows(desk) == before
    assert people


def test_what_hangs_on_them_is_counted(desk, people):
    with desk.filling() as base:
        base.client("a", stage="new", deal=100, owes=owed(desk.now - timedelta(hours=1), promise=True))
        base.client("b", stage="new", deal=250, owes=owed(desk.now - timedelta(days=1)))
        base.client("c", stage="new", owes=owed(desk.now, hold=Hold.ATTEMPTS_USED_UP))
        base.client("d", stage="new", owes=owed(desk.now + timedelta(hours=1), promise=True))
        base.client("e", stage="new", owner_id=people["boris"], owes=owed(desk.now))
        base.client("f", owner_id=None)
    load = desk.read(rehearse_hand_over, of(desk, "anna")).load
    assert (load.clients, load.next_actions, load.promises, load.overdue) == (4, 5, 2, 2)
    assert (load.deals, load.amount_minor) == (2, 350)


def test_only_those_that_a_filter_chooses_by_a_rule(desk, people):
    with desk.filling() as base:
        for name, city, region in (
            ("a", "Омск", "Омская"),
            ("b", "Омск", "Томская"),
            ("c", "Томск", "Омская"),
        ):
            base.client(name, city=city, region=region)
    where = parse_filter("city=Омск", desk.context)
    ask = Asked("anna", read_to("Омская=carl,Тверская=dora"), where, Rule.REGION)
    done = desk.write(hand_over, ask)
    assert {one.login: one.clients for one in done.receivers} == {"carl": 1, "dora": 0}
    assert (done.left, done.load.clients) == (1, 1)
    owners = {row["name"]: row["owner_id"] for row in rows(desk)[CLIENT.name].values()}
    assert owners == {"a": people["carl"], "b": desk.me, "c": desk.me}


def test_what_was_given_away_closed_or_merged_meanwhile_stays_and_is_named(desk, people):
    with desk.filling() as base:
        usual, given, done, merged, was_done, kept = (
            base.client(name, stage=stage, owes=None if stage == "rejected" else owed(desk.now))
            for name, stage in (
                ("usual", "new"), ("given", "new"), ("done", "new"), ("merged", "new"),
                ("was done", "rejected"), ("kept", "new"),
            )
        )  # fmt: skip
    handed = desk.write(hand_over, of(desk, "anna", days=3))
    desk.write(reassign, [given], "dora")
    desk.write(merge, kept, [merged])
    with desk.base.write() as session:
        session.execute(update(CLIENT).where(CLIENT.c.id == done).values(stage="rejected"))
        session.execute(update(NEXT).where(NEXT.c.client_id == done).values(closed_at=desk.now))
    # What was owed is done and something else is owed: that comes back.
    desk.write(next_actions.move, usual, step(desk.now + timedelta(days=9)))
    back = desk.write(come_back)
    assert {(one.client_id, one.name, one.why) for one in back.stayed} == {
        (given, "given", Why.GIVEN), (done, "done", Why.DONE), (merged, "", Why.GONE),
    }  # fmt: skip
    found = rows(desk)
    owners = {number: row["owner_id"] for number, row in found[CLIENT.name].items()}
    assert owners == {
        usual: desk.me, given: people["dora"], done: people["carl"], was_done: desk.me, kept: desk.me,
    }  # fmt: skip
    whose = {
        row["client_id"]: row["operator_id"] for row in found[NEXT.name].values() if not row["closed_at"]
    }
    assert whose == {usual: desk.me, given: people["dora"], kept: desk.me}
    (row,) = desk.read(handovers)
    assert (row.id, row.login, row.to, row.clients) == (handed.handover, "anna", ("carl",), 6)
    assert {one.client_id for one in row.stayed} == {given, done, merged}
    assert row.back_at == desk.now


def test_what_was_theirs_at_clients_of_others_comes_back_alone(desk, people):
    with desk.filling() as base:
        here = base.client("a", stage="new", deal=7, owner_id=people["carl"], owes=owed(desk.now))
        base.client(
            "b", stage="new", deal=9, owner_id=people["carl"], owes=owed(desk.now, operator_id=people["carl"])
        )
    with desk.base.write() as session:
        session.execute(update(DEAL).where(DEAL.c.amount_minor == 9).values(owner_id=people["carl"]))
    before = rows(desk)
    done = desk.write(hand_over, of(desk, "anna", days=3))
    assert (done.load.clients, done.load.next_actions, done.load.deals) == (0, 1, 1)
    assert rows(desk)[CLIENT.name] == before[CLIENT.name]
    assert somebodys(desk, desk.me) == (0, 0, 0)
    back = desk.write(come_back, done.handover)
    assert (back.load.next_actions, back.load.deals) == (1, 1)
    assert rows(desk) == before
    assert before[CLIENT.name][here]["owner_id"] == people["carl"]


def test_it_comes_back_once_as_the_base_is_opened_with_one_line_of_the_trail(desk, people):
    desk.client("a", stage="new", owes=owed(desk.now))
    desk.write(hand_over, of(desk, "anna", days=3))
    boris = desk.at(login="boris")
    assert bring_back(boris.base, boris.later(days=2).context) == ()
    (back,) = bring_back(boris.base, boris.later(days=3).context)
    assert back.load.clients == 1
    assert bring_back(boris.base, boris.later(days=4).context) == ()
    assert somebodys(desk, desk.me) == (1, 1, 0)
    with desk.base.read() as session:
        lines = session.execute(select(EVENT.c.action, EVENT.c.operator_id).order_by(EVENT.c.id)).all()
    assert [tuple(line) for line in lines] == [("hand_over", desk.me), ("handover_back", None)]
    with pytest.raises(NotAllowedError, match="changed since"):
        desk.write(undo)
    with pytest.raises(NotAllowedError, match="back already"):
        desk.write(come_back, 1)
    assert people


def test_a_base_that_cannot_be_written_to_is_opened_all_the_same(desk, people, monkeypatch):
    desk.client("a")
    desk.write(hand_over, of(desk, "anna", days=1))
    later = desk.later(days=1)

    def locked(*_given):
        raise NotAllowedError("locked")

    with monkeypatch.context() as patched:
        patched.setattr("salesdesk.lead.coming_back.come_back_when_due", locked)
        assert bring_back(desk.base, later.context) == ()
    assert somebodys(desk, people["carl"])[0] == 1
    assert len(bring_back(desk.base, later.context)) == 1


def test_the_way_back_can_be_taken_back_too(desk, people):
    desk.client("a", stage="new", owes=owed(desk.now), deal=5)
    start = snapshot(desk.base)
    desk.write(hand_over, of(desk, "anna", days=3))
    away = snapshot(desk.base)
    desk.write(come_back)
    desk.write(undo)
    assert snapshot(desk.base) == away
    desk.write(undo)
    assert snapshot(desk.base) == start
    assert people


def test_nothing_comes_back_to_who_has_left(desk, people):
    desk.client("a", owner_id=people["boris"])
    desk.write(hand_over, of(desk, "boris", days=1))
    with desk.base.write() as session:
        session.execute(update(Operator).where(Operator.login == "boris").values(active=False))
    assert bring_back(desk.base, desk.later(days=1).context) == ()
    with pytest.raises(NotAllowedError, match="no more"):
        desk.write(come_back)
    assert somebodys(desk, people["carl"])[0] == 1


def test_which_handover_comes_back_must_be_plain(desk, people):
    with pytest.raises(NotFoundError):
        desk.write(come_back)
    with pytest.raises(NotFoundError, match="7"):
        desk.write(come_back, 7)
    desk.client("a")
    desk.client("b", owner_id=people["boris"])
    first = desk.write(hand_over, of(desk, "anna", days=3)).handover
    second = desk.write(hand_over, of(desk, "boris", days=2)).handover
    with pytest.raises(InputError, match=f"{first}, {second}"):
        desk.write(come_back)
    assert [row.id for row in desk.read(handovers)] == [second, first]
    desk.write(come_back, second)
    assert desk.write(come_back).handover == first


def test_wrong_asks(desk, people):
    desk.client("a")
    for ask, error in (
        (of(desk, "nobody"), NotFoundError), (of(desk, "anna", "nobody"), NotFoundError),
        (of(desk, "anna", "anna"), InputError), (of(desk, "anna", "carl,anna"), InputError),
        (of(desk, "anna", "Омск=carl"), InputError),
    ):  # fmt: skip
        for use_case in (rehearse_hand_over, hand_over):
            with pytest.raises(error):
                desk.read(use_case, ask)
    boris = desk.at(login="boris")
    for ask in (
        lambda: boris.read(rehearse_hand_over, of(desk, "anna")),
        lambda: boris.write(hand_over, of(desk, "anna")),
        lambda: boris.write(come_back),
        lambda: boris.read(handovers),
    ):
        with pytest.raises(NotAllowedError, match="Only a team lead"):
            ask()
    for day in ("", "yesterday", "2026-11-23", "сегодня", "nonsense"):
        with pytest.raises(InputError) as wrong:
            read_until(desk.context, day)
        assert wrong.value.field == "until"
    assert read_until(desk.context, "2026-12-07").isoformat() == "2026-12-07"
    assert people


def test_who_is_absent_gets_none(desk, people):
    desk.client("a")
    with desk.base.write() as session:
        absent = update(Operator).where(Operator.login == "carl")
        session.execute(absent.values(absent_until=desk.now + timedelta(days=1)))
    with pytest.raises(InputError, match="absent"):
        desk.read(rehearse_hand_over, of(desk, "anna"))
    done = desk.write(hand_over, of(desk, "anna", "carl,dora"))
    assert (done.absent, [one.login for one in done.receivers]) == (("carl",), ["dora"])
    assert somebodys(desk, people["dora"])[0] == 1


def test_nothing_to_hand_over_leaves_no_trail(desk, people):
    assert desk.write(hand_over, of(desk, "boris", days=2)).handover is None
    with desk.base.read() as session:
        assert session.scalar(select(func.count()).select_from(EVENT)) == 0
        assert session.scalar(select(func.count()).select_from(table_of(Handover))) == 0
    assert people


def test_thousands_go_stop_on_the_way_and_come_back(lite):
    carl = lite.beside("carl").me
    lead = lite.beside("lena", Role.LEAD)
    with lite.filling() as base:
        for number in range(1, 2504):
            base.session.connection().execute(
                CLIENT.insert(),
                {
                    "name": f"N{number}", "name_key": f"n{number}", "source": "", "zone": "Europe/Moscow",
                    "created_at": lite.now, "updated_at": lite.now, "owner_id": lite.me,
                },
            )  # fmt: skip
        base.client("один", owes=owed(lite.now), stage="new")
    before = snapshot(lite.base)
    told = []
    with pytest.raises(GivingStoppedError):
        lead.write(
            hand_over, of(lead, "anna", days=3),
            progress=lambda *done: told.append(done), cancelled=lambda: len(told) == 2,
        )  # fmt: skip
    assert told == [(1000, 2504), (2000, 2504)]
    assert snapshot(lite.base) == before
    lead.write(hand_over, of(lead, "anna", days=3))
    assert somebodys(lite, carl) == (2504, 1, 0)
    lead.write(undo)
    assert snapshot(lite.base) == before
    lead.write(hand_over, of(lead, "anna", days=3))
    with pytest.raises(GivingStoppedError):
        lead.write(come_back, cancelled=lambda: True)
    assert lead.write(come_back).load.clients == 2504
    assert somebodys(lite, lite.me) == (2504, 1, 0)


@pytest.mark.parametrize("first", ["desk", "fork"])
def test_a_desk_that_opens_on_the_day_has_them_in_its_first_list(lite, first):
    lite.beside("carl")
    lite.client("a", stage="new", owes=owed(lite.now))
    lite.write(hand_over, of(lite, "anna", days=3))
    place, day = Place(str(lite.base.path), "anna", None), lite.now + timedelta(days=3)
    if first == "fork":
        found = pickle.loads(_read(place.db, day, "anna")).rows  # noqa: S301  # our own
    else:
        opened = sit_down_at(place, day)
        with opened.base.read() as session:
            found = queue.page(session, opened.context).rows
        opened.base.close()
    assert [row.name for row in found] == ["a"]
    assert bring_back(lite.base, lite.later(days=3).context) == ()
