"""How a PostgreSQL server plans what it is asked again and again."""

from sqlmodel import Session

# What was planned while a table was empty would go through all of it once it is full.
_ONCE = (
    "SELECT set_config('plan_cache_mode', 'force_generic_plan', true),"
    " set_config('enable_seqscan', 'off', true)"
)


def plan_once(session: Session) -> None:
    """Let a server plan each statement of this unit of work once a connection, whatever it is given.

    For what finds its rows by keys, at every client of the day. By itself a server plans each five times,
    some each time anew, and under the rules of a base to plan takes it longer than to answer. On SQLite a
    statement is prepared once anyway.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_ONCE)
