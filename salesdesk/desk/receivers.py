"""Who gets a client that is handed on: of the specialty wanted, or named; for the absent their substitute."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.engine import Row
from sqlmodel import Session

from salesdesk.base.handed import HAND_ON, H
from salesdesk.base.placement import NEXT_ACTION
from salesdesk.codes import Role, Specialty
from salesdesk.context import Context
from salesdesk.models import Operator
from salesdesk.rows import Receiver
from salesdesk.storage.among import among
from salesdesk.storage.beyond_sight import loads_of
from salesdesk.storage.journal import table_of
from salesdesk.team.absence import is_absent

O, N = table_of(Operator).c, NEXT_ACTION.c  # noqa: E741  # as in tails

People = Mapping[int, Row[Any]]

_PEOPLE: Select[Any] = (
    select(O.id, O.login, O.name, O.role, O.specialty, O.absent_until, O.substitute_id)
    .where(O.active)
    .order_by(O.name, O.id)
)
_LOADS = (
    select(N.operator_id, func.count())
    .where(among(N.operator_id, "people"), N.closed_at.is_(None), N.hold.is_(None))
    .group_by(N.operator_id)
)
_BEFORE = (
    select(H.from_id, H.from_specialty, H.to_id, H.to_specialty, H.declined_at)
    .select_from(HAND_ON)
    .where(H.client_id == bindparam("client"))
    .order_by(H.id.desc())
)


@dataclass(frozen=True, slots=True)
class Passing:
    """A client on its way: whose it is, and the stages that it comes from and to."""

    client_id: int
    owner_id: int
    before: str | None
    after: str | None


def people_here(session: Session) -> People:
    """Read who works here, by name."""
    return {row.id: row for row in session.connection().execute(_PEOPLE).all()}


def by_rule(session: Session, context: Context, passing: Passing) -> Receiver | None:
    """Tell to whom the rule of a stage hands a client on; None where it stays.

    It stays where its owner has the specialty already or is no operator (whoever leads or administers and
    calls as well does so for every specialty), and where nobody of it works here.
    """
    wanted = ruled(context, passing.before, passing.after)
    if wanted is None:
        return None
    people = people_here(session)
    owner = people.get(passing.owner_id)
    if owner is None or owner.role is not Role.OPERATOR or owner.specialty == wanted:
        return None
    return of_specialty(session, context, people, wanted, passing)


def ruled(context: Context, before: str | None, after: str | None) -> Specialty | None:
    """Tell to which specialty a client goes that comes from one stage to another; None: it stays."""
    entry = context.stage(after)
    return None if after == before or entry is None or not entry.in_work else entry.hand_on


def of_specialty(
    session: Session, context: Context, people: People, specialty: Specialty, passing: Passing
) -> Receiver | None:
    """Choose somebody of a specialty: who had the client in it before, else who has least to do."""
    theirs = [
        row
        for row in people.values()
        if row.specialty == specialty and row.role is Role.OPERATOR and row.id != passing.owner_id
    ]
    if not theirs:
        return None
    loads = _loads(session, [row.id for row in theirs])
    had, declined = _before(session, passing.client_id, specialty, loads)
    theirs.sort(
        key=lambda row: (
            row.id in declined, row.id != had, is_absent(context, row) and row.id != had, loads[row.id],
            row.id,
        )
    )  # fmt: skip
    found = (receiver(context, people, row) for row in theirs)
    return next((one for one in found if one is not None and one.id != passing.owner_id), None)


def receiver(context: Context, people: People, who: Row[Any]) -> Receiver | None:
    """Tell who gets what is given to somebody: they, or whoever stands in for them; None for nobody."""
    seen = set()
    here: Row[Any] | None = who
    while here is not None and is_absent(context, here):
        seen.add(here.id)
        here = None if here.substitute_id in seen else people.get(here.substitute_id)
    if here is None:
        return None
    instead = who.name if here.id != who.id else None
    return Receiver(here.id, here.login, here.name, Specialty(here.specialty), instead)


def _loads(session: Session, people: Collection[int]) -> dict[int, int]:
    counted = loads_of(session, [*people])
    if counted is None:
        found = session.connection().execute(_LOADS, {"people": [*people]}).all()
        counted = {row[0]: row[1] for row in found}
    return dict.fromkeys(people, 0) | counted


def _before(
    session: Session, client_id: int, specialty: Specialty, theirs: Collection[int]
) -> tuple[int | None, set[int]]:
    """Find who of a specialty got the client last, or gave it away, and who declined it since."""
    declined: set[int] = set()
    for row in session.connection().execute(_BEFORE, {"client": client_id}).all():
        if row.declined_at is not None:
            declined.add(row.to_id)
        elif row.to_specialty == specialty and row.to_id in theirs:
            return int(row.to_id), declined
        if row.from_specialty == specialty and row.from_id in theirs:
            return int(row.from_id), declined
    return None, declined
