"""How a PostgreSQL server plans what it is asked again and again."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from sqlmodel import Session

from salesdesk.storage.answers import begin_with
from salesdesk.storage.beginning import begun

P = ParamSpec("P")
T = TypeVar("T")

_DONE = "planned_once"
_ONCE = {"plan_cache_mode": "force_generic_plan"}
# What was planned while a table was empty would go through all of it once it is full.
BY_KEYS = {**_ONCE, "enable_seqscan": "off"}
"""The settings under which a server plans once what finds its rows by keys."""


def plan_once(session: Session, *, by_keys: bool = True) -> None:
    """Let a server plan each statement of this unit of work once a connection, whatever it is given.

    For what finds its rows by keys, at every client of the day; `by_keys`: all of it does, so that nothing
    need be gone through. By itself a server plans each five times, some each time anew, and under the rules
    of a base to plan takes it longer than to answer. On SQLite a statement is prepared once anyway.
    """
    if session.get_bind().dialect.name != "postgresql" or _DONE in session.info:
        return
    session.info[_DONE] = True
    settings = BY_KEYS if by_keys else _ONCE
    each = ", ".join(f"set_config('{name}', '{value}', true)" for name, value in settings.items())
    connection, asked = session.connection(), f"SELECT {each}"
    if not begin_with(connection, asked):
        connection.exec_driver_sql(asked)


def planned_once(use_case: Callable[Concatenate[Session, P], T]) -> Callable[Concatenate[Session, P], T]:
    """Let a use case plan once; whoever asks anything before it in its unit can `begin` the unit so."""
    return begun(plan_once, use_case)
