"""What an operator sees under the rules of a base, in parts that a server finds by an index each.

The rule itself says them in one breath: a server that counts by it goes through every client there is.
"""

from collections.abc import Sequence

from sqlalchemy import BigInteger, ColumnElement, and_, func, select, true
from sqlmodel import Session

from salesdesk.models import Client
from salesdesk.storage.journal import table_of
from salesdesk.storage.policies import by_login

_C = table_of(Client).c
_PEOPLE = select(func.unnest(func.salesdesk_people(), type_=BigInteger))
_THEIRS = select(func.salesdesk_theirs(type_=BigInteger))
_NOBODYS = _C.owner_id.is_(None)
_OTHERS: tuple[ColumnElement[bool], ...] = (
    _C.owner_id.in_(_PEOPLE),
    and_(_C.owner_id.is_not(None), _C.owner_id.not_in(_PEOPLE), _C.id.in_(_THEIRS)),
)
_PARTS = (_NOBODYS, *_OTHERS)
_OF_A_COUNTED_POOL = (and_(_NOBODYS, _C.id.in_(_THEIRS)), *_OTHERS)
_WHOLE = (true(),)


def seen_parts(session: Session, *, pool_seen: bool) -> Sequence[ColumnElement[bool]]:
    """Give conditions on clients of which one at most holds of each, and one of each that is seen.

    `pool_seen`: all that are nobody's are, and not only those that one was given.
    """
    if not by_login(session):
        return _WHOLE
    return _PARTS if pool_seen else _OF_A_COUNTED_POOL
