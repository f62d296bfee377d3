"""Clients as far as a person sees them: who may not see one is told that it is not there."""

from typing import Any

from sqlalchemy.engine import Row
from sqlmodel import Session

from salesdesk.base.placement import read_client, take_client
from salesdesk.base.references import current_id
from salesdesk.context import Context
from salesdesk.team.sight import not_there, seen_among, seen_by, sees, visible_in, visible_to

__all__ = [
    "not_there", "read_again", "read_visible", "require_visible", "seen", "seen_among", "seen_by", "sees",
    "take_visible", "taken", "visible_in", "visible_to",
]  # fmt: skip


def read_visible(session: Session, context: Context, client_id: int) -> Row[Any]:
    """Read a client's row whole, or that of the card which it went into. Raises NotFoundError."""
    return seen(session, context, client_id, read_client(session, client_id))


def seen(session: Session, context: Context, client_id: int, client: Row[Any] | None) -> Row[Any]:
    """Give a client that was asked for by its number, or the card it went into. Raises NotFoundError."""
    if client is None:
        client = read_client(session, current_id(session, client_id))
    if client is None or not sees(session, context, client):
        raise not_there(context, client_id)
    return client


def take_visible(session: Session, context: Context, client_id: int, *, followed: bool = False) -> Row[Any]:
    """Read a client's row whole to change it: whoever else would change it waits for this unit of work.

    `followed`: where it was merged, the card that it went into. What is seen is asked once the row is held:
    the client may have changed hands since its card was opened. Raises NotFoundError.
    """
    return taken(session, context, client_id, take_client(session, client_id), followed=followed)


def taken(
    session: Session, context: Context, client_id: int, client: Row[Any] | None, *, followed: bool
) -> Row[Any]:
    """Give a client that was asked for to be changed, as `take_visible` does. Raises NotFoundError."""
    if client is None and followed:
        client = take_client(session, current_id(session, client_id))
    if client is None or not sees(session, context, client):
        raise not_there(context, client_id)
    return client


def read_again(session: Session, client_id: int) -> Row[Any]:
    """Read anew what a client is by now that this unit of work has taken: it may have given it away since."""
    client = take_client(session, client_id)
    assert client is not None, "taken, and so there"  # noqa: S101  # tells the types; nobody else removes it
    return client


def require_visible(session: Session, context: Context, client_id: int) -> None:
    """Let only who sees a client go on. Raises NotFoundError."""
    read_visible(session, context, client_id)
