"""Answers: what is asked together goes out as one, in its order; what fails fails the unit, whoever looks."""

from contextlib import closing
from functools import partial

import pytest
from builders import said
from overheard import overheard
from sqlalchemy import bindparam, delete, func, insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from salesdesk.codes import Role
from salesdesk.desk.calls import log_call
from salesdesk.desk.card import card
from salesdesk.errors import LostError, NotAllowedError
from salesdesk.models import Operator
from salesdesk.storage.base import open_base
from salesdesk.storage.journal import Journal, table_of
from salesdesk.storage.made_once import MadeOnce
from salesdesk.storage.planning import plan_once
from salesdesk.storage.receipts import new_token
from salesdesk.storage.wire import Wire

OPERATOR = table_of(Operator)
COLUMNS = ("login", "name", "role", "specialty", "active")
HIRE = MadeOnce(lambda _dialect: insert(OPERATOR), columns=COLUMNS)
COUNT = MadeOnce(lambda _dialect: select(func.count().label("people")).select_from(OPERATOR))
NAMED = MadeOnce(lambda _dialect: select(OPERATOR).where(OPERATOR.c.login == bindparam("login")), typed=True)
DISMISS = MadeOnce(lambda _dialect: delete(OPERATOR).where(OPERATOR.c.login == bindparam("login")))

on_postgresql = pytest.mark.parametrize("base", ["postgresql"], indirect=True)


def person(login="boris"):
    return {"login": login, "name": login.title(), "role": Role.LEAD, "specialty": "sales", "active": True}


def people(base):
    with base.read() as session:
        return COUNT.run(session, {}).one().people


@pytest.fixture
def rounds(monkeypatch):
    """How many statements went out together, each time that a server was waited for."""
    times, exchange = [], Wire.exchange
    monkeypatch.setattr(
        Wire, "exchange", lambda wire, sent: (times.append(len(sent)), exchange(wire, sent))[1]
    )
    return times


def test_each_answer_is_of_the_moment_at_which_it_was_asked_for(base):
    with base.write() as session:
        before = COUNT.run(session, {})
        HIRE.run(session, person())
        then = COUNT.run(session, {})
        DISMISS.run(session, {"login": "boris"})
        behind = COUNT.run(session, {})
        assert [each.one().people for each in (behind, then, before)] == [1, 2, 1]


def test_a_statement_of_another_kind_comes_after_what_was_asked_before_it(base):
    with base.write() as session:
        HIRE.run(session, person())
        assert session.execute(select(func.count()).select_from(OPERATOR)).scalar_one() == 2


def test_rows_are_as_their_columns_say(base):
    with base.write() as session:
        HIRE.run(session, person())
        found = NAMED.run(session, {"login": "boris"}).first()
        assert (found.role, found.active, found.absent_until) == (Role.LEAD, True, None)
        assert NAMED.run(session, {"login": "nobody"}).first() is None


def test_what_nobody_looked_at_is_committed(base):
    with base.write() as session:
        HIRE.run(session, person())
    assert people(base) == 2


def refuse(*_given):
    raise NotAllowedError


def hire(login="boris"):
    return lambda session: HIRE.run(session, person(login))


def count(session):
    return COUNT.run(session, {}).one()


def write(base, *steps):
    with base.write() as session:
        for step in steps:
            step(session)


@pytest.mark.parametrize("looks", [(), (count,)])
def test_what_fails_unseen_fails_whoever_looks_at_something_else_or_the_commit(base, looks):
    with pytest.raises(IntegrityError):
        write(base, hire("vera"), hire("anna"), *looks)
    assert people(base) == 1


def test_a_use_case_that_raises_keeps_nothing_of_what_it_asked(base):
    with pytest.raises(NotAllowedError):
        write(base, hire(), refuse)
    assert people(base) == 1


@pytest.mark.parametrize("looks", [(), (count,)])
def test_whoever_has_to_look_can_refuse_before_anything_is_committed(base, looks):
    with pytest.raises(NotAllowedError):
        write(base, lambda session: COUNT.run(session, {}).then(refuse), hire(), *looks)
    assert people(base) == 1
    write(base, hire())
    assert people(base) == 2


@on_postgresql
def test_a_row_whose_id_is_known_is_waited_for_with_the_commit_alone(base, rounds):
    with base.write() as session:
        journal = Journal(session, {Operator: 4711})
        assert journal.add(Operator, **person()) == 4711
        assert rounds == []
    assert rounds == [3]
    with base.read() as session:
        assert NAMED.run(session, {"login": "boris"}).one().id == 4711


@on_postgresql
def test_a_server_is_waited_for_once_for_a_card_and_twice_for_a_call(desk, rounds):
    client_id = desk.client(phones=("+74951234567",))
    desk.read(card, client_id)
    for run, step, times in (
        (desk.read, partial(card, client_id=client_id), 1),
        (desk.write, partial(log_call, wrap_up=said(client_id, "no_answer", token=new_token())), 2),
    ):
        rounds.clear()
        with overheard(desk.base.engine) as sent:
            run(step)
        assert len(rounds) == times
        first, *between, last = (each.text for each in sent)
        assert first.startswith("BEGIN")
        assert not [each for each in between if each.startswith(("BEGIN", "COMMIT"))]
        assert last == "COMMIT"


@on_postgresql
@pytest.mark.parametrize("statement", ["DROP TABLE IF EXISTS nothing", "ROLLBACK TO SAVEPOINT here"])
def test_what_the_server_was_let_forget_is_prepared_anew(base, statement):
    # Said twice, a statement is prepared by psycopg too: else it would have nothing to forget.
    said_before = ("SAVEPOINT here", "SELECT 1", "SELECT 1")
    for _time in range(2):
        with base.write() as session:
            count(session)
            for each in (*said_before, statement, *said_before):
                session.execute(text(each))
            count(session)
        assert people(base) == 1


@on_postgresql
def test_units_that_end_otherwise_than_by_a_commit_leave_a_connection_as_good_as_new(base):
    def plainly(session):
        session.execute(text("SELECT 1"))

    for _time in range(3):
        with pytest.raises(NotAllowedError):
            write(base, plainly, plan_once, count, hire(), refuse)
        with pytest.raises(IntegrityError):
            write(base, plan_once, count, hire("anna"))
        assert people(base) == 1


@on_postgresql
@pytest.mark.parametrize("by", ["us", "psycopg"])
def test_nothing_that_was_prepared_is_left_over_by_units_that_were_rolled_back(base, by):
    def prepared(session):
        if by == "us":
            count(session)
        return session.execute(text("SELECT count(*) FROM pg_prepared_statements")).scalar_one()

    held = []
    for _time in range(6):
        with pytest.raises(NotAllowedError):
            write(base, plan_once, count, hire(), refuse)
        with pytest.raises(IntegrityError):
            write(base, plan_once, count, hire("anna"))
        with base.read() as session:
            held.append(prepared(session))
    assert held[-1] == held[1]


@on_postgresql
@pytest.mark.parametrize("looks", [(), (count,)])
def test_a_server_that_ends_the_connection_on_the_way_is_a_lost_one(base, looks):
    end = MadeOnce(lambda _dialect: select(func.pg_terminate_backend(func.pg_backend_pid()).label("over")))
    with pytest.raises(LostError):
        write(base, hire(), lambda session: end.run(session, {}), *looks)
    assert people(base) == 1


@on_postgresql
def test_what_reads_in_one_snapshot_goes_on_seeing_it(base):
    engine = base.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with Session(engine) as session:
        assert count(session).people == 1
        write(base, hire())
        assert count(session).people == 1
    assert people(base) == 2


@on_postgresql
def test_where_nothing_may_be_prepared_nothing_is(base):
    """Where a pooler gives each transaction another session of the server."""
    url = base.engine.url.update_query_dict({"prepare_threshold": "none"})
    with closing(open_base(url.render_as_string(hide_password=False))) as pooled:
        for _time in range(3):
            assert people(pooled) == 1
            with pooled.read() as session:
                assert NAMED.run(session, {"login": "anna"}).one().active
                prepared = "SELECT count(*) FROM pg_prepared_statements"
                assert session.execute(text(prepared)).scalar_one() == 0
