"""Clients handed over for a while come back: when a lead says so, and by themselves once the day has come.

What was given to somebody else meanwhile, or is done, stays where it is, and is named.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import chain
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlmodel import Session

from salesdesk.base.giving import Cancelled, Held, Load, Progress, batches, closed, give_held, read_held
from salesdesk.base.references import names_of
from salesdesk.context import Context
from salesdesk.errors import InputError, NotAllowedError, NotFoundError, SalesdeskError
from salesdesk.i18n import _
from salesdesk.models import Handover, Operator
from salesdesk.models.types import Instant
from salesdesk.storage.base import Base
from salesdesk.storage.journal import Journal, table_of
from salesdesk.team.rights import leads, only_for_leads

HANDOVER_BACK = "handover_back"
HANDOVER, OPERATOR = table_of(Handover), table_of(Operator)
H, O = HANDOVER.c, OPERATOR.c  # noqa: E741  # beside H it reads as what it is

log = logging.getLogger(__name__)


class Why(StrEnum):
    """Why a client did not come back: somebody else has it, it was closed, its card is no more."""

    GIVEN = "given"
    DONE = "done"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Stayed:
    """A client that did not come back."""

    client_id: int
    name: str
    why: Why


@dataclass(frozen=True, slots=True)
class HandoverRow:
    """Clients handed over for a while, until when; `back_at` and `stayed` once they are back."""

    id: int
    at: datetime
    by: str
    login: str
    name: str
    to: tuple[str, ...]
    clients: int
    until: date
    back_at: datetime | None
    stayed: tuple[Stayed, ...]


@dataclass(frozen=True, slots=True)
class CameBack:
    """What came back to whom, and what stayed."""

    handover: int
    login: str
    name: str
    load: Load
    stayed: tuple[Stayed, ...]


_ALL: Select[Any] = (
    select(HANDOVER, O.login, O.name, O.active)
    .join(OPERATOR, O.id == H.from_id)
    .order_by(H.back_at.is_not(None), H.until, H.id.desc())
)
_DUE = select(H.id).join(OPERATOR, O.id == H.from_id).where(
    # To somebody who works here no more nothing comes back by itself.
    H.back_at.is_(None), H.until <= bindparam("now", type_=Instant), O.active,
).order_by(H.until, H.id)  # fmt: skip
_ONE = _ALL.where(H.id == bindparam("handover")).with_for_update(of=HANDOVER)


def handovers(session: Session, context: Context, limit: int = 50) -> tuple[HandoverRow, ...]:
    """Give the clients that were handed over for a while: first those still away. Raises NotAllowedError."""
    only_for_leads(context)
    rows = session.execute(_ALL.limit(limit)).all()
    logins: dict[int, str] = {row.id: row.login for row in session.execute(select(O.id, O.login))}
    named = names_of(session, context, [*{client for row in rows for client, _why in row.stayed or ()}])
    return tuple(
        HandoverRow(
            id=row.id,
            at=row.at,
            by=logins[row.operator_id],
            login=row.login,
            name=row.name,
            to=tuple(sorted({logins[to] for _id, to, *_more in chain(*row.moved.values())})),
            clients=len(row.moved["clients"]),
            until=row.until.astimezone(context.catalogues.team.zone).date(),
            back_at=row.back_at,
            stayed=_named(row.stayed or (), named),
        )
        for row in rows
    )


def come_back(
    session: Session,
    context: Context,
    number: int | None = None,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> CameBack:
    """Let clients come back now, whatever their day; without a number those of the only open handover.

    Raises NotFoundError, InputError where it is not plain which, NotAllowedError for one who may not and for
    a person who works here no more, GivingStoppedError when `cancelled` said so.
    """
    only_for_leads(context)
    handover = _one(session, _only(session) if number is None else number)
    if handover.back_at is not None:
        raise NotAllowedError(_("These clients are back already."))
    if not handover.active:
        raise NotAllowedError(
            _("{name} works here no more: hand the clients over to somebody.").format(name=handover.name)
        )
    return _bring(session, context, handover, context.me.id, progress, cancelled)


def come_back_when_due(session: Session, context: Context) -> tuple[CameBack, ...]:
    """Let come back whatever has its day today or had it before; nothing where it was done already.

    Nobody's to undo: it was said before, and whoever opened the base has not done it.
    """
    found = []
    for number in session.scalars(_DUE, {"now": context.now}).all():
        handover = _one(session, number)
        if handover.back_at is None:  # else another desk that was opened at the same time was faster
            found.append(_bring(session, context, handover, None))
    return tuple(found)


def bring_back(base: Base, context: Context) -> tuple[CameBack, ...]:
    """Let come back what is due, as a base is opened: no use case, for it looks first whether it must write.

    A base that cannot be written to now is opened all the same; the next opening tries again. Where the
    server knows who is connected, an operator leaves it to the next lead: it is more than they may see.
    """
    if base.login is not None and not leads(context):
        return ()
    with base.read() as session:
        if session.scalars(_DUE, {"now": context.now}).first() is None:
            return ()
    try:
        with base.write() as session:
            return come_back_when_due(session, context)
    except SalesdeskError:
        log.exception("What was handed over for a while did not come back")
        return ()


def _only(session: Session) -> int:
    """Find the only handover that is open. Raises NotFoundError, InputError."""
    away = [row.id for row in session.execute(_ALL.where(H.back_at.is_(None)).limit(10))]
    if not away:
        raise NotFoundError(_("No clients are handed over for a while."))
    if len(away) > 1:
        raise InputError(
            _("Say which of them: {numbers}. `salesdesk handover list` shows them.").format(
                numbers=", ".join(map(str, sorted(away)))
            )
        )
    return int(away[0])


def _one(session: Session, number: int) -> Any:  # noqa: ANN401  # a row of the handovers, with whose it is
    found = session.execute(_ONE, {"handover": number}).first()
    if found is None:
        raise NotFoundError(_("There is no handover {number}.").format(number=number))
    return found


def _bring(
    session: Session,
    context: Context,
    handover: Any,  # noqa: ANN401  # the same
    by: int | None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> CameBack:
    journal, load, stayed = Journal(session), Load(), list[tuple[int, Why]]()
    moved = handover.moved
    clients = {client: (to, was_closed) for client, to, was_closed in moved["clients"]}
    owed, deals = ({row: to for row, to, _client in moved[name]} for name in ("owed", "deals"))
    touched = {*clients, *(client for name in ("owed", "deals") for *_row, client in moved[name])}
    back = dict.fromkeys(touched, handover.from_id)
    for part in batches(sorted(touched), progress, cancelled):
        held = read_held(session, part, to_change=True)
        staying = _staying(context, held, [client for client in part if client in clients], clients)
        stayed += staying.items()
        going = Held(
            [row for row in held.clients if row.id in clients and row.id not in staying],
            [row for row in held.owed if _goes(row, row.operator_id, clients, staying, owed)],
            [row for row in held.deals if _goes(row, row.owner_id, clients, staying, deals)],
        )
        load.add(context, going)
        give_held(journal, context, going, back)
    journal.change(
        Handover, handover, back_at=context.now, stayed=[[client, why.value] for client, why in stayed]
    )
    journal.close(HANDOVER_BACK, at=context.now, operator_id=by)
    names = names_of(session, context, [client for client, _why in stayed])
    return CameBack(handover.id, handover.login, handover.name, load, _named(stayed, names))


def _staying(
    context: Context, held: Held, asked: Sequence[int], clients: Mapping[int, tuple[int, int]]
) -> dict[int, Why]:
    """Tell which clients do not come back, and why."""
    found = {row.id: row for row in held.clients}
    staying = {}
    for client in asked:
        row, (to, was_closed) = found.get(client), clients[client]
        if row is None:
            staying[client] = Why.GONE
        elif row.owner_id != to:
            staying[client] = Why.GIVEN
        elif closed(context, row) and not was_closed:
            staying[client] = Why.DONE
    return staying


def _goes(
    row: Any,  # noqa: ANN401  # a next action or a deal
    whose: int,
    clients: Mapping[int, tuple[int, int]],
    staying: Mapping[int, Why],
    beside: Mapping[int, int],
) -> bool:
    """Tell whether it comes back: with its client, or by itself where that is another's."""
    if row.client_id in clients:
        return row.client_id not in staying and whose == clients[row.client_id][0]
    return beside.get(row.id) == whose


def _named(stayed: Sequence[Sequence[Any]], names: Mapping[int, str]) -> tuple[Stayed, ...]:
    return tuple(Stayed(client, names.get(client, ""), Why(why)) for client, why in stayed)
