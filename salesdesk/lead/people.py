"""Whose figures are asked for."""

from sqlalchemy import select
from sqlmodel import Session

from salesdesk.codes import Role
from salesdesk.context import Context
from salesdesk.errors import NotAllowedError, NotFoundError
from salesdesk.i18n import _
from salesdesk.lead.grouping import OPERATOR

OPERATORS = "operators"
"""The parameter of a statement that holds whose rows count."""


def leads_only(context: Context) -> None:
    """Refuse an operator what is a lead's. Raises NotAllowedError."""
    if context.me.role is Role.OPERATOR:
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
