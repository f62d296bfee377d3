"""What an operator has to know or to reach of clients that they do not see, under the rules of a base.

Elsewhere every row is there to be read, and there is nothing to ask.
"""

from collections.abc import Sequence

from sqlalchemy import text
from sqlmodel import Session

from salesdesk.storage.policies import by_login

_REACH_BACK = text("SELECT salesdesk_reach_back(:client)")
_LOADS = text("SELECT person, owed FROM salesdesk_loads(CAST(:people AS bigint[]))")


def reach_back(session: Session, client_id: int) -> None:
    """Let whoever handed a client on take that back, while nobody has answered: in this unit of work."""
    if by_login(session):
        session.connection().execute(_REACH_BACK, {"client": client_id})


def loads_of(session: Session, people: Sequence[int]) -> dict[int, int] | None:
    """Count what each of some people owes; None where all of it is seen anyway."""
    if not by_login(session):
        return None
    found = session.connection().execute(_LOADS, {"people": [*people]})
    return {row.person: row.owed for row in found}
