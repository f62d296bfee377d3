"""A base that cannot be used says so in one line, and loses nothing by it."""

import os
import resource
import signal
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from builders import Desk, said, snapshot
from sqlalchemy import event, text

from salesdesk.clock import Clock
from salesdesk.context import context_of
from salesdesk.desk import calls, editing
from salesdesk.errors import BaseError, InputError, SalesdeskError
from salesdesk.models import Operator
from salesdesk.storage.base import Base, open_base
from salesdesk.storage.engine import base_url
from salesdesk.storage.faults import LockedError, LostError
from salesdesk.storage.spool import Spool

NOBODY = 65534


@pytest.fixture
def desk(sqlite_url) -> Iterator[Desk]:
    opened = open_base(sqlite_url)
    yield Desk(opened, context_of(opened, Clock()))
    opened.close()


@contextmanager
def pragma(base: Base, statement: str) -> Iterator[None]:
    """Set something on every connection of a base."""
    base.engine.dispose()
    set_it = lambda connection, _record: connection.execute(f"PRAGMA {statement}")  # noqa: E731
    event.listen(base.engine, "connect", set_it)
    yield
    event.remove(base.engine, "connect", set_it)
    base.engine.dispose()


def assert_one_line(error: SalesdeskError) -> None:
    assert str(error)
    assert "\n" not in str(error)
    assert "sqlite3" not in str(error)


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: b"not a base at all" * 1000,
        lambda whole: whole[: len(whole) // 2],
        lambda whole: whole[:100] + os.urandom(5000) + whole[5100:],
        lambda whole: whole[:10],
    ],
)
def test_a_damaged_file(sqlite_url, damage):
    path = Path(sqlite_url)
    damaged = damage(path.read_bytes())
    path.write_bytes(damaged)
    with pytest.raises(BaseError) as refused:
        open_base(sqlite_url)
    assert_one_line(refused.value)
    assert path.read_bytes() == damaged


def test_a_file_of_another_program_stays_as_it_is(tmp_path):
    path = tmp_path / "theirs.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE theirs (x)")
    before = path.read_bytes()
    with pytest.raises(BaseError, match="another program"):
        open_base(str(path))
    assert path.read_bytes() == before


def test_a_full_disk_saves_nothing_and_the_next_try_saves_all(desk):
    client_id = desk.client()
    before = snapshot(desk.base)
    with desk.base.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    long = "очень длинная заметка " * 5000
    with pragma(desk.base, f"max_page_count = {pages}"), pytest.raises(BaseError, match="disk is full"):
        desk.write(editing.add_note, client_id, long)
    assert snapshot(desk.base) == before
    desk.write(editing.add_note, client_id, long)


def test_a_full_disk_under_the_file(desk):
    """As on a real one: the operating system refuses to let the file grow."""
    client_id = desk.client()
    before = snapshot(desk.base)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    was = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    desk.base.engine.dispose()
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, hard))
        with pytest.raises(BaseError) as refused:
            desk.write(editing.add_note, client_id, "x" * 300_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, was)
    assert_one_line(refused.value)
    desk.base.engine.dispose()
    assert snapshot(desk.base) == before


def test_a_base_that_another_program_writes_to(desk, monkeypatch):
    client_id = desk.client()
    other = open_base(str(desk.base.path))
    monkeypatch.setattr("salesdesk.storage.engine.BUSY_SECONDS", 0)
    with other.write() as session:
        session.execute(text("UPDATE client SET city = 'Омск'"))
        assert desk.base.empty is False  # reading goes on
        with pytest.raises(LockedError, match="busy") as refused:
            desk.write(calls.log_call, said(client_id, "busy"))
    assert_one_line(refused.value)
    desk.write(calls.log_call, said(client_id, "busy"))
    other.close()


@contextmanager
def as_nobody() -> Iterator[None]:
    """Be nobody for a while: to root, as which tests may run, everything is allowed."""
    me = os.geteuid()
    if me == 0:
        os.seteuid(NOBODY)
    yield
    os.seteuid(me)


def _write_to(where: str) -> None:
    with open_base(where).write() as session:
        session.add(Operator(login="b", name="b"))


@pytest.mark.parametrize(("file", "folder"), [(0o444, 0o555), (0o444, 0o777), (0o000, 0o777), (0o666, 0o555)])
def test_a_file_or_folder_that_may_not_be_written(sqlite_url, file, folder):
    open_base(sqlite_url).close()  # what a base imports when it is opened is imported as oneself
    whole = Path(sqlite_url).read_bytes()
    with tempfile.TemporaryDirectory(dir="/tmp") as place:  # the tests' own is closed to nobody
        path = Path(place) / "base.db"
        path.write_bytes(whole)
        path.chmod(file)
        Path(place).chmod(folder)
        with as_nobody(), pytest.raises(BaseError) as refused:
            _write_to(str(path))
        path.chmod(0o600)
        assert path.read_bytes() == whole
    assert_one_line(refused.value)


def test_places_where_no_base_can_be(tmp_path):
    (tmp_path / "file").write_text("")
    for where in (str(tmp_path), str(tmp_path / "file" / "base.db"), "/proc/nowhere/base.db"):
        with pytest.raises(BaseError) as refused:
            open_base(where)
        assert_one_line(refused.value)


@pytest.mark.parametrize("where", ["mysql://host/base", "sqlite://", "://", "http://x"])
def test_addresses_that_are_none(where):
    with pytest.raises(InputError) as refused:
        base_url(where)
    assert_one_line(refused.value)


@pytest.mark.parametrize(
    "where", ["postgresql://nobody@127.0.0.1:1/none", "postgresql:///none?host=/nowhere"]
)
def test_a_server_that_does_not_answer(where):
    with pytest.raises(LostError) as refused:
        open_base(where)
    assert_one_line(refused.value)


def test_a_server_that_goes_away_and_comes_back(postgres_url):
    base = open_base(postgres_url)
    with pytest.raises(LostError), base.read() as session:
        session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    assert base.empty
    base.close()


def test_a_wrong_database_or_password(postgres_url):
    wrong = postgres_url.replace("/test_", "/no_such_")
    with pytest.raises(BaseError) as refused:
        open_base(wrong)
    assert_one_line(refused.value)


def test_faults_of_what_is_kept_aside_and_of_rows_that_the_driver_writes_are_told_too(sqlite_url):
    spool = Spool()
    spool._file.execute("PRAGMA max_page_count = 4")
    with pytest.raises(BaseError, match="disk is full"):
        spool.put([("add", "x" * 100_000)])
    base = open_base(sqlite_url)

    def write(session):
        driver = session.connection().connection.driver_connection
        driver.execute("PRAGMA query_only = 1")
        driver.executemany("INSERT INTO setting (key, value) VALUES (?, ?)", [("a", "1")])

    with pytest.raises(BaseError, match="not written"), base.write() as session:
        write(session)
    base.close()
