"""Clients of one operator handed over to others, with what is owed to them, promises and open deals.

`rehearse_hand_over` counts what would go; `hand_over` does it: one line of the trail, one undo. What has
happened stays on the client. With a day on which they come back, a `handover` keeps what went.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, select, union
from sqlmodel import Session

from salesdesk.base.filters import Filter, condition_of, parse_filter
from salesdesk.base.giving import (
    CLIENT,
    DEAL,
    NEXT,
    Cancelled,
    Held,
    Load,
    Progress,
    batches,
    closed,
    give_held,
    read_held,
)
from salesdesk.context import Context
from salesdesk.desk.when import parse_when
from salesdesk.errors import InputError, NotFoundError
from salesdesk.i18n import _
from salesdesk.lead.sharing_out import Plan, Rule, To, plan_of, read_to, who_gets
from salesdesk.models import Handover, Operator
from salesdesk.storage.journal import Journal, table_of
from salesdesk.team.rights import only_for_leads

HAND_OVER = "hand_over"
OPERATOR = table_of(Operator)
C, N, D = CLIENT.c, NEXT.c, DEAL.c


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who gets clients, and how many."""

    login: str
    name: str
    clients: int


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What goes from whom to whom. `left` clients stay: nobody was named for them, or is here.

    `handover` is the number under which they come back on a day, `until`.
    """

    login: str
    name: str
    until: date | None
    load: Load
    receivers: tuple[Receiver, ...]
    left: int
    absent: tuple[str, ...]
    handover: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be handed over: which of somebody's clients, to whom, by which rule, until which day."""

    login: str
    to: tuple[To, ...]
    where: Filter
    rule: Rule = Rule.EVEN
    until: date | None = None


def read_until(context: Context, text: str) -> date:
    """Read the day on which somebody or something comes back. Raises InputError for none that is to come."""
    try:
        found = parse_when(text, context).at.astimezone(context.catalogues.team.zone).date()
    except InputError as error:
        raise InputError(str(error), "until") from error
    if found <= context.today:
        raise InputError(_("Give a day to come, on which it all comes back."), "until")
    return found


def read_asked(  # what a person says of it
    session: Session,
    context: Context,
    login: str,
    to: str,
    *,
    clients: str = "",
    until: str = "",
    rule: Rule = Rule.EVEN,
) -> Asked:
    """Read what is to be handed over, and check it: a use case, for a filter may name a segment.

    Raises what `hand_over` does; of an InputError the field is `to`, `clients` or `until`.
    """
    only_for_leads(context)
    try:
        where = parse_filter(clients, context)
        condition_of(session, context, where)
    except InputError as error:
        error.field = "clients"
        raise
    asked = Asked(login, read_to(to), where, rule, read_until(context, until) if until.strip() else None)
    _whose(session, login)
    _planned(session, context, asked)
    return asked


def rehearse_hand_over(
    session: Session, context: Context, asked: Asked, *, cancelled: Cancelled | None = None
) -> HandedOver:
    """Count what would go to whom. Raises as `hand_over`."""
    only_for_leads(context)
    whose, plan = _whose(session, asked.login), _planned(session, context, asked)
    carried = carry(session, context, asked.where, whose.id, plan, cancelled=cancelled)
    return carried.outcome(whose, asked.until, plan)


def hand_over(
    session: Session,
    context: Context,
    asked: Asked,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> HandedOver:
    """Hand clients over. Who is absent gets none.

    Raises NotFoundError for an operator who is not there, InputError where everybody is absent, the rule
    knows no such part or clients would go to whose they are, NotAllowedError for one who may not,
    GivingStoppedError when `cancelled` said so: then nothing is changed.
    """
    journal = Journal(session)
    done = hand_over_with(journal, context, asked, progress=progress, cancelled=cancelled)
    if journal.changes:
        journal.close(HAND_OVER, at=context.now, operator_id=context.me.id)
    return done


def hand_over_with(
    journal: Journal,
    context: Context,
    asked: Asked,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> HandedOver:
    """Hand clients over as a part of something larger. Raises as `hand_over`."""
    only_for_leads(context)
    session = journal.session
    whose, plan = _whose(session, asked.login), _planned(session, context, asked)
    carried = carry(
        session, context, asked.where, whose.id, plan, journal=journal, progress=progress, cancelled=cancelled
    )
    number = None
    if asked.until is not None and any(carried.moved.values()):
        number = journal.add(
            Handover,
            at=context.now,
            operator_id=context.me.id,
            from_id=whose.id,
            until=context.clock.midnight(asked.until),
            moved=carried.moved,
        )
    return carried.outcome(whose, asked.until, plan, number)


def load_of(session: Session, context: Context, operator_id: int) -> Load:
    """Count what is somebody's. Nothing is changed."""
    load = Load()
    theirs = [*session.scalars(select(C.id).where(_theirs(operator_id)).order_by(C.id))]
    for part in batches(theirs):
        load.add(context, _of(operator_id, read_held(session, part, to_change=False)))
    return load


@dataclass
class Carried:
    """What went, or would go, while it is counted: how many to whom, and what a handover keeps of it."""

    load: Load = field(default_factory=Load)
    got: Counter[int] = field(default_factory=Counter)
    left: int = 0
    moved: dict[str, list[list[int]]] = field(
        default_factory=lambda: {"clients": [], "owed": [], "deals": []}
    )

    def outcome(self, whose: Any, until: date | None, plan: Plan, number: int | None = None) -> HandedOver:  # noqa: ANN401  # a row of the operators
        """Say what it came to."""
        receivers = tuple(
            Receiver(row.login, row.name, self.got[each])
            for each, row in plan.people.items()
            if row.login not in plan.absent
        )
        return HandedOver(
            whose.login, whose.name, until, self.load, receivers, self.left, plan.absent, number
        )


def carry(
    session: Session,
    context: Context,
    where: Filter,
    operator_id: int,
    plan: Plan,
    *,
    journal: Journal | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Carried:
    """Carry somebody's clients to whom a plan gives them; without a journal it is only counted."""
    which = and_(_theirs(operator_id), condition_of(session, context, where))
    given = [*who_gets(session, which, plan)]
    to = {one.client_id: one.to for one in given if one.to is not None}
    carried = Carried(left=len(given) - len(to))
    for part in batches(sorted(to), progress, cancelled):
        held = _of(operator_id, read_held(session, part, to_change=journal is not None))
        carried.load.add(context, held)
        carried.got.update(to[row.id] for row in held.clients)
        _note(context, carried.moved, held, to)
        if journal is not None:
            give_held(journal, context, held, to)
    return carried


# -- what is whose --------------------------------------------------------------------------------


def _theirs(operator_id: int) -> ColumnElement[bool]:
    """Choose the clients that somebody owns, owes something to, or has an open deal with."""
    # By each index in turn: an OR over three tables would read every client of the base.
    return C.id.in_(
        union(
            select(C.id).where(C.owner_id == operator_id),
            select(N.client_id).where(N.operator_id == operator_id, N.closed_at.is_(None)),
            select(D.client_id).where(D.owner_id == operator_id, D.closed_at.is_(None)),
        )
    )


def _of(operator_id: int, held: Held) -> Held:
    """Leave their own clients with all that hangs on them; of clients of others what is theirs to do."""
    own = {row.id for row in held.clients if row.owner_id == operator_id}
    return Held(
        [row for row in held.clients if row.id in own],
        [row for row in held.owed if row.client_id in own or row.operator_id == operator_id],
        [row for row in held.deals if row.client_id in own or row.owner_id == operator_id],
    )


def _note(context: Context, moved: dict[str, list[list[int]]], held: Held, to: dict[int, int]) -> None:
    """Keep what goes, so that it can come back; what hangs on a client comes back with it."""
    own = {row.id for row in held.clients}
    moved["clients"] += [[row.id, to[row.id], int(closed(context, row))] for row in held.clients]
    for name, rows in (("owed", held.owed), ("deals", held.deals)):
        beside = [row for row in rows if row.client_id not in own]
        moved[name] += [[row.id, to[row.client_id], row.client_id] for row in beside]


def _planned(session: Session, context: Context, asked: Asked) -> Plan:
    if asked.login in {one.login for one in asked.to}:
        raise InputError(_("{login} has these clients already.").format(login=asked.login), "to")
    return plan_of(session, context, asked.rule, asked.to)


def _whose(session: Session, login: str) -> Any:  # noqa: ANN401  # a row of the operators
    """Find somebody who has clients, working here or not. Raises NotFoundError."""
    found = session.execute(select(OPERATOR).where(OPERATOR.c.login == login)).first()
    if found is None:
        raise NotFoundError(_("There is no operator {login}.").format(login=login))
    return found
