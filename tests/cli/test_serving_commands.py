"""`serve` without its extra, and passwords from the command line."""

import io
import sys

import pytest

from salesdesk.storage.base import open_base
from tests.cli.conftest import one_line

GOOD = "восемь слонов"


def test_without_the_extra_it_is_said_how_to_install_it(cli, monkeypatch):
    cli("init")
    monkeypatch.setattr("salesdesk.cli.serving.find_spec", lambda _name: None)
    assert one_line(cli("serve")) == "The browser needs one more package: pip install 'salesdesk[web]'"


@pytest.mark.parametrize(
    "words", [("--port", "0"), ("--port", "65536"), ("--sessions", "0"), ("--port", "x")]
)
def test_a_wrong_call(cli, words):
    assert words[0] in one_line(cli("serve", *words), 2)


@pytest.fixture
def password(cli, tmp_path):
    """Make a base of anna's, and tell whether somebody has a password there."""
    cli("--operator", "anna", "init")

    def kept():
        base = open_base(str(tmp_path / "base.db"))
        try:
            return base.operator("anna").password_hash
        finally:
            base.close()

    return kept


def test_a_password_comes_from_standard_input(cli, password, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{GOOD}\n"))
    ran = cli("operators", "password", "anna")
    assert (ran.status, ran.err) == (0, "")
    assert password().startswith("$argon2id$")
    assert GOOD not in ran.out


@pytest.mark.parametrize("typed", ["short\n", "", "\n"])
def test_one_that_is_no_good_changes_nothing(cli, password, monkeypatch, typed):
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    one_line(cli("operators", "password", "anna"))
    assert password() is None


def test_at_a_terminal_it_is_asked_for_twice(cli, password, monkeypatch):
    answers = [GOOD, "another one", GOOD, GOOD]
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda _prompt: answers.pop(0))
    assert "not the same" in one_line(cli("operators", "password", "anna"))
    assert password() is None
    assert cli("operators", "password", "anna").status == 0
    assert password().startswith("$argon2id$")


def test_somebody_who_is_not_there(cli, password, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{GOOD}\n"))
    assert "nobody" in one_line(cli("operators", "password", "nobody"))
