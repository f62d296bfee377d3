"""Who has a form of a client open now: two who change one card at once learn of it before either saves."""

from sqlalchemy import bindparam, delete, select
from sqlmodel import Session

from salesdesk.base.visible import read_visible
from salesdesk.context import Context
from salesdesk.models import OpenForm, Operator
from salesdesk.storage.journal import table_of
from salesdesk.storage.missing import put_row
from salesdesk.team.claims import HOLDS

FORM, OPERATOR = table_of(OpenForm), table_of(Operator)
_OTHERS = (
    select(OPERATOR.c.name)
    .join(FORM, FORM.c.operator_id == OPERATOR.c.id)
    .where(
        FORM.c.client_id == bindparam("client"),
        FORM.c.operator_id != bindparam("me"),
        FORM.c.until > bindparam("now", type_=FORM.c.until.type),
    )
    .order_by(OPERATOR.c.name)
)


def open_form(session: Session, context: Context, client_id: int) -> None:
    """Note that who sits here has a form of a client open, or has it open still. Raises NotFoundError.

    Like a claim it ends by itself: a crash must not leave somebody at a form for ever.
    """
    client, me = read_visible(session, context, client_id), context.me.id
    session.execute(delete(FORM).where(FORM.c.operator_id == me, FORM.c.until <= context.now))
    put_row(session, OpenForm, client_id=client.id, operator_id=me, until=context.now + HOLDS)


def close_form(session: Session, context: Context, client_id: int) -> None:
    """Note that who sits here has left the form of a client."""
    session.execute(delete(FORM).where(FORM.c.client_id == client_id, FORM.c.operator_id == context.me.id))


def others_at_form(session: Session, context: Context, client_id: int) -> tuple[str, ...]:
    """Name who else has a form of a client open now."""
    given = {"client": client_id, "me": context.me.id, "now": context.now}
    return tuple(session.connection().execute(_OTHERS, given).scalars())
