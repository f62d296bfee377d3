"""A PostgreSQL base with login roles, and desks whose use cases run as the person who sits there.

What a test does with its own hands (`desk.base`, `desk.filling()`) it does as the owner of the base; what it
asks of a use case, the server lets pass for that person or not.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import psycopg
from builders import Desk
from counted_pool import give_out
from kept_base import KeptBase
from sqlalchemy import text
from sqlalchemy.engine import make_url

from salesdesk.clock import Clock
from salesdesk.codes import Role
from salesdesk.context import Context, context_of
from salesdesk.storage import policies
from salesdesk.storage.base import Base, open_base

OWNER = "salesdesk_owner"
NOW = datetime(2026, 11, 23, 7, 24, tzinfo=UTC)
"""As the desks of the other tests."""


class RoledBase:
    """A base with login roles: opened as its owner, and as whoever is asked for."""

    def __init__(self, url: str, superuser: str) -> None:
        self.url, self.superuser = url, superuser
        self.owner = open_base(url)
        self.done = policies.set_up(self.owner.engine)
        self._catalogues = self.owner.catalogues
        self._people: dict[str, Base] = {}
        self._kept = KeptBase(superuser)

    def url_of(self, login: str) -> str:
        return make_url(self.url).set(username=login).render_as_string(hide_password=False)

    def of(self, login: str) -> Base:
        """Give the base as somebody who works there; opened once a run."""
        if login not in self._people:
            self._people[login] = open_base(self.url_of(login))
        return self._people[login]

    def give_out(self, most: int, *logins: str) -> None:
        """Let the team give its shared pool out by count, and those who sit there know it."""
        give_out(most, self.owner, *map(self.of, logins))

    def desk(self, login: str = "anna", role: Role | None = None) -> "RoledDesk":
        """Let somebody sit down, of a role that they have from now on."""
        if role is not None:
            with self.owner.write() as session:
                session.execute(
                    text(
                        "INSERT INTO operator (login, name, role, specialty, active)"
                        " VALUES (:login, :name, :role, 'sales', true)"
                        " ON CONFLICT (login) DO UPDATE SET role = :role"
                    ),
                    {"login": login, "name": login.title(), "role": role.value},
                )
        return RoledDesk(self, context_of(self.of(login), Clock(fixed=NOW), login))

    @contextmanager
    def connected(self, login: str) -> Iterator[Any]:
        """Connect past the program, as anybody may who has a password."""
        with psycopg.connect(self.url_of(login), autocommit=True) as connection:
            yield connection

    def put_back(self) -> None:
        self._kept.put_rows_back()
        for base in self._people.values():
            base.catalogues = self._catalogues
        self.owner.catalogues = self._catalogues
        with self.owner.engine.begin() as connection:
            connection.execute(text("SELECT salesdesk_admit('anna', 'admin', true)"))

    def close(self) -> None:
        for base in (self.owner, *self._people.values()):
            base.close()
        self._kept.close()


class RoledDesk(Desk):
    """A desk whose use cases run as the login role of who sits there."""

    def __init__(self, roled: RoledBase, context: Context) -> None:
        super().__init__(roled.owner, context)
        self.roled = roled
        self.person = roled.of(context.me.login)

    def read(self, use_case: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        with self.person.read() as session:
            return use_case(session, self.context, *args, **kwargs)

    def write(self, use_case: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        with self.person.write() as session:
            return use_case(session, self.context, *args, **kwargs)

    def at(self, now: datetime | None = None, login: str | None = None) -> "RoledDesk":
        login = login or self.context.me.login
        context = context_of(self.roled.of(login), Clock(fixed=now or self.now), login)
        return RoledDesk(self.roled, context)


_GIVE = """
DO $$
DECLARE one text;
BEGIN
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('ALTER TABLE public.%I OWNER TO salesdesk_owner', one);
    END LOOP;
END $$;
"""


@contextmanager
def roled_base(postgres: str, name: str, template: str) -> Iterator[RoledBase]:
    """Make a database of an owner who is no superuser, with login roles."""
    superuser = make_url(postgres).set(drivername="postgresql")
    with psycopg.connect(superuser.render_as_string(hide_password=False), autocommit=True) as server:
        server.execute(f"CREATE ROLE {OWNER} LOGIN CREATEROLE")
        server.execute(f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {template}")
    there = superuser.set(database=name).render_as_string(hide_password=False)
    with psycopg.connect(there, autocommit=True) as base:
        base.execute(_GIVE)
    made = RoledBase(make_url(there).set(username=OWNER).render_as_string(hide_password=False), there)
    yield made
    made.close()
