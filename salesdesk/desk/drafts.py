"""What is half-typed about a call, kept as it is typed: it outlives a crash and a lost terminal."""

from collections.abc import Mapping

from sqlalchemy import bindparam, delete, select
from sqlmodel import Session, col

from salesdesk.base.visible import require_visible
from salesdesk.context import Context
from salesdesk.models import Draft
from salesdesk.storage.journal import table_of

DRAFT = table_of(Draft)
BODY = select(DRAFT.c.body).where(
    DRAFT.c.client_id == bindparam("client"), DRAFT.c.operator_id == bindparam("me")
)
"""What was half-typed about a client, if anything was; for a statement that is given `client` and `me`."""


def keep(session: Session, context: Context, client_id: int, body: Mapping[str, object]) -> None:
    """Keep what has been typed so far in place of what was kept before. Raises NotFoundError."""
    require_visible(session, context, client_id)
    session.merge(
        Draft(client_id=client_id, operator_id=context.me.id, body=dict(body), saved_at=context.now)
    )


def drop(session: Session, context: Context, client_id: int) -> None:
    """Forget a draft."""
    session.execute(
        delete(Draft).where(col(Draft.client_id) == client_id, col(Draft.operator_id) == context.me.id)
    )
