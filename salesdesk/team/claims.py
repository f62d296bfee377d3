"""Claims: a short lock that keeps two operators from calling one client at once."""

from datetime import timedelta

from sqlalchemy import delete, select
from sqlmodel import Session, col

from salesdesk.context import Context
from salesdesk.errors import NotAllowedError
from salesdesk.i18n import _
from salesdesk.models import Claim, Client, Operator
from salesdesk.team.sight import not_there, sees

HOLDS = timedelta(minutes=15)
"""A claim lets go by itself after so long: a crash must not keep a client from being called."""


def claim(session: Session, context: Context, client_id: int) -> None:
    """Take a client, or hold it longer: one that this person sees, or whoever asked would see it then.

    Raises NotFoundError, and NotAllowedError while somebody else is on it.
    """
    # Of two who ask at once the second waits here, and then sees the first's claim.
    asked = select(col(Client.id), col(Client.owner_id)).where(col(Client.id) == client_id).with_for_update()
    client = session.execute(asked).first()
    if client is None or not sees(session, context, client):
        raise not_there(context, client_id)
    other = claimed_by(session, context, client_id)
    if other is not None:
        raise NotAllowedError(_("{name} is on this client now.").format(name=other))
    session.merge(
        Claim(
            client_id=client_id,
            operator_id=context.me.id,
            taken_at=context.now,
            expires_at=context.now + HOLDS,
        )
    )


def release(session: Session, context: Context, client_id: int) -> None:
    """Let go of a client."""
    session.execute(
        delete(Claim).where(col(Claim.client_id) == client_id, col(Claim.operator_id) == context.me.id)
    )


def claimed_by(session: Session, context: Context, client_id: int) -> str | None:
    """Tell who else is on a client now."""
    return session.scalars(
        select(col(Operator.name))
        .join(Claim, col(Claim.operator_id) == col(Operator.id))
        .where(
            col(Claim.client_id) == client_id,
            col(Claim.operator_id) != context.me.id,
            col(Claim.expires_at) > context.now,
        )
    ).first()
