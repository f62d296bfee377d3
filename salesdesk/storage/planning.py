"""How a PostgreSQL server plans what it is asked again and again."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlmodel import Session

P = ParamSpec("P")
T = TypeVar("T")

# What was planned while a table was empty would go through all of it once it is full.
_ONCE = (
    "SELECT set_config('plan_cache_mode', 'force_generic_plan', true),"
    " set_config('enable_seqscan', 'off', true)"
)
_DONE = "planned_once"

_BEGIN = {None: b"BEGIN", False: b"BEGIN READ WRITE", True: b"BEGIN READ ONLY"}
_BEGINNING_SO = b"; SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL enable_seqscan = off"


def plan_once(session: Session) -> None:
    """Let a server plan each statement of this unit of work once a connection, whatever it is given.

    For what finds its rows by keys, at every client of the day. By itself a server plans each five times,
    some each time anew, and under the rules of a base to plan takes it longer than to answer. On SQLite a
    statement is prepared once anyway.
    """
    if session.get_bind().dialect.name != "postgresql" or _DONE in session.info:
        return
    session.info[_DONE] = True
    connection = session.connection()
    # Where it does not begin so, the usual way says why.
    if not _begun_so(connection.connection.dbapi_connection):
        connection.exec_driver_sql(_ONCE)


def planned_once(use_case: Callable[Concatenate[Session, P], T]) -> Callable[Concatenate[Session, P], T]:
    """Let a use case plan once; whoever asks anything before it in its unit can `begin` the unit so."""

    @wraps(use_case)
    def planned(session: Session, /, *args: P.args, **kwargs: P.kwargs) -> T:
        plan_once(session)
        return use_case(session, *args, **kwargs)

    planned.begin = plan_once  # type: ignore[attr-defined]
    return planned


def _begun_so(driver: Any) -> bool:  # noqa: ANN401  # psycopg is an extra
    """Begin the transaction with these settings: by itself the driver sends its BEGIN alone, and waits."""
    from psycopg.pq import ExecStatus, TransactionStatus

    if driver.autocommit or driver.pgconn.transaction_status != TransactionStatus.IDLE:
        return False
    begun = driver.pgconn.exec_(_BEGIN[driver.read_only] + _BEGINNING_SO)
    return bool(begun.status == ExecStatus.COMMAND_OK)
