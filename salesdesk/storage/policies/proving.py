"""Whether the server lets somebody in by a password: tried as they would, on a connection of its own.

What this process remembers of passwords has no say in it, nor has any file that the driver knows.
"""

from contextlib import closing
from typing import Any

from sqlalchemy import Engine

from salesdesk.errors import BaseError
from salesdesk.i18n import _
from salesdesk.storage.engine import application_name
from salesdesk.storage.faults import is_refused_password, said_plainly
from salesdesk.storage.policies.logins import WHO
from salesdesk.storage.server import for_server

_NOBODY = "nobody has this login"


def lets_in(engine: Engine, login: str | None, password: str) -> bool:
    """Tell whether it is the password of one of a base's people; without a login it takes as long.

    Raises LostError, and BaseError for a server that lets this login in without asking for a password.
    """
    if not password or "\0" in password:
        # None at all would be looked for in files.
        return False
    with said_plainly():
        try:
            connection = _connect(engine, login or _NOBODY, password)
        except Exception as error:
            if is_refused_password(error):
                return False
            raise
        with closing(connection):
            if not connection.pgconn.used_password:
                raise BaseError(
                    _("The server of the base lets people in without their password: see its pg_hba.conf.")
                )
            found = connection.execute(WHO).fetchone()
    return login is not None and found is not None and found[0] == login


def password_of(engine: Engine) -> str | None:
    """Tell by which password an engine has connected, wherever that came from; None where none was asked."""
    connection = engine.raw_connection()
    try:
        driver: Any = connection.driver_connection
        used = driver.pgconn.used_password
        return driver.pgconn.password.decode() if used and driver.pgconn.password else None
    finally:
        connection.close()


def _connect(engine: Engine, login: str, password: str) -> Any:  # noqa: ANN401  # psycopg is an extra
    import psycopg

    url, options = for_server(engine.url, application_name())
    words, named = engine.dialect.create_connect_args(url)
    return psycopg.connect(*words, **named | options["connect_args"] | {"user": login, "password": password})
