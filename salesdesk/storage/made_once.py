"""Statements that are put into a database's own words once: for what is asked so often that it must be cheap.

To find a statement among those that were compiled takes SQLAlchemy longer than the database takes to
answer one of this kind.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import CompoundSelect, Delete, Insert, Select, Update
from sqlalchemy.engine import Dialect, result_tuple
from sqlmodel import Session

from salesdesk.storage.answers import Answer, Rows, ask
from salesdesk.storage.wire import Statement

Made = Select[Any] | CompoundSelect[Any] | Insert | Update | Delete
Make = Callable[[Dialect], Made]
Process = Callable[[Any], Any]


class _Words(NamedTuple):
    """A statement as a database takes it: its text, its parameters, how each is stored.

    `names` are all in their order, as often as they stand there; `asked` those to be given, each once.
    """

    text: str
    names: tuple[str, ...]
    asked: tuple[str, ...]
    constants: Mapping[str, Any]
    stored: Mapping[str, Process]
    read: Callable[[Sequence[Sequence[Any]]], Rows]


class MadeOnce:
    """A statement that is made for each database once a process.

    Its rows are as the driver gives them, or, where they are `typed`, as their columns say. `columns` are
    those that an insert or an update is given.
    """

    def __init__(self, make: Make, *, typed: bool = False, columns: Sequence[str] | None = None) -> None:
        self._make = make
        self._typed = typed
        self._columns = columns
        self._words: dict[str, _Words] = {}

    def run(self, session: Session, given: Mapping[str, Any]) -> Answer:
        """Run it with these parameters; on a server it is sent when its answer is looked at, or later."""
        words = self._said(session.get_bind().dialect)
        values = {
            name: words.stored[name](given[name]) if name in words.stored else given[name]
            for name in words.asked
        }
        values |= words.constants
        sent = tuple(values[name] for name in words.names)
        # Only now: with its first connection a unit that writes begins, and on SQLite all others wait.
        connection = session.connection()
        answer = ask(connection, Statement(words.text, sent), words.read)
        if answer is None:
            found = connection.exec_driver_sql(words.text, sent)
            answer = Answer()
            answer.arrive(words.read(found.all()) if found.returns_rows else ())
        return answer

    def _said(self, dialect: Dialect) -> _Words:
        words = self._words.get(dialect.name)
        if words is None:
            words = self._words[dialect.name] = self._put(dialect)
        return words

    def _put(self, dialect: Dialect) -> _Words:
        statement, way = self._make(dialect), dialect
        if dialect.name == "postgresql":
            # As a server numbers them itself: nothing has to look for them at each sending.
            way = type(dialect)(paramstyle="numeric_dollar")  # type: ignore[call-arg]  # every dialect takes it
        compiled = statement.compile(dialect=way, column_keys=self._columns)
        stored, constants = {}, {}
        # None of the models has a default that is anything but a value.
        defaults: dict[str, Any] = {
            column.key: column.default.arg  # type: ignore[union-attr]  # it has one
            for column in compiled.insert_prefetch
        }
        binds = {name: bind for bind, name in compiled.bind_names.items()}
        for name, bind in binds.items():
            process = bind.type.dialect_impl(dialect).bind_processor(dialect)
            if not bind.required:
                value = defaults.get(name, bind.value)
                constants[name] = process(value) if process is not None else value
            elif process is not None:
                stored[name] = process
        names = tuple(compiled.positiontup or ())
        asked = tuple(name for name in binds if name not in constants)
        return _Words(str(compiled), names, asked, constants, stored, self._reading(statement, dialect))

    def _reading(self, statement: Made, dialect: Dialect) -> Callable[[Sequence[Sequence[Any]]], Rows]:
        """Make what makes rows, whose columns have their names."""
        columns = [*statement.exported_columns]
        row = result_tuple([column.name for column in columns])
        processes = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
        changed = [(place, each) for place, each in enumerate(processes) if each is not None and self._typed]

        def read(found: Sequence[Sequence[Any]]) -> Rows:
            if not changed:
                return [row(values) for values in found]
            typed = []
            for values in map(list, found):
                for place, process in changed:
                    values[place] = process(values[place])
                typed.append(row(tuple(values)))
            return typed

        return read
