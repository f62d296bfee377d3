"""The system's keyring, where there is one: passwords that a person need not type each time.

It is a package of its own (`salesdesk[keyring]`), imported when it is asked and not before. Whatever it
does, be it to wait for a window that nobody sees, the program goes on after a while without it.
"""

import logging
import threading
from collections.abc import Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")

SERVICE = "salesdesk"
_PATIENCE = 10.0
"""Seconds: enough to unlock a keyring in its window, not so many that a cron job would hang."""
_NO_KEYRING = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt.file")
"""Those that keep nothing, or keep it in the clear."""

log = logging.getLogger(__name__)


def is_there() -> bool:
    """Tell whether passwords can be kept here."""
    return _waited_for(lambda: _backend() is not None, otherwise=False)


def kept(entry: str) -> str | None:
    """Give the password of an entry; None where there is none, or no keyring."""

    def ask() -> str | None:
        backend = _backend()
        return None if backend is None else backend.get_password(SERVICE, entry)

    return _waited_for(ask, otherwise=None)


def keep(entry: str, password: str) -> bool:
    """Keep a password; tell whether it is kept."""

    def put() -> bool:
        backend = _backend()
        if backend is None:
            return False
        backend.set_password(SERVICE, entry, password)
        return backend.get_password(SERVICE, entry) == password

    return _waited_for(put, otherwise=False)


def _backend() -> "KeyringBackend | None":
    if find_spec("keyring") is None:
        return None
    import keyring

    backend = keyring.get_keyring()
    # A chain of keyrings tells by its own list whether there is any.
    empty = hasattr(backend, "backends") and not list(backend.backends)
    return None if empty or type(backend).__module__ in _NO_KEYRING else backend


def _waited_for(ask: Callable[[], T], *, otherwise: T) -> T:
    """Ask in a thread that nobody waits for longer than a while, not even the end of the program."""
    answers: list[T] = []

    def run() -> None:
        try:
            answers.append(ask())
        except Exception as error:  # noqa: BLE001  # each keyring fails in its own way, and is then none
            log.info("The keyring did not answer: %s", type(error).__name__)

    thread = threading.Thread(target=run, name="keyring", daemon=True)
    thread.start()
    thread.join(_PATIENCE)
    return answers[0] if answers else otherwise
