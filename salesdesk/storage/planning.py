"""How a PostgreSQL server plans what it is asked again and again."""

from sqlmodel import Session

_ONCE = "SELECT set_config('plan_cache_mode', 'force_generic_plan', true)"
# What was planned while a table was empty would go through all of it once it is full.
_BY_KEYS = f"{_ONCE}, set_config('enable_seqscan', 'off', true)"


def plan_once(session: Session, *, by_keys: bool = True) -> None:
    """Let a server plan each statement of this unit of work once a connection, whatever it is given.

    For what finds its rows by keys, at every client of the day; `by_keys`: all of it does, so that nothing
    need be gone through. By itself a server plans each five times, some each time anew, and under the rules
    of a base to plan takes it longer than to answer. On SQLite a statement is prepared once anyway.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_BY_KEYS if by_keys else _ONCE)
