"""Copies of a base: taken while it is written to, good to the last commit, put back whole."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from builders import Desk, said, snapshot

from salesdesk.clock import Clock
from salesdesk.context import context_of
from salesdesk.desk import calls
from salesdesk.errors import BaseError, InputError
from salesdesk.storage.backup import copy_sqlite, restore_sqlite
from salesdesk.storage.base import open_base


@pytest.fixture
def desk(sqlite_url):
    opened = open_base(sqlite_url)
    yield Desk(opened, context_of(opened, Clock()))
    opened.close()


def test_a_copy_taken_while_calls_are_logged_is_whole(desk, tmp_path):
    client_id, stop = desk.client(), threading.Event()

    def work() -> None:
        while not stop.is_set():
            desk.write(calls.log_call, said(client_id, "busy"))

    writer = threading.Thread(target=work)
    writer.start()
    try:
        for number in range(5):
            copy_sqlite(desk.base.path, tmp_path / f"copy-{number}.db")
    finally:
        stop.set()
        writer.join()
    for number in range(5):
        with closing(sqlite3.connect(tmp_path / f"copy-{number}.db")) as copy:
            assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            counted = "SELECT (SELECT count(*) FROM call), (SELECT count(*) FROM audit_event)"
            made, kept = copy.execute(counted).fetchone()
            assert made == kept


def test_what_was_restored_is_what_was_copied_and_what_stood_there_is_set_aside(desk, tmp_path):
    client_id = desk.client()
    copied = snapshot(desk.base)
    copy_sqlite(desk.base.path, tmp_path / "copy.db")
    desk.write(calls.log_call, said(client_id, "busy"))
    later, path = snapshot(desk.base), desk.base.path
    desk.base.close()
    aside = restore_sqlite(tmp_path / "copy.db", path)
    for place, wanted in ((path, copied), (aside, later)):
        base = open_base(str(place))
        assert snapshot(base) == wanted
        base.close()


def test_a_base_set_aside_keeps_what_only_its_log_holds(desk, tmp_path):
    """As after a crash: the last commits are not in the file itself yet."""
    copy_sqlite(desk.base.path, tmp_path / "copy.db")
    client_id = desk.client("only in the log")
    crashed = tmp_path / "crashed.db"
    for suffix in ("", "-wal", "-shm"):
        (tmp_path / f"crashed.db{suffix}").write_bytes(Path(f"{desk.base.path}{suffix}").read_bytes())
    aside = restore_sqlite(tmp_path / "copy.db", crashed)
    base = open_base(str(aside))
    assert snapshot(base) == snapshot(desk.base)
    assert client_id
    base.close()


def test_a_copy_never_overwrites(desk, tmp_path):
    (tmp_path / "here").write_text("mine")
    with pytest.raises(InputError, match="already"):
        copy_sqlite(desk.base.path, tmp_path / "here")
    assert (tmp_path / "here").read_text() == "mine"


def test_a_copy_that_cannot_be_written_leaves_nothing(desk, tmp_path):
    with pytest.raises(BaseError):
        copy_sqlite(desk.base.path, tmp_path / "no such folder" / "copy.db")
    assert not list(tmp_path.rglob("*.partial"))


@pytest.mark.parametrize("kind", ["missing", "garbage", "empty", "another program", "truncated"])
def test_what_is_no_backup_is_not_put_in_the_bases_place(desk, tmp_path, kind):
    backup, path = tmp_path / "backup.db", desk.base.path
    desk.client()
    before = snapshot(desk.base)
    if kind == "garbage":
        backup.write_bytes(b"garbage" * 1000)
    elif kind == "empty":
        backup.write_bytes(b"")
    elif kind == "another program":
        with closing(sqlite3.connect(backup)) as other:
            other.execute("CREATE TABLE theirs (x)")
    elif kind == "truncated":
        copy_sqlite(path, tmp_path / "whole.db")
        whole = (tmp_path / "whole.db").read_bytes()
        backup.write_bytes(whole[: len(whole) // 2])
    with pytest.raises((InputError, BaseError)) as refused:
        restore_sqlite(backup, path)
    assert "\n" not in str(refused.value)
    assert snapshot(desk.base) == before
    assert not list(tmp_path.glob("*.restoring*"))
