"""A damaged file is told at once, names the way back, and is left as it is; what only looks so is opened."""

import shutil
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from builders import Desk, snapshot

from salesdesk.clock import Clock
from salesdesk.context import context_of
from salesdesk.errors import BaseError, DamagedError
from salesdesk.storage.backup import restore_sqlite
from salesdesk.storage.base import open_base
from salesdesk.storage.daily_backup import daily_backup
from salesdesk.storage.kept_backups import backups_folder
from salesdesk.storage.rotation import Rotation

MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Europe/Moscow"))
DAMAGES = {
    "not a database": lambda whole: b"Dear all, " * 2000,
    "wrong header": lambda whole: b"SQLite format 2\0" + whole[16:],
    "first page zeroed": lambda whole: bytes(4096) + whole[4096:],
    "cut in the middle": lambda whole: whole[: len(whole) // 2],
    "cut in its last page": lambda whole: whole[:-2000],
    "cut after its header": lambda whole: whole[:50],
    "emptied": lambda whole: b"",
    "rubbish in the middle": lambda whole: whole[:100] + b"\xa5" * 5000 + whole[5100:],
}


@pytest.fixture
def kept(sqlite_url):
    """A base with a client, closed in order, its backup, and what it held."""
    base = open_base(sqlite_url)
    Desk(base, context_of(base, Clock())).client("Ромашка")
    held = snapshot(base)
    file = daily_backup(base.path, backups_folder(base.path), Rotation(), MORNING, lambda: False)
    with base.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    base.close()
    return Path(sqlite_url), file, held


def read_whole(path):
    base = open_base(str(path))
    try:
        return snapshot(base)
    finally:
        base.close()


@pytest.mark.parametrize("kind", DAMAGES)
def test_it_is_told_names_the_way_back_and_nothing_is_overwritten(kept, kind):
    path, file, held = kept
    path.write_bytes(DAMAGES[kind](path.read_bytes()))
    damaged = path.read_bytes()
    with pytest.raises(DamagedError) as refused:
        open_base(str(path))
    line = str(refused.value)
    assert "\n" not in line
    assert f"salesdesk --db {path} db restore {file}" in line
    assert "2026-11-23" in line
    assert path.read_bytes() == damaged
    aside = restore_sqlite(file, path)
    assert aside.read_bytes() == damaged
    base = open_base(str(path))
    assert snapshot(base) == held
    base.close()


def test_pages_that_became_zeros_are_told_when_they_are_read(kept):
    path, file, _held = kept
    whole = path.read_bytes()
    with closing(sqlite3.connect(path)) as base:
        page = base.execute("SELECT rootpage FROM sqlite_master WHERE name = 'client'").fetchone()[0]
    path.write_bytes(whole[: (page - 1) * 4096] + bytes(4096) + whole[page * 4096 :])
    with pytest.raises(DamagedError):
        read_whole(path)
    assert restore_sqlite(file, path)


def test_a_base_that_is_gone_is_not_replaced_by_an_empty_one(kept):
    path, file, held = kept
    path.unlink()
    with pytest.raises(DamagedError, match=r"is gone; to begin a new one, move .*\.backups away.*db restore"):
        open_base(str(path))
    assert not path.exists()
    assert restore_sqlite(file, path) is None
    assert read_whole(path) == held


def test_a_log_without_its_base_is_told_and_kept(kept):
    path, file, _held = kept
    path.rename(path.with_name("elsewhere.db"))
    log = path.with_name(path.name + "-wal")
    log.write_bytes(b"the last commits")
    with pytest.raises(DamagedError, match="db restore"):
        open_base(str(path))
    assert log.read_bytes() == b"the last commits"
    assert not path.exists()
    aside = restore_sqlite(file, path)
    assert aside.read_bytes() == b"the last commits"
    open_base(str(path)).close()


def test_without_a_backup_the_line_says_so(sqlite_url):
    Path(sqlite_url).write_bytes(b"x" * 5000)
    with pytest.raises(DamagedError, match=r"no backup of it.*db restore FILE"):
        open_base(sqlite_url)


def test_an_empty_file_of_which_nothing_tells_becomes_a_base(tmp_path):
    (tmp_path / "new.db").touch()
    open_base(str(tmp_path / "new.db")).close()


def test_a_base_that_was_not_closed_is_no_damage(kept, tmp_path):
    path, _file, _held = kept
    base = open_base(str(path))
    Desk(base, context_of(base, Clock())).client("only in the log")
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    # With its log, as a crash leaves it; and without, as it stands once all have left.
    for suffix in ("", "-wal"):
        shutil.copy(f"{path}{suffix}", crashed / f"base.db{suffix}")
    opened = open_base(str(crashed / "base.db"))
    assert snapshot(opened) == snapshot(base)
    opened.close()
    base.close()
    assert not path.with_name(path.name + "-wal").exists()
    open_base(str(path)).close()


def test_a_base_that_others_have_open_is_not_replaced_under_them(kept, other_program):
    path, file, _held = kept
    with other_program(path) as number:
        before = path.read_bytes()
        with pytest.raises(BaseError, match=str(number)):
            restore_sqlite(file, path)
        assert path.read_bytes() == before
    assert restore_sqlite(file, path)
