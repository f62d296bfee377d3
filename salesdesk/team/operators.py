"""Who works at this base."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import Session, col

from salesdesk.codes import Role, Specialty
from salesdesk.context import Context
from salesdesk.errors import InputError
from salesdesk.i18n import _
from salesdesk.models import Operator
from salesdesk.team.rights import only_for_admins

_LOGIN_MOST = 64


def operators(session: Session, context: Context) -> Sequence[Operator]:
    """Give everybody, in the order in which they came."""
    del context
    return session.scalars(select(Operator).order_by(col(Operator.id))).all()


def add_operator(  # what is known of a person
    session: Session,
    context: Context,
    login: str,
    name: str | None = None,
    *,
    role: Role = Role.OPERATOR,
    specialty: Specialty = Specialty.SALES,
) -> Operator:
    """Add somebody. Raises InputError for a login that is taken or cannot be one, NotAllowedError."""
    only_for_admins(context)
    login = login.strip()
    if (
        not login
        or len(login) > _LOGIN_MOST
        or not login.isprintable()
        or any(sign.isspace() for sign in login)
    ):
        raise InputError(
            _("A login is one word of at most {most} letters.").format(most=_LOGIN_MOST), "login"
        )
    if session.scalars(select(col(Operator.id)).where(col(Operator.login) == login)).first() is not None:
        raise InputError(_("{login} works here already.").format(login=login), "login")
    made = Operator(login=login, name=(name or "").strip() or login, role=role, specialty=specialty)
    session.add(made)
    session.flush()
    return made
