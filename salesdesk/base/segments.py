"""Segments: filters saved under a name, shared, counted, worked through."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.engine import Row
from sqlmodel import Session

from salesdesk.base.cells import line_of
from salesdesk.base.filters import Condition, Filter, FilterError, parse_filter
from salesdesk.base.filters.ground import Ground
from salesdesk.base.filters.saved import NAMED, S, segment_key, segment_row
from salesdesk.base.filters.tree import AllOf, AnyOf, Not
from salesdesk.base.listing import count
from salesdesk.context import Context
from salesdesk.errors import InputError, NotAllowedError, NotFoundError
from salesdesk.i18n import _
from salesdesk.models import Segment
from salesdesk.storage.journal import Journal, table_of
from salesdesk.team.rights import leads

SAVE, REMOVE = "save_segment", "remove_segment"
LONGEST = 80
SEGMENT = table_of(Segment)


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """A segment. `mine`: who sits here made it; `changeable`: they may change it."""

    id: int
    name: str
    filter: str
    sort: str | None
    owner: str
    owner_name: str
    shared: bool
    mine: bool
    changeable: bool

    @property
    def reference(self) -> Filter:
        """The filter that chooses those of this segment, whosever it is."""
        return Condition("segment", "=", (self.name if self.mine else f"{self.name}@{self.owner}",))


@dataclass(frozen=True, slots=True)
class Counted:
    """A segment and how many clients it holds of those that this person may see; or why it cannot be told."""

    segment: SegmentRow
    count: int | None
    wrong: str | None = None


def segments(session: Session, context: Context) -> tuple[SegmentRow, ...]:
    """Give one's own segments and those that others share, by name."""
    usable = NAMED.where(or_(S.owner_id == context.me.id, S.shared.is_(True)))
    found = session.execute(usable.order_by(S.name_key, S.owner_id)).all()
    return tuple(_shown(context, row) for row in found)


def segment_named(session: Session, context: Context, name: str) -> SegmentRow:
    """Find a segment by its name. Raises NotFoundError."""
    return _shown(context, segment_row(session, name, context.me.id))


def counted(session: Session, context: Context, segment: SegmentRow) -> Counted:
    """Count the clients of a segment."""
    try:
        return Counted(segment, count(session, context, segment.reference))
    except InputError as wrong:
        return Counted(segment, None, str(wrong))


def save_segment(
    session: Session,
    context: Context,
    name: str,
    filter_text: str,
    *,
    sort: str | None = None,
    shared: bool = False,
) -> SegmentRow:
    """Save a filter under a name; one of that name that this person made is changed.

    Raises FilterError for a filter that cannot be taken, InputError for a name that cannot.
    """
    name, key = _name(name)
    where = parse_filter(filter_text, context)
    before = session.execute(_whole(S.owner_id == context.me.id, S.name_key == key)).first()
    _checked(session, context, where, None if before is None else before.id, key)
    journal = Journal(session)
    values = {"name": name, "filter": str(where), "sort": sort, "shared": shared}
    if before is None:
        made = {"name_key": key, "owner_id": context.me.id, "created_at": context.now}
        journal.add(Segment, **values, **made, updated_at=context.now)
    else:
        _change(journal, context, before, **values)
    _close(journal, context, SAVE)
    return segment_named(session, context, name)


def change_segment(
    session: Session,
    context: Context,
    segment_id: int,
    *,
    name: str | None = None,
    filter_text: str | None = None,
    shared: bool | None = None,
) -> bool:
    """Change a segment: its name, its filter, whether it is shared. Tell whether anything differed.

    Raises NotAllowedError for somebody else's, InputError for a name that is taken.
    """
    before = _taken(session, context, segment_id)
    values: dict[str, Any] = {}
    if name is not None:
        values["name"], values["name_key"] = _name(name)
        same = _whole(S.owner_id == before.owner_id, S.name_key == values["name_key"], S.id != before.id)
        if session.execute(same).first() is not None:
            raise InputError(_("There is a segment “{name}” already.").format(name=values["name"]), "name")
        if values["name_key"] != before.name_key:
            _not_named_elsewhere(session, context, before)
    if filter_text is not None:
        where = parse_filter(filter_text, context)
        _checked(session, context, where, before.id, values.get("name_key", before.name_key))
        values["filter"] = str(where)
    if shared is not None:
        values["shared"] = shared
    journal = Journal(session)
    changed = _change(journal, context, before, **values)
    _close(journal, context, SAVE)
    return changed


def remove_segment(session: Session, context: Context, segment_id: int) -> None:
    """Remove a segment; its clients stay as they are. Raises NotAllowedError for somebody else's."""
    before = _taken(session, context, segment_id)
    _not_named_elsewhere(session, context, before)
    journal = Journal(session)
    journal.remove(Segment, before)
    _close(journal, context, REMOVE)


# -- behind them ----------------------------------------------------------------------------------


def _whole(*where: Any) -> Any:  # noqa: ANN401  # conditions, and a statement of them
    return select(SEGMENT).where(*where)


def _shown(context: Context, row: Row[Any]) -> SegmentRow:
    mine = row.owner_id == context.me.id
    return SegmentRow(
        id=row.id, name=row.name, filter=row.filter, sort=row.sort, owner=row.login, owner_name=row.owner,
        shared=row.shared, mine=mine, changeable=mine or (row.shared and leads(context)),
    )  # fmt: skip


def _name(typed: str) -> tuple[str, str]:
    """Read a name: the name, and its key. Raises InputError."""
    name = line_of(typed)
    key = segment_key(name)
    if not key or len(name) > LONGEST or len(key) > LONGEST:
        raise InputError(_("A segment has a name of at most {most} letters.").format(most=LONGEST), "name")
    return name, key


def _taken(session: Session, context: Context, segment_id: int) -> Row[Any]:
    """Read a segment to change it. Raises NotFoundError, NotAllowedError."""
    found = session.execute(_whole(S.id == segment_id)).first()
    usable = found is not None and (found.owner_id == context.me.id or found.shared)
    if found is None or not usable:
        raise NotFoundError(_("There is no such segment any more."))
    if found.owner_id != context.me.id and not leads(context):
        raise NotAllowedError(_("Only who made a segment, or a lead, may change it."))
    return found


def _checked(session: Session, context: Context, where: Filter, segment_id: int | None, key: str) -> None:
    """Put the filter to the base: what it names must be there. Raises FilterError."""
    if segment_id is None and any(segment_key(name) == key for name in named_in(where)):
        # The segment is not there yet, so that no look-up would find it in itself.
        try:
            segment_row(session, key, context.me.id)
        except NotFoundError as wrong:
            raise FilterError(str(wrong), 1) from wrong
    inside = () if segment_id is None else (segment_id,)
    where.sql(Ground(session, context, within=inside))


def named_in(where: Filter) -> set[str]:
    """Give the names of the segments that a filter names itself."""
    if isinstance(where, AllOf | AnyOf):
        return {name for part in where.parts for name in named_in(part)}
    if isinstance(where, Not):
        return named_in(where.part)
    if isinstance(where, Condition) and where.field == "segment":
        return {str(value) for value in where.values}
    return set()


def _not_named_elsewhere(session: Session, context: Context, segment: Row[Any]) -> None:
    """Keep the name that other segments call this one by. Raises InputError, which names them."""
    others = session.execute(_whole(S.id != segment.id)).all()
    calling = [row.name for row in others if _names(context, row, segment)]
    if calling:
        raise InputError(
            _("Other segments stand on this one: {names}. Change them first.").format(
                names=", ".join(sorted(calling))
            )
        )


def _names(context: Context, other: Row[Any], segment: Row[Any]) -> bool:
    if other.owner_id != segment.owner_id and not segment.shared:
        return False
    try:
        named = named_in(parse_filter(other.filter, context))
    except InputError:
        # It says so itself where it is used; of this one it knows nothing.
        return False
    return any(
        segment.name_key in {segment_key(name), segment_key(name.rpartition("@")[0])} for name in named
    )


def _change(journal: Journal, context: Context, before: Row[Any], **values: Any) -> bool:  # noqa: ANN401
    changed = journal.change(Segment, before, **values)
    if changed:
        journal.change(Segment, before, updated_at=context.now)
    return changed


def _close(journal: Journal, context: Context, action: str) -> None:
    if journal.changes:
        journal.close(action, at=context.now, operator_id=context.me.id)
