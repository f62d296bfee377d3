"""Who becomes an operator, a lead or an administrator, and that one administrator always stays."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from salesdesk.codes import Role
from salesdesk.context import Context
from salesdesk.errors import NotAllowedError
from salesdesk.i18n import _
from salesdesk.models import Operator
from salesdesk.storage.journal import Journal
from salesdesk.team.absence import O, working
from salesdesk.team.rights import only_for_admins

SET_ROLE = "set_role"


@dataclass(frozen=True, slots=True)
class RoleSet:
    """What somebody may do from now on, and what it was."""

    login: str
    name: str
    role: Role
    before: Role


def set_role(session: Session, context: Context, login: str, role: Role) -> RoleSet:
    """Let somebody do more here, or less, from now on. No undo takes it back: it is set again.

    Where people have logins of the server, theirs changes its group with it. Raises NotFoundError for one who
    does not work here, NotAllowedError for the last administrator and for one who may not.
    """
    only_for_admins(context)
    who = working(session, login)
    if role is not Role.ADMIN:
        another_admin_stays(session, who, to_change=True)
    journal = Journal(session)
    if journal.change(Operator, who, role=role):
        journal.close(SET_ROLE, at=context.now, operator_id=context.me.id)
    return RoleSet(who.login, who.name, role, who.role)


def another_admin_stays(session: Session, who: Any, *, to_change: bool) -> None:  # noqa: ANN401  # a row
    """Let an administrator go only where there is another. Raises NotAllowedError."""
    if who.role is not Role.ADMIN:
        return
    admins = select(O.id).where(O.role == Role.ADMIN, O.active).order_by(O.id)
    # Of two who would take each other away at once the second waits here, and sees that the other has gone.
    still_here = session.scalars(admins.with_for_update() if to_change else admins).all()
    if [*still_here] == [who.id]:
        said = _("{name} is the last administrator: name another first.")
        raise NotAllowedError(said.format(name=who.name))
