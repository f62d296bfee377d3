"""Claims: a short lock that keeps two operators from calling one client at once.

Whoever works on a client takes it, holds it longer while they go on, and lets go of it when they leave.
Each is one statement that finds its row by the key: a claim is taken at every card that is opened.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Insert, Select, and_, bindparam, case, delete, func, or_, select, true
from sqlalchemy.engine import Dialect
from sqlmodel import Session

from salesdesk.context import Context
from salesdesk.errors import NotAllowedError
from salesdesk.i18n import _
from salesdesk.models import Claim, Client, Operator
from salesdesk.models.types import Instant
from salesdesk.storage.among import among
from salesdesk.storage.journal import table_of
from salesdesk.storage.made_once import MadeOnce
from salesdesk.storage.taking import insert_into
from salesdesk.team.pool import given_since
from salesdesk.team.rights import leads
from salesdesk.team.sight import not_there, seen_by, sees

HOLDS = timedelta(minutes=5)
"""A claim lets go by itself after so long: a crash must not keep a client from being called."""

CLAIM, CLIENT, OPERATOR = table_of(Claim), table_of(Client), table_of(Operator)
K, C, O = CLAIM.c, CLIENT.c, OPERATOR.c  # noqa: E741  # as in models

ME, NOW = bindparam("me", type_=K.operator_id.type), bindparam("now", type_=Instant)
UNTIL = bindparam("until", type_=Instant)
_CLIENT = bindparam("client", type_=K.client_id.type)


def nobody_on(client_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """Tell that nobody at all is on a client now; the statement is given `now`."""
    # Looked up client by client: a server would join all claims instead, though few clients are looked at.
    until = select(K.expires_at).where(K.client_id == client_id).scalar_subquery()
    return func.coalesce(until <= NOW, true())


def taking(dialect: Dialect, chosen: Select[Any], *, mine_too: bool) -> Insert:
    """Put a claim down on the client chosen, where there is none or one that has expired.

    `chosen` gives the client and the claim's place, None where it has none; `mine_too` holds a claim of
    one's own longer. The statement is given `me`, `now` and `until`, and gives the client back if it
    could be taken.
    """
    client_id, place = chosen.selected_columns
    columns = {
        "client_id": client_id,
        "operator_id": ME,
        "taken_at": NOW,
        "expires_at": UNTIL,
        "place": place,
    }
    insert = insert_into(CLAIM, dialect.name).from_select(
        [*columns], chosen.with_only_columns(*columns.values(), maintain_column_froms=True)
    )
    new, expired = insert.excluded, K.expires_at <= NOW
    if not mine_too:
        return insert.on_conflict_do_update(
            index_elements=[K.client_id], set_={name: new[name] for name in columns}, where=expired
        ).returning(K.client_id)
    # Who holds it longer has been on it since they took it.
    kept = {name: case((expired, new[name]), else_=K[name]) for name in ("taken_at", "place")}
    return insert.on_conflict_do_update(
        index_elements=[K.client_id],
        set_={"operator_id": new.operator_id, "expires_at": new.expires_at, **kept},
        where=or_(K.operator_id == ME, expired),
    ).returning(K.client_id)


def holding(context: Context) -> dict[str, Any]:
    """Give what a statement that takes a client is given."""
    return {"me": context.me.id, "now": context.now, "until": context.now + HOLDS}


_ONE = select(C.id, bindparam("place", type_=K.place.type)).where(C.id == _CLIENT)
_WHOSE: Select[Any] = select(C.id, C.owner_id).where(C.id == _CLIENT)
_HOLD = MadeOnce(lambda dialect: taking(dialect, _ONE, mine_too=True))
_SINCE = bindparam("since", type_=Instant)
_HOLD_SEEN = MadeOnce(lambda dialect: taking(dialect, _ONE.where(seen_by(ME, NOW)), mine_too=True))
_HOLD_GIVEN = MadeOnce(
    lambda dialect: taking(dialect, _ONE.where(seen_by(ME, NOW, since=_SINCE)), mine_too=True)
)
_TAKE = MadeOnce(lambda dialect: taking(dialect, _ONE, mine_too=False))
_LET_GO = MadeOnce(lambda _dialect: delete(CLAIM).where(K.client_id == _CLIENT, K.operator_id == ME))
_LET_GO_OF_ALL = delete(CLAIM).where(K.operator_id == ME)
_SOMEBODY_ELSE = and_(K.operator_id != ME, K.expires_at > NOW)
_OTHERS = MadeOnce(
    lambda _dialect: (
        select(K.client_id, O.name)
        .join(OPERATOR, O.id == K.operator_id)
        .where(among(K.client_id, "clients"), _SOMEBODY_ELSE)
    )
)
OTHER = select(O.name).join(CLAIM, K.operator_id == O.id).where(K.client_id == _CLIENT, _SOMEBODY_ELSE)
"""Names who else is on a client now; for a statement that is given `client`, `me` and `now`."""

_MINE = select(K.client_id).where(K.operator_id == ME, K.expires_at > NOW).order_by(K.taken_at, K.client_id)


def claim(session: Session, context: Context, client_id: int) -> None:
    """Take a client, or hold it longer: one that this person sees, or whoever asked would see it then.

    Raises NotFoundError, and NotAllowedError while somebody else is on it.
    """
    since = given_since(context)
    hold = _HOLD if leads(context) else _HOLD_SEEN if since is None else _HOLD_GIVEN
    wanted = {"client": client_id, "place": None, "since": since}
    if hold.run(session, holding(context) | wanted).first() is not None:
        return
    client = session.connection().execute(_WHOSE, {"client": client_id}).first()
    if client is None or not sees(session, context, client):
        raise not_there(context, client_id)
    other = claimed_by(session, context, client_id)
    if other is not None:
        raise NotAllowedError(on_it(other))
    raise not_there(context, client_id)


def take_free(session: Session, context: Context, client_id: int, place: int | None = None) -> bool:
    """Take a client whom nobody is on, who sits here neither; tell whether it could be."""
    given = holding(context) | {"client": client_id, "place": place}
    return _TAKE.run(session, given).first() is not None


def release(session: Session, context: Context, client_id: int) -> None:
    """Let go of a client."""
    _LET_GO.run(session, {"client": client_id, "me": context.me.id})


def release_all(session: Session, context: Context) -> int:
    """Let go of every client that who sits here is on; tell of how many."""
    return session.connection().execute(_LET_GO_OF_ALL, {"me": context.me.id}).rowcount


def held(session: Session, context: Context) -> tuple[int, ...]:
    """Give the clients that who sits here is on, in the order in which they were taken."""
    found = session.connection().execute(_MINE, {"me": context.me.id, "now": context.now})
    return tuple(found.scalars())


def claimed_by(session: Session, context: Context, client_id: int) -> str | None:
    """Tell who else is on a client now."""
    return claimed_among(session, context, [client_id]).get(client_id)


def claimed_among(session: Session, context: Context, clients: Sequence[int]) -> dict[int, str]:
    """Tell on which of these clients somebody else is now: names by ids."""
    given = {"clients": clients, "me": context.me.id, "now": context.now}
    return {one.client_id: one.name for one in _OTHERS.run(session, given)} if clients else {}


def on_it(name: str) -> str:
    """Say who is on a client."""
    return _("{name} is on this client now.").format(name=name)
