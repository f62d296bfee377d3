"""Taking back what was logged last, and the trail of who did what."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import cast

from sqlalchemy import Exists, exists, or_, select, update
from sqlmodel import Session, col

from salesdesk.base.placement import CLIENT, NEXT_ACTION, read_client
from salesdesk.base.search_document import documents
from salesdesk.base.visible import seen_among, sees
from salesdesk.context import Context
from salesdesk.errors import NotAllowedError, StoppedError
from salesdesk.i18n import _, ngettext
from salesdesk.models import (
    AuditEvent,
    Call,
    CallReview,
    Client,
    HandOn,
    ImportRow,
    NextActionPast,
    Operator,
    Phone,
    Review,
)
from salesdesk.rows import AuditRow, Undone
from salesdesk.storage.beyond_sight import reach_back
from salesdesk.storage.journal import (
    ASKED_WHOSE,
    CATALOGUES,
    EXPORT,
    GIVEN,
    LISTED,
    MERGE,
    PASSWORD,
    REFUSED,
    UNDO_MERGE,
    Change,
    play_back,
    table_of,
)
from salesdesk.storage.search_index import drop, put
from salesdesk.team.rights import leads
from salesdesk.team.roles import SET_ROLE

_PAST = table_of(NextActionPast).name
_WHOSE = {CLIENT.name: "owner_id", NEXT_ACTION.name: "operator_id"}
"""The columns by which clients change hands."""


def undo(
    session: Session,
    context: Context,
    *,
    progress: Callable[[int, int | None], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Undone:
    """Take back the last thing that this operator did and has not taken back.

    Raises NotAllowedError, and StoppedError once `cancelled` says so: the caller's unit of work then keeps
    nothing. `progress` is told of rows, or of merges.
    """
    event = session.scalars(
        select(AuditEvent)
        .where(
            col(AuditEvent.operator_id) == context.me.id,
            col(AuditEvent.undone_at).is_(None),
            *(col(AuditEvent.action).not_like(f"{kind} %") for kind in (EXPORT, LISTED, PASSWORD, REFUSED)),
            # Cards that are apart again are made one by merging them again, and a role is set again.
            col(AuditEvent.action).not_in([UNDO_MERGE, ASKED_WHOSE, CATALOGUES, GIVEN, SET_ROLE]),
        )
        .order_by(col(AuditEvent.id).desc())
        .limit(1)
    ).first()
    hours = context.catalogues.team.undo_hours
    if event is None or event.at < context.now - timedelta(hours=hours):
        raise NotAllowedError(_("There is nothing to undo in the last {hours} h.").format(hours=hours))
    if event.client_id is not None:
        reach_back(session, event.client_id)
    _still_seen(session, context, event)
    _not_merged_since(session, event)
    if event.action == MERGE:
        return _undo_merge(session, context, event, progress, cancelled)
    _nothing_hangs_on(session, event)
    changes = cast("list[Change]", event.changes)

    def told(done: int) -> None:
        if cancelled is not None and cancelled():
            raise StoppedError(_("Stopped; the base is as it was."))
        if progress is not None:
            progress(done, len(changes))

    play_back(session, changes, told=told)
    session.execute(update(AuditEvent).where(col(AuditEvent.id) == event.id).values(undone_at=context.now))
    name = _client_name(session, event.client_id)
    if event.client_id is not None:
        # Empty for a client that the undone thing had made.
        drop(session, [event.client_id])
        put(session, documents(session, [event.client_id]))
    return Undone(event.id or 0, event.action, event.client_id, name, event.at)


def _still_seen(session: Session, context: Context, event: AuditEvent) -> None:
    """Leave alone what was done to a client that is another's by now. Raises NotAllowedError.

    Unless it is what gave the client away, or what is owed to it: whoever did so by a wrong key takes it
    back, while that stands as they left it.
    """
    client = None if event.client_id is None else read_client(session, event.client_id)
    if client is None or sees(session, context, client):
        return
    changes = cast("list[Change]", event.changes)
    gave_away = any(
        after is not None and _WHOSE.get(table) in after for table, _row, _before, after in changes
    )
    if not gave_away:
        raise NotAllowedError(_("This cannot be undone: the client is somebody else's by now."))


def _not_merged_since(session: Session, event: AuditEvent) -> None:
    """Keep what cards said before they were made one: it is in the one by now. Raises NotAllowedError."""
    if event.client_id is None:
        return
    later = select(col(AuditEvent.changes)).where(
        col(AuditEvent.client_id) == event.client_id, col(AuditEvent.id) > event.id,
        col(AuditEvent.action) == MERGE, col(AuditEvent.undone_at).is_(None),
    )  # fmt: skip
    changes = session.scalars(later.order_by(col(AuditEvent.id).desc()).limit(1)).first()
    if changes:
        (_table, merge_id, *_rest) = cast("list[Change]", changes)[0]
        raise NotAllowedError(
            _("The card was merged since. First take that back: salesdesk merge undo {number}").format(
                number=merge_id
            )
        )


def _undo_merge(
    session: Session,
    context: Context,
    event: AuditEvent,
    progress: Callable[[int, int | None], None] | None,
    cancelled: Callable[[], bool] | None,
) -> Undone:
    """Take a merge back with all that were made at once with it, while nothing came after."""
    # Read in when the first merge is taken back: the desk opens without it.
    from salesdesk.base.merging import undo_merge

    (_table, merge_id, _before, made) = cast("list[Change]", event.changes)[0]
    run_id = (made or {}).get("run_id") or merge_id
    undone = undo_merge(session, context, run_id, strict=True, progress=progress, cancelled=cancelled)
    count = undone.merges
    name = (
        undone.name if count == 1 else ngettext("{count} merge", "{count} merges", count).format(count=count)
    )
    return Undone(event.id or 0, event.action, undone.client_id, name, event.at)


def history(session: Session, context: Context, limit: int = 20) -> tuple[AuditRow, ...]:
    """Give the last things done at this base, newest first: by anybody for a lead, an operator's own."""
    wanted = (
        select(
            col(AuditEvent.id), col(AuditEvent.at), col(Operator.name), col(AuditEvent.action),
            col(AuditEvent.client_id), col(AuditEvent.undone_at), col(AuditEvent.changes), col(Client.name),
        )
        .outerjoin(Operator, col(Operator.id) == col(AuditEvent.operator_id))
        .outerjoin(Client, col(Client.id) == col(AuditEvent.client_id))
        .order_by(col(AuditEvent.id).desc())
        .limit(limit)
    )  # fmt: skip
    if not leads(context):
        wanted = wanted.where(col(AuditEvent.operator_id) == context.me.id)
    found = session.execute(wanted).all()
    seen = {None, *seen_among(session, context, [row[4] for row in found if row[4] is not None])}
    return tuple(
        AuditRow(
            id=row[0], at=row[1], operator=row[2], action=row[3],
            client_id=row[4] if row[4] in seen else None, undone=row[5] is not None,
            fields=_fields(row[6]), client_name=row[7] if row[4] in seen else None,
        )
        for row in found
    )  # fmt: skip


def _nothing_hangs_on(session: Session, event: AuditEvent) -> None:
    """Keep what somebody has built upon since it was added: with it that would go. Raises NotAllowedError."""
    changes = cast("list[Change]", event.changes)
    added = {(table, row_id) for table, row_id, before, _after in changes if before is None}
    built = []
    if ("client", event.client_id) in added:
        later = (
            col(AuditEvent.client_id) == event.client_id, col(AuditEvent.id) > event.id,
            col(AuditEvent.action) != ASKED_WHOSE,
        )  # fmt: skip
        built.append(exists().where(*later, col(AuditEvent.undone_at).is_(None)))
        built.append(exists().where(col(ImportRow.client_id) == event.client_id))
    people = [row_id for table, row_id in added if table == "contact"]
    if people:
        own = [row_id for table, row_id in added if table == "phone"]
        built.append(exists().where(col(Phone.contact_id).in_(people), col(Phone.id).not_in(own)))
    _not_confirmed(session, [row_id for table, row_id in added if table == "hand_on"])
    built += _reviews(event, added)
    if built and session.execute(select(or_(*built))).scalar():
        raise NotAllowedError(_("This cannot be undone: it has been changed since."))


def _not_confirmed(session: Session, handed_on: list[int]) -> None:
    """Leave a client with whoever has said that they took it over. Raises NotAllowedError."""
    confirmed = (
        select(col(Operator.name))
        .join(HandOn, col(HandOn.to_id) == col(Operator.id))
        .where(col(HandOn.id).in_(handed_on), col(HandOn.confirmed_at).is_not(None))
    )
    name = session.scalars(confirmed).first() if handed_on else None
    if name is not None:
        raise NotAllowedError(
            _("{name} has taken this client over since: they, or the lead, may hand it back.").format(
                name=name
            )
        )


def _reviews(event: AuditEvent, added: set[tuple[str, int]]) -> Iterator[Exists]:
    """Tell of what a lead has said of the calls, the rejections or the client that were added."""
    calls, changes = (
        [row_id for table, row_id in added if table == name] for name in ("call", "stage_change")
    )
    own = [row_id for table, row_id in added if table == "review"]
    if calls:
        yield exists().where(col(CallReview.call_id).in_(calls))
    if changes:
        yield exists().where(
            col(Review.client_id) == event.client_id,
            col(Review.change_id).in_(changes),
            col(Review.id).not_in(own),
        )
    if ("client", event.client_id) in added:
        yield exists().where(col(Review.client_id) == event.client_id)
        yield exists().where(col(Call.client_id) == event.client_id, col(CallReview.call_id) == col(Call.id))


def _client_name(session: Session, client_id: int | None) -> str | None:
    if client_id is None:
        return None
    return session.scalars(select(col(Client.name)).where(col(Client.id) == client_id)).first()


def _fields(changes: list[object]) -> tuple[str, ...]:
    """Name what an event changed: `table.column`, each once."""
    named: dict[str, None] = {}
    for table, _row, before, after in cast("list[Change]", changes):
        if table == _PAST:
            continue  # follows from a change that is named itself
        if before is not None and after is not None:
            named.update(dict.fromkeys(f"{table}.{column}" for column in after))
        else:
            named[table] = None
    return tuple(named)
