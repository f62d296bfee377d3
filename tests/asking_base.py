"""A PostgreSQL base with login roles, some of whose people the server asks for their passwords.

The server of the tests takes everybody else as they come.
"""

import threading
from pathlib import Path

import psycopg
from builders import Desk
from login_roles import NOW, RoledBase
from sqlalchemy import text
from sqlalchemy.engine import make_url

from salesdesk.clock import Clock
from salesdesk.codes import Role
from salesdesk.context import context_of
from salesdesk.models import Operator

PASSWORDS = {
    "olga": "восемь слонов",
    "petr": "nine white elephants",
    "web_door": "ten grey elephants",
}
"""Who leads, who operates, and the login that serves browsers."""
_RULE = "local all {0} scram-sha-256\nhost all {0} all scram-sha-256\n"


class AskingBase:
    """The base, and what is done to its logins past the program."""

    def __init__(self, roled: RoledBase) -> None:
        self.roled = roled
        name = make_url(roled.url).database
        self.run(f"CREATE ROLE web_door LOGIN IN ROLE {name}_serve PASSWORD '{PASSWORDS['web_door']}'")
        self._ask_from_now_on()

    def url_of(self, login: str, password: str | None = None) -> str:
        """Give the URL of the base for a login, with its password where one is given."""
        url = make_url(self.roled.url_of(login)).set(password=password)
        return url.render_as_string(hide_password=False)

    def people(self) -> None:
        """Let Olga lead and Petr operate, each by their password."""
        for login, role in (("olga", Role.LEAD), ("petr", Role.OPERATOR)):
            with self.roled.owner.write() as session:
                session.add(Operator(login=login, name=login.title(), role=role))
            self.give(login, PASSWORDS[login])

    def desk_of(self, login: str) -> Desk:
        """Let somebody sit down whose clients are put there by the owner of the base."""
        return Desk(self.roled.owner, context_of(self.roled.owner, Clock(fixed=NOW), login))

    def give(self, login: str, password: str) -> None:
        """Give a login another password."""
        self.run(f"ALTER ROLE {login} PASSWORD '{password}'")

    def run(self, statement: str) -> None:
        """Run a statement as an administrator of the server."""
        with psycopg.connect(self.roled.superuser, autocommit=True) as server:
            server.execute(statement)

    def run_as_owner(self, statement: str) -> None:
        """Run a statement on the base as its owner."""
        with self.roled.owner.engine.begin() as connection:
            connection.execute(text(statement))

    def _ask_from_now_on(self) -> None:
        with psycopg.connect(self.roled.superuser, autocommit=True) as server:
            rules = Path(server.execute("SHOW hba_file").fetchone()[0])
            rules.write_text(_RULE.format(",".join(PASSWORDS)) + rules.read_text())
            server.execute("SELECT pg_reload_conf()")
        for _look in range(500):
            try:
                psycopg.connect(self.url_of("web_door")).close()
            except psycopg.OperationalError:
                return
            threading.Event().wait(0.01)
        raise AssertionError("the server asks for no password yet")
