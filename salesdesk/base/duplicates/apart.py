"""Clients that a person said are not one: never offered again, until that is taken back."""

from collections.abc import Sequence
from itertools import combinations

from sqlalchemy import select
from sqlmodel import Session

from salesdesk.base.visible import not_there, visible_to
from salesdesk.context import Context
from salesdesk.errors import InputError
from salesdesk.i18n import _
from salesdesk.models import Client, NotDuplicate
from salesdesk.storage.among import within
from salesdesk.storage.journal import Journal, table_of

MOST = 50
"""More clients at once were not looked at one by one."""

_N, _C = table_of(NotDuplicate).c, table_of(Client).c


def tell_apart(session: Session, context: Context, clients: Sequence[int]) -> int:
    """Remember that no two of these clients are one; tell how many pairs are new. Undone as one thing.

    Raises InputError for fewer than two, NotFoundError for one that is not there.
    """
    ids = sorted(set(clients))
    if len(ids) < 2:
        raise InputError(_("Name two clients at least."))
    if len(ids) > MOST:
        raise InputError(_("No more than {count} clients can be told apart at once.").format(count=MOST))
    there = set(session.scalars(select(_C.id).where(within(_C.id, ids), visible_to(context))))
    for client_id in ids:
        if client_id not in there:
            raise not_there(context, client_id)
    known = session.execute(select(_N.first_id, _N.second_id).where(within(_N.first_id, ids)))
    said = {(first, second) for first, second in known}
    journal = Journal(session)
    new = [pair for pair in combinations(ids, 2) if pair not in said]
    for first, second in new:
        journal.add(NotDuplicate, first_id=first, second_id=second, operator_id=context.me.id, at=context.now)
    if new:
        journal.close("tell_apart", at=context.now, operator_id=context.me.id, client_id=ids[0])
    return len(new)
