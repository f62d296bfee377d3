"""The day's backup: taken once, whole, beside those who work; old ones go, the last good one never."""

import multiprocessing
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from builders import Desk, said, snapshot
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.backing_up import back_up_the_day, care_for_the_day, is_wanted
from salesdesk.clock import Clock
from salesdesk.context import context_of
from salesdesk.desk import calls
from salesdesk.errors import BaseError, DamagedError, StoppedError
from salesdesk.opening import Opened
from salesdesk.places import sample_base_file
from salesdesk.settings import load_settings
from salesdesk.storage import daily_backup as taking
from salesdesk.storage.base import open_base
from salesdesk.storage.daily_backup import daily_backup
from salesdesk.storage.kept_backups import backups, backups_folder, last_good
from salesdesk.storage.rotation import Rotation, kept

MOSCOW = ZoneInfo("Europe/Moscow")
MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=MOSCOW)
USUAL = Rotation()


def never() -> bool:
    return False


@pytest.fixture
def desk(sqlite_url):
    opened = open_base(sqlite_url)
    yield Desk(opened, context_of(opened, Clock()))
    opened.close()


def take(desk, now=MORNING, rotation=USUAL, stopped=never):
    return daily_backup(desk.base.path, backups_folder(desk.base.path), rotation, now, stopped)


def damage(path, copy):
    """Let the middle of a base be zeros, as a bad disk leaves it."""
    whole = copy.read_bytes()
    path.write_bytes(whole[:8192] + bytes(len(whole) // 2) + whole[8192 + len(whole) // 2 :])


def test_it_is_taken_once_a_day_of_the_team(desk):
    desk.client()
    first = take(desk)
    assert take(desk, MORNING + timedelta(hours=14)) is None
    second = take(desk, MORNING + timedelta(hours=15, minutes=1))
    assert [one.path for one in backups(first.parent)] == [second, first]
    assert [one.at for one in backups(first.parent)] == [
        (MORNING + timedelta(hours=15, minutes=1)).astimezone(UTC), MORNING.astimezone(UTC),
    ]  # fmt: skip


def test_it_holds_what_the_base_held(desk):
    client_id = desk.client()
    desk.write(calls.log_call, said(client_id, "busy"))
    copy = open_base(str(take(desk)))
    assert snapshot(copy) == snapshot(desk.base)
    copy.close()


def _take_in_a_process(path, folder, start, results):
    start.wait()
    results.put(daily_backup(path, folder, USUAL, MORNING, never))


def test_of_many_processes_one_takes_it(desk):
    desk.client()
    processes = multiprocessing.get_context("fork")
    start, results = processes.Event(), processes.Queue()
    folder = backups_folder(desk.base.path)
    # Nothing of an open base may go through a fork.
    desk.base.close()
    many = [
        processes.Process(target=_take_in_a_process, args=(desk.base.path, folder, start, results))
        for _ in range(6)
    ]
    for one in many:
        one.start()
    start.set()
    taken = [results.get(timeout=60) for _ in many]
    for one in many:
        one.join()
    results.close()
    assert len([file for file in taken if file]) == 1
    assert len(backups(folder)) == 1


def test_whoever_writes_meanwhile_does_not_wait_and_the_copy_is_of_one_moment(desk, monkeypatch):
    client_id, asked = desk.client(), []
    monkeypatch.setattr("salesdesk.storage.backup._PAGES", 5)

    def log_a_call() -> bool:
        desk.write(calls.log_call, said(client_id, "busy"))
        asked.append(True)
        return False

    file = take(desk, stopped=log_a_call)
    assert len(asked) > 5
    with closing(sqlite3.connect(file)) as copy:
        assert copy.execute("SELECT count(*) FROM call").fetchone() == (0,)
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_one_that_is_stopped_leaves_nothing_and_is_taken_the_next_time(desk):
    desk.client()
    with pytest.raises(StoppedError):
        take(desk, stopped=lambda: True)
    folder = backups_folder(desk.base.path)
    assert [file.name for file in folder.iterdir()] == ["lock"]
    assert take(desk) is not None


def test_what_a_crash_left_half_is_no_backup_and_goes(desk):
    folder = backups_folder(desk.base.path)
    folder.mkdir()
    for suffix in ("", "-journal"):
        (folder / f"2026-11-23T060000Z.sqlite.partial{suffix}").write_bytes(b"half")
    assert backups(folder) == ()
    taken = take(desk)
    assert sorted(file.name for file in folder.iterdir()) == [taken.name, "lock"]


def test_without_room_there_is_one_line_and_nothing_else(desk, monkeypatch):
    monkeypatch.setattr(taking.shutil, "disk_usage", lambda _folder: SimpleNamespace(free=1_000_000))
    with pytest.raises(BaseError, match=r"not taken, the desk works on.*1 MB free") as refused:
        take(desk)
    assert "\n" not in str(refused.value)
    assert backups(backups_folder(desk.base.path)) == ()


def test_a_folder_that_cannot_be_made_is_one_line(desk):
    backups_folder(desk.base.path).write_text("a file")
    with pytest.raises(BaseError, match="not taken"):
        take(desk)


def test_a_disk_that_fills_up_on_the_way_leaves_nothing(desk, monkeypatch):
    desk.client()
    real = sqlite3.connect

    def connect(path, *given, **named):
        made = real(path, *given, **named)
        if str(path).endswith(".partial"):
            made.execute("PRAGMA max_page_count = 3")
        return made

    monkeypatch.setattr("salesdesk.storage.backup.sqlite3.connect", connect)
    with pytest.raises(BaseError, match="not taken"):
        take(desk)
    assert [file.name for file in backups_folder(desk.base.path).iterdir()] == ["lock"]


def test_a_damaged_base_is_told_and_no_good_backup_goes_for_it(desk):
    desk.client()
    good = take(desk)
    desk.base.close()
    damage(desk.base.path, good)
    for days in range(1, 9):
        with pytest.raises(DamagedError):
            take(desk, MORNING + timedelta(days=days), Rotation(1, 0, 0))
    assert [one.path for one in backups(good.parent)] == [good]


def test_old_ones_go_and_other_files_stay(desk):
    desk.client()
    folder = backups_folder(desk.base.path)
    folder.mkdir()
    for name in ("mine.sqlite", "notes.txt"):
        (folder / name).write_text("mine")
    for days in range(3):
        take(desk, MORNING + timedelta(days=days), Rotation(2, 0, 0))
    assert [one.at.date() for one in backups(folder)] == [date(2026, 11, 25), date(2026, 11, 24)]
    assert {"mine.sqlite", "notes.txt"} <= {file.name for file in folder.iterdir()}


def test_bases_of_one_name_share_a_folder_that_was_chosen(tmp_path):
    ours, theirs = (backups_folder(tmp_path / place / "base.db", tmp_path) for place in "ab")
    assert ours != theirs
    assert {ours.parent, theirs.parent} == {tmp_path}


def test_seven_days_four_weeks_and_six_months_are_kept():
    there = set()
    for days in range(400):
        there.add(MORNING + timedelta(days=days))
        there = kept(there, USUAL)
    last = MORNING + timedelta(days=399)
    days = sorted((last.date() - at.date()).days for at in there)
    assert days[:7] == [*range(7)]
    weeks = {at.isocalendar()[:2] for at in there}
    months = {(at.year, at.month) for at in there}
    assert {(last - timedelta(weeks=back)).isocalendar()[:2] for back in range(4)} <= weeks
    assert len(months) == 6
    assert len(there) <= 17


@given(
    st.sets(st.integers(0, 500).map(lambda hours: MORNING + timedelta(hours=hours * 7)), min_size=1),
    st.builds(Rotation, st.integers(1, 9), st.integers(0, 5), st.integers(0, 7)),
)
def test_the_newest_is_always_kept_and_keeping_twice_changes_nothing(moments, rotation):
    once = kept(moments, rotation)
    assert max(moments) in once
    assert once <= moments
    assert len(once) <= rotation.days + rotation.weeks + rotation.months
    assert kept(once, rotation) == once


def test_one_that_cannot_be_opened_any_more_is_passed_by(desk):
    desk.client()
    older, newer = take(desk), take(desk, MORNING + timedelta(days=1))
    newer.write_bytes(b"rotten" * 1000)
    assert last_good(older.parent).path == older
    assert last_good(older.parent, but={older}) is None


@pytest.mark.parametrize(
    ("said_so", "place", "fixed", "wanted"),
    [
        (None, "/home/anna/base.db", None, True),
        (None, "/home/anna/base.db", MORNING, False),
        (None, "{temporary}/demo/base.db", None, False),
        (None, "{sample}", None, False),
        (True, "{temporary}/demo/base.db", MORNING, True),
        (False, "/home/anna/base.db", None, False),
    ],
)
def test_a_base_that_is_to_stay_is_backed_up_unless_said(
    said_so, place, fixed, wanted, tmp_path, monkeypatch
):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    file = type(tmp_path)(place.format(temporary=tmp_path, sample=sample_base_file()))
    assert is_wanted(said_so, file, Clock(fixed=fixed)) is wanted


def test_it_follows_the_settings(desk, tmp_path, monkeypatch):
    opened = Opened(desk.base, desk.at(MORNING).context)
    monkeypatch.setenv("SALESDESK_BACKUP", "true")
    monkeypatch.setenv("SALESDESK_BACKUP_DIR", str(tmp_path / "safe"))
    monkeypatch.setenv("SALESDESK_BACKUP_DAYS", "1")
    assert back_up_the_day(opened, load_settings(), never) is None, "there is nothing to keep yet"
    desk.client()
    first = back_up_the_day(opened, load_settings(), never)
    assert first.parent.parent == tmp_path / "safe"
    later = Opened(desk.base, desk.at(MORNING + timedelta(days=1)).context)
    second = back_up_the_day(later, load_settings(), never)
    assert [one.path for one in backups(first.parent)] == [second], "one day is kept, of one week and month"
    monkeypatch.setenv("SALESDESK_BACKUP", "false")
    last = Opened(desk.base, desk.at(MORNING + timedelta(days=9)).context)
    assert back_up_the_day(last, load_settings(), never) is None


def test_a_day_is_cared_for_once_the_base_was_found_to_be_whole(desk, monkeypatch):
    asked = []
    monkeypatch.setattr("salesdesk.storage.receipts.drop_old", lambda base, now: asked.append(now))
    monkeypatch.setenv("SALESDESK_BACKUP", "true")
    desk.client()
    care_for_the_day(Opened(desk.base, desk.context), load_settings(), never)
    assert len(asked) == 1
    monkeypatch.setenv("SALESDESK_BACKUP", "false")
    care_for_the_day(Opened(desk.base, desk.context), load_settings(), lambda: True)
    # A clock that stands still knows no days.
    care_for_the_day(Opened(desk.base, desk.at(MORNING).context), load_settings(), never)
    assert len(asked) == 1


def test_a_base_on_a_server_is_left_to_the_server(postgres_url, monkeypatch):
    monkeypatch.setenv("SALESDESK_BACKUP", "true")
    base = open_base(postgres_url)
    assert back_up_the_day(Opened(base, context_of(base, Clock())), load_settings(), never) is None
    base.close()


def test_the_reading_back_is_stopped_too(desk, monkeypatch):
    monkeypatch.setattr("salesdesk.storage.backup._STEPS", 1)
    desk.client()
    # Read whole before the first page is asked about: the copy is there, and is being looked through.
    copied = []
    reading = sqlite3.Connection.execute

    class Copy(sqlite3.Connection):
        def execute(self, statement, *given):
            copied.append("quick_check" in statement)
            return reading(self, statement, *given)

    connect = sqlite3.connect
    monkeypatch.setattr("salesdesk.storage.backup.sqlite3.connect", lambda path: connect(path, factory=Copy))
    with pytest.raises(StoppedError):
        take(desk, stopped=lambda: any(copied))
    assert any(copied)
    assert backups(backups_folder(desk.base.path)) == ()
