"""Who works at the desk."""

from sqlalchemy import select
from sqlmodel import Session, col

from salesdesk.context import Context, Me, me_of
from salesdesk.models import Operator


def people(session: Session, _context: Context) -> tuple[Me, ...]:
    """Give everybody who may sit down at this base, by name. A use case."""
    found = session.scalars(
        select(Operator).where(col(Operator.active)).order_by(col(Operator.name), col(Operator.id))
    )
    return tuple(map(me_of, found))
