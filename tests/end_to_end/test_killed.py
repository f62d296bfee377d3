"""`kill -9` at any moment: what was reported as saved is there whole, and nothing is there by half."""

import os
import random
import select
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from builders import Desk, assert_consistent, owed, said
from sqlalchemy import text

from salesdesk.base.importing import run_import
from salesdesk.clock import Clock
from salesdesk.context import context_of
from salesdesk.desk import calls
from salesdesk.storage.base import open_base

CLIENTS = 5
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a process of its own to kill")


@contextmanager
def desk_at(path: str) -> Iterator[Desk]:
    base = open_base(path)
    yield Desk(base, context_of(base, Clock()))
    base.close()


def killed_while(work: Callable[[Callable[[int], None]], None], reports: int, seconds: float) -> list[int]:
    """Run work in a process, kill it some time after so many reports, and give what it reported in all."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(read)
            work(lambda number: os.write(write, number.to_bytes(8, "big")) and None)
        finally:
            os._exit(0)
    os.close(write)
    told = b""
    while len(told) < 8 * reports and (more := os.read(read, 8)):
        told += more
    select.select([read], [], [], seconds)
    os.kill(child, signal.SIGKILL)
    while more := os.read(read, 65536):
        told += more
    os.close(read)
    os.waitpid(child, 0)
    return [int.from_bytes(told[at : at + 8], "big") for at in range(0, len(told) // 8 * 8, 8)]


def assert_whole(path: str) -> None:
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert file.execute("PRAGMA foreign_key_check").fetchall() == []


def counted(desk: Desk, what: str) -> int:
    with desk.base.read() as session:
        return session.execute(text(f"SELECT count(*) FROM {what}")).scalar_one()


def test_every_call_that_was_reported_as_saved_is_there_whole(sqlite_url):
    dice = random.Random(20261123)  # noqa: S311  # no secret
    with desk_at(sqlite_url) as desk, desk.filling() as base:
        clients = [base.client(stage="new", owes=owed(desk.now)) for _ in range(CLIENTS)]

    def log_for_ever(report: Callable[[int], None]) -> None:
        with desk_at(sqlite_url) as desk:
            while True:
                for client in clients:
                    report(desk.write(calls.log_call, said(client, "gatekeeper")).call_id)

    reported = []
    for _round in range(25):
        reported += killed_while(log_for_ever, dice.randrange(12), dice.random() * 0.004)
        assert_whole(sqlite_url)
    with desk_at(sqlite_url) as desk:
        with desk.base.read() as session:
            kept = set(session.execute(text("SELECT id FROM call")).scalars())
        assert set(reported) <= kept
        assert len(reported) == len(set(reported)) > 100
        # What was saved a moment before the kill may not have been reported: at most one each time.
        assert len(kept) <= len(reported) + 25
        assert counted(desk, "audit_event") == len(kept)
        assert counted(desk, "next_action WHERE closed_at IS NULL") == CLIENTS
        closed = "next_action JOIN call ON call.id = call_id WHERE closed_at IS NOT NULL"
        assert counted(desk, closed) == counted(desk, "next_action") - CLIENTS == len(kept)
        assert_consistent(desk)


def test_an_import_that_was_killed_left_nothing_and_the_next_one_brings_all(sqlite_url, tmp_path):
    dice = random.Random(20261123)  # noqa: S311  # no secret
    rows = 2500
    lines = [f"Клиент {row},+7495{row:07},Омск,100000,заметка {row}" for row in range(rows)]
    (tmp_path / "clients.csv").write_text("\n".join(["name,phone,city,expected_amount,note", *lines]))

    def bring(report: Callable[[int], None]) -> None:
        with desk_at(sqlite_url) as desk:
            path = tmp_path / "clients.csv"
            desk.write(run_import, path, progress=lambda *_far: report(1))

    left = set()
    for _round in range(8):
        killed_while(bring, dice.randrange(1, 4), dice.random() * 0.2)
        assert_whole(sqlite_url)
        with desk_at(sqlite_url) as desk:
            left.add(tuple(counted(desk, table) for table in ("client", "phone", "note", "client_search")))
    assert left <= {(0, 0, 0, 0), (rows,) * 4}
    with desk_at(sqlite_url) as desk:
        before = counted(desk, "client")
        assert desk.write(run_import, Path(tmp_path / "clients.csv")).added == rows - before
        assert counted(desk, "client") == counted(desk, "client_search") == rows
        assert_consistent(desk)
