"""Guessed passwords are slowed down: each login and each address that tries in vain waits longer and longer.

What was tried stands in the base: neither a new start nor a second server forgets it. Only where the server
of the base knows the passwords, and a desk may not write there, the desk counts for itself.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import IPv4Address, ip_address, ip_network

from sqlalchemy import delete, select
from sqlmodel import Session, col

from salesdesk.clock import since_boot
from salesdesk.models import LoginGuess
from salesdesk.storage.missing import add_missing_row

LONGEST = timedelta(minutes=15)
"""More would let whoever knows a login keep its owner out for a day."""
FORGOTTEN = timedelta(days=1)
_NETWORK = 64
"""Bits: how much of an address of the sixth version a subscriber is given."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """What is counted, and how many may be in vain before there is a wait."""

    name: str
    free: int


# People mistype; and a whole office may stand behind one address.
_LOGIN = _Kind("login", 4)
_ADDRESS = _Kind("address", 20)


def count_guess(session: Session, now: datetime, login: str, address: str) -> timedelta | None:
    """Count a try as one in vain, before it is looked at: of many at once each is counted.

    Gives how long to wait where it may not be looked at; then nothing was counted. The rows are locked
    until the unit of work ends.
    """
    session.execute(delete(LoginGuess).where(col(LoginGuess.last_at) < now - FORGOTTEN))
    tried = [(kind, _row(session, now, key)) for kind, key in _keys(login, address)]
    until = max(row.blocked_until for _kind, row in tried)
    if until > now:
        return until - now
    for kind, row in tried:
        row.failures += 1
        row.last_at = now
        row.blocked_until = now + _wait(row.failures - kind.free)
    session.flush()
    return None


def forgive(session: Session, now: datetime, login: str, address: str) -> None:
    """Take back the try that turned out right.

    The login's failures are forgotten; of the address only this one is taken back, or whoever has a
    password could go on guessing others' by giving their own now and then.
    """
    for kind, key in _keys(login, address):
        row = _row(session, now, key)
        row.failures = 0 if kind is _LOGIN else max(row.failures - 1, 0)
        row.blocked_until = now
    session.flush()


class GuessesHere:
    """Counts guesses of this desk in memory, by login; as slow as those that the base counts."""

    def __init__(self, clock: Callable[[], float] = since_boot) -> None:
        self._clock = clock
        self._failures: Counter[str] = Counter()
        self._until: dict[str, float] = {}

    def count(self, login: str) -> timedelta | None:
        """Count a try as one in vain, before it is looked at; give how long to wait where it may not be."""
        key, now = login.strip().casefold(), self._clock()
        if self._until.get(key, now) > now:
            return timedelta(seconds=self._until[key] - now)
        self._failures[key] += 1
        self._until[key] = now + _wait(self._failures[key] - _LOGIN.free).total_seconds()
        return None

    def forgive(self, login: str) -> None:
        """Forget those of a login, whose owner got in."""
        key = login.strip().casefold()
        self._failures.pop(key, None)
        self._until.pop(key, None)


def _keys(login: str, address: str) -> list[tuple[_Kind, str]]:
    # People type passwords where the login goes: what was typed is not kept.
    typed = sha256(login.strip().casefold().encode()).hexdigest()
    # In one order, whoever asks: two units of work never wait for each other.
    return [(_ADDRESS, f"{_ADDRESS.name}:{_neighbourhood(address)}"), (_LOGIN, f"{_LOGIN.name}:{typed}")]


def _neighbourhood(address: str) -> str:
    """Give what belongs to one subscriber: of the sixth version of addresses that is a whole network."""
    try:
        found = ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(found, IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or ip_network((found, _NETWORK), strict=False))


def _row(session: Session, now: datetime, key: str) -> LoginGuess:
    add_missing_row(session, LoginGuess, key=key, failures=0, last_at=now, blocked_until=now)
    asked = select(LoginGuess).where(col(LoginGuess.key) == key).with_for_update()
    return session.scalars(asked.execution_options(populate_existing=True)).one()


def _wait(over: int) -> timedelta:
    """Double with each failure over those that are free: 2, 4, 8 seconds and so on."""
    return min(timedelta(seconds=2 ** min(over, 20)), LONGEST) if over > 0 else timedelta()
