"""What goes wrong and is said to a person in one line."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from salesdesk.rows import Conflict


class SalesdeskError(Exception):
    """One translated line that says what is wrong and what to do. Never shown with a traceback."""


class NotAllowedError(SalesdeskError):
    """What was asked is against the rules of the trade, or not this person's to do."""


class TooMuchError(NotAllowedError):
    """More rows were asked for than this person may take; `what` of: it is written into the trail."""

    def __init__(self, text: str, what: str) -> None:
        super().__init__(text)
        self.what = what


class NotFoundError(SalesdeskError):
    """What was named is not in the base."""


class InputError(SalesdeskError):
    """What was typed or given cannot be taken; `field` names what to correct."""

    def __init__(self, text: str, field: str | None = None) -> None:
        super().__init__(text)
        self.field = field


class ConflictError(SalesdeskError):
    """What somebody changed was changed by another meanwhile; `conflicts` says which fields, and by whom."""

    def __init__(self, text: str, conflicts: "tuple[Conflict, ...]") -> None:
        super().__init__(text)
        self.conflicts = conflicts


class StoppedError(SalesdeskError):
    """Somebody asked a long job to stop, and nothing of it is kept."""


class BaseError(SalesdeskError):
    """The base cannot be used: missing, damaged, locked, newer, read-only, or its disk is full."""


class ServerPasswordError(BaseError):
    """A server takes no such login, or not by this password, or was given none."""


class LoginNeededError(SalesdeskError):
    """Who sits down has to say who they are, by a password.

    `login` is who was named, if anybody. `server`: it is the server that asks, not the base on it.
    `refused`: what was given is not enough, which has to be said besides asking.
    """

    def __init__(self, text: str, login: str | None, *, server: bool = False, refused: bool = False) -> None:
        super().__init__(text)
        self.refused = refused
        self.login = login
        self.server = server


class DamagedError(BaseError):
    """The file of a SQLite base is damaged: nothing is written to it, a backup is put in its place.

    `way_back` says that the line names the last good backup already.
    """

    def __init__(self, text: str, *, way_back: bool = False) -> None:
        super().__init__(text)
        self.way_back = way_back


class UnreachableError(BaseError):
    """Nothing can be written to the base for now, whatever it is: worth another try later.

    Its server or its disk is away, full or busy. What a person has said of a call is kept on the workstation.
    """


class LostError(UnreachableError):
    """The server of the base does not answer."""


class AwayError(LostError):
    """The server was known not to answer, and was not asked: nothing of what was wanted has reached it."""
