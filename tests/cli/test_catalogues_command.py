"""A team's own files, brought into a base on a server: what they change is told, and others let it be."""

import pytest
from login_roles import RoledBase
from sqlalchemy import select

from salesdesk.catalogues import packaged_data
from salesdesk.codes import Role
from salesdesk.models import AuditEvent, Setting
from salesdesk.storage import catalogue_rows
from tests.cli.conftest import one_line

VISIT = """
[[goal]]
code = "visit"
key = "z"
title = { en = "agree on a visit", ru = "договориться о визите" }
"""


@pytest.fixture
def ours(tmp_path):
    """Give the folder of a team: one goal more, and the shared pool given out by count."""
    folder = tmp_path / "ours"
    folder.mkdir()
    team, goals = ((packaged_data() / name).read_text("utf-8") for name in ("team.toml", "goals.toml"))
    assert "# pool_a_day = 300" in team
    (folder / "team.toml").write_text(team.replace("# pool_a_day = 300", "pool_a_day = 7"), "utf-8")
    (folder / "goals.toml").write_text(goals + VISIT, "utf-8")
    return folder


@pytest.fixture
def shared(roled: RoledBase, cli, monkeypatch):
    """Commands at a base with login roles: of anna, who administers, unless another login is said."""

    def call(*words, login="anna"):
        monkeypatch.setenv("SALESDESK_DB", roled.url_of(login))
        return cli(*words)

    return call


def actions(roled):
    with roled.owner.read() as session:
        return [*session.scalars(select(AuditEvent.action).order_by(AuditEvent.id))]


def test_what_the_files_change_is_told_and_kept(shared, roled, ours):
    changed = {
        "team": {"added": 0, "changed": 1, "dropped": 0},
        "goals": {"added": 1, "changed": 0, "dropped": 0},
    }
    rehearsed = shared("db", "catalogues", ours, "--dry-run", "--json").document
    assert rehearsed == {"files": changed, "kept": False}
    with roled.owner.read() as session:
        assert session.get_one(Setting, catalogue_rows.TEAM).value["pool_a_day"] is None
    assert actions(roled) == []
    assert shared("db", "catalogues", ours, "--json").document == rehearsed | {"kept": True}
    assert "The base has these catalogues already." in shared("db", "catalogues", ours).out
    with roled.owner.read() as session:
        base = catalogue_rows.load(session)
    assert (base.team.pool_a_day, "visit" in base.goals) == (7, True)
    assert actions(roled) == ["catalogues"]
    assert "nothing to undo" in one_line(shared("undo"))


def test_by_an_administrator_alone(shared, roled, ours):
    roled.desk("ivan", Role.LEAD)
    refused = shared("db", "catalogues", ours, login="ivan")
    assert one_line(refused) == "Only an administrator may do this."
    assert actions(roled) == []


def test_from_a_folder_that_is_named_or_set(shared, ours, monkeypatch):
    assert one_line(shared("db", "catalogues")) == "Name the folder with the team's own catalogues."
    monkeypatch.setenv("SALESDESK_DATA_DIR", str(ours))
    assert "team.toml" in shared("db", "catalogues").out
    (ours / "goals.toml").write_text("[[goal]]\ncode = 3\n", "utf-8")
    assert "goals.toml" in one_line(shared("db", "catalogues"))


def test_a_base_on_sqlite_takes_them_by_itself(desk, ours):
    refused = desk("db", "catalogues", ours)
    assert one_line(refused) == "A base on SQLite takes them by itself: set data_dir in the settings."
