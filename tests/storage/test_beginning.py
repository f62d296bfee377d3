"""Statements alone: each is a transaction of its own on SQLite, and units that come after are whole again."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from sqlalchemy.exc import IntegrityError

from salesdesk.models import Client
from salesdesk.storage.beginning import statements_alone

pytestmark = pytest.mark.parametrize("base", ["sqlite"], indirect=True)


def name_of(session, client_id):
    return session.get(Client, client_id).name


def renamed(session, client_id, name):
    return session.connection().exec_driver_sql(
        "UPDATE client SET name = ? WHERE id = ? RETURNING id", (name, client_id)
    )


@statements_alone
def rename_alone(session, client_id, name, meanwhile=lambda: None):
    assert renamed(session, client_id, name).scalar() == client_id
    return meanwhile()


def test_others_write_while_its_use_case_goes_on(desk):
    mine, other = desk.client(), desk.client()

    def others():
        with desk.base.write() as session:
            renamed(session, other, "Б")

    with ThreadPoolExecutor(1) as thread, desk.base.write() as session:
        rename_alone(session, mine, "А", lambda: thread.submit(others).result())
    with desk.base.read() as session:
        assert (name_of(session, mine), name_of(session, other)) == ("А", "Б")


def test_the_next_unit_on_that_connection_is_whole(desk):
    mine = desk.client()
    with desk.base.write() as session:
        rename_alone(session, mine, "А")
    with suppress(ZeroDivisionError), desk.base.write() as session:
        renamed(session, mine, "Б")
        raise ZeroDivisionError
    with desk.base.read() as session:
        assert name_of(session, mine) == "А"


def test_what_cannot_be_committed_says_so_and_changes_nothing(desk):
    @statements_alone
    def break_a_promise(session):
        connection = session.connection()
        connection.exec_driver_sql("CREATE TEMP TABLE a (id INTEGER PRIMARY KEY)")
        connection.exec_driver_sql(
            "CREATE TEMP TABLE b (a_id INTEGER REFERENCES a DEFERRABLE INITIALLY DEFERRED)"
        )
        # The row is given back before it is committed, and only then found to name nothing.
        return connection.exec_driver_sql("INSERT INTO b VALUES (7) RETURNING a_id").first()

    with pytest.raises(IntegrityError), desk.base.write() as session:
        break_a_promise(session)
    with desk.base.write() as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM b").scalar() == 0


def test_a_unit_that_has_begun_stays_whole(desk):
    mine = desk.client()
    with desk.base.write() as session:
        renamed(session, mine, "А")
        with pytest.raises(RuntimeError, match="begun"):
            rename_alone(session, mine, "Б")
