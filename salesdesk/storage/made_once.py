"""Statements that are put into a database's own words once: for what is asked so often that it must be cheap.

To find a statement among those that were compiled takes SQLAlchemy longer than the database takes to
answer one of this kind.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import CompoundSelect, Delete, Insert, Select, Update
from sqlalchemy.engine import CursorResult, Dialect
from sqlmodel import Session

Statement = Select[Any] | CompoundSelect[Any] | Insert | Update | Delete
Make = Callable[[Dialect], Statement]


class _Words(NamedTuple):
    """A statement as a driver takes it: its text, its parameters, how each is stored.

    `names` are all in their order, as often as they stand there; `asked` those to be given, each once.
    """

    text: str
    names: tuple[str, ...]
    asked: tuple[str, ...]
    constants: Mapping[str, Any]
    stored: Mapping[str, Callable[[Any], Any]]
    by_place: bool


class MadeOnce:
    """A statement that is made for each database once a process. Its rows are as the driver gives them."""

    def __init__(self, make: Make) -> None:
        self._make = make
        self._words: dict[str, _Words] = {}

    def run(self, session: Session, given: Mapping[str, Any]) -> CursorResult[Any]:
        """Run it with these parameters."""
        words = self._said(session.get_bind().dialect)
        values = {
            name: words.stored[name](given[name]) if name in words.stored else given[name]
            for name in words.asked
        }
        values |= words.constants
        sent = tuple(values[name] for name in words.names) if words.by_place else values
        # Only now: with its first connection a unit that writes begins, and on SQLite all others wait.
        return session.connection().exec_driver_sql(words.text, sent)

    def _said(self, dialect: Dialect) -> _Words:
        words = self._words.get(dialect.name)
        if words is None:
            words = self._words[dialect.name] = _words(self._make, dialect)
        return words


def _words(make: Make, dialect: Dialect) -> _Words:
    compiled = make(dialect).compile(dialect=dialect)
    stored, constants = {}, {}
    binds = {name: bind for bind, name in compiled.bind_names.items()}
    for name, bind in binds.items():
        process = bind.type.dialect_impl(dialect).bind_processor(dialect)
        if not bind.required:
            constants[name] = process(bind.value) if process is not None else bind.value
        elif process is not None:
            stored[name] = process
    places = compiled.positiontup
    names = tuple(binds) if places is None else tuple(places)
    asked = tuple(name for name in binds if name not in constants)
    return _Words(str(compiled), names, asked, constants, stored, by_place=places is not None)
