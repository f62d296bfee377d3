"""The login of whoever sat down last here, for the next one to confirm."""

import contextlib
from pathlib import Path

from platformdirs import user_state_path

_MOST = 64


def _file() -> Path:
    return user_state_path("salesdesk", appauthor=False) / "login.txt"


def last_login() -> str | None:
    """Give the login of last time; None where there was none."""
    with contextlib.suppress(OSError, ValueError):
        login = _file().read_text("utf-8").strip()
        if login.isprintable() and 0 < len(login) <= _MOST:
            return login
    return None


def keep_login(login: str) -> None:
    """Keep a login for the next time. A state folder that cannot be written costs only that."""
    file = _file()
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{login}\n", "utf-8")
