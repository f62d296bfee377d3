"""The first page that a process of its own reads: what the desk would read, or nothing."""

import pickle
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from builders import Desk, owed

from salesdesk.clock import Clock
from salesdesk.context import context_of
from salesdesk.desk import queue
from salesdesk.errors import LoginNeededError
from salesdesk.head_start import _read
from salesdesk.storage.base import open_base
from salesdesk.team.operators import add_operator
from salesdesk.team.passwords import set_password

NOW = datetime(2026, 11, 23, 7, 24, tzinfo=UTC)


def filled(url):
    base = open_base(url)
    desk = Desk(base, context_of(base, Clock(fixed=NOW)))
    for number in range(3):
        desk.client(f"{number}", stage="new", owes=owed(NOW))
    page = desk.read(queue.page, limit=80)
    base.close()
    return page


def test_it_is_the_page_that_the_desk_reads(sqlite_url):
    page = filled(sqlite_url)
    found = pickle.loads(_read(sqlite_url, NOW, "anna"))  # noqa: S301  # our own
    assert found.rows == page.rows
    assert len(found.rows) == 3
    assert found.goals["find_need"].title["ru"]


def test_to_take_it_imports_nothing_of_the_base(sqlite_url, tmp_path):
    filled(sqlite_url)
    file = tmp_path / "page"
    file.write_bytes(_read(sqlite_url, NOW, "anna"))
    program = (
        "import pathlib, pickle, sys\n"
        "found = pickle.loads(pathlib.Path(sys.argv[1]).read_bytes())\n"
        "print(len(found.rows), sorted({'sqlalchemy', 'pydantic'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program, file], capture_output=True, text=True, check=True)
    assert done.stdout == "3 []\n"


def test_nothing_is_read_of_what_is_not_a_base_of_this_version(sqlite_url, tmp_path):
    filled(sqlite_url)
    assert _read(str(tmp_path / "none.db"), NOW, None) == b""
    assert not (tmp_path / "none.db").exists()
    (tmp_path / "text.db").write_text("no base")
    assert _read(str(tmp_path / "text.db"), NOW, None) == b""
    assert _read("postgresql://nowhere/x", NOW, None) == b""
    with sqlite3.connect(sqlite_url) as base:
        base.execute("UPDATE alembic_version SET version_num = '0000'")
    assert _read(sqlite_url, NOW, None) == b""


def test_a_fork_hands_it_over(sqlite_url):
    filled(sqlite_url)
    program = (
        "import asyncio, datetime, sys\n"
        "from salesdesk.head_start import HeadStart\n"
        "begun = HeadStart.begin(sys.argv[1], datetime.datetime.fromisoformat(sys.argv[2]), sys.argv[3])\n"
        "found = begun and asyncio.run(begun.first_page())\n"
        "print(len(found.rows) if found else 'none', begun is None)\n"
    )
    for login, rows in (("anna", "3"), ("nobody", "none")):
        command = [sys.executable, "-c", program, sqlite_url, NOW.isoformat(), login]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert done.stdout in {f"{rows} False\n", "none True\n"}
        assert not done.stderr


def test_a_base_that_asks_for_a_password_is_left_to_the_desk(sqlite_url, quick_passwords, monkeypatch):
    filled(sqlite_url)
    base = open_base(sqlite_url)
    context = context_of(base, Clock(fixed=NOW))
    with base.write() as session:
        add_operator(session, context, "boris")
        set_password(session, context, "anna", "nine white elephants")
    base.close()
    monkeypatch.setenv("SALESDESK_PASSWORD", "nine white elephants")
    with pytest.raises(LoginNeededError):
        _read(sqlite_url, NOW, "anna")
