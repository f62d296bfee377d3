"""What a person sees of the base: one rule, as a condition of a statement and asked of clients.

An operator sees the clients that are their own and nobody's, those of an absent one for whom they stand in,
those where an open next action is theirs (or such an absent one's), and those that they hold a claim on.
Where the team gives the shared pool out by count, of nobody's they see those that they were given.
A lead and an administrator see all.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnCollection,
    ColumnElement,
    Select,
    and_,
    bindparam,
    exists,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.engine import Row
from sqlmodel import Session

from salesdesk.context import Context
from salesdesk.errors import NotFoundError
from salesdesk.i18n import _
from salesdesk.models import Claim, Client, NextAction, Operator
from salesdesk.models.types import Id, Instant
from salesdesk.storage.among import among
from salesdesk.storage.journal import table_of
from salesdesk.storage.policies import by_login
from salesdesk.team.absence import absent_kept_by
from salesdesk.team.pool import given_since, of_nobody, pool_is_counted, was_given
from salesdesk.team.rights import leads

C = table_of(Client).c
# By names of their own: a statement that has these tables already must not be taken for what is meant here.
_O = table_of(Operator).alias("sight_operator").c
_N = table_of(NextAction).alias("sight_owed").c
_H = table_of(Claim).alias("sight_held").c

_ME, _NOW = bindparam("sight_me", type_=Id), bindparam("sight_now", type_=Instant)
_SINCE = bindparam("sight_since", type_=Instant)
_CLIENT, _OWNER = bindparam("sight_client", type_=Id), bindparam("sight_owner", type_=Id)


def visible_to(context: Context, of: ColumnCollection[str, ColumnElement[Any]] = C) -> ColumnElement[bool]:
    """Tell which clients this person sees; `of`: the clients' columns, where they go by another name.

    For a statement over many clients: what is owed to and held by a person is gathered once.
    """
    if leads(context):
        return true()
    me, now, since = context.me.id, context.now, given_since(context)
    people = _people(me, now)
    # In two parts, each by an index of its own: what stands in lists, and what is held back from them.
    owed = (
        select(_N.client_id).where(_N.closed_at.is_(None), back, _N.operator_id.in_(people))
        for back in (_N.hold.is_(None), _N.hold.is_not(None))
    )
    held = select(_H.client_id).where(_H.operator_id == me, _H.expires_at > now)
    theirs, nobodys = of.owner_id.in_(people), of_nobody(of, me, since)
    if since is None:
        return or_(nobodys, theirs, of.id.in_(union_all(*owed, held)))
    return or_(nobodys, theirs, of.id.in_(union_all(*owed)), and_(of.owner_id.is_not(None), of.id.in_(held)))


def visible_in(
    session: Session,
    context: Context,
    of: ColumnCollection[str, ColumnElement[Any]] = C,
) -> ColumnElement[bool]:
    """Tell it in a session of this person's: under login roles a server gives them no other clients.

    To say its rule once more would have each client looked at twice.
    """
    return true() if by_login(session) else visible_to(context, of)


def sees(session: Session, context: Context, client: Row[Any]) -> bool:
    """Tell whether this person sees a client that was read: their own without asking the base."""
    since = given_since(context)
    if leads(context) or client.owner_id == context.me.id or (client.owner_id is None and since is None):
        return True
    asked = _asked(context) | {"sight_client": client.id, "sight_owner": client.owner_id}
    return bool(session.connection().execute(_SEES[since is not None], asked).scalar())


def seen_among(session: Session, context: Context, clients: Sequence[int]) -> list[int]:
    """Give those of some clients that this person sees, in the order given."""
    if leads(context) or not clients:
        return [*clients]
    among_them = _SEEN_AMONG[pool_is_counted(context)]
    asked = _asked(context) | {"sight_clients": clients}
    seen = set(session.connection().execute(among_them, asked).scalars())
    return [each for each in clients if each in seen]


def not_there(context: Context, client: int | str) -> NotFoundError:
    """Say that there is no such client: the same words whether it is another's or nowhere."""
    if leads(context):
        return NotFoundError(_("There is no client {number}.").format(number=client))
    return NotFoundError(_("There is no client {number} among those that you see.").format(number=client))


def _asked(context: Context) -> dict[str, Any]:
    return {"sight_me": context.me.id, "sight_now": context.now, "sight_since": given_since(context)}


def _people(me: Any, now: Any) -> Select[tuple[int]]:  # noqa: ANN401  # values, or parameters that stand for them
    """Select whose promises a person keeps: their own, and those of the absent for whom they stand in."""
    return select(_O.id).where(or_(_O.id == me, absent_kept_by(me, now, _O)))


def seen_by(
    me: Any,  # noqa: ANN401  # as above
    now: Any,  # noqa: ANN401
    of: ColumnCollection[str, ColumnElement[Any]] = C,
    *,
    since: Any = None,  # noqa: ANN401
) -> ColumnElement[bool]:
    """Tell that an operator sees a client, for a statement over few of them: what is theirs is looked up.

    `since` is when on clients of nobody count that they were given; None where they see all of those.
    """
    return or_(of.owner_id == me, _is_theirs(of.id, of.owner_id, me, now, since))


def _is_theirs(
    client: ColumnElement[Any],
    owner: ColumnElement[Any],
    me: Any,  # noqa: ANN401  # as above
    now: Any,  # noqa: ANN401
    since: Any,  # noqa: ANN401
) -> ColumnElement[bool]:
    """Tell whether a person sees a client that is not their own."""
    # By its one open next action: of "there is one" a server would make a list of all that anybody owes.
    owed_by = select(_N.operator_id).where(_N.client_id == client, _N.closed_at.is_(None)).scalar_subquery()
    held: ColumnElement[bool] = exists().where(
        _H.client_id == client, _H.operator_id == me, _H.expires_at > now
    )
    nobodys: ColumnElement[bool] = owner.is_(None)
    if since is not None:
        nobodys, held = and_(nobodys, was_given(client, me, since)), and_(owner.is_not(None), held)
    return or_(nobodys, owner.in_(_people(me, now)), owed_by.in_(_people(me, now)), held)


# Made once, for a pool that is seen and for one that is given out: making a statement takes longer than the
# database takes to answer it.
_EITHER = {False: None, True: _SINCE}
_SEES = {counted: select(_is_theirs(_CLIENT, _OWNER, _ME, _NOW, since)) for counted, since in _EITHER.items()}
_SEEN_AMONG = {
    counted: select(C.id).where(among(C.id, "sight_clients"), seen_by(_ME, _NOW, since=since))
    for counted, since in _EITHER.items()
}
