"""What a database answers: SQLite at once, a server once somebody looks.

To wait for a server after each statement of a unit takes longer than the statements: two processes fall
asleep and are woken. So what is asked of it waits until an answer is looked at, a statement of another kind
comes, or the unit is committed. Then all of it goes out as one, in its order.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import Row
from sqlalchemy.exc import DBAPIError

from salesdesk.storage.wire import Statement, Wire

Rows = Sequence[Row[Any]]
Read = Callable[[Sequence[Sequence[Any]]], Rows]
"""Makes rows of what a driver gives."""

_UNIT = "unit"
"""By this name a connection to a server knows what is asked over it."""
_EVERYDAY = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "SAVEPOINT", "RELEASE")
"""How statements begin at which psycopg never forgets what it has prepared, as it does at a DROP."""
_COMMIT = Statement("COMMIT", lasting=False)


class Answer:
    """The rows that a statement gives. Where it fails, whoever waits for them is told, or the commit."""

    def __init__(self, wait: Callable[[], object] = lambda: None) -> None:
        self._wait = wait
        self._rows: Rows | None = None
        self._look: Callable[[Rows], object] | None = None

    @property
    def wanted(self) -> bool:
        """Whether somebody has to look at it before anything is committed."""
        return self._look is not None

    def then(self, look: Callable[[Rows], object]) -> None:
        """Let the rows be looked at as soon as they are there, at the latest before the commit.

        What `look` raises ends the unit.
        """
        if self._rows is None:
            self._look = look
        else:
            look(self._rows)

    def arrive(self, rows: Rows) -> None:
        """Take the rows, and let those be looked at that are wanted."""
        self._rows = rows
        if self._look is not None:
            self._look(rows)

    def all(self) -> Rows:
        """Give the rows."""
        if self._rows is None:
            self._wait()
        if self._rows is None:
            raise RuntimeError("the unit has failed: there is no answer any more")
        return self._rows

    def first(self) -> Row[Any] | None:
        """Give the first row; None where there is none."""
        return next(iter(self.all()), None)

    def one(self) -> Row[Any]:
        """Give the only row."""
        (row,) = self.all()
        return row

    def __iter__(self) -> Iterator[Row[Any]]:
        return iter(self.all())


class _Unit:
    """What was asked over a connection to a server in a unit of work, and not sent yet."""

    def __init__(self, driver: Any) -> None:  # noqa: ANN401  # psycopg is an extra
        self.wire = Wire(driver)
        self.settings: Statement | None = None
        self.asked: list[tuple[Statement, Read, Answer]] = []

    def answer(self, connection: Connection) -> None:
        """Send it because somebody looks at an answer.

        What only reads is over with that: nothing would stay the same for it, except in one snapshot.
        """
        driver = self.wire.driver
        over = self.wire.idle and driver.read_only and not self.wire.in_one_snapshot
        self.send(connection, commit=over and not driver.autocommit)

    def send(self, connection: Connection, *, commit: bool) -> None:
        """Send it, with the BEGIN where the unit has not begun, and wait for the answers."""
        import psycopg

        driver, asked = self.wire.driver, self.asked
        self.asked = []
        begins = self.wire.idle and not driver.autocommit
        before = [self.wire.begin] if begins else []
        if begins and self.settings is not None:
            before.append(self.settings)
        behind = [_COMMIT] if commit else []
        try:
            found = self.wire.exchange([*before, *(each[0] for each in asked), *behind])
        except psycopg.Error as error:
            gone = driver.closed
            if gone:
                connection.invalidate(error)
            raise DBAPIError.instance(
                None, None, error, psycopg.Error, hide_parameters=True, connection_invalidated=gone
            ) from error
        for (_statement, read, answer), rows in zip(asked, found[len(before) :], strict=False):
            answer.arrive(read(rows))

    def commit(self, connection: Connection) -> None:
        """Send what is left with the COMMIT: before it, what has to be looked at, a reason for none maybe."""
        if self.asked:
            wanted = any(answer.wanted for _statement, _read, answer in self.asked)
            try:
                self.send(connection, commit=not wanted and not self.wire.driver.autocommit)
            except BaseException:
                # SQLAlchemy takes a commit that fails for the end of the transaction.
                self.forget()
                if not self.wire.driver.closed:
                    self.wire.driver.rollback()
                raise
        self.settings = None

    def forget(self) -> None:
        """Let nothing of it be sent any more, before a ROLLBACK."""
        self.settings, self.asked = None, []
        if not self.wire.idle:
            self.wire.rolled_back()


def ask(connection: Connection, statement: Statement, read: Read) -> Answer | None:
    """Ask something of a server, with what else is asked in this unit; None where there is no server."""
    unit: _Unit | None = connection.info.get(_UNIT)
    if unit is None:
        return None
    answer = Answer(lambda: unit.answer(connection))
    unit.asked.append((statement, read, answer))
    return answer


def begin_with(connection: Connection, settings: str) -> bool:
    """Let the transaction of a unit begin with these settings; False where it has begun already."""
    unit: _Unit = connection.info[_UNIT]
    if not unit.wire.idle or unit.wire.driver.autocommit:
        return False
    unit.settings = Statement(settings)
    return True


def answer_together(engine: Engine) -> None:
    """Let what is asked over the connections of an engine go out as one."""

    def connected(driver: Any, record: Any) -> None:  # noqa: ANN401  # SQLAlchemy's, psycopg is an extra
        record.info[_UNIT] = _Unit(driver)

    def others(connection: Connection, _cursor: object, statement: str, *_about: object) -> None:
        unit: _Unit = connection.info[_UNIT]
        if unit.asked or (unit.settings is not None and unit.wire.idle):
            unit.send(connection, commit=False)
        else:
            unit.wire.tidy()
        if not statement.startswith(_EVERYDAY):
            unit.wire.forget_prepared()

    def committed(connection: Connection) -> None:
        connection.info[_UNIT].commit(connection)

    def rolled_back(connection: Connection) -> None:
        if not connection.invalidated:
            connection.info[_UNIT].forget()

    def given_back(_driver: object, record: Any, _state: object) -> None:  # noqa: ANN401  # SQLAlchemy's
        record.info[_UNIT].forget()

    event.listen(engine, "connect", connected)
    event.listen(engine, "before_cursor_execute", others)
    event.listen(engine, "commit", committed)
    event.listen(engine, "rollback", rolled_back)
    event.listen(engine, "reset", given_back)
