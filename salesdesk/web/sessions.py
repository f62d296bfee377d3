"""Who is logged in: a cookie names a session, and the server alone knows what it stands for."""

import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from salesdesk.team.entering import Entered

LASTS = 12 * 3600.0
"""Seconds: a working day, whatever is done meanwhile."""
MOST_EACH = 10
"""Sessions of one person; with one more the oldest ends."""


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A session. `until` is of the clock of its `Sessions`."""

    key: str
    entered: Entered
    until: float


class Sessions:
    """The sessions of this process; a new start of the server knows none of them."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._secret = secrets.token_bytes(32)
        self._open: dict[str, LoggedIn] = {}

    def begin(self, entered: Entered) -> str:
        """Begin a session; give what its cookie says."""
        same = [one for one in self.all() if one.entered.operator_id == entered.operator_id]
        for oldest in same[: len(same) - MOST_EACH + 1]:
            self.end(oldest)
        key = secrets.token_urlsafe(32)
        self._open[key] = LoggedIn(key, entered, self._clock() + LASTS)
        return f"{key}.{self._signed(key)}"

    def find(self, cookie: str | None) -> LoggedIn | None:
        """Give the session of a cookie; None for one that was made up or tampered with, is over or ended."""
        key, _dot, signature = (cookie or "").partition(".")
        # Compared as bytes: what a stranger sends need not be ASCII.
        if not hmac.compare_digest(signature.encode(), self._signed(key).encode()):
            return None
        found = self._open.get(key)
        return found if found is not None and self.seconds_left(found) > 0 else None

    def seconds_left(self, session: LoggedIn) -> float:
        """Tell for how long it is good."""
        return session.until - self._clock()

    def all(self) -> list[LoggedIn]:
        """Give those that are good, the oldest first; forget the others."""
        self._open = {key: one for key, one in self._open.items() if self.seconds_left(one) > 0}
        return list(self._open.values())

    def end(self, session: LoggedIn) -> None:
        """End a session."""
        self._open.pop(session.key, None)

    def _signed(self, key: str) -> str:
        return hmac.new(self._secret, key.encode(errors="surrogateescape"), "sha256").hexdigest()
