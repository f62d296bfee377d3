"""The pages of the list: one that is far on costs what the first did, and none looks behind what it holds."""

from datetime import timedelta
from typing import Any

import pytest
from builders import Desk, owed
from overheard import overheard
from sqlalchemy import text
from sqlite_steps import steps

from salesdesk.desk import queue
from salesdesk.storage.wire import Statement, Wire

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PAGE, CLIENTS = 20, 240

ALIKE: dict[str, dict[str, Any]] = {
    "our pool": {"owner_id": None},
    "my pool": {},
    "overdue": {"stage": "new", "due": -2 * DAY},
    "due": {"stage": "new", "due": -HOUR},
    "promises of earlier days": {"stage": "new", "due": -2 * DAY, "promise": True},
    "promises of today": {"stage": "new", "due": timedelta(), "promise": True},
}
"""What fills each part of the list with clients of whom no key tells one from another."""


def fill(desk: Desk, said: dict[str, Any], clients: int) -> None:
    columns = dict(said)
    due, promise = columns.pop("due", None), columns.pop("promise", False)
    owes = None if due is None else owed(desk.now + due, promise=promise)
    with desk.filling() as base:
        for _ in range(clients):
            base.client(owes=owes, **columns)


@pytest.mark.parametrize("part", ALIKE)
def test_on_sqlite_a_page_far_on_takes_no_more_steps_than_the_second(lite, part):
    fill(lite, ALIKE[part], CLIENTS)
    full, cursor = [], lite.read(queue.page, limit=PAGE).next
    while cursor is not None:
        taken, page = steps(lite, queue.page, after=cursor, limit=PAGE)
        full += [taken] if len(page.rows) == PAGE else []
        cursor = page.next
    assert len(full) == CLIENTS // PAGE - 1
    assert max(full) <= full[0] * 1.1


def test_on_sqlite_a_full_page_looks_at_nothing_behind_it(lite):
    fill(lite, ALIKE["overdue"], 2 * PAGE)
    before, _page = steps(lite, queue.page, limit=PAGE)
    for part in ("due", "my pool", "our pool"):
        fill(lite, ALIKE[part], CLIENTS // 4)
    assert steps(lite, queue.page, limit=PAGE)[0] <= before * 1.1


@pytest.mark.parametrize("base", ["postgresql"], indirect=True)
def test_postgresql_takes_no_more_of_the_pool_than_a_page_holds(desk):
    fill(desk, ALIKE["our pool"], CLIENTS)
    with overheard(desk.base.engine) as sent:
        second = desk.read(queue.page, limit=PAGE).next
        desk.read(queue.page, after=second, limit=PAGE)
    cuts = [each for each in sent if "client.pool" in each.text]
    assert len(cuts) == 2
    for cut in cuts:
        assert 0 < sum(taken_out(desk, cut, "ix_client_pool")) <= PAGE


def taken_out(desk: Desk, cut: Statement, index: str) -> list[int]:
    """Tell how many rows each part of a statement takes out of an index, where no table is gone through."""
    with desk.base.read() as session:
        session.execute(text("SET LOCAL enable_seqscan = off"))
        session.execute(text("SET LOCAL enable_bitmapscan = off"))
        wire = Wire(session.connection().connection.dbapi_connection)
        explain = cut._replace(text=f"EXPLAIN (ANALYZE, FORMAT JSON) {cut.text}", lasting=False)
        (((explained,),),) = wire.exchange([explain])
        plans = [explained[0]["Plan"]]
    for each in plans:
        plans += each.get("Plans", [])
    return [int(each["Actual Rows"]) for each in plans if each.get("Index Name") == index]
