"""What a lead has left for an operator: what is new of it, and saying that it was seen.

A note counts as seen when the one it is for says so, by a key, not when a card was open: cards are
opened in passing, left by a wrong key and gone through one after another, and a note that nobody read
must not disappear with that. Until then it stands on the card and in the day's counter; in the
client's history it stays for ever. What was said by a wrong key can be unsaid.

To have seen something is no change of the base that anybody would undo: it leaves no trail, and undo
stays with what was done before. It binds the lead, though: what was seen cannot be taken back.
"""

from collections.abc import Sequence

from sqlalchemy import bindparam, func, select, update
from sqlmodel import Session

from salesdesk.context import Context
from salesdesk.models import Client, Note, Operator
from salesdesk.rows import LeadNote
from salesdesk.storage.among import within
from salesdesk.storage.journal import table_of

LISTED_MOST = 200

NOTE, CLIENT, AUTHOR = table_of(Note), table_of(Client), table_of(Operator)

# In the words of the partial index `ix_note_unseen`.
MINE = (NOTE.c.to_operator_id == bindparam("me"), NOTE.c.seen_at.is_(None))
_UNSEEN = select(func.count()).select_from(NOTE).where(*MINE)
_FOR_ME = (
    select(
        NOTE.c.id, NOTE.c.client_id, CLIENT.c.name.label("client_name"), NOTE.c.at,
        AUTHOR.c.name.label("author"), NOTE.c.text,
    )
    .select_from(
        NOTE.join(CLIENT, CLIENT.c.id == NOTE.c.client_id).join(AUTHOR, AUTHOR.c.id == NOTE.c.operator_id)
    )
    .where(*MINE)
    .order_by(NOTE.c.at, NOTE.c.id)
    .limit(LISTED_MOST)
)  # fmt: skip
_ON_A_CARD = _FOR_ME.where(NOTE.c.client_id == bindparam("client"))


def unseen(session: Session, context: Context) -> int:
    """Count the notes for who sits here that were not seen yet: one index holds them and nothing else."""
    return int(session.execute(_UNSEEN, {"me": context.me.id}).scalar_one())


def for_me(session: Session, context: Context, client_id: int | None = None) -> tuple[LeadNote, ...]:
    """Give the notes for who sits here that were not seen yet, of one client or of all, the oldest first."""
    statement, given = (
        (_FOR_ME, {"me": context.me.id})
        if client_id is None
        else (_ON_A_CARD, {"me": context.me.id, "client": client_id})
    )
    return tuple(LeadNote(**row) for row in session.execute(statement, given).mappings())


def mark_seen(session: Session, context: Context, notes: Sequence[int], *, seen: bool = True) -> int:
    """Say that notes for who sits here were seen, or that they were not; give how many that changed.

    Notes for others are let be: nobody sees for somebody else.
    """
    to_change = (NOTE.c.to_operator_id == context.me.id, within(NOTE.c.id, notes))
    now = context.now if seen else None
    is_so = NOTE.c.seen_at.is_not(None) if seen else NOTE.c.seen_at.is_(None)
    changed = session.execute(update(NOTE).where(*to_change, ~is_so).values(seen_at=now).returning(NOTE.c.id))
    return len(changed.all())
