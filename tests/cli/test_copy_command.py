"""`db copy`: a base whole into another one."""

import os
import signal
import sqlite3
import threading
from contextlib import closing
from dataclasses import replace

import pytest
from sqlalchemy.engine import make_url

from tests.cli.conftest import one_line


@pytest.fixture
def server(bare_postgres, request) -> str:
    """An empty database of a server, its URL with a password."""
    url = make_url(bare_postgres(f"copied_{abs(hash(request.node.nodeid)):x}"))
    return url.set(password="geheim").render_as_string(hide_password=False)  # noqa: S106  # the server asks for none


def test_a_base_goes_to_a_server_and_back(desk, tmp_path, server):
    before = desk("list", "--json").document
    there = desk("db", "copy", tmp_path / "base.db", server, "--json").document
    back = desk("db", "copy", server, tmp_path / "back.db", "--json").document
    assert there["tables"] == back["tables"]
    assert set(there) == {"tables", "rows", "seconds", "verified"}
    assert there["verified"] is True
    assert there["tables"]["client"] == 60
    assert there["rows"] == sum(there["tables"].values())
    for where in (server, tmp_path / "back.db"):
        assert desk("--db", where, "list", "--json").document == before
        assert desk("--db", where, "db", "check").status == 0


def after_the_remark(ran):
    """Take off the line that says where a password belongs that stood on the command line."""
    remark, _end, said = ran.err.partition("\n")
    assert "~/.pgpass" in remark
    return replace(ran, err=said)


def test_it_says_what_came_of_it_and_nothing_of_the_server(desk, tmp_path, server):
    ran = after_the_remark(desk("db", "copy", tmp_path / "base.db", server))
    assert (ran.status, ran.err) == (0, "")
    assert "Copied and compared" in ran.out
    again = one_line(after_the_remark(desk("db", "copy", tmp_path / "base.db", server)))
    elsewhere = make_url(server).set(database="nosuch").render_as_string(hide_password=False)
    unknown = one_line(after_the_remark(desk("db", "copy", elsewhere, tmp_path / "back.db")))
    assert "has clients" in again
    assert "no such database" in unknown
    for said in (ran.out, again, unknown):
        assert "geheim" not in said
        assert "postgresql:" not in said
    assert not (tmp_path / "back.db").exists()


def test_what_is_not_there_is_not_copied(desk, tmp_path):
    assert "nowhere.db" in one_line(desk("db", "copy", tmp_path / "nowhere.db", tmp_path / "copy.db"))
    assert one_line(desk("db", "copy", tmp_path / "base.db", tmp_path / "no folder" / "copy.db"))
    assert one_line(desk("db", "copy", tmp_path / "base.db", "mysql://localhost/x"))
    assert not (tmp_path / "copy.db").exists()


def test_a_base_of_an_older_version_is_upgraded_first(desk, tmp_path):
    with closing(sqlite3.connect(tmp_path / "base.db")) as base, base:
        base.execute("UPDATE alembic_version SET version_num = '0001'")
    assert "db upgrade" in one_line(desk("db", "copy", tmp_path / "base.db", tmp_path / "copy.db"))


def test_the_line_is_in_the_language_asked_for(desk, tmp_path):
    said = one_line(desk("--lang", "ru", "db", "copy", tmp_path / "base.db", tmp_path / "base.db"))
    assert said == "Базу нельзя скопировать в неё саму."


def test_ctrl_c_leaves_nothing(desk, tmp_path, monkeypatch):
    """Pressed while rows are copied: the first time that the bar is told how far it is."""
    from salesdesk.cli.progress import Bar

    told = Bar.report

    def press(bar, done, total=None):
        told(bar, done, total)
        assert threading.current_thread() is threading.main_thread()
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(Bar, "report", press)
    said = one_line(desk("db", "copy", tmp_path / "base.db", tmp_path / "copy.db"), status=130)
    assert said == "Stopped: nothing was copied."
    assert not [*tmp_path.glob("copy.db*")]
