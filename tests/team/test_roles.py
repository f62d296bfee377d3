"""Who may do what is set by an administrator, stands in the trail, and never leaves a base without one."""

import pytest
from sqlalchemy import select

from salesdesk.codes import Role
from salesdesk.desk.undo import history, undo
from salesdesk.errors import NotAllowedError, NotFoundError
from salesdesk.lead.retiring import retire
from salesdesk.models import AuditEvent
from salesdesk.team.rights import only_while_working
from salesdesk.team.roles import RoleSet, set_role


def test_a_role_is_set_at_once_and_stands_in_the_trail(desk):
    boris = desk.beside("boris")
    done = desk.write(set_role, "boris", Role.LEAD)
    assert done == RoleSet("boris", "Boris", Role.LEAD, Role.OPERATOR)
    with pytest.raises(NotAllowedError, match="open the desk anew"):
        boris.read(only_while_working)
    assert desk.at(login="boris").context.me.role is Role.LEAD
    assert desk.read(history)[0].action == "set_role"
    # What they are already is no change.
    desk.write(set_role, "boris", Role.LEAD)
    with desk.base.read() as session:
        (changes,) = session.scalars(select(AuditEvent.changes).where(AuditEvent.action == "set_role"))
    ((table, row_id, before, after),) = changes
    assert (table, row_id) == ("operator", boris.me)
    assert (before, after) == ({"role": "operator"}, {"role": "lead"})


def test_the_last_administrator_stays_one(desk):
    for role in (Role.LEAD, Role.OPERATOR):
        with pytest.raises(NotAllowedError, match="last administrator"):
            desk.write(set_role, "anna", role)
    desk.write(set_role, "anna", Role.ADMIN)
    boris = desk.beside("boris")
    desk.write(set_role, "boris", Role.ADMIN)
    desk.at(login="boris").write(set_role, "anna", Role.OPERATOR)
    # What she gave him she does not take back by an undo: nobody would be left.
    with pytest.raises(NotAllowedError, match="nothing to undo"):
        desk.at(login="anna").write(undo)
    for ask, given in ((set_role, (Role.LEAD,)), (retire, ())):
        with pytest.raises(NotAllowedError, match="last administrator"):
            desk.at(login="boris").write(ask, "boris", *given)
    assert desk.at(login="boris").context.me == boris.at(login="boris").context.me


def test_who_may_not_set_it_and_of_whom(desk):
    desk.beside("boris")
    with pytest.raises(NotAllowedError, match="Only an administrator"):
        desk.beside("lena", Role.LEAD).write(set_role, "boris", Role.LEAD)
    with pytest.raises(NotFoundError):
        desk.write(set_role, "nobody", Role.LEAD)
    desk.write(retire, "boris")
    with pytest.raises(NotFoundError):
        desk.write(set_role, "boris", Role.LEAD)
