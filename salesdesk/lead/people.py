"""Whose figures are asked for, and who may ask."""

from sqlalchemy import select
from sqlmodel import Session

from salesdesk.codes import Role
from salesdesk.context import Context
from salesdesk.errors import NotAllowedError, NotFoundError
from salesdesk.i18n import _
from salesdesk.lead.grouping import OPERATOR

OPERATORS = "operators"
"""The parameter of a statement that holds whose rows count."""


def leads(context: Context) -> bool:
    """Tell whether who sits here looks after others."""
    return context.me.role is not Role.OPERATOR


def only_for_leads(context: Context) -> None:
    """Refuse an operator. Raises NotAllowedError."""
    if not leads(context):
        raise NotAllowedError(_("Only a team lead may do this."))


def operators_of(session: Session, operator_id: int | None) -> list[int]:
    """Give one person, or everybody who ever worked here: left ones have made their calls too."""
    return [operator_id] if operator_id is not None else [*session.scalars(select(OPERATOR.c.id))]


def operator_id_of(session: Session, login: str | None) -> int | None:
    """Find a person by login; None for everybody. Raises NotFoundError."""
    if login is None:
        return None
    found = session.scalars(select(OPERATOR.c.id).where(OPERATOR.c.login == login)).first()
    if found is None:
        raise NotFoundError(_("There is no operator {login}.").format(login=login))
    return int(found)
