"""What is kept on a workstation: encrypted, on the disk before it is said to be, found by the next run."""

import errno
import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from salesdesk.codes import GoalResult, StepKind
from salesdesk.errors import SalesdeskError
from salesdesk.kept import keys
from salesdesk.kept.rows import Kept, Owed, Seen, State, TheirCall, Theirs
from salesdesk.kept.store import Store, all_kept, kept_folder
from salesdesk.rows import NextStep, WrapUp
from salesdesk.secrecy import keyrings

AT = datetime(2026, 11, 23, 7, 24, tzinfo=UTC)
STEP = NextStep(StepKind.CALL, "get_request", AT, promise=True)
SEEN = Seen(AT, "new", False, "Анна", 1, Owed(7, StepKind.CALL, "find_need", AT, False, "Анна", 1))
WRAP_UP = WrapUp(
    5,
    "interested",
    "find_need",
    GoalResult.HIT,
    None,
    STEP,
    "тайна маркера",
    60,
    2,
    at=AT,
    token="t1",  # noqa: S106
)
KEPT = Kept("host:5432/base", "anna", "t1", AT, 5, "ООО «Маркер»", SEEN, wrap_up=WRAP_UP)


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch):
    monkeypatch.setattr(keyrings, "kept", lambda entry: None)
    monkeypatch.setattr(keyrings, "keep", lambda entry, password: False)


@pytest.fixture
def store() -> Store:
    return Store("host:5432/base", "anna")


def files() -> list[Path]:
    return [file for file in kept_folder().rglob("*") if file.is_file()]


def test_what_is_kept_is_found_again_whole_by_another_run(store):
    clashed = Kept(
        "host:5432/base", "anna", "t2", AT, 6, "Лютик", SEEN, step=STEP, state=State.CLASHED,
        theirs=Theirs(8, "Лютик", True, SEEN, (TheirCall("Борис", AT, "busy", None),), ("merged", "calls")),
    )  # fmt: skip
    store.put(KEPT)
    store.put(clashed)
    found = Store("host:5432/base", "anna").find()
    assert (found.kept, found.closed) == ((KEPT, clashed), 0)
    assert Store("host:5432/base", "boris").find().kept == ()
    assert all_kept() == found
    store.remove("t1")
    assert store.find().kept == (clashed,)


def test_nothing_of_it_can_be_read_on_the_disk_nor_by_others(store):
    store.put(KEPT)
    (file,) = files()
    whole = file.read_bytes() + file.name.encode() + str(file.parent).encode()
    for marker in ("тайна маркера", "Маркер", "interested", "anna", "host"):
        assert marker.encode() not in whole
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    key = keys.key_file()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert key.parent not in file.parents
    assert file.parent not in key.parents


def test_what_no_key_here_opens_is_counted_and_left(store):
    store.put(KEPT)
    keys.key_file().unlink()
    other = Store("host:5432/base", "anna")
    other.put(Kept("host:5432/base", "anna", "t3", AT, 6, "Лютик", text="заметка"))
    found = other.find()
    assert ([one.token for one in found.kept], found.closed) == (["t3"], 1)
    assert len(files()) == 2


def test_the_key_is_the_keyrings_where_there_is_one(monkeypatch):
    ring = {}
    monkeypatch.setattr(keyrings, "kept", ring.get)
    monkeypatch.setattr(keyrings, "keep", lambda entry, key: ring.update({entry: key}) is None)
    Store("b", "anna").put(KEPT)
    assert ring
    assert not keys.key_file().exists()
    assert Store("b", "anna").find().kept == (KEPT,)
    # A session without the keyring, as over SSH, makes a key of its own; the keyring's entries are kept.
    monkeypatch.setattr(keyrings, "kept", lambda entry: None)
    monkeypatch.setattr(keyrings, "keep", lambda entry, key: False)
    assert Store("b", "anna").find().closed == 1


def test_it_is_on_the_disk_before_it_is_said_to_be(store, monkeypatch):
    synced = []
    fsync = os.fsync

    def told(number):
        synced.append(str(Path(f"/proc/self/fd/{number}").readlink()))
        fsync(number)

    monkeypatch.setattr(os, "fsync", told)
    store.put(KEPT)
    assert any(name.endswith(".partial") for name in synced)
    assert synced[-1] == str(store.folder)


def test_a_full_disk_is_said_and_what_was_kept_stays(store, monkeypatch):
    store.put(KEPT)

    def full(_number):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SalesdeskError, match="No space left"):
        store.put(Kept("host:5432/base", "anna", "t1", AT, 5, "Другое", text="x"))
    assert store.find().kept == (KEPT,)
    assert [file.suffix for file in files()] == [".kept"]
