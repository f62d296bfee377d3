"""`init`, `db`, `operators`, `doctor`: making a base and looking after it."""

import json
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta

import pytest

from salesdesk.storage.daily_backup import daily_backup
from salesdesk.storage.kept_backups import backups_folder
from salesdesk.storage.rotation import Rotation
from tests.cli.conftest import NOW, one_line


def _sql(path, *statements):
    with closing(sqlite3.connect(path)) as base:
        for statement in statements:
            base.execute(statement)
        base.commit()


def test_init_makes_an_empty_base(cli, tmp_path):
    made = cli("init", "--json").document
    assert (made["clients"], made["calls"], made["next_actions"]) == (0, 0, 0)
    assert (tmp_path / "base.db").exists()
    assert cli("today", "--json").document["rows"] == []
    assert cli("init").status == 0


def test_init_makes_the_same_sample_for_the_same_seed(cli, tmp_path):
    made = cli("init", "--sample", "40", "--seed", "5", "--json").document
    assert made["clients"] == 40
    assert made["calls"] > 0
    assert made["next_actions"] > 0
    first = cli("card", "7", "--json").document
    (tmp_path / "base.db").unlink()
    cli("init", "--sample", "40", "--seed", "5")
    assert cli("card", "7", "--json").document == first


def test_demo_without_a_terminal_prints_its_list_and_leaves_nothing(cli, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    ran = cli("demo", "--clients", "30")
    assert ran.status == 0
    assert ran.out
    assert list(tmp_path.iterdir()) == []


def test_a_whole_base_is_ok(desk):
    assert desk("db", "check", "--json").document == {"ok": True, "problems": []}


@pytest.mark.parametrize(
    ("code", "statement"),
    [
        ("no_next_action", "DELETE FROM next_action WHERE closed_at IS NULL"),
        ("client_keys", "UPDATE client SET sort_key = 3 WHERE id = 7"),
        ("next_action_keys", "UPDATE next_action SET zone = 'Asia/Tokyo' WHERE closed_at IS NULL"),
        ("name_keys", "UPDATE client SET name_key = 'яя' WHERE id = 7"),
        ("search_stale", "UPDATE client SET city = 'Тотьма' WHERE id = 7"),
        ("search_missing", "DELETE FROM client_search WHERE rowid = 7"),
        ("search_stray", "INSERT INTO client_search (rowid, text) VALUES (9999, 'x')"),
        ("do_not_call_owed", "UPDATE client SET do_not_call = 1"),
        ("do_not_call_number", "UPDATE client SET do_not_call = 1"),
        ("call_without_goal", "UPDATE call SET goal_result = NULL WHERE outcome = 'interested'"),
        ("lost_call_deal", "UPDATE call SET deal_id = 99999 WHERE id = 1"),
        ("lost_phone_contact", "UPDATE phone SET contact_id = 99999 WHERE id = 1"),
        ("lost_call_phone", "UPDATE call SET phone_id = (SELECT max(id) FROM phone) WHERE id = 1"),
        ("lost_review_change", "UPDATE review SET change_id = 99999"),
        ("lost_stand_up_note", "UPDATE stand_up_card SET note_id = 99999"),
        ("lost_stand_up_next_action", "UPDATE stand_up_card SET next_action_id = 99999"),
        ("deal_stage", "UPDATE deal SET stage = 'paused' WHERE stage = 'proposal'"),
        ("impossible_counts", "UPDATE next_action SET moves = -1 WHERE closed_at IS NULL"),
        ("unknown_goal", "UPDATE next_action SET goal = 'chat' WHERE closed_at IS NULL"),
        ("broken_foreign_keys", "UPDATE call SET operator_id = 777 WHERE id = 1"),
        ("closed_client_owed", "UPDATE client SET stage = 'rejected'"),
        ("owed_by_nobody", "UPDATE operator SET active = 0 WHERE login <> 'anna'"),
        ("no_substitute", "UPDATE operator SET substitute_id = id WHERE id = 1"),
        (
            "endless_claim",
            (
                "INSERT OR REPLACE INTO claim (client_id, operator_id, taken_at, expires_at) "
                "VALUES (7, 1, 4000000000, 4000000900)"
            ),
        ),
        ("phone_keys", "UPDATE phone SET last4 = '0000', digits = '70000000000' WHERE id = 1"),
        (
            "forbidden_number_callable",
            "INSERT INTO forbidden_number (number, at) SELECT min(e164), 1 FROM phone WHERE state = 'good'",
        ),
        ("last_call", "UPDATE client SET last_call_at = last_call_at - 1 WHERE last_call_at IS NOT NULL"),
        ("call_without_reason", "UPDATE call SET reason = NULL WHERE outcome = 'not_interested'"),
        ("impossible_calls", "UPDATE call SET attempt = 0 WHERE id = 1"),
        ("impossible_clients", "UPDATE client SET interest = 9 WHERE id = 7"),
        ("rejected_without_reason", "UPDATE deal SET reject_reason = NULL WHERE stage = 'rejected'"),
        ("deal_without_history", "DELETE FROM stage_change"),
        ("deal_not_closed", "UPDATE deal SET closed_at = NULL WHERE stage = 'rejected'"),
        ("never_won", "UPDATE client SET won_at = NULL"),
        ("amount_not_whole", "UPDATE deal SET amount_minor = 0.1 WHERE id = 1"),
        (
            "lost_message_contact",
            "INSERT INTO message VALUES (NULL, 7, 99999, 1, 1, 0, 'email', 'x')",
        ),
    ],
)
def test_what_may_not_be_is_found_counted_and_has_a_cure(desk, tmp_path, code, statement):
    _sql(tmp_path / "base.db", statement)
    ran = desk("db", "check", "--json")
    assert ran.status == 1
    assert ran.document["ok"] is False
    problems = {problem["code"]: problem for problem in ran.document["problems"]}
    assert problems[code]["count"] >= 1
    assert problems[code]["what"]
    assert problems[code]["cure"]
    assert code in desk("db", "check").out


def test_what_follows_from_other_columns_is_cured(desk, tmp_path):
    _sql(
        tmp_path / "base.db",
        "UPDATE client SET sort_key = 3, name_key = 'яя' WHERE id IN (7, 8)",
        "DELETE FROM client_search WHERE rowid = 7",
    )
    ran = desk("db", "check", "--cure", "--json")
    assert (ran.status, ran.document["ok"], ran.document["problems"]) == (0, True, [])
    assert ran.document["cured"] == {
        "client_keys": 2, "next_action_keys": 0, "name_keys": 2, "last_call": 0, "search_missing": 1,
        "search_stale": 0, "search_stray": 0, "phone_keys": 0, "forbidden_number_callable": 0,
        "endless_claim": 0,
    }  # fmt: skip
    assert "nothing to cure" in desk("db", "check", "--cure").out
    _sql(
        tmp_path / "base.db",
        "UPDATE client SET name_key = 'яя'",
        "UPDATE call SET operator_id = 777 WHERE id = 1",
    )
    ran = desk("db", "check", "--cure")
    assert ran.status == 1
    assert "(name_keys)" in ran.out
    assert "broken_foreign_keys" in ran.out


def test_a_backup_brings_the_base_back(desk, tmp_path):
    before = desk("today", "--json").document
    copy = tmp_path / "copy.db"
    assert desk("db", "backup", copy, "--json").document["file"] == str(copy)
    desk("log", before["rows"][0]["client"], "--outcome", "busy")
    restored = desk("db", "restore", copy, "--json").document
    assert restored["set_aside"]
    assert desk("today", "--json").document == before


def test_a_backup_overwrites_nothing(desk, tmp_path):
    (tmp_path / "copy.db").write_text("mine", "utf-8")
    assert "there already" in one_line(desk("db", "backup", tmp_path / "copy.db"))
    assert (tmp_path / "copy.db").read_text("utf-8") == "mine"


def test_what_is_no_base_is_not_restored(desk, tmp_path):
    before = desk("today", "--json").document
    (tmp_path / "letter.txt").write_text("Dear all, " * 500, "utf-8")
    _sql(tmp_path / "other.db", "CREATE TABLE t (x)")
    for name in ("letter.txt", "other.db"):
        assert name in one_line(desk("db", "restore", tmp_path / name))
    assert desk("today", "--json").document == before


def test_a_damaged_base_is_restored_from_its_backup(desk, tmp_path):
    before = desk("today", "--json").document
    desk("db", "backup", tmp_path / "copy.db")
    (tmp_path / "base.db").write_bytes(b"not a base at all" * 1000)
    assert "db restore" in one_line(desk("today"))
    assert "db restore" in one_line(desk("db", "check"))
    assert desk("db", "restore", tmp_path / "copy.db").status == 0
    assert desk("today", "--json").document == before


def test_backups_of_the_days_are_listed_and_the_last_one_is_named_where_the_base_is_damaged(desk, tmp_path):
    folder = backups_folder(tmp_path / "base.db")
    assert desk("db", "backups", "--json").document == {"folder": str(folder), "rows": []}
    assert str(folder) in desk("db", "backups").out
    for days in (2, 1):
        moment = datetime.fromisoformat(NOW) - timedelta(days=days)
        daily_backup(tmp_path / "base.db", folder, Rotation(), moment, lambda: False)
    rows = desk("db", "backups", "--json").document["rows"]
    assert [datetime.fromisoformat(row["at"]).day for row in rows] == [22, 21]
    assert rows[0]["file"] in desk("db", "backups").out
    assert rows[0]["bytes"] > 0
    before = desk("today", "--json").document
    (tmp_path / "base.db").write_bytes(b"not a base at all" * 1000)
    for words in (("today",), ("db", "check"), ("db", "upgrade"), ("db", "backup", tmp_path / "copy.db")):
        assert f"db restore {rows[0]['file']}" in one_line(desk(*words))
    assert rows[0]["file"] in json.dumps(desk("doctor", "--json").document)
    assert desk("db", "restore", rows[0]["file"]).status == 0
    assert desk("today", "--json").document == before


def test_doctor_tells_of_backups(desk, tmp_path, monkeypatch):
    def told():
        checks = {check["name"]: check["advice"] for check in desk("doctor", "--json").document["checks"]}
        return checks["backup"]

    folder = backups_folder(tmp_path / "base.db")
    assert str(folder) in told()
    monkeypatch.setenv("SALESDESK_BACKUP", "false")
    assert "turned off" in told()
    file = daily_backup(tmp_path / "base.db", folder, Rotation(), datetime.fromisoformat(NOW), lambda: False)
    assert str(file) in told()


def test_backups_may_go_elsewhere(desk, tmp_path, monkeypatch):
    monkeypatch.setenv("SALESDESK_BACKUP_DIR", str(tmp_path / "safe"))
    assert desk("db", "backups", "--json").document["folder"].startswith(str(tmp_path / "safe" / "base.db-"))


def test_a_log_without_its_base_is_told_by_every_command(cli, tmp_path):
    (tmp_path / "base.db-wal").write_bytes(b"the last commits")
    for words in (("today",), ("init",), ("db", "check"), ("db", "upgrade")):
        assert "db restore" in one_line(cli(*words))
    assert not (tmp_path / "base.db").exists()


def test_an_upgrade_with_nothing_to_do(desk):
    done = desk("db", "upgrade", "--json").document
    assert done["from"] == done["to"]
    assert (done["backup"], done["tables"]) == (None, 0)


def test_a_newer_base_is_refused_and_left_alone(desk, tmp_path):
    _sql(tmp_path / "base.db", "UPDATE alembic_version SET version_num = '9999'")
    for words in (("today",), ("db", "upgrade"), ("db", "check")):
        assert "newer" in one_line(desk(*words))


def test_a_base_of_another_program_is_refused(cli, tmp_path):
    _sql(tmp_path / "base.db", "CREATE TABLE t (x)")
    for words in (("today",), ("init",)):
        assert "another program" in one_line(cli(*words))


def test_a_folder_is_no_base(cli, tmp_path):
    (tmp_path / "base.db").mkdir()
    for words in (("today",), ("init",), ("db", "check")):
        assert "folder" in one_line(cli(*words))


@pytest.mark.parametrize("url", ["mysql://localhost/x", "sqlite://", "postgresql://", "://"])
def test_a_url_of_nothing_we_know_is_one_line(cli, url):
    assert one_line(cli("--db", url, "today"))


def test_a_busy_base_says_so(desk, tmp_path, monkeypatch):
    monkeypatch.setattr("salesdesk.storage.engine.BUSY_SECONDS", 0)
    desk("today")
    with closing(sqlite3.connect(tmp_path / "base.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert desk("today").status == 0
        assert "busy" in one_line(desk("log", "1", "--outcome", "busy"))
        other.execute("ROLLBACK")
    assert desk("db", "check").status == 0


def test_operators_are_added_and_listed(desk):
    said = ("--role", "lead", "--specialty", "accounts")
    made = desk("operators", "add", "boris", "Борис", *said, "--json").document
    assert (made["login"], made["name"], made["role"]) == ("boris", "Борис", "lead")
    rows = desk("operators", "list", "--json").document["rows"]
    assert made in rows
    assert "boris" in desk("operators", "list").out
    assert desk("--operator", "boris", "today", "--json").document["operator"] == "boris"


def test_doctor_looks_at_everything(desk, waiting_for_the_disk):
    checks = {check["name"]: check for check in desk("doctor", "--json").document["checks"]}
    assert set(checks) >= {
        "python", "zones", "terminal", "encoding", "language", "clipboard", "dial", "postgresql",
        "catalogues", "base", "disk", "durability", "version", "backup",
    }  # fmt: skip
    assert all(set(check) == {"name", "ok", "advice"} and check["advice"] for check in checks.values())
    assert [name for name, check in checks.items() if not check["ok"] and name != "disk"] == []
    assert desk("doctor").status == 0


def test_doctor_works_without_a_base_and_makes_none(cli, tmp_path):
    checks = {check["name"]: check for check in cli("doctor", "--json").document["checks"]}
    assert checks["base"]["ok"] is False
    assert "salesdesk init" in checks["base"]["advice"]
    assert not (tmp_path / "base.db").exists()


def test_doctor_names_a_program_that_does_not_dial(desk, monkeypatch):
    monkeypatch.setenv("SALESDESK_DIAL", "no-such-program")
    checks = {check["name"]: check for check in desk("doctor", "--json").document["checks"]}
    assert checks["dial"]["ok"] is False
    assert "no-such-program" in checks["dial"]["advice"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody who may not write")
def test_a_base_that_cannot_be_written_is_one_line(desk, tmp_path):
    shutil.chown(tmp_path, 65534)
    for part in tmp_path.iterdir():
        part.chmod(0o444)
    tmp_path.chmod(0o555)
    before = os.geteuid()
    os.seteuid(65534)
    try:
        reached = os.access(tmp_path / "base.db", os.R_OK, effective_ids=True)
        ran = desk("log", "1", "--outcome", "busy")
    finally:
        os.seteuid(before)
    assert not reached or "written" in ran.err or "opened" in ran.err
    one_line(ran)
