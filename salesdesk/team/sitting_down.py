"""Who may sit down at a base: where somebody has a password, who says who they are by theirs."""

import socket
import threading
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from hmac import compare_digest
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlmodel import Session, col

from salesdesk.codes import Role
from salesdesk.context import Context
from salesdesk.errors import LoginNeededError
from salesdesk.i18n import _
from salesdesk.models import Operator
from salesdesk.storage.base import Base
from salesdesk.team.guesses import GuessesHere

if TYPE_CHECKING:
    from salesdesk.team.entering import Entered

_WRONG_SECONDS = 2.0


def asks_who(base: Base) -> bool:
    """Tell whether a base asks for passwords: several work there, and at least one of them has one."""
    with base.read() as session:
        active, able = counted(session)
    return active > 1 and able > 0


def counted(session: Session) -> tuple[int, int]:
    """Count who works here, and who of them has a password."""
    asked = select(func.count(), func.count(col(Operator.password_hash))).where(col(Operator.active))
    active, able = session.execute(asked).one()
    return active, able


@dataclass(frozen=True, slots=True)
class Seated:
    """Who sits down; None for the first who works there. `guarded`: the base asks for their password."""

    login: str | None
    guarded: bool


def who_sits(base: Base, login: str | None, password: str | None, *, known: bool = False) -> Seated:
    """Tell who sits down: as it is said, or whose password it is where the base asks for one.

    The one place where it is decided who somebody is. `known`: their password was looked at already, as by
    the server of browsers. Raises LoginNeededError where a password is needed and none is given, or they
    have none; WrongPasswordError, TooManyGuessesError.
    """
    if known:
        return Seated(login, guarded=True)
    if base.login is not None or not asks_who(base):
        # Whom the server knows has given their password there.
        return Seated(login, guarded=False)
    if login is not None and not has_password(base, login):
        raise LoginNeededError(
            _(
                "{login} has no password yet. An administrator gives it: salesdesk operators password {login}"
            ).format(login=login),
            login,
            refused=True,
        )
    if login is None or password is None:
        raise LoginNeededError(_("This base asks who you are: give your login and password."), login)
    return Seated(let_in(base, login, password).login, guarded=True)


def let_in(base: Base, login: str, password: str) -> "Entered":
    """Let in who knows the password of a login, at this machine.

    Raises WrongPasswordError, TooManyGuessesError.
    """
    from salesdesk.team.entering import enter

    # The machine's time, not the desk's: a clock that was stopped would let guess for ever.
    return enter(base, datetime.now(UTC), login, password, this_machine())


def has_password(base: Base, login: str) -> bool:
    """Tell whether somebody has a password; of whom nobody knows it is not told that they have none."""
    asked = select(col(Operator.password_hash)).where(
        col(Operator.login) == login.strip(), col(Operator.active)
    )
    with base.read() as session:
        return None not in session.scalars(asked).all()


def key_of(base: Base, operator_id: int) -> str | None:
    """Give what is kept of somebody's password."""
    with base.read() as session:
        asked = select(col(Operator.password_hash)).where(col(Operator.id) == operator_id)
        return session.scalars(asked).first()


class ServerDoor:
    """Lets in, at an open desk, by the passwords of the server: whom it knows as one of the base's people."""

    def __init__(self) -> None:
        self._guesses = GuessesHere()

    def let_in(self, base: Base, login: str, password: str, kept: str | None) -> str:
        """Give the login of who is let in.

        `kept` is, while the server is away, the password by which who sits there has connected.
        Raises WrongPasswordError, TooManyGuessesError, LostError.
        """
        from salesdesk.storage import policies
        from salesdesk.storage.server_passwords import remember
        from salesdesk.team.entering import REFUSED, TooManyGuessesError, WrongPasswordError

        wait = self._guesses.count(login)
        if wait is not None:
            raise TooManyGuessesError(wait)
        if kept is not None:
            right = compare_digest(_plain(kept), _plain(password))
        else:
            right = policies.lets_in(base.engine, login, password)
        if not right:
            raise WrongPasswordError(_(REFUSED))
        self._guesses.forgive(login)
        if kept is None and login == base.login:
            # It may be another by now than the one that this desk has connected by.
            remember(base.engine.url, password)
        return login


def _plain(password: str) -> bytes:
    """Make one text of what different keyboards send for the same letters, as the server does."""
    return unicodedata.normalize("NFKC", password).encode(errors="surrogatepass")


def is_their_key(key: str, password: str) -> bool:
    """Tell, without a base, whether it is the password that a key was made of; a wrong one takes a while."""
    from salesdesk.team.passwords import is_right

    if is_right(key, password):
        return True
    # Nobody counts guesses while the server is away.
    threading.Event().wait(_WRONG_SECONDS)
    return False


def may_begin(base: Base, login: str) -> bool:
    """Tell whether somebody may give themselves their first password without one.

    An administrator may while no administrator has a password: nobody could give them one.
    """
    administers = (col(Operator.active), col(Operator.role) == Role.ADMIN.value)
    with base.read() as session:
        able = select(col(Operator.login)).where(*administers, col(Operator.password_hash).is_not(None))
        if session.scalars(able.limit(1)).first() is not None:
            return False
        asked = select(col(Operator.id)).where(*administers, col(Operator.login) == login)
        return session.scalars(asked).first() is not None


def wants_passwords(session: Session, _context: Context) -> bool:
    """Tell whether several work here and nobody has a password: everybody can be anybody. A use case."""
    active, able = counted(session)
    return active > 1 and able == 0


def this_machine() -> str:
    """Name the machine that guesses of this desk are counted by."""
    return (socket.gethostname() or "local")[:64]
