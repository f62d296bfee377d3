"""Who a command sits down as, where the base asks for passwords: environment, keyring, terminal."""

import io
import sys

import keyring
import pytest
from keyring.backend import KeyringBackend

from salesdesk.clock import Clock
from salesdesk.codes import Role
from salesdesk.context import context_of
from salesdesk.storage.base import open_base
from salesdesk.team.operators import add_operator
from salesdesk.team.passwords import set_password
from tests.cli.conftest import one_line

GOOD, HERS = "восемь слонов", "nine white elephants"

pytestmark = pytest.mark.usefixtures("quick_passwords")


class Remembers(KeyringBackend):
    """A keyring in memory."""

    priority = 1

    def __init__(self):
        super().__init__()
        self.kept = {}

    def get_password(self, service, username):
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        self.kept[service, username] = password


@pytest.fixture
def ring():
    before, mine = keyring.get_keyring(), Remembers()
    keyring.set_keyring(mine)
    yield mine
    keyring.set_keyring(before)


@pytest.fixture
def alone(cli, sqlite_url):
    """Anna, who administers, and nobody else; the base is where commands look for it."""
    del sqlite_url
    return cli


@pytest.fixture
def team(alone, sqlite_url):
    """Anna and Boris, each with a password."""
    base = open_base(sqlite_url)
    context = context_of(base, Clock())
    with base.write() as session:
        add_operator(session, context, "boris")
        set_password(session, context, "anna", GOOD)
        set_password(session, context, "boris", HERS)
    base.close()
    return alone


def today(cli, login="anna"):
    return cli("--operator", login, "today", "--json")


def test_one_person_alone_is_asked_nothing(alone, monkeypatch):
    cli = alone
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{GOOD}\n"))
    cli("operators", "password", "anna")
    assert today(cli).status == 0


def test_a_second_person_is_added_with_a_hint(alone):
    cli = alone
    assert "salesdesk operators password" in cli("operators", "add", "boris").out
    assert "Passwords prevent it" in " ".join(cli("doctor").out.split())
    assert today(cli, "boris").status == 0


def test_where_the_server_lets_in_nobody_is_told_that_anybody_can_be_anybody(roled, cli, monkeypatch):
    roled.desk("anna", Role.ADMIN)
    monkeypatch.setenv("SALESDESK_DB", roled.url_of("anna"))
    added = cli("operators", "add", "zoya", "Зоя").out
    assert added.startswith("Зоя works here now, and may log in once there is a password: ")
    assert added.endswith("salesdesk operators password zoya\n")
    doctor = " ".join(cli("doctor").out.split())
    assert "each by a login of their own" in doctor
    assert "Anybody" not in doctor


def test_who_sees_a_part_of_a_base_does_not_check_it(roled, cli, monkeypatch):
    roled.desk("boris", Role.OPERATOR)
    roled.desk("ivan", Role.LEAD)
    monkeypatch.setenv("SALESDESK_DB", roled.url_of("boris"))
    assert one_line(cli("db", "check")) == "Only a team lead may do this."
    monkeypatch.setenv("SALESDESK_DB", roled.url_of("ivan"))
    assert cli("db", "check").out == "The base is whole.\n"


def test_without_a_password_nothing_is_shown_and_one_line_says_what_to_give(team, ring):
    for words in (("today",), ("list",), ("operators", "list"), ("db", "check"), ("undo",), ("init",)):
        assert "SALESDESK_PASSWORD" in one_line(team("--operator", "anna", *words))
    assert "SALESDESK_OPERATOR" in one_line(team("today"))


def test_the_password_of_the_environment(team, monkeypatch):
    monkeypatch.setenv("SALESDESK_PASSWORD", HERS)
    assert today(team, "boris").document["operator"] == "boris"
    assert one_line(today(team)) == "Login or password is wrong."


def test_the_password_of_the_keyring(team, ring):
    ring.set_password("salesdesk", "boris", HERS)
    assert today(team, "boris").document["operator"] == "boris"
    assert "SALESDESK_PASSWORD" in one_line(today(team))


def test_the_password_is_typed_at_a_terminal_three_times_at_most(team, ring, monkeypatch):
    typed = iter(["no", HERS, "no", "no", "no"])
    monkeypatch.setattr("salesdesk.cli.seated._somebody_there", lambda: True)
    monkeypatch.setattr("getpass.getpass", lambda _question: next(typed))
    ran = today(team, "boris")
    assert (ran.status, ran.err) == (0, "Login or password is wrong.\n")
    assert today(team, "boris").err.count("is wrong.\n") == 3


def test_guesses_by_commands_are_slowed_down(team, monkeypatch):
    monkeypatch.setenv("SALESDESK_PASSWORD", "no")
    said = [one_line(today(team)) for _try in range(6)]
    assert said[0] == "Login or password is wrong."
    monkeypatch.setenv("SALESDESK_PASSWORD", GOOD)
    assert one_line(today(team)).startswith("Too many wrong passwords. Try again in ")


def test_somebody_without_a_password_is_told_how_to_get_one(team, ring, monkeypatch):
    monkeypatch.setenv("SALESDESK_PASSWORD", GOOD)
    team("--operator", "anna", "operators", "add", "vera")
    assert "salesdesk operators password vera" in one_line(today(team, "vera"))


def test_an_administrator_who_gave_others_a_password_first_is_not_kept_out(alone, ring, monkeypatch):
    cli = alone
    cli("--operator", "anna", "operators", "add", "boris")

    def password(login, operator):
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{GOOD}\n"))
        return cli("--operator", operator, "operators", "password", login)

    assert password("boris", "anna").status == 0
    assert "salesdesk operators password anna" in one_line(today(cli))
    assert "salesdesk operators password anna" in one_line(password("boris", "anna"))
    assert password("anna", "anna").status == 0
    monkeypatch.setenv("SALESDESK_PASSWORD", GOOD)
    assert today(cli).status == 0
    monkeypatch.delenv("SALESDESK_PASSWORD")
    assert "SALESDESK_PASSWORD" in one_line(password("anna", "anna"))


def test_what_shows_nothing_of_the_base_asks_nobody(team, tmp_path):
    assert team("db", "upgrade").status == 0
    assert team("db", "backup", str(tmp_path / "copy.db")).status == 0
    assert "2 of 2" in team("doctor").out
