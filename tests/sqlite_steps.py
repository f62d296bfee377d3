"""What a read costs SQLite, whatever the machine: the steps of its engine."""

from collections.abc import Callable
from typing import Any

from builders import Desk

EACH = 10


def steps(desk: Desk, use_case: Callable[..., Any], *args: Any, **kwargs: Any) -> tuple[int, Any]:
    """Run a use case that reads; give how many times ten steps it took, and what it gave."""
    taken = 0

    def step() -> None:
        nonlocal taken
        taken += 1

    with desk.base.read() as session:
        driver = session.connection().connection.dbapi_connection
        driver.set_progress_handler(step, EACH)
        found = use_case(session, desk.context, *args, **kwargs)
        driver.set_progress_handler(None, 0)
    return taken, found
