"""Putting clients into a campaign: all of a segment at once, with one undo."""

from collections.abc import Callable

from sqlalchemy import and_, func, select
from sqlmodel import Session

from salesdesk.base.cells import line_of
from salesdesk.base.filters import Filter, condition_of
from salesdesk.context import Context
from salesdesk.errors import InputError, StoppedError
from salesdesk.i18n import _
from salesdesk.models import Campaign, Client
from salesdesk.storage.journal import Journal, table_of
from salesdesk.team.rights import only_for_leads

PUT = "put_into_campaign"
AT_ONCE = 1000
LONGEST = 80
C, CAMPAIGN = table_of(Client).c, table_of(Campaign).c


def campaigns(session: Session, context: Context) -> tuple[tuple[str, str], ...]:
    """Give the campaigns there are: code and title, by title."""
    del context
    found = session.execute(select(CAMPAIGN.code, CAMPAIGN.title).order_by(CAMPAIGN.title, CAMPAIGN.code))
    return tuple((code, title) for code, title in found)


def put_into_campaign(
    session: Session,
    context: Context,
    where: Filter,
    code: str,
    title: str | None = None,
    *,
    progress: Callable[[int, int | None], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> int:
    """Put the clients that a filter chooses into a campaign, made where there is none; give how many changed.

    The campaign stays when this is undone: it is a name, and others may have used it since. Raises
    InputError for a code that cannot be one, NotAllowedError for an operator, StoppedError once `cancelled`
    says so: the caller's unit of work then keeps nothing.
    """
    only_for_leads(context)
    code, named = line_of(code), line_of(title or "")
    if not code or len(code) > LONGEST:
        raise InputError(
            _("A campaign has a code of at most {most} letters.").format(most=LONGEST), "campaign"
        )
    known = session.get(Campaign, code)
    if known is None:
        session.add(Campaign(code=code, title=named or code))
        session.flush()
    elif named and known.title != named:
        known.title = named
        session.flush()
    condition = condition_of(session, context, where)
    journal = Journal(session)
    count = session.scalar(select(func.count(C.id)).where(condition)) if progress is not None else None
    last = done = 0
    while True:
        if cancelled is not None and cancelled():
            raise StoppedError(_("Stopped; the base is as it was."))
        asked = select(C.id, C.campaign).where(and_(condition, C.id > last)).order_by(C.id).limit(AT_ONCE)
        found = session.execute(asked.with_for_update(of=table_of(Client))).all()
        journal.change_many(Client, [(row, {"campaign": code}) for row in found])
        done += len(found)
        if progress is not None:
            progress(done, count)
        if len(found) < AT_ONCE:
            break
        last = found[-1].id
    if journal.changes:
        journal.close(PUT, at=context.now, operator_id=context.me.id)
    return len(journal.changes)
