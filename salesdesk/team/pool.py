"""The shared pool of a team that gives it out by count: one client after another, so many a day and a night.

Its clients stand in nobody's list then. Whoever asks for the next client, or looks for the whole number of
one, is given it, with a line in the trail; and sees it for a day and a night from then on, as long as it is
nobody's. So a base cannot be carried away, and the trail tells who has had which of its clients. Leads see
the pool as it is.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnCollection, ColumnElement, Select, and_, exists, func, literal_column, select
from sqlmodel import Session

from salesdesk.context import Context
from salesdesk.errors import TooMuchError
from salesdesk.i18n import _
from salesdesk.models import AuditEvent
from salesdesk.storage.journal import GIVEN, Journal, table_of
from salesdesk.team.limits import trail_now
from salesdesk.team.rights import leads

GIVEN_FOR = timedelta(days=1)
POOL = "pool"
"""What is refused to who has been given all that a day has."""

_GIVEN = table_of(AuditEvent).alias("pool_given").c
# In the statement itself: an index of these lines alone is found by it.
_IS_GIVEN = _GIVEN.action == literal_column(f"'{GIVEN}'")


def given_since(context: Context) -> datetime | None:
    """Tell from when on clients of nobody count that this person was given; None for who sees all of them."""
    counted = context.catalogues.team.pool_a_day is not None and not leads(context)
    return context.now - GIVEN_FOR if counted else None


def pool_is_counted(context: Context) -> bool:
    """Tell whether of the shared pool this person sees only what they were given."""
    return given_since(context) is not None


def of_nobody(
    of: ColumnCollection[str, ColumnElement[Any]],
    me: Any,  # noqa: ANN401  # values, or parameters that stand for them
    since: Any,  # noqa: ANN401
) -> ColumnElement[bool]:
    """Tell which clients of nobody a person sees, `of` their columns; all of them where `since` is None."""
    nobodys = of.owner_id.is_(None)
    return nobodys if since is None else and_(nobodys, of.id.in_(given_to(me, since)))


def given_to(me: Any, since: Any) -> Select[tuple[int]]:  # noqa: ANN401  # values, or parameters that stand for them
    """Select the clients that a person was given."""
    return select(_GIVEN.client_id).where(_IS_GIVEN, _GIVEN.operator_id == me, _GIVEN.at > since)


def was_given(client: ColumnElement[Any], me: Any, since: Any) -> ColumnElement[bool]:  # noqa: ANN401  # as above
    """Tell of one client whether a person was given it."""
    return exists().where(_GIVEN.client_id == client, _IS_GIVEN, _GIVEN.operator_id == me, _GIVEN.at > since)


def may_be_given(session: Session, context: Context) -> bool:
    """Tell whether this person may be given one more client of the pool."""
    since = trail_now(session, context) - GIVEN_FOR
    given = select(func.count()).select_from(given_to(context.me.id, since).subquery())
    return session.connection().execute(given).scalar_one() < (context.catalogues.team.pool_a_day or 0)


def note_given(session: Session, context: Context, client_id: int) -> None:
    """Write into the trail that this person was given a client: from here on they see it."""
    Journal(session).close(GIVEN, at=context.now, operator_id=context.me.id, client_id=client_id)


def no_more(context: Context) -> TooMuchError:
    """Say that this person has been given all that they may have."""
    most = context.catalogues.team.pool_a_day
    said = _("Of the shared pool an operator is given {most} a day at most. Ask a team lead.")
    return TooMuchError(said.format(most=most), POOL)
