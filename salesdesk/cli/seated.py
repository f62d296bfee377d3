"""Who sits down for a command: their password from the environment, the keyring, or the terminal."""

import getpass
import sys
from typing import TYPE_CHECKING

from salesdesk.errors import LoginNeededError
from salesdesk.i18n import _
from salesdesk.opening import given_password

if TYPE_CHECKING:
    from salesdesk.storage.base import Base

_TRIES = 3


def seated(base: "Base", login: str | None, *, beginning: str | None = None) -> str | None:
    """Tell who sits down. Raises SalesdeskError where a password is needed that nothing here gives.

    `beginning` is who is being given a password: an administrator gives themselves the first one so.
    """
    from salesdesk.team.sitting_down import asks_who, may_begin, who_sits

    if beginning and login in {None, beginning} and asks_who(base) and may_begin(base, beginning):
        return beginning
    try:
        return who_sits(base, login, given_password()).login
    except LoginNeededError as error:
        # Where one is given, another one would not be taken either.
        if given_password() is not None and login is not None:
            raise
        return _asked_for(base, login, error)


def ask_for_passwords_of_servers() -> None:
    """Let a server's password be typed where somebody sits at the terminal."""
    from salesdesk.storage.server_passwords import ask_by, ask_nobody

    if _somebody_there():
        ask_by(lambda question: getpass.getpass(f"{question} "))
    else:
        ask_nobody()


def _asked_for(base: "Base", login: str | None, error: LoginNeededError) -> str | None:
    """Take the password from the keyring, else ask for it where somebody is there to answer."""
    from salesdesk.secrecy import keyrings
    from salesdesk.team.sitting_down import has_password, who_sits

    if login is not None and not has_password(base, login):
        raise error
    kept = keyrings.kept(login) if login is not None else None
    if kept is not None:
        return who_sits(base, login, kept).login
    if _somebody_there():
        return _typed(base, login)
    raise LoginNeededError(
        _(
            "This base asks for a password: give SALESDESK_OPERATOR and SALESDESK_PASSWORD, "
            "or keep it: keyring set salesdesk LOGIN"
        ),
        login,
    ) from error


def _typed(base: "Base", login: str | None) -> str | None:
    """Ask for login and password, some times."""
    from salesdesk.team.entering import WrongPasswordError
    from salesdesk.team.sitting_down import who_sits

    for left in reversed(range(_TRIES)):
        name = login or _line(_("Login:"))
        password = getpass.getpass(_("Password of {login}:").format(login=name) + " ")
        try:
            return who_sits(base, name, password).login
        except WrongPasswordError as error:
            if not left:
                raise
            print(str(error), file=sys.stderr)  # noqa: T201  # between two questions
    return None


def _line(question: str) -> str:
    print(question, end=" ", file=sys.stderr, flush=True)  # noqa: T201  # a question
    return sys.stdin.readline().strip()


def _somebody_there() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()
