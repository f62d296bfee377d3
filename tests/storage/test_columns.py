"""What a base refuses to hold, and that what it holds all the same breaks no read."""

from datetime import datetime, timedelta

import pytest
from builders import owed
from sqlalchemy import BigInteger, CheckConstraint, Float, Integer, Numeric, select, text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlmodel import SQLModel, col

from salesdesk.base.search import search
from salesdesk.codes import Band
from salesdesk.desk import card, day, queue
from salesdesk.desk.reasons import why
from salesdesk.models import Client, Contact, NextAction, Note, Operator, Phone
from salesdesk.models.types import Code


def test_every_column_of_codes_is_checked_by_the_base():
    for table in SQLModel.metadata.sorted_tables:
        checks = {str(check.name) for check in table.constraints if isinstance(check, CheckConstraint)}
        coded = {column.name for column in table.columns if isinstance(column.type, Code)}
        assert checks == {f"ck_{table.name}_{column}_code" for column in coded}


def test_an_unknown_code_is_refused_by_the_models_and_by_the_base(desk):
    desk.client()
    with pytest.raises((StatementError, ValueError)), desk.base.write() as session:
        session.add(Operator(login="b", name="b", role="boss"))
    with pytest.raises((StatementError, ValueError)), desk.base.read() as session:
        session.execute(select(Client).where(col(Client.band) == "middle"))
    for statement in ("UPDATE client SET band = 'middle'", "UPDATE phone SET state = 'odd'"):
        with pytest.raises(IntegrityError), desk.base.write() as session:
            session.execute(text(statement))


UNKNOWN = (
    ("client", "client_class", "VVIP"),
    ("phone", "state", "odd"),
    ("next_action", "kind", "fax"),
    ("call", "goal_result", "half"),
)


def test_a_code_that_only_a_newer_version_knows_breaks_no_read(desk):
    client_id = desk.client(stage="new", owes=owed(desk.now), phones=("+74951112233", "+74954445566"))
    with desk.base.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        for table, column, value in UNKNOWN:
            if connection.dialect.name == "postgresql":
                connection.execute(text(f'ALTER TABLE "{table}" DROP CONSTRAINT ck_{table}_{column}_code'))
            connection.execute(text(f"UPDATE \"{table}\" SET {column} = '{value}'"))
    assert desk.read(card.card, client_id).client.client_class == "VVIP"
    assert [row.kind for row in desk.read(queue.page).rows] == ["fax"]
    assert desk.read(why, client_id).listed
    assert desk.read(day.counts).bands[Band.NEW] == 1
    assert desk.read(search, "ромашка").total == 1


def test_a_moment_without_a_zone_is_refused(desk):
    client_id, naive = desk.client(), datetime(2026, 11, 23)  # noqa: DTZ001  # it is what is refused
    with pytest.raises((StatementError, ValueError)), desk.base.write() as session:
        session.add(Note(client_id=client_id, operator_id=desk.me, at=naive, text="x"))
    with pytest.raises((StatementError, ValueError)), desk.base.read() as session:
        session.execute(select(NextAction).where(col(NextAction.due_at) < naive))


def test_moments_come_back_aware_and_equal(desk):
    at = desk.now.astimezone() + timedelta(days=5000)
    client_id = desk.client(owes=owed(at))
    with desk.base.read() as session:
        assert session.scalars(select(col(NextAction.due_at))).one() == at
        assert session.get_one(Client, client_id).created_at.utcoffset() == timedelta()


def test_money_is_whole_and_wide():
    for table in SQLModel.metadata.sorted_tables:
        for column in table.columns:
            assert not isinstance(column.type, Float | Numeric), column
            if column.name.endswith("_minor"):
                assert isinstance(column.type, BigInteger | Integer)


def test_the_widest_amount_is_kept_to_the_kopeck(desk):
    client_id = desk.client(expected_minor=9_007_199_254_740_993)
    assert desk.read(card.card, client_id).client.expected_minor == 9_007_199_254_740_993


def test_children_need_a_parent_and_go_with_it(desk):
    with pytest.raises(IntegrityError), desk.base.write() as session:
        session.add(Contact(client_id=10**9, name="nobody"))
    desk.client(people=("Мария",))
    with desk.base.write() as session:
        session.execute(text("DELETE FROM client"))
    with desk.base.read() as session:
        assert session.scalars(select(Contact)).all() == session.scalars(select(Phone)).all() == []


def test_no_more_than_one_next_action_is_open(desk):
    client_id = desk.client(stage="new", owes=owed(desk.now))
    with desk.base.read() as session:
        first = session.scalars(select(NextAction).where(col(NextAction.client_id) == client_id)).one()
    with pytest.raises(IntegrityError), desk.base.write() as session:
        session.add(NextAction(**(first.model_dump() | {"id": None})))


def test_errors_never_print_peoples_data(desk):
    with pytest.raises(IntegrityError) as error, desk.base.write() as session:
        session.add(Contact(client_id=10**9, name="Мария Тайная"))
    said = str(error.value).split("[SQL")[1]
    assert "Тайная" not in said
