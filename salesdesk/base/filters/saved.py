"""The field `segment`: those whom a saved filter chooses."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Select, false, or_, select
from sqlalchemy.engine import Row
from sqlmodel import Session

from salesdesk.base.cells import line_of
from salesdesk.base.filters.ground import Ground
from salesdesk.base.filters.kinds import Condition, Kind
from salesdesk.base.filters.values import Value
from salesdesk.base.folding import fold
from salesdesk.context import Context
from salesdesk.errors import InputError, NotFoundError
from salesdesk.i18n import _
from salesdesk.models import Operator, Segment
from salesdesk.storage.journal import table_of

S, O = table_of(Segment).c, table_of(Operator).c  # noqa: E741  # as in models

NAMED: Select[Any] = select(
    S.id, S.name, S.name_key, S.filter, S.sort, S.owner_id, S.shared, O.login, O.name.label("owner")
).join(table_of(Operator), O.id == S.owner_id)


def segment_key(name: str) -> str:
    """Fold the name of a segment: what is the same name, and is found however it is typed."""
    return fold(name) or name.strip().casefold()


def segment_row(session: Session, name: str, person: int) -> Row[Any]:
    """Find the segment that a person means by a name: their own, or one that is shared.

    `name@login` says whose, where several share one of that name. Raises NotFoundError.
    """
    usable = NAMED.where(or_(S.owner_id == person, S.shared.is_(True)))
    found = session.execute(usable.where(S.name_key == segment_key(name))).all()
    bare, sign, login = name.rpartition("@")
    if not found and sign:
        key = segment_key(bare)
        found = session.execute(usable.where(S.name_key == key, O.login == login.strip())).all()
    own = [row for row in found if row.owner_id == person]
    if len(found) > 1 and not own:
        names = ", ".join(f"{row.name}@{row.login}" for row in found)
        raise NotFoundError(_("Several people share a segment of that name: {names}.").format(names=names))
    if not found:
        raise NotFoundError(
            _(
                "there is no segment “{name}”; b over the clients, or `salesdesk segment list`, has them"
            ).format(name=name[:60])
        )
    return (own or found)[0]


class SegmentKind(Kind):
    """A saved filter, by its name. What it chooses is asked for anew each time."""

    def read(self, text: str, *, bare: bool, context: Context) -> Value:
        """Read a name. Raises InputError for an empty one."""
        del bare, context
        clean = line_of(text)
        if not clean:
            raise InputError(_("there is nothing between the quotes"))
        return clean

    def holds(self, operator: str, values: Sequence[Value], ground: Ground) -> Condition:
        """Put the saved filters to the base in place of their names."""
        del operator
        return or_(false(), *(_condition(str(value), ground) for value in values))


def _condition(name: str, ground: Ground) -> Condition:
    from salesdesk.base.filters.parsing import parse_filter
    from salesdesk.base.filters.tree import FilterError

    try:
        me = ground.context.me.id if ground.whose is None else ground.whose
        found = segment_row(ground.session, name, me)
    except NotFoundError as missing:
        raise InputError(str(missing)) from missing
    if found.id in ground.within:
        raise InputError(_("the segment “{name}” stands in itself").format(name=found.name))
    inside = replace(ground, within=(*ground.within, found.id), whose=found.owner_id)
    try:
        return parse_filter(found.filter, ground.context).sql(inside)
    except FilterError as wrong:
        raise InputError(_("in the segment “{name}”: {what}").format(name=found.name, what=wrong)) from wrong
