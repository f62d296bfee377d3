"""Who is absent until which day, and who keeps their promises meanwhile."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnCollection, ColumnElement, and_, bindparam, select
from sqlmodel import Session

from salesdesk.codes import Role
from salesdesk.context import Context
from salesdesk.errors import InputError, NotAllowedError, NotFoundError
from salesdesk.i18n import _
from salesdesk.models import Operator
from salesdesk.models.types import Instant
from salesdesk.storage.journal import Journal, table_of
from salesdesk.team.rights import only_for_leads

ABSENT, BACK_AT_WORK = "absent", "back_at_work"
OPERATOR = table_of(Operator)
O = OPERATOR.c  # noqa: E741  # as in tails


def absent_kept_by(
    me: Any,  # noqa: ANN401  # a value, or a parameter that stands for it
    now: Any,  # noqa: ANN401  # the same
    of: ColumnCollection[str, ColumnElement[Any]] = O,
) -> ColumnElement[bool]:
    """Tell whose promises a person keeps until they are back; `of`: the operators' columns by other names."""
    return and_(of.substitute_id == me, of.absent_until > now, of.active)


STOOD_IN_FOR = select(O.id, O.name).where(absent_kept_by(bindparam("me"), bindparam("now", type_=Instant)))
"""Whose promises the person `me` keeps: their ids and names."""


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody is absent: back on a day (None: here), with who keeps their promises until then."""

    login: str
    name: str
    until: date | None
    substitute: str | None


def set_absent(
    session: Session, context: Context, login: str, until: date, substitute: str | None = None
) -> Absence:
    """Say that somebody is absent until the day on which they are back; undone by one undo.

    What they promised stands in the substitute's list from now on. Raises NotFoundError for one who does not
    work here, InputError for a day that is not to come and for a substitute who is absent too,
    NotAllowedError for one who may not.
    """
    only_for_leads(context)
    if until <= context.today:
        raise InputError(_("Give a day to come, on which they are back."), "until")
    who = _theirs(session, context, login)
    stands_in = None if substitute is None else working(session, substitute)
    if stands_in is not None and stands_in.id == who.id:
        raise InputError(_("Nobody stands in for themselves."), "substitute")
    if stands_in is not None and is_absent(context, stands_in):
        raise InputError(_("{name} is absent too.").format(name=stands_in.name), "substitute")
    _change(
        session, context, ABSENT, who,
        absent_until=context.clock.midnight(until), substitute_id=None if stands_in is None else stands_in.id,
    )  # fmt: skip
    return Absence(who.login, who.name, until, None if stands_in is None else stands_in.login)


def set_back(session: Session, context: Context, login: str) -> Absence:
    """Say that somebody is here again. Raises NotFoundError, NotAllowedError for one who may not."""
    only_for_leads(context)
    who = _theirs(session, context, login)
    _change(session, context, BACK_AT_WORK, who, absent_until=None, substitute_id=None)
    return Absence(who.login, who.name, None, None)


def _theirs(session: Session, context: Context, login: str) -> Any:  # noqa: ANN401  # a row of the operators
    """Find somebody of whom this person may say so. Raises NotFoundError, NotAllowedError."""
    who = working(session, login)
    if who.role is Role.ADMIN and context.me.role is not Role.ADMIN:
        raise NotAllowedError(_("Only an administrator may do this to an administrator."))
    return who


def stood_in_for(session: Session, context: Context) -> dict[int, str]:
    """Tell for whom who sits here keeps promises now: names by ids."""
    given = {"me": context.me.id, "now": context.now}
    return {row.id: row.name for row in session.connection().execute(STOOD_IN_FOR, given).all()}


def is_absent(context: Context, who: Any) -> bool:  # noqa: ANN401  # a row of the operators
    """Tell whether somebody is absent now."""
    return who.absent_until is not None and bool(who.absent_until > context.now)


def working(session: Session, login: str) -> Any:  # noqa: ANN401  # a row of the operators
    """Find somebody who works here. Raises NotFoundError."""
    found = session.execute(select(OPERATOR).where(O.login == login, O.active)).first()
    if found is None:
        raise NotFoundError(_("There is no operator {login} who works at this base.").format(login=login))
    return found


def _change(session: Session, context: Context, action: str, who: Any, **values: Any) -> None:  # noqa: ANN401  # columns
    journal = Journal(session)
    if journal.change(Operator, who, **values):
        journal.close(action, at=context.now, operator_id=context.me.id)
