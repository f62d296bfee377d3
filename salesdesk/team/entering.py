"""Letting in who knows their password."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from math import ceil

from sqlalchemy import select
from sqlmodel import col

from salesdesk.errors import SalesdeskError
from salesdesk.i18n import N_, _
from salesdesk.models import Operator
from salesdesk.storage import policies
from salesdesk.storage.base import Base
from salesdesk.team.guesses import count_guess, forgive
from salesdesk.team.passwords import is_right

REFUSED = N_("Login or password is wrong.")
"""One text for all of it: nobody learns who works here."""
WAIT = N_("Too many wrong passwords. Try again in {seconds} s.")

log = logging.getLogger(__name__)


class WrongPasswordError(SalesdeskError):
    """No such login, no password, or not this one: it is not said which."""


class TooManyGuessesError(SalesdeskError):
    """This login or this address has to wait; `seconds` says how long."""

    def __init__(self, wait: timedelta) -> None:
        self.seconds = max(ceil(wait.total_seconds()), 1)
        super().__init__(_(WAIT).format(seconds=self.seconds))


@dataclass(frozen=True, slots=True)
class Entered:
    """Who was let in. `stamp` stays the same while their password does.

    `password` is theirs at the server, on a base with login roles: in memory, for their desk to connect by.
    """

    operator_id: int
    login: str
    name: str
    stamp: str
    password: str | None = field(default=None, repr=False)


def enter(base: Base, now: datetime, login: str, password: str, address: str) -> Entered:
    """Let in who knows the password of a login, from an address. `now` is the machine's.

    Takes as long for a login that is not there. Raises WrongPasswordError, TooManyGuessesError.
    """
    login = login.strip().replace("\0", "")
    with base.write() as session:
        wait = count_guess(session, now, login, address)
    if wait is not None:
        raise TooManyGuessesError(wait)
    found = _who(base, login)
    by_server = _has_login_roles(base)
    # Outside of any unit of work: this is slow on purpose, and others would wait to write.
    if by_server:
        right = policies.lets_in(base.engine, None if found is None else found.login, password)
    else:
        right = is_right(None if found is None else found.password_hash, password)
    if found is None or not right:
        log.warning("A wrong password from %s, for operator %s", address, found.id if found else "unknown")
        raise WrongPasswordError(_(REFUSED))
    with base.write() as session:
        forgive(session, now, login, address)
    return Entered(found.id or 0, found.login, found.name, _stamp(found), password if by_server else None)


def still_in(base: Base, entered: Iterable[Entered]) -> set[Entered]:
    """Tell who may stay: neither dismissed nor given another password since.

    Of a password that is the server's only the server can tell.
    """
    asked = {one.operator_id for one in entered}
    with base.read() as session:
        rows = session.scalars(select(Operator).where(col(Operator.id).in_(asked), col(Operator.active)))
        stamps = {row.id: _stamp(row) for row in rows}
    return {one for one in entered if stamps.get(one.operator_id) == one.stamp and _still_let_in(base, one)}


def _still_let_in(base: Base, one: Entered) -> bool:
    return one.password is None or policies.lets_in(base.engine, one.login, one.password)


def _has_login_roles(base: Base) -> bool:
    with base.read() as session:
        return policies.has_login_roles(session)


def _who(base: Base, login: str) -> Operator | None:
    with base.read() as session:
        asked = select(Operator).where(col(Operator.login) == login, col(Operator.active))
        return session.scalars(asked).first()


def _stamp(operator: Operator) -> str:
    return sha256((operator.password_hash or "").encode()).hexdigest()
