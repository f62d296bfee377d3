"""Numbers on cards that somebody does not see: whether they may be called must hold there, too.

Under the rules of a base a server shows an operator no such card; this tells nothing more of one.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import text
from sqlmodel import Session

from salesdesk.storage.policies import by_login

_MARKED = text("SELECT number, client, never FROM salesdesk_never_called(CAST(:numbers AS text[]))")
_MARK = text("SELECT salesdesk_never_call(:client)")


class Marked(NamedTuple):
    """A number that may not be called, where it stands, and whether the client there asked for that."""

    e164: str
    client_id: int
    never: bool


def marked_anywhere(session: Session, numbers: Sequence[str]) -> list[Marked] | None:
    """Tell which numbers are marked on any card; None where every card is seen anyway."""
    if not by_login(session):
        return None
    found = session.connection().execute(_MARKED, {"numbers": list(numbers)})
    return [Marked(*row) for row in found]


def mark_everywhere(session: Session, client_id: int) -> None:
    """Let the forbidden numbers of a client be forbidden on cards that are not seen as well."""
    if by_login(session):
        session.connection().execute(_MARK, {"client": client_id})
