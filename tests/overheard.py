"""What is said to a database while a test listens: each statement, and what is given in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from sqlalchemy import Engine, event

from salesdesk.storage.wire import Statement, Wire


@contextmanager
def overheard(engine: Engine) -> Iterator[list[Statement]]:
    """Listen until the end of the block; on a server also to what is sent together, BEGIN and all."""
    said: list[Statement] = []
    exchange = Wire.exchange

    def one(_connection: object, _cursor: object, statement: str, values: Any, *_about: object) -> None:
        said.append(Statement(statement, values))

    def together(wire: Wire, statements: list[Statement]) -> list[list[tuple[Any, ...]]]:
        said.extend(statements)
        return exchange(wire, statements)

    event.listen(engine, "before_cursor_execute", one)
    try:
        with patch.object(Wire, "exchange", together):
            yield said
    finally:
        event.remove(engine, "before_cursor_execute", one)
