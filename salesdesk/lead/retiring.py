"""Somebody leaves: their login is closed at once, and their clients go to others or wait for it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlmodel import Session, col

from salesdesk.base.filters import Everything
from salesdesk.base.giving import Cancelled, Load, Progress
from salesdesk.codes import Role
from salesdesk.context import Context
from salesdesk.errors import NotAllowedError
from salesdesk.i18n import _
from salesdesk.lead.handing_over import (
    Asked,
    HandedOver,
    hand_over_with,
    load_of,
    rehearse_hand_over,
)
from salesdesk.lead.sharing_out import To
from salesdesk.models import Claim, Operator
from salesdesk.storage.journal import Journal
from salesdesk.team.absence import OPERATOR, O, working
from salesdesk.team.rights import only_for_leads
from salesdesk.team.roles import another_admin_stays

RETIRE = "retire"


@dataclass(frozen=True, slots=True)
class Retired:
    """Who works here no more, what was handed over, and what is left in their name for a lead to see to.

    `stood_in_for` are the absent who have nobody to stand in for them now.
    """

    login: str
    name: str
    handed: HandedOver | None
    left: Load
    stood_in_for: tuple[str, ...]


def rehearse_retire(
    session: Session,
    context: Context,
    login: str,
    to: tuple[To, ...] = (),
    *,
    cancelled: Cancelled | None = None,
) -> Retired:
    """Count what would go, or be left. Raises as `retire`."""
    who = _leaving(session, context, login, to_change=False)
    handed = None
    if to:
        handed = rehearse_hand_over(session, context, Asked(login, to, Everything()), cancelled=cancelled)
    left = Load() if to else load_of(session, context, who.id)
    return Retired(who.login, who.name, handed, left, tuple(row.login for row in _stood_in_for(session, who)))


def retire(
    session: Session,
    context: Context,
    login: str,
    to: tuple[To, ...] = (),
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Retired:
    """Let somebody work here no more: closed at once, undone by one undo, clients and all.

    Their clients go to those who are named, evenly, or are left: then what is owed to them stands in the
    tails as of the absent. Raises NotFoundError for one who does not work here, NotAllowedError for the last
    administrator, for oneself and for one who may not, and what `hand_over` does.
    """
    who = _leaving(session, context, login, to_change=True)
    journal = Journal(session)
    journal.change(Operator, who, active=False)
    alone = _stood_in_for(session, who)
    for absent in alone:
        journal.change(Operator, absent, substitute_id=None)
    handed = None
    if to:
        asked = Asked(login, to, Everything())
        handed = hand_over_with(journal, context, asked, progress=progress, cancelled=cancelled)
    # What they had open on their screen keeps nobody from calling.
    session.execute(delete(Claim).where(col(Claim.operator_id) == who.id))
    left = load_of(session, context, who.id)
    journal.close(RETIRE, at=context.now, operator_id=context.me.id)
    return Retired(who.login, who.name, handed, left, tuple(row.login for row in alone))


def _leaving(session: Session, context: Context, login: str, *, to_change: bool) -> Any:  # noqa: ANN401  # a row
    only_for_leads(context)
    who = working(session, login)
    another_admin_stays(session, who, to_change=to_change)
    if who.role is Role.ADMIN and context.me.role is not Role.ADMIN:
        raise NotAllowedError(_("Only an administrator may do this to an administrator."))
    if who.id == context.me.id:
        raise NotAllowedError(_("Nobody retires themselves: somebody else has to do it."))
    return who


def _stood_in_for(session: Session, who: Any) -> list[Any]:  # noqa: ANN401  # rows of the operators
    return [*session.execute(select(OPERATOR).where(O.substitute_id == who.id, O.active).order_by(O.id))]
