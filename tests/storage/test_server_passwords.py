"""A server that asks for a password: who gives it, and what is said of a wrong one."""

import asyncio
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from salesdesk.app import SalesdeskApp
from salesdesk.cli import run
from salesdesk.codes import Role
from salesdesk.errors import LoginNeededError, ServerPasswordError
from salesdesk.gateway import Gateway
from salesdesk.opening import Entry, Start
from salesdesk.screens.door import DoorScreen
from salesdesk.secrecy import keyrings
from salesdesk.storage import faults, server_passwords
from salesdesk.storage.base import open_base
from salesdesk.storage.engine import base_url
from salesdesk.storage.faults import LostError

ROLE, GOOD = "asked_for_password", "nine white elephants"


@pytest.fixture(scope="module")
def asking(postgres, new_postgres):
    """The URL, without a password, of a base whose server takes this role by its password alone."""
    url = make_url(new_postgres("behind_a_password"))
    engine = create_engine(url.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE ROLE {ROLE} LOGIN SUPERUSER PASSWORD '{GOOD}'"))
        rules = Path(connection.execute(text("SHOW hba_file")).scalar_one())
        before = rules.read_text()
        rules.write_text(f"local all {ROLE} scram-sha-256\nhost all {ROLE} all scram-sha-256\n{before}")
        connection.execute(text("SELECT pg_reload_conf()"))
        yield url.set(username=ROLE).render_as_string(hide_password=False)
        rules.write_text(before)
        connection.execute(text("SELECT pg_reload_conf()"))
        connection.execute(text(f"DROP ROLE {ROLE}"))
    engine.dispose()


@pytest.fixture(autouse=True)
def _nothing_known(monkeypatch):
    # Engines that share a dialect would share how they connect.
    monkeypatch.setattr("salesdesk.storage.engine.create_engine", create_engine)
    monkeypatch.setattr(server_passwords, "_typed", {})
    monkeypatch.setattr(server_passwords, "_asking", [])
    monkeypatch.delenv("PGPASSWORD", raising=False)


def with_password(url, password):
    return make_url(url).set(password=password).render_as_string(hide_password=False)


@pytest.mark.parametrize("signs", [faults._REFUSED, ("доступ запрещён",)])
@pytest.mark.parametrize("password", [None, "wrong"])
def test_a_password_that_is_missing_or_wrong_is_told_as_that(asking, password, signs, monkeypatch):
    # Of words that are known, and by a server whose language nobody here reads.
    monkeypatch.setattr(faults, "_REFUSED", signs)
    with pytest.raises(ServerPasswordError, match="does not let this login in"):
        open_base(asking if password is None else with_password(asking, password))


@pytest.mark.parametrize(("password", "error"), [("wrong", ServerPasswordError), (GOOD, LostError)])
def test_what_ends_a_connection_after_a_right_password_is_no_refusal(asking, postgres, password, error):
    def be(what):
        with psycopg.connect(postgres, autocommit=True) as owner:
            owner.execute(f"ALTER ROLE {ROLE} {what}")

    be("NOSUPERUSER CONNECTION LIMIT 0")
    try:
        with pytest.raises(error):
            open_base(with_password(asking, password))
    finally:
        be("SUPERUSER CONNECTION LIMIT -1")


def test_a_server_that_is_not_there_is_told_as_that():
    with pytest.raises(LostError, match="does not answer"):
        open_base("postgresql://anna@127.0.0.1:1/desk")


def test_it_is_read_from_pgpass_by_the_librarys_own_rules(asking, monkeypatch):
    server_passwords.put_away(base_url(asking), GOOD)
    open_base(asking).close()


def test_it_is_taken_from_the_keyring_once_and_then_known(asking, monkeypatch):
    asked = []
    monkeypatch.setattr(keyrings, "kept", lambda entry: asked.append(entry) or GOOD)
    base = open_base(asking)
    assert "***" not in server_passwords.whole_url(base.engine.url)
    base.close()
    open_base(asking).close()
    assert asked == [server_passwords.entry_name(base_url(asking))]
    assert ROLE in asked[0]


def test_a_command_asks_for_it_at_a_terminal(asking, monkeypatch, capsys):
    questions, answers = [], iter([GOOD, "wrong"])
    monkeypatch.setattr("salesdesk.cli.seated._somebody_there", lambda: True)
    monkeypatch.setattr("getpass.getpass", lambda question: questions.append(question) or next(answers))
    with pytest.raises(SystemExit) as left:
        run(["--db", asking, "db", "check", "--json"])
    assert (left.value.code, capsys.readouterr().err) == (0, "")
    assert len(questions) == 1
    assert ROLE in questions[0]
    server_passwords._typed.clear()
    with pytest.raises(SystemExit) as left:
        run(["--db", asking, "doctor"])
    assert "does not let this login in" in " ".join(capsys.readouterr().out.split())


async def test_the_desk_asks_for_it_and_keeps_it_in_memory_or_in_the_keyring(asking, monkeypatch):
    ring = {}
    monkeypatch.setattr(keyrings, "keep", lambda entry, password: ring.update({entry: password}) or True)
    gateway = Gateway(Start(db=asking))
    with pytest.raises(LoginNeededError) as needed:
        await gateway.open()
    assert (needed.value.server, needed.value.login) == (True, ROLE)
    with pytest.raises(LoginNeededError):
        await gateway.open(Entry(ROLE, "wrong", server=True))
    await gateway.open(Entry(ROLE, GOOD, server=True))
    assert ring == {}
    assert GOOD not in repr(gateway.start)
    # A new opening, as after the settings were changed, knows it.
    await gateway.open()
    await gateway.open(Entry(ROLE, GOOD, server=True, keep=True))
    assert ring == {server_passwords.entry_name(base_url(asking)): GOOD}
    await gateway.close()


async def test_the_door_of_a_server_names_its_login_and_opens_by_its_password(asking):
    app = SalesdeskApp(Start(db=asking))
    async with asyncio.timeout(60), app.run_test(size=(80, 24)) as pilot:
        while not isinstance(app.screen, DoorScreen):
            await pilot.pause(0.01)
        await pilot.pause()
        door = app.screen
        assert door.query_one("#door-login").value == ROLE
        for password in ("wrong", GOOD):
            door.query_one("#door-password").value = password
            await pilot.press("enter")
            while door._entering:
                await pilot.pause(0.01)
            assert (app.gateway.opened is not None) == (password == GOOD)
        assert not app.covered


async def test_at_a_base_with_login_roles_who_the_server_let_in_sits_down_and_is_asked_no_more(roled):
    roled.desk("boris", Role.OPERATOR)
    gateway = Gateway(Start(db=roled.url_of("anna")))
    assert (await gateway.open()).context.me.login == "anna"
    opened = await gateway.open(Entry("boris", GOOD, server=True))
    assert (opened.context.me.login, gateway.start.operator) == ("boris", "boris")
    await gateway.close()
