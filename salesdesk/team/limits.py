"""How much of the base an operator may take in one go; what is refused stands in the trail."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar

from sqlalchemy import func, select
from sqlmodel import Session, col

from salesdesk.context import Context
from salesdesk.errors import TooMuchError
from salesdesk.i18n import _
from salesdesk.models import AuditEvent
from salesdesk.storage.base import Base
from salesdesk.storage.journal import EXPORT, LISTED, REFUSED, Journal
from salesdesk.storage.policies import by_login
from salesdesk.team.rights import leads

T = TypeVar("T")
LIST = "list"


def rows_of_a_list(context: Context) -> int | None:
    """Give how many rows of a list of clients this person may have; None for any number."""
    return None if leads(context) else context.catalogues.team.list_rows


def check_list(context: Context, rows: int) -> None:
    """Refuse a list of more rows than this person may have. Raises TooMuchError."""
    most = rows_of_a_list(context)
    if most is not None and rows > most:
        said = _(
            "A list has at most {most} rows for an operator. Choose fewer by a filter, or ask a team lead."
        )
        raise TooMuchError(said.format(most=most), LIST)


def rows_wanted(
    session: Session, context: Context, wanted: int | None, *, usual: int, offset: int = 0
) -> int:
    """Give how many rows of a list to show: as many as were asked for, or as are usual.

    Raises TooMuchError where this person may not have so many, those that are left out before them included.
    """
    del session  # every use case takes one; this one needs none
    most = rows_of_a_list(context)
    if wanted is None and most is not None:
        wanted = min(usual, max(most - offset, 1))
    rows = usual if wanted is None else wanted
    check_list(context, offset + rows)
    return rows


def note_list(session: Session, context: Context, rows: int) -> None:
    """Write into the trail how many rows a command lists to an operator. Raises TooMuchError for too many.

    On a screen one goes through lists by hand; a command in a loop would go through the base.
    """
    most = context.catalogues.team.list_rows_a_day
    if taken_today(session, context, LISTED) + rows > most:
        said = _(
            "Commands list an operator at most {most} rows a day, and this is more. "
            "Choose fewer by a filter, or ask a team lead."
        )
        raise TooMuchError(said.format(most=most), LIST)
    Journal(session).close(f"{LISTED} {rows}", at=context.now, operator_id=context.me.id)


def trail_now(session: Session, context: Context) -> datetime:
    """Tell the time by the clock that dates what is counted by the trail: under login roles the server's."""
    if not by_login(session):
        return context.now
    now: datetime = session.connection().execute(select(func.now())).scalar_one()
    return now


def taken_today(session: Session, context: Context, action: str) -> int:
    """Count the rows that this person has exported, or listed, on the team's day, as the trail says."""
    now = trail_now(session, context).astimezone(context.catalogues.team.zone)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    takings = session.scalars(
        select(col(AuditEvent.action)).where(
            col(AuditEvent.operator_id) == context.me.id,
            col(AuditEvent.at) >= midnight,
            col(AuditEvent.action).like(f"{action} %"),
        )
    )
    return sum(int(taken.split(" ")[1]) for taken in takings)


def within_the_day(session: Session, context: Context, what: str, rows: Iterable[T]) -> Iterator[T]:
    """Give the rows of an export, as many as this person may still take today.

    Raises TooMuchError at the first row beyond, so that nothing of the file is kept.
    """
    if leads(context):
        yield from rows
        return
    most = context.catalogues.team.export_rows_a_day
    left = most - taken_today(session, context, EXPORT)
    for row in rows:
        if left <= 0:
            said = _(
                "An operator exports at most {most} rows a day, and this is more. "
                "Choose fewer by a filter, or ask a team lead."
            )
            raise TooMuchError(said.format(most=most), what)
        left -= 1
        yield row


@contextmanager
def refusals_noted(base: Base, context: Context) -> Iterator[None]:
    """Write into the trail, in a unit of work of its own, that more was asked for than one may take."""
    try:
        yield
    except TooMuchError as refused:
        with base.write() as session:
            Journal(session).close(f"{REFUSED} {refused.what}", at=context.now, operator_id=context.me.id)
        raise
