"""How a client is named outside the base: by its number in it, or by its id in the source it came from."""

from collections.abc import Sequence

from sqlalchemy import Select, bindparam, select
from sqlmodel import Session

from salesdesk.context import Context
from salesdesk.errors import NotFoundError
from salesdesk.i18n import _
from salesdesk.models import Client, MergedClient
from salesdesk.storage.journal import table_of
from salesdesk.team.sight import not_there, seen_among

CLIENT, MERGED = table_of(Client), table_of(MergedClient)
_KEPT = select(MERGED.c.kept_id).where(MERGED.c.client_id == bindparam("client"))
EXTERNAL = "ext:"
"""Says that what follows is an external id, where it could be taken for a number of the base."""

_ID_MOST = 2**63 - 1
_NAMED_MOST = 5
_OF_ONE_ID_MOST = 1000
_AT_ONCE = 500


def find_client(session: Session, context: Context, text: str) -> int:
    """Find a client by its number in the base, else by its exact external id. Raises NotFoundError."""
    wanted = text.strip()
    if wanted.isascii() and wanted.isdigit() and int(wanted) <= _ID_MOST:
        known = current_id(session, int(wanted))
        there = [*session.scalars(select(CLIENT.c.id).where(CLIENT.c.id == known))]
        if seen_among(session, context, there):
            return known
    external = wanted.removeprefix(EXTERNAL)
    found = seen_among(session, context, [*session.scalars(_of_external_id(external))])
    if not found and external != wanted:
        found = seen_among(session, context, [*session.scalars(_of_external_id(wanted))])
    if len(found) > 1:
        numbers = ", ".join(str(client) for client in found[:_NAMED_MOST])
        raise NotFoundError(
            _("Several clients have the external id {text}: give one of the numbers {numbers}.").format(
                text=external, numbers=numbers
            )
        )
    if not found:
        raise not_there(context, wanted)
    return found[0]


def _of_external_id(external_id: str) -> Select[tuple[int]]:
    """Find it among the cards, and among those that went into another one."""
    own: Select[tuple[int]] = select(CLIENT.c.id).where(CLIENT.c.external_id == external_id)
    gone: Select[tuple[int]] = select(MERGED.c.kept_id).where(MERGED.c.external_id == external_id)
    found = own.union(gone).subquery()
    return select(found.c.id).order_by(found.c.id).limit(_OF_ONE_ID_MOST)


def current_id(session: Session, client_id: int) -> int:
    """Give the card that a client's number finds now: its own, or the one that it was merged into."""
    kept = session.connection().execute(_KEPT, {"client": client_id}).scalar()
    return client_id if kept is None else int(kept)


def names_of(session: Session, context: Context, clients: Sequence[int]) -> dict[int, str]:
    """Give the names of clients by their numbers."""
    del context
    names: dict[int, str] = {}
    for start in range(0, len(clients), _AT_ONCE):
        part = clients[start : start + _AT_ONCE]
        statement = select(CLIENT.c.id, CLIENT.c.name).where(CLIENT.c.id.in_(part))
        names.update({row[0]: row[1] for row in session.execute(statement)})
    return names
