"""Whatever goes wrong is one line on stderr, in the language asked for, and a status."""

import json
import re

import pytest

from salesdesk.cli import failing
from salesdesk.log_file import log_file
from tests.cli.conftest import one_line

CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("tody",), "Did you mean today?"),
        (("today", "--limitt", "3"), "--limit"),
        (("today", "--limit"), "--limit needs a value"),
        (("today", "--limit", "0"), "“0”"),
        (("today", "--limit", "9" * 40), "from 1 on"),
        (("today", "--at", "noon"), "--at"),
        (("today", "--at", "25:99"), "--at"),
        (("today", "extra"), "extra"),
        (("today", "--db", "x"), "before the command"),
        (("why",), "CLIENT is missing"),
        (("search", "a", "b"), "quotes"),
        (("db",), "Say which command"),
        (("db", "burn"), "no command burn"),
        (("import",), "FILE"),
        (("import", "a", "b"), "import undo BATCH"),
        (("import", "undo", "x"), "“x”"),
        (("import", "x.csv", "--as", "orders"), "“orders”"),
        (("--now", "2026-11-23T10:00", "today"), "offset"),
        (("--now", "yesterday", "today"), "“yesterday”"),
        (("--now", "2026-11-23", "today"), "“2026-11-23”"),
        (("--lang", "de", "today"), "“de”"),
        (("operators", "add", "x", "--role", "boss"), "“boss”"),
    ],
)
def test_a_wrong_call_is_one_line(desk, words, said):
    assert said in one_line(desk(*words), 2)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("card", "999999"), "no client 999999"),
        (("card", "9" * 30), "no client"),
        (("why", "ext:nobody"), "nobody"),
        (("why", "-"), "no client"),
        (("card", "[b]x[/b]\n\x1b[31m"), "no client [b]x[/b]"),
        (("--operator", "nobody", "today"), "no operator nobody"),
        (("import", "undo", "7"), "no import 7"),
        (("import", "missing.csv"), "no file missing.csv"),
        (("operators", "add", "anna"), "anna works here already"),
        (("operators", "add", "two words"), "one word"),
        (("init", "--sample", "5"), "clients already"),
        (("db", "restore", "missing.db"), "no file missing.db"),
    ],
)
def test_what_is_not_there_is_one_line(desk, words, said):
    line = one_line(desk(*words))
    assert said in line
    assert line.isprintable()


@pytest.mark.parametrize(
    "words", [("today",), ("card", "1"), ("log", "1", "--outcome", "busy"), ("db", "check")]
)
def test_a_base_that_is_not_there_is_not_made_by_reading(cli, tmp_path, words):
    assert "salesdesk init" in one_line(cli(*words))
    assert not (tmp_path / "base.db").exists()


def test_a_file_that_cannot_be_imported_makes_no_base(cli, tmp_path):
    one_line(cli("import", tmp_path / "missing.csv"))
    assert not (tmp_path / "base.db").exists()


def test_errors_speak_the_language_asked_for(cli, monkeypatch):
    """Where the catalogue is compiled; the wording is the catalogue's own business."""
    said = {language: one_line(cli("--lang", language, "tody"), 2) for language in ("en", "ru")}
    assert not CYRILLIC.search(said["en"])
    monkeypatch.setenv("SALESDESK_LANG", "ru")
    assert one_line(cli("tody"), 2) == said["ru"]


def test_json_says_nothing_on_stdout_when_it_fails(desk):
    assert desk("card", "999999", "--json").out == ""


def test_a_mistake_of_the_program_is_one_line_and_its_traceback_is_in_the_log(desk, monkeypatch):
    def broken(*_words):
        raise ZeroDivisionError("by design")

    monkeypatch.setattr("salesdesk.desk.reasons.why", broken)
    assert "ZeroDivisionError" in one_line(desk("why", "1"))
    assert "by design" in log_file().read_text("utf-8")


def test_a_log_that_cannot_be_written_costs_only_the_log(desk, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setattr("salesdesk.log_file.log_file", lambda: tmp_path / "file" / "salesdesk.log")
    monkeypatch.setattr("salesdesk.desk.reasons.why", lambda *_words: 1 / 0)
    one_line(desk("why", "1"))


def test_ctrl_c_is_one_line(desk, monkeypatch):
    def stopped(*_words):
        raise KeyboardInterrupt

    monkeypatch.setattr("salesdesk.desk.reasons.why", stopped)
    assert one_line(desk("why", "1"), failing.STOPPED) == "Stopped."


def test_version_and_help_need_no_base(cli):
    assert cli("--version").out.startswith("salesdesk ")
    for words in (("--help",), ("-h",), ("today", "--help"), ("db", "--help"), ("db", "check", "-h")):
        ran = cli(*words)
        assert ran.status == 0
        assert ran.out.startswith("Usage: salesdesk")
        assert "╭" not in ran.out


def test_settings_that_are_broken_are_one_line(desk, tmp_path, monkeypatch):
    settings = tmp_path / "settings.toml"
    settings.write_text("db = [", "utf-8")
    monkeypatch.setattr("salesdesk.settings.settings_file", lambda: settings)
    assert "settings.toml" in one_line(desk("today"))


def test_a_mistake_in_a_catalogue_is_named_with_its_line(desk, tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "goals.toml").write_text('[[goal]]\ncode = "x"\nkey = 5\n', "utf-8")
    monkeypatch.setenv("SALESDESK_DATA_DIR", str(tmp_path / "data"))
    assert re.search(r"goals\.toml:\d+", one_line(desk("today")))
    checks = {check["name"]: check for check in json.loads(desk("doctor", "--json").out)["checks"]}
    assert checks["catalogues"]["ok"] is False
    assert "goals.toml:" in checks["catalogues"]["advice"]
