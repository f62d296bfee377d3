"""Passwords: how they are kept, and whether one is right."""

import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlmodel import Session, col

from salesdesk.codes import Role
from salesdesk.context import Context
from salesdesk.errors import InputError, NotAllowedError, NotFoundError
from salesdesk.i18n import _
from salesdesk.models import Operator
from salesdesk.storage import policies
from salesdesk.storage.journal import PASSWORD, Journal

if TYPE_CHECKING:
    from argon2 import PasswordHasher

LEAST = 10
MOST = 256
"""Letters. A longer one would let a stranger make the server work for nothing."""


def set_password(session: Session, context: Context, login: str, password: str) -> str:
    """Give somebody a password, and give their login back; who is logged in by the old one is so no more.

    On a base with login roles it is the server's.

    An administrator does it for anybody, others for themselves. Raises NotFoundError, InputError for a
    password that is too easily guessed, NotAllowedError.
    """
    found = session.execute(
        select(col(Operator.id), col(Operator.login)).where(col(Operator.login) == login)
    ).first()
    if found is None:
        raise NotFoundError(_("There is no operator {login} in this base.").format(login=login))
    if found.id != context.me.id and context.me.role is not Role.ADMIN:
        raise NotAllowedError(_("Only an administrator gives somebody else a password."))
    password = _good(password, found.login)
    if policies.has_login_roles(session):
        policies.give_password(session, found.login, password)
    else:
        session.execute(
            update(Operator).where(col(Operator.id) == found.id).values(password_hash=hashed(password))
        )
    # The trail says who did it for whom; neither password nor hash stands there.
    Journal(session).close(f"{PASSWORD} {found.login}", at=context.now, operator_id=context.me.id)
    return str(found.login)


def anybody_has_a_password(session: Session, _context: Context) -> bool:
    """Tell whether anybody can log in at all. A use case."""
    able = select(col(Operator.id)).where(col(Operator.active), col(Operator.password_hash).is_not(None))
    return session.scalars(able.limit(1)).first() is not None


def kept_by_server(session: Session, _context: Context) -> bool:
    """Tell whether passwords are the server's, who lets nobody in without one. A use case."""
    return policies.has_login_roles(session)


def hashed(password: str) -> str:
    """Give what is kept of a password: argon2id, with a salt of its own."""
    return _hasher().hash(_plain(password))


def is_right(kept: str | None, password: str) -> bool:
    """Tell whether it is the password; takes as long for somebody who has none, or is not there at all."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        right = _hasher().verify(kept or _nobodys(), _plain(password))
    except (VerificationError, InvalidHashError):
        return False
    return right and kept is not None


@cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _nobodys() -> str:
    return hashed("nobody has this password")


def _plain(password: str) -> str:
    """Make one text of what different keyboards send for the same letters."""
    return unicodedata.normalize("NFC", password[:MOST])


def _good(password: str, login: str) -> str:
    if not LEAST <= len(password) <= MOST:
        raise InputError(
            _("A password has at least {least} letters and at most {most}.").format(least=LEAST, most=MOST),
            "password",
        )
    if login.casefold() in password.casefold():
        raise InputError(_("This password is too easily guessed: the login stands in it."), "password")
    if len(set(password)) < LEAST // 2:
        raise InputError(
            _("This password is too easily guessed: it is made of a few letters only."), "password"
        )
    return password
