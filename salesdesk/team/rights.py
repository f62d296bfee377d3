"""What a person's role lets them do."""

from collections.abc import Callable

from sqlalchemy import bindparam, select
from sqlmodel import Session

from salesdesk.codes import Role
from salesdesk.context import Context
from salesdesk.errors import NotAllowedError
from salesdesk.i18n import _
from salesdesk.models import Operator
from salesdesk.storage.answers import Rows
from salesdesk.storage.journal import table_of
from salesdesk.storage.made_once import MadeOnce

OPERATOR = table_of(Operator).c
_THEM = select(OPERATOR.active, OPERATOR.role).where(OPERATOR.id == bindparam("me"))
_WHO = MadeOnce(lambda _dialect: _THEM, typed=True)


def leads(context: Context) -> bool:
    """Tell whether who sits here watches others: a team lead or an administrator."""
    return context.me.role is not Role.OPERATOR


def only_for_leads(context: Context) -> None:
    """Let only a lead go on. Raises NotAllowedError."""
    if not leads(context):
        raise NotAllowedError(_("Only a team lead may do this."))


def only_for_admins(context: Context) -> None:
    """Let only an administrator go on. Raises NotAllowedError."""
    if context.me.role is not Role.ADMIN:
        raise NotAllowedError(_("Only an administrator may do this."))


def only_while_working(
    session: Session, context: Context, known: Callable[[], object] = lambda: None
) -> None:
    """Let only who still works here, and as what they sat down, go on: a desk outlives its login.

    `known` is called once it is known that they do. Raises NotAllowedError: on a server as soon as anything
    is waited for, at the latest before the commit.
    """

    def look(found: Rows) -> None:
        _must_work(context, found)
        known()

    _WHO.run(session, {"me": context.me.id}).then(look)


def _must_work(context: Context, found: Rows) -> None:
    who = next(iter(found), None)
    if who is not None and who.active and who.role != context.me.role:
        raise NotAllowedError(
            _("What {login} may do here was changed: open the desk anew.").format(login=context.me.login)
        )
    if who is None or not who.active:
        raise NotAllowedError(_("{login} works here no more.").format(login=context.me.login))
