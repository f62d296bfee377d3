"""How a unit of work begins, where its use case needs it otherwise than as it comes."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from sqlmodel import Session

P = ParamSpec("P")
T = TypeVar("T")

ALONE = "statements_alone"
"""The option of a connection that sends no BEGIN: each of its statements is a transaction of its own."""


def begun(
    begin: Callable[[Session], None], use_case: Callable[Concatenate[Session, P], T]
) -> Callable[Concatenate[Session, P], T]:
    """Begin the unit of a use case so; whoever asks anything before it in that unit can `begin` it first."""
    within: Callable[[Session], None] | None = getattr(use_case, "begin", None)

    def begin_all(session: Session) -> None:
        begin(session)
        if within is not None:
            within(session)

    @wraps(use_case)
    def began(session: Session, /, *args: P.args, **kwargs: P.kwargs) -> T:
        begin(session)
        return use_case(session, *args, **kwargs)

    began.begin = begin_all  # type: ignore[attr-defined]
    return began


def statements_alone(
    use_case: Callable[Concatenate[Session, P], T],
) -> Callable[Concatenate[Session, P], T]:
    """Let each statement of a use case be committed by itself on SQLite: for one that writes in a single one.

    All others wait for that statement alone then, and not for what the program does before and behind it.
    On a server nobody waits. Raises RuntimeError where the unit has begun already: what it did would not be
    taken back any more.
    """
    return begun(_begin_alone, use_case)


def _begin_alone(session: Session) -> None:
    if ALONE in session.info or session.get_bind().dialect.name != "sqlite":
        return
    if session.in_transaction():
        raise RuntimeError("a unit that has begun commits as a whole")
    session.info[ALONE] = True
    session.connection(execution_options={ALONE: True})
