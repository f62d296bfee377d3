"""Passwords of a server that no URL names: typed once, or kept in the system's keyring.

`~/.pgpass` and `PGPASSWORD` are the library's own, and come first. What was typed is kept in memory alone.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import URL, make_url

from salesdesk.i18n import _
from salesdesk.secrecy import keyrings
from salesdesk.secrecy.pgpass import add_password
from salesdesk.storage.faults import is_refused_password

_Entry = tuple[str, str, str, str]
_typed: dict[_Entry, str] = {}
_asking: list[Callable[[str], str | None]] = []


def remember(url: URL, password: str) -> None:
    """Take a password for a server, as long as the program runs."""
    _typed[_entry(url)] = password


def forget(url: URL) -> None:
    """Take none any more: it turned out wrong."""
    _typed.pop(_entry(url), None)


def keep(url: URL, password: str) -> bool:
    """Keep a server's password in the keyring; tell whether it is kept."""
    return keyrings.keep(entry_name(url), password)


def put_away(url: URL, password: str) -> Path | None:
    """Keep a server's password in the keyring, else in `~/.pgpass`, and tell that path. Raises OSError."""
    if keep(url, password):
        return None
    user, host, port, database = _entry(url)
    return add_password("*" if "," in host else host, int(port), database or user, user, password)


def ask_by(asking: Callable[[str], str | None]) -> None:
    """Let whoever is missing a password ask for it by this: a question in, what was typed out."""
    _asking[:] = [asking]


def ask_nobody() -> None:
    """Let nobody be asked any more."""
    _asking.clear()


def whole_url(url: URL) -> str:
    """Give a URL with the password that it is reached by here: for our own process, by a pipe alone."""
    known = url.password or _typed.get(_entry(url)) or os.environ.get("PGPASSWORD")
    whole = url if known is None or url.get_backend_name() == "sqlite" else url.set(password=known)
    return whole.render_as_string(hide_password=False)


def without_password(place: str) -> str:
    """Give the place of a base without a password in it."""
    return make_url(place)._replace(password=None).render_as_string() if "://" in place else place


def url_as(url: URL, login: str, password: str) -> str:
    """Give a URL as somebody reaches it by a login of their own: for our own process, by a pipe alone."""
    own = url.difference_update_query(["user", "password"]).set(username=login, password=password)
    return own.render_as_string(hide_password=False)


def entry_name(url: URL) -> str:
    """Name a server's entry in the keyring."""
    user, host, port, database = _entry(url)
    return f"postgresql://{user}@{host}:{port}/{database}"


def find_passwords(engine: Engine, url: URL) -> None:
    """Let the connections of an engine find the password that its URL does not name."""

    def connect(dialect: Any, _record: object, words: list[Any], named: dict[str, Any]) -> object:  # noqa: ANN401  # SQLAlchemy's own
        known = _typed.get(_entry(url))
        if known is not None:
            named = named | {"password": known}
        try:
            return dialect.connect(*words, **named)
        except Exception as error:
            # One that is named and wrong is wrong: no other is tried in its place.
            if "password" in named or not is_refused_password(error):
                raise
            found = keyrings.kept(entry_name(url)) or _asked(url)
            if not found:
                raise
        connection = dialect.connect(*words, **named, password=found)
        remember(url, found)
        return connection

    event.listen(engine, "do_connect", connect)


def _asked(url: URL) -> str | None:
    question = _("Password of {user} at the server {host}:").format(
        user=url.username or "", host=_entry(url)[1]
    )
    return _asking[0](question) if _asking else None


def _entry(url: URL) -> _Entry:
    query = url.query.get("host", "")
    host = url.host or (query if isinstance(query, str) else ",".join(query)) or "localhost"
    return url.username or "", host, str(url.port or 5432), url.database or ""
