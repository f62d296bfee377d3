"""Browsers at a base with login roles: the server lets people in, and each desk works by their own login."""

import json

import psycopg
import pytest
from asking_base import PASSWORDS
from builders import owed
from login_roles import NOW
from psycopg import errors

from salesdesk.cli import run
from salesdesk.errors import NotAllowedError
from salesdesk.storage import policies
from salesdesk.storage.base import open_base, open_to_serve
from tests.web.conftest import drawn, until
from tests.web.test_desks import desks

HIDDEN, OWN = "Тайный Ромашкин", "Свой Ромашкин"


@pytest.fixture
def door(asking):
    """The base as the server of browsers has it; one client there is Olga's, one Petr's."""
    for login, name in (("olga", HIDDEN), ("petr", OWN)):
        desk = asking.desk_of(login)
        desk.client(name, owes=owed(NOW, operator_id=desk.me))
    opened = open_to_serve(asking.url_of("web_door", PASSWORDS["web_door"]))
    yield opened
    opened.close()


async def test_a_desk_connects_as_who_logged_in_and_shows_what_the_server_shows_them(serve, door, asking):
    async with serve(base=door) as browser:
        petr = browser()
        assert (await petr.log_in("petr", PASSWORDS["petr"]))[0] == 303
        async with petr.talk() as talk:
            seen = await drawn(talk, OWN)
            assert HIDDEN not in seen
            (process,) = desks()
            told = " ".join(process.cmdline()) + json.dumps(process.environ())
            assert not [secret for secret in ("petr", *PASSWORDS.values()) if secret in told]
            with psycopg.connect(asking.roled.superuser) as server:
                asked = "SELECT DISTINCT usename FROM pg_stat_activity WHERE datname = current_database()"
                there = {name for (name,) in server.execute(f"{asked} AND client_port IS NOT NULL")}
            assert {"petr", "web_door"} <= there
            # Retired: the server ends what they have open, and the desk goes.
            asking.run_as_owner("UPDATE operator SET active = false WHERE login = 'petr'")
            await petr.site.look_again()
            await until(lambda: not desks())
        assert (await petr.get("/"))[0] == 303
        assert (await petr.log_in("petr", PASSWORDS["petr"]))[0] == 401


async def test_the_servers_passwords_are_the_only_ones_and_guesses_wait(serve, door, asking):
    async with serve(base=door) as browser:
        olga, thief = browser(), browser()
        assert (await olga.log_in("olga", PASSWORDS["olga"]))[0] == 303
        assert PASSWORDS["olga"] not in repr(olga.site.sessions.all())
        tries = [
            ("olga", PASSWORDS["petr"]), ("nobody", PASSWORDS["olga"]), ("olga", ""), ("ol\0ga", "\0"),
            # Who serves browsers is nobody's login, and neither is the owner of the base.
            ("web_door", PASSWORDS["web_door"]), ("salesdesk_owner", "x"),
        ]  # fmt: skip
        assert [(await thief.log_in(*one))[0] for one in tries] == [401] * len(tries)
        statuses = [(await thief.log_in("petr", f"guess {number}"))[0] for number in range(6)]
        assert statuses == [401] * 5 + [429]
        assert (await thief.log_in("petr", PASSWORDS["petr"]))[0] == 429
        await olga.site.look_again()
        assert (await olga.get("/"))[0] == 200
        # Another password ends what was begun by the old one.
        asking.give("olga", "another password")
        await olga.site.look_again()
        assert (await olga.get("/"))[0] == 303


async def test_where_the_server_asks_for_no_password_nobody_is_let_in(serve, door, asking):
    asking.roled.desk("anna")
    async with serve(base=door) as browser:
        status, page, _headers = await browser().log_in("anna", "whatever it is")
        assert status == 503
        assert "pg_hba.conf" in page


def test_who_lets_browsers_in_reads_no_client_and_changes_no_person(door, asking):
    with psycopg.connect(
        asking.url_of("web_door"), password=PASSWORDS["web_door"], autocommit=True
    ) as connection:
        assert connection.execute("SELECT login FROM operator ORDER BY id").fetchall()[1:] == [
            ("olga",), ("petr",),
        ]  # fmt: skip
        for table in set(policies.RULES) - {"operator", "login_guess", "alembic_version"}:
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute(f"SELECT * FROM {table}")
        for statement in (
            "UPDATE operator SET role = 'admin'", "DELETE FROM alembic_version", "SET ROLE petr",
            "SELECT salesdesk_set_password('petr', 'SCRAM-SHA-256$4096:c2FsdA==$a:b')",
            "SELECT salesdesk_sees(1)", "CREATE TABLE public.mine (a int)",
        ):  # fmt: skip
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute(statement)


def test_nobody_of_the_base_serves_it_and_its_owner_may(asking, capsys):
    with pytest.raises(SystemExit) as left:
        run(["--db", asking.roled.url_of("anna"), "serve"])
    said = capsys.readouterr().err
    assert (left.value.code, said.count("\n")) == (1, 1)
    assert "a login of the group roled_serve" in said
    open_to_serve(asking.roled.url).close()
    # And that login sits down at no desk.
    with pytest.raises(NotAllowedError):
        open_base(asking.url_of("web_door", PASSWORDS["web_door"]))
