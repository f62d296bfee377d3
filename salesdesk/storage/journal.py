"""The journal: every write of a use case, with what each row was.

It is at once the audit trail and the undo: one `audit_event` holds the rows before and after, and
`play_back` writes the rows before again.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import Enum
from functools import cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Delete,
    Insert,
    Select,
    Table,
    Update,
    bindparam,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.engine import Row
from sqlmodel import Session, SQLModel

from salesdesk.errors import NotAllowedError
from salesdesk.i18n import _
from salesdesk.models import AuditEvent
from salesdesk.models.types import Code, Instant
from salesdesk.storage.among import within
from salesdesk.storage.made_once import MadeOnce

MERGE, UNDO_MERGE = "merge", "undo_merge"
"""The actions of cards made one, and of cards that are apart again."""
EXPORT = "export"
"""The action of an export, with its count behind it: it stands in the trail and changed nothing."""
PASSWORD = "password"  # noqa: S105  # the name of an action
"""The action of a password that was given, with whose behind it: there is nothing in it to undo."""
LISTED = "listed"
"""The action of rows that a command listed to an operator, with their count behind it, likewise."""
ASKED_WHOSE = "whose_number"
"""The action of having asked whose client a number is: it stands in the trail and changed nothing."""
GIVEN = "given"
"""The action of having been given a client of the shared pool, where that is counted: nothing to undo."""
CATALOGUES = "catalogues"
"""The action of a team's files that were brought into the base: to take it back, the earlier ones are."""
WRITE_DOWN = "stand_up_written"
"""The action of what is typed at a stand-up: saved at every pause, it is one thing to undo."""
GOES_ON = timedelta(hours=1)
"""How long after the pause before it what is typed is still that one thing."""
REFUSED = "refused"
"""The action of having asked for more rows than one may have, with for what behind it."""

Change = tuple[str, int, dict[str, Any] | None, dict[str, Any] | None]
"""Table, id, stored values before (None: added), stored values after (None: removed)."""


NO_ID = 0
"""Stands for the id of a row in a table whose key is made of other columns; the row's values have them."""


def table_of(model: type[SQLModel]) -> Table:
    """Give the table of a model."""
    return model.__table__  # type: ignore[attr-defined, no-any-return]  # SQLModel does not declare it


class Journal:
    """Writes the rows of one use case and remembers them. `close` keeps the memory."""

    def __init__(self, session: Session, ids: Mapping[type[SQLModel], int] = MappingProxyType({})) -> None:
        """Begin; `ids` are those of the first row of each model, where they are known before."""
        self.session = session
        self.changes: list[Change] = []
        self._ids = dict(ids)
        self._written: dict[tuple[str, int], dict[str, Any]] = {}

    def add(self, model: type[SQLModel], **values: Any) -> int:  # noqa: ANN401  # any column's value
        """Insert a row and give its id."""
        row_id = self._insert(model, values)
        self.changes.append((table_of(model).name, row_id, None, {"id": row_id} | stored(values)))
        return row_id

    def change(self, model: type[SQLModel], before: Row[Any] | Mapping[str, Any], **values: Any) -> bool:  # noqa: ANN401
        """Update the row that was read as `before`; tell whether anything differed.

        What this journal has written since the row was read counts as what it was.
        """
        read = _mapping(before)
        table, row_id = table_of(model), read["id"]
        written = self._written.setdefault((table.name, row_id), {})
        was = {column: written.get(column, read[column]) for column in values}
        differs = {column: value for column, value in values.items() if was[column] != value}
        if not differs:
            return False
        _change(table, tuple(differs)).run(self.session, differs | {ROW: row_id})
        written |= differs
        self.changes.append(
            (table.name, row_id, stored({name: was[name] for name in differs}), stored(differs))
        )
        return True

    def add_many(self, model: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert rows that all say the same columns, in one statement for very many."""
        if not rows:
            return
        table = table_of(model)
        statement = _insert(table).returning(table.c.id, sort_by_parameter_order=True)
        ids = self.session.connection().execute(statement, [*rows]).scalars().all()
        for row_id, row in zip(ids, rows, strict=True):
            self.changes.append((table.name, row_id, None, {"id": row_id} | stored(row)))

    def change_many(
        self, model: type[SQLModel], changed: Iterable[tuple[Row[Any], Mapping[str, Any]]]
    ) -> int:
        """Update rows that were read, all in the same columns; give how many differed.

        For very many that this journal has not written before: one statement, run for each row.
        """
        table = table_of(model)
        differ = [
            (row, values)
            for row, values in changed
            if any(row._mapping[name] != value for name, value in values.items())  # noqa: SLF001  # its public name
        ]
        if differ:
            self._run_many(_update(table), [{**values, ROW: row.id} for row, values in differ])
        for row, values in differ:
            was = {name: row._mapping[name] for name in values}  # noqa: SLF001  # the same
            self.changes.append((table.name, row.id, stored(was), stored(values)))
        return len(differ)

    def known(self, model: type[SQLModel], before: Row[Any] | Mapping[str, Any]) -> Mapping[str, Any]:
        """Give a row as it stands: as it was read, with what this journal has written since."""
        read = _mapping(before)
        return {**read, **self._written.get((table_of(model).name, read["id"]), {})}

    def remove(self, model: type[SQLModel], before: Row[Any]) -> None:
        """Delete the row that was read whole as `before`."""
        table = table_of(model)
        self.session.execute(delete(table).where(table.c.id == before.id))
        self.changes.append((table.name, before.id, stored(dict(before._mapping)), None))  # noqa: SLF001

    def repoint(self, model: type[SQLModel], column: str, old: int, new: int) -> int:
        """Let every row that names `old` in a column name `new`; tell how many did."""
        table = table_of(model)
        named, repointed = _repointing(table, column)
        connection = self.session.connection()
        ids = [*connection.execute(named, {"old": old}).scalars()]
        if ids:
            connection.execute(repointed, {"old": old, "new": new})
            self.changes += [(table.name, row_id, {column: old}, {column: new}) for row_id in ids]
        return len(ids)

    def add_keyed(self, model: type[SQLModel], **values: Any) -> None:  # noqa: ANN401
        """Insert a row of a table without ids of its own; its change has 0 in place of the id."""
        table = table_of(model)
        self._run(_insert(table), values)
        self.changes.append((table.name, NO_ID, None, stored(values)))

    def change_keyed(self, model: type[SQLModel], before: Mapping[str, Any], **values: Any) -> None:  # noqa: ANN401
        """Update a row of such a table; `before` has its key, and what is changed."""
        table = table_of(model)
        self.session.execute(update(table).where(*key_is(table, before)).values(values))
        after = {name: values.get(name, before[name]) for name in before}
        self.changes.append((table.name, NO_ID, stored(before), stored(after)))

    def remove_keyed(self, model: type[SQLModel], before: Row[Any]) -> None:
        """Delete a row of such a table that was read whole."""
        table, was = table_of(model), _mapping(before)
        self.session.execute(delete(table).where(*key_is(table, was)))
        self.changes.append((table.name, NO_ID, stored(dict(was)), None))

    def hold_to(self, model: type[SQLModel], row_id: int, **values: Any) -> None:  # noqa: ANN401
        """Remember what a row holds now, changed here or not: once it holds something else, no undo."""
        held = stored(values)
        self.changes.append((table_of(model).name, row_id, held, held))

    def close(
        self, action: str, *, at: datetime, operator_id: int | None, client_id: int | None = None
    ) -> int:
        """Write the audit event of this use case and give its id. One of nobody is no operator's to undo."""
        values = {
            "at": at, "operator_id": operator_id, "action": action, "client_id": client_id,
            "changes": self.changes,
        }  # fmt: skip
        return self._insert(AuditEvent, values)

    def go_on(self, event_id: int, earlier: Sequence[Change], *, at: datetime) -> None:
        """Add what was written to an event that there is, so that one undo takes both back.

        For what a person types: it is saved at every pause, and yet is one thing that they did. Both
        have changed rows only, added and removed none.
        """
        written: dict[tuple[str, int], Change] = {}
        for table, row_id, before, after in (*earlier, *self.changes):
            _table, _id, first, last = written.get((table, row_id), (table, row_id, {}, {}))
            written[table, row_id] = (
                table, row_id, (before or {}) | (first or {}), (last or {}) | (after or {}),
            )  # fmt: skip
        self._run(_update(table_of(AuditEvent)), {ROW: event_id, "changes": [*written.values()], "at": at})

    def _insert(self, model: type[SQLModel], values: Mapping[str, Any]) -> int:
        """Insert a row and give its id; one whose id is known is sent with what comes after it."""
        row_id = self._ids.pop(model, None)
        if row_id is None:
            return int(_add(table_of(model), tuple(values), numbered=True).run(self.session, values).one().id)
        _add(table_of(model), ("id", *values)).run(self.session, {"id": row_id, **values})
        return row_id

    def _run_many(self, statement: Insert | Update, values: Sequence[Mapping[str, Any]]) -> None:
        self.session.connection().execute(statement, values)

    def _run(self, statement: Insert | Update, values: Mapping[str, Any]) -> CursorResult[Any]:
        # The connection of the session's own transaction: rows written here are no entities.
        return self.session.connection().execute(statement, values)


def key_is(table: Table, values: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """Give the conditions that find a row by the key among its values."""
    return [column == values[column.name] for column in table.primary_key.columns]


@cache
def _repointing(table: Table, column: str) -> tuple[Select[Any], Update]:
    named = table.c[column] == bindparam("old")
    changed = update(table).where(named).values({column: bindparam("new")})
    return select(table.c.id).where(named).order_by(table.c.id), changed


def _mapping(row: Row[Any] | Mapping[str, Any]) -> Mapping[Any, Any]:
    return row._mapping if isinstance(row, Row) else row  # noqa: SLF001  # the public name of a row's mapping


ROW = "row_id"


# Made once for each table: making a statement takes longer than the database takes to run it.
@cache
def _add(table: Table, columns: tuple[str, ...], *, numbered: bool = False) -> MadeOnce:
    statement = insert(table).returning(table.c.id) if numbered else insert(table)
    return MadeOnce(lambda _dialect: statement, columns=columns)


@cache
def _change(table: Table, columns: tuple[str, ...]) -> MadeOnce:
    statement = _update(table)
    return MadeOnce(lambda _dialect: statement, columns=columns)


@cache
def _insert(table: Table) -> Insert:
    return insert(table)


@cache
def _update(table: Table) -> Update:
    return update(table).where(table.c.id == bindparam(ROW))


AT_ONCE = 1000
"""Rows of one kind that are written back together: an event may hold hundreds of thousands of them."""


def play_back(session: Session, changes: list[Change], *, told: Callable[[int], None] | None = None) -> None:
    """Write back what the rows were, the last change first; `told` is how many are, again and again.

    Raises NotAllowedError where a row has changed since: what came later would be lost.
    """
    done = 0
    for run in _runs(changes):
        if told is not None:
            told(done)
        done += len(run)
        name, _row, before, after = run[0]
        table = SQLModel.metadata.tables[name]
        if after is not None:
            _unchanged_since(session, table, run)
        connection = session.connection()
        if before is None:
            connection.execute(_remove(table), [{ROW: row_id} for _name, row_id, _before, _after in run])
        elif after is None:
            connection.execute(
                _insert(table), [revived(table, was or {}) for _name, _row, was, _after in run]
            )
        else:
            written = [{**revived(table, was or {}), ROW: row_id} for _name, row_id, was, _after in run]
            connection.execute(_update(table), written)


def _runs(changes: list[Change]) -> Iterator[list[Change]]:
    """Cut the changes, the last first, into what one statement writes back: each row once."""
    run: list[Change] = []
    rows: set[int] = set()
    shape: object = None
    for change in reversed(changes):
        name, row_id, before, after = change
        of_this = (name, _columns(before), _columns(after))
        if run and (of_this != shape or row_id in rows or len(run) == AT_ONCE):
            yield run
            run, rows = [], set()
        shape = of_this
        run.append(change)
        rows.add(row_id)
    if run:
        yield run


def _columns(values: Mapping[str, Any] | None) -> tuple[str, ...] | None:
    return None if values is None else tuple(sorted(values))


@cache
def _remove(table: Table) -> Delete:
    return delete(table).where(table.c.id == bindparam(ROW))


def _unchanged_since(session: Session, table: Table, run: Sequence[Change]) -> None:
    """Compare rows with what they were left as. Raises NotAllowedError."""
    left = {row_id: dict(after or {}) for _name, row_id, _before, after in run}
    names = [*next(iter(left.values()))]
    asked = select(table.c.id.label(ROW), *(table.c[name] for name in names)).where(
        within(table.c.id, [*left])
    )
    now = {}
    for found in session.execute(asked):
        row_id, *values = found
        now[row_id] = stored(dict(zip(names, values, strict=True)))
    if now != left:
        raise NotAllowedError(_("This cannot be undone: it has been changed since."))


def stored(values: Mapping[str, Any]) -> dict[str, Any]:
    """Turn values into what the base stores, which JSON can hold."""
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, datetime):
        return int(value.timestamp())
    return value.value if isinstance(value, Enum) else value


def revived(table: Table, kept: Mapping[str, Any]) -> dict[str, Any]:
    """Turn stored values back into Python's, by each column's own type."""
    values = {}
    for name, value in kept.items():
        kind = table.c[name].type
        values[name] = kind.revive(value) if isinstance(kind, Instant | Code) else value
    return values
