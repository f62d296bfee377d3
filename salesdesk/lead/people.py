"""Whose figures are asked for."""

from sqlalchemy import select
from sqlmodel import Session

from salesdesk.context import Context
from salesdesk.errors import NotAllowedError, NotFoundError
from salesdesk.i18n import _
from salesdesk.lead.grouping import OPERATOR
from salesdesk.team.rights import leads

OPERATORS = "operators"
"""The parameter of a statement that holds whose rows count."""


def operators_of(session: Session, operator_id: int | None) -> list[int]:
    """Give one person, or everybody who ever worked here: left ones have made their calls too."""
    return [operator_id] if operator_id is not None else [*session.scalars(select(OPERATOR.c.id))]


def whose(session: Session, context: Context, login: str | None) -> int | None:
    """Tell whose figures are told: an operator's own, whatever else a lead would be asked for.

    None stands for everybody. Raises NotFoundError for a person that there is not, NotAllowedError for an
    operator who asks for somebody else's.
    """
    asked = operator_id_of(session, login)
    if leads(context):
        return asked
    if asked not in {None, context.me.id}:
        raise NotAllowedError(_("An operator sees their own figures only: leave --operator out."))
    return context.me.id


def operator_id_of(session: Session, login: str | None) -> int | None:
    """Find a person by login; None for everybody. Raises NotFoundError."""
    if login is None:
        return None
    found = session.scalars(select(OPERATOR.c.id).where(OPERATOR.c.login == login)).first()
    if found is None:
        raise NotFoundError(_("There is no operator {login}.").format(login=login))
    return int(found)
