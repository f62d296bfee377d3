"""Statements said in each database's own words: they find what they are asked for, and where it stands."""

import pytest
from sqlalchemy import bindparam, event, select

from salesdesk.desk.next_client import take_next
from salesdesk.models import Client, Draft
from salesdesk.storage.among import among, within
from salesdesk.storage.journal import table_of
from salesdesk.storage.missing import put_row

C = table_of(Client).c

ODD = ['"', "\\", '\\"', "a,b", "{a}", "NULL", "null", "", " ", "'", "%s", "ё\n", "[]"]


@pytest.mark.parametrize("asked", [ODD, ODD[:1], []])
def test_a_text_is_among_others_whatever_is_in_it(base, asked):
    with base.read() as session:
        column = bindparam("each", type_=C.city.type)
        statement = select(among(column, "many"))
        found = [each for each in ODD if session.execute(statement, {"each": each, "many": asked}).scalar()]
    assert found == asked


def test_a_number_is_among_others(desk):
    ids = [desk.client() for _ in range(3)]
    with desk.base.read() as session:
        assert session.scalars(select(C.id).where(within(C.id, ids[1:])).order_by(C.id)).all() == ids[1:]


def test_a_row_that_is_put_is_as_it_was_put_last_and_others_stay(desk):
    mine, other = desk.client(), desk.client()
    for client_id, body in ((other, {"note": "чужое"}), (mine, {"note": "а"}), (mine, {"note": "б"})):
        with desk.base.write() as session:
            put_row(session, Draft, client_id=client_id, operator_id=desk.me, body=body, saved_at=desk.now)
    with desk.base.read() as session:
        found = session.execute(select(table_of(Draft).c.client_id, table_of(Draft).c.body)).all()
    assert {row.client_id: row.body["note"] for row in found} == {other: "чужое", mine: "б"}


def test_sqlite_takes_the_next_client_behind_the_last_one_without_passing_those_before(lite):
    for _ in range(3):
        lite.client(owner_id=None)
    sent = []
    event.listen(lite.base.engine, "before_cursor_execute", lambda *about: sent.append(about[2:4]))
    assert lite.write(take_next) is not None
    (taking,) = [each for each in sent if each[0].startswith("INSERT INTO claim")]
    with lite.base.read() as session:
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {taking[0]}", taking[1]).all()
    assert any("owner_id=? AND sort_key=? AND id>?" in row.detail for row in plan)
