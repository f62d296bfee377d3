"""Who is connected to a base with login roles, and their passwords."""

from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlmodel import Session

from salesdesk import clock
from salesdesk.storage.common_time import ServerTime
from salesdesk.storage.policies.applying import stand

BY_LOGIN = "by_login"
"""An option of an engine: who connects is an operator, who does not see every client of the base."""

WHO = (
    "SELECT session_user FROM pg_auth_members AS member JOIN pg_roles AS one ON one.oid = member.member"
    " JOIN pg_roles AS mark ON mark.oid = member.roleid"
    " WHERE one.rolname = session_user AND NOT one.rolsuper AND NOT one.rolcreaterole"
    " AND mark.rolname = current_database() || '_login'"
)
"""Asks who is connected, where that is one of a base's people."""
_WHO = text(f"SELECT {ServerTime.NOW}, ({WHO})")
_SERVES = text("SELECT has_table_privilege('login_guess', 'INSERT')")
_ROLE = text("SELECT salesdesk_role()")
_SET = text("SELECT salesdesk_set_password(:login, :verifier)")


def login_of(engine: Engine, time: ServerTime | None) -> str | None:
    """Tell who is connected, where that is one of a base's people; None for its owner, and on SQLite.

    The server tells its time by the same statement, which each opening waits for.
    """
    if time is None:
        return None
    with engine.connect() as connection:
        asked_at = clock.since_boot()
        now, found = connection.execute(_WHO).one()
        time.told(now, asked_at)
        return None if found is None or not stand(connection) else str(found)


def serves(engine: Engine) -> bool:
    """Tell whether who is connected to a base with login roles may let browsers in."""
    with engine.connect() as connection:
        return bool(connection.execute(_SERVES).scalar_one())


def role_of(session: Session) -> str | None:
    """Tell the role of who is connected to a base with login roles."""
    found = session.connection().execute(_ROLE).scalar()
    return None if found is None else str(found)


def by_login(session: Session) -> bool:
    """Tell whether a session is an operator's, who does not see every client; costs nothing."""
    return bool(session.get_bind().get_execution_options().get(BY_LOGIN, False))


def has_login_roles(session: Session) -> bool:
    """Tell whether the server knows the passwords of a base's people."""
    return stand(session.connection())


def give_password(session: Session, login: str, password: str) -> None:
    """Give a login role a password. It leaves this machine as what the server keeps of it, never as typed."""
    connection = session.connection()
    connection.execute(_SET, {"login": login, "verifier": _verifier(connection, login, password)})


def _verifier(connection: Connection, login: str, password: str) -> str:
    driver: Any = connection.connection.dbapi_connection
    encrypted: bytes = driver.pgconn.encrypt_password(password.encode(), login.encode(), b"scram-sha-256")
    return encrypted.decode()
