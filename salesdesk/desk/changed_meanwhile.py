"""What others have changed while a form was open: kept where it is theirs alone, named where it is not."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NoReturn

from sqlalchemy import bindparam, or_, select
from sqlalchemy.engine import Row
from sqlmodel import Session, SQLModel

from salesdesk.base.visible import read_visible
from salesdesk.context import Context
from salesdesk.errors import ConflictError
from salesdesk.i18n import _
from salesdesk.models import AuditEvent, Operator
from salesdesk.rows import Conflict
from salesdesk.storage.journal import stored, table_of

_LOOKED_THROUGH = 50
"""Events of a client among which it is looked up who changed a field, the latest first."""

EVENT, OPERATOR = table_of(AuditEvent), table_of(Operator)
_EVENTS = (
    select(EVENT.c.changes, EVENT.c.at, OPERATOR.c.name)
    .outerjoin(OPERATOR, OPERATOR.c.id == EVENT.c.operator_id)
    .where(EVENT.c.client_id == bindparam("client"), EVENT.c.undone_at.is_(None))
    .order_by(EVENT.c.id.desc())
    .limit(_LOOKED_THROUGH)
)
_SINCE = bindparam("since", type_=EVENT.c.at.type)
_OTHERS = (
    select(OPERATOR.c.name)
    .join(EVENT, EVENT.c.operator_id == OPERATOR.c.id)
    .where(
        EVENT.c.client_id == bindparam("client"),
        EVENT.c.operator_id != bindparam("me"),
        or_(EVENT.c.at >= _SINCE, EVENT.c.undone_at >= _SINCE),
    )
    .distinct()
    .order_by(OPERATOR.c.name)
)


def who_changed(session: Session, context: Context, client_id: int, since: datetime) -> tuple[str, ...]:
    """Name who else has changed a client, or taken a change back, since a moment. Raises NotFoundError.

    Nobody for what came about by itself, or with many clients at once.
    """
    client = read_visible(session, context, client_id)
    given = {"client": client.id, "me": context.me.id, "since": since}
    return tuple(session.connection().execute(_OTHERS, given).scalars())


def changed_here(
    session: Session,
    model: type[SQLModel],
    row: Row[Any],
    seen: object | None,
    values: Mapping[str, Any],
) -> dict[str, Any]:
    """Give of the values those that differ from what was seen: what only others have changed stays theirs.

    `row` was read to be changed. `seen` is what stood in the form when it was opened, with attributes by
    the names of the columns; of what it does not have, and where it is None, every value counts. Raises
    ConflictError for what others have changed as well, to something else.
    """
    if seen is None:
        return dict(values)
    was = {name: getattr(seen, name, value) for name, value in values.items()}
    changed = {name: value for name, value in values.items() if value != was[name] or not hasattr(seen, name)}
    now = row._mapping  # noqa: SLF001  # the public name of a row's mapping
    both = [
        name for name, value in changed.items() if value != was[name] and now[name] not in (was[name], value)
    ]
    if both:
        refuse(session, model, row, both)
    return changed


def refuse(session: Session, model: type[SQLModel], row: Row[Any], names: list[str]) -> NoReturn:
    """Say which columns of a row two have changed, who the other was, and when. Raises ConflictError."""
    client_id = row.id if "client_id" not in row._mapping else row.client_id  # noqa: SLF001  # as above
    events = session.execute(_EVENTS, {"client": client_id}).all()
    table = table_of(model).name
    conflicts = tuple(Conflict(name, *_last(events, table, row, name)) for name in names)
    who = next((one.by for one in conflicts if one.by), None)
    raise ConflictError(
        _("{name} has changed this meanwhile: nothing was saved.").format(name=who)
        if who
        else _("Somebody has changed this meanwhile: nothing was saved."),
        conflicts,
    )


def _last(events: Any, table: str, row: Row[Any], name: str) -> tuple[str | None, datetime | None]:  # noqa: ANN401  # rows
    """Tell who changed a column to what it is now, and when."""
    value = stored({name: row._mapping[name]})[name]  # noqa: SLF001  # as above
    for changes, at, who in events:
        for changed, row_id, _before, after in _rows(changes):
            if (changed, row_id) == (table, row.id) and after and after.get(name, ...) == value:
                return who, at
    return None, None


def _rows(changes: Any) -> Iterator[tuple[str, int, Any, Any]]:  # noqa: ANN401  # JSON
    for change in reversed(changes):
        table, row_id, before, after = change
        yield table, row_id, before, after
