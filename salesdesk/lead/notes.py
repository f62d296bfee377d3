"""What a lead has for an operator about a client: a note that says whom it is for."""

from sqlalchemy import select
from sqlmodel import Session, col

from salesdesk.base.visible import take_visible
from salesdesk.context import Context
from salesdesk.desk.editing import note_text
from salesdesk.errors import NotFoundError
from salesdesk.i18n import _
from salesdesk.models import Note, Operator
from salesdesk.storage.journal import Journal
from salesdesk.team.rights import only_for_leads

LEAVE_NOTE = "leave_note"


def leave_note(session: Session, context: Context, client_id: int, operator: str | int, text: str) -> int:
    """Leave a note about a client for an operator, named by login or id. Give the note's id.

    Undo takes it back until it has been seen: from then on somebody works by it. Raises InputError for
    nothing, NotFoundError for who does not work here or a client that there is not, NotAllowedError.
    """
    journal = Journal(session)
    note_id = write_note(journal, context, client_id, operator, text)
    journal.close(LEAVE_NOTE, at=context.now, operator_id=context.me.id, client_id=client_id)
    return note_id


def write_note(journal: Journal, context: Context, client_id: int, operator: str | int, text: str) -> int:
    """Write such a note down as a part of something larger. Gives and raises what `leave_note` does."""
    only_for_leads(context)
    take_visible(journal.session, context, client_id)
    return journal.add(
        Note, client_id=client_id, operator_id=context.me.id, at=context.now, text=note_text(text),
        to_operator_id=_works_here(journal.session, operator),
        # Said although it is empty: undo compares what stands there with what was written.
        seen_at=None,
    )  # fmt: skip


def _works_here(session: Session, operator: str | int) -> int:
    named = col(Operator.login) if isinstance(operator, str) else col(Operator.id)
    found = session.scalars(select(col(Operator.id)).where(named == operator, col(Operator.active))).first()
    if found is None:
        raise NotFoundError(_("There is no operator {login} who works at this base.").format(login=operator))
    return found
