"""How a PostgreSQL server plans what it is asked again and again."""

from collections.abc import Callable, Mapping
from typing import Concatenate, ParamSpec, TypeVar

from sqlmodel import Session

from salesdesk.storage.answers import begin_with
from salesdesk.storage.beginning import begun

P = ParamSpec("P")
T = TypeVar("T")

_SAID = "planned"
_ONCE = {"plan_cache_mode": "force_generic_plan"}
# What was planned while a table was empty would go through all of it once it is full.
BY_KEYS = {**_ONCE, "enable_seqscan": "off"}
"""The settings under which a server plans once what finds its rows by keys."""
# By what a server comes with, a row sought costs as much as four pages read one after another, as on a disk
# that turns: for the few deals of a month it would read all that there are.
_EACH = {"plan_cache_mode": "force_custom_plan", "random_page_cost": "1.1"}


def plan_once(session: Session, *, by_keys: bool = True) -> None:
    """Let a server plan each statement of this unit of work once a connection, whatever it is given.

    For what finds its rows by keys, at every client of the day; `by_keys`: all of it does, so that nothing
    need be gone through. By itself a server plans each five times, some each time anew, and under the rules
    of a base to plan takes it longer than to answer. On SQLite a statement is prepared once anyway.
    """
    _planned(session, BY_KEYS if by_keys else _ONCE)


def plan_anew(session: Session) -> None:
    """Let a server plan each statement of this unit of work for the very values that it is given.

    For figures and lists: how many rows a period, a class or a city has is what the way to them depends on.
    Of what is asked again and again a server keeps a plan that fits no value: for the calls of a month it
    would go through those of all time. To plan is little beside such an answer.
    """
    _planned(session, _EACH)


def planned_once(use_case: Callable[Concatenate[Session, P], T]) -> Callable[Concatenate[Session, P], T]:
    """Let a use case plan once; whoever asks anything before it in its unit can `begin` the unit so."""
    return begun(plan_once, use_case)


def planned_anew(use_case: Callable[Concatenate[Session, P], T]) -> Callable[Concatenate[Session, P], T]:
    """Let a use case plan anew each time, as `planned_once` lets one plan once."""
    return begun(plan_anew, use_case)


def _planned(session: Session, settings: Mapping[str, str]) -> None:
    """Let the rest of a unit of work be planned so, unless it was said before how."""
    if session.get_bind().dialect.name != "postgresql" or _SAID in session.info:
        return
    session.info[_SAID] = True
    each = ", ".join(f"set_config('{name}', '{value}', true)" for name, value in settings.items())
    connection, asked = session.connection(), f"SELECT {each}"
    if not begin_with(connection, asked):
        connection.exec_driver_sql(asked)
