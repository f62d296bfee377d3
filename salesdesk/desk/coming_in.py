"""What was kept on a workstation comes in, once; over nobody's work but by the operator's own choice."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Row
from sqlmodel import Session, col

from salesdesk.base.placement import read_open_action
from salesdesk.base.visible import take_visible
from salesdesk.context import Context
from salesdesk.desk.calls import call_alone, log_call, logged_before, receipt_of
from salesdesk.desk.editing import add_note
from salesdesk.desk.next_actions import move
from salesdesk.errors import NotFoundError, SalesdeskError
from salesdesk.i18n import _
from salesdesk.kept.rows import Kept, Owed, Seen, TheirCall, Theirs, Way, differences
from salesdesk.kept.wording import as_note, unseen
from salesdesk.models import Call, Operator, Phone
from salesdesk.rows import WrapUp
from salesdesk.storage import receipts
from salesdesk.team.claims import claimed_by
from salesdesk.team.rights import leads

CALLS_MOST = 3
"""Of what others have logged meanwhile, so many calls are told."""


class ClashError(SalesdeskError):
    """Somebody else was at the client meanwhile, or it is the operator's no more; nothing was written."""

    def __init__(self, theirs: Theirs) -> None:
        changed = _("{name} was changed by others meanwhile.").format(name=theirs.name)
        super().__init__(unseen() if theirs.now is None else changed)
        self.theirs = theirs


class NotYetError(SalesdeskError):
    """Somebody else is on the client at this moment: it comes in when they are done."""


def come_in(
    session: Session, context: Context, kept: Kept, way: Way | None = None, *, at_once: bool = False
) -> int:
    """Take in what was kept, as of when it was said; give the client that it went to. Once for each token.

    Without a `way` that the operator has chosen it goes over nobody's work. What is said `at_once`, at a
    card that is open, moves no next action that others have moved since it was seen. Raises ClashError,
    NotYetError, ConflictError, or what else the use case of what is kept raises; then nothing is written.
    """
    done = receipts.take(session, kept.token, operator_id=context.me.id, at=context.now)
    if done is not None:
        return _client_of(done) or kept.client_id
    client = _take(session, context, kept)
    if way is None and kept.seen is not None:
        other = claimed_by(session, context, client.id)
        if other is not None:
            raise NotYetError(_("{name} is on this client now.").format(name=other))
        _refuse_clash(session, kept, kept.seen, client)
    seen = kept.seen.owed if at_once and kept.seen is not None else None
    result = _do(session, context, kept, client, way, seen)
    receipts.fill(session, kept.token, result)
    return int(client.id)


def _take(session: Session, context: Context, kept: Kept) -> Row[Any]:
    try:
        return take_visible(session, context, kept.client_id, followed=True)
    except NotFoundError:
        # A lead sees every client: what they do not find is nowhere.
        if leads(context):
            raise
        raise ClashError(Theirs(kept.client_id, kept.client_name, merged=False, now=None)) from None


def _client_of(result: Any) -> int | None:  # noqa: ANN401  # JSON
    return logged_before(result).client_id if "call_id" in result else result.get("client_id")


def _do(
    session: Session, context: Context, kept: Kept, client: Row[Any], way: Way | None, seen: Owed | None
) -> dict[str, object]:
    if kept.wrap_up is not None and way is not Way.AS_NOTE:
        log = call_alone if way is Way.ONLY_CALL else log_call
        return receipt_of(log(session, context, _for(session, kept.wrap_up, client.id)))
    if kept.step is not None and way is not Way.AS_NOTE:
        move(session, context, client.id, kept.step, seen)
    else:
        text = kept.text if kept.text is not None else as_note(
            kept, context.catalogues, context.clock.zone
        )  # fmt: skip
        add_note(session, context.as_of(kept.at), client.id, text)
    return {"client_id": int(client.id)}


def _for(session: Session, wrap_up: WrapUp, client_id: int) -> WrapUp:
    """Say it of the card that the client has now; a number that is gone from it was none to be named."""
    of_client = select(col(Phone.id)).where(
        col(Phone.id) == wrap_up.phone_id, col(Phone.client_id) == client_id
    )
    there = wrap_up.phone_id is not None and session.scalars(of_client).first() is not None
    return replace(wrap_up, client_id=client_id, token=None, phone_id=wrap_up.phone_id if there else None)


# -- the other side ---------------------------------------------------------------------------------


def _refuse_clash(session: Session, kept: Kept, seen: Seen, client: Row[Any]) -> None:
    now = _seen_now(session, client)
    merged = client.id != kept.client_id
    differs = ("merged", *differences(seen, now)) if merged else differences(seen, now)
    if differs:
        calls = _calls_since(session, client.id, seen.last_call_at)
        raise ClashError(Theirs(int(client.id), client.name, merged, now, calls, differs))


def _seen_now(session: Session, client: Row[Any]) -> Seen:
    action = read_open_action(session, client.id)
    people = {client.owner_id, action.operator_id if action is not None else None} - {None}
    names = {
        row[0]: row[1]
        for row in session.execute(
            select(col(Operator.id), col(Operator.name)).where(col(Operator.id).in_(people))
        )
    }
    owed = None
    if action is not None:
        owed = Owed(
            action.id, action.kind, action.goal, action.due_at, action.promise,
            names.get(action.operator_id, ""), action.operator_id,
        )  # fmt: skip
    return Seen(
        client.last_call_at,
        client.stage,
        client.do_not_call,
        names.get(client.owner_id),
        client.owner_id,
        owed,
    )


def _calls_since(session: Session, client_id: int, since: datetime | None) -> tuple[TheirCall, ...]:
    found = (
        select(col(Operator.name), col(Call.started_at), col(Call.outcome), col(Call.note))
        .join(Operator, col(Operator.id) == col(Call.operator_id))
        .where(col(Call.client_id) == client_id)
        .order_by(col(Call.started_at).desc())
        .limit(CALLS_MOST)
    )
    if since is not None:
        found = found.where(col(Call.started_at) > since)
    return tuple(TheirCall(*row) for row in session.execute(found))
