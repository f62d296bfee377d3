"""What the desk was started with, and how its base is opened.

Nothing of the database is imported here at module level: the first frame is painted before.
"""

import os
from dataclasses import dataclass, field, replace
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING

from salesdesk.clock import Clock
from salesdesk.errors import LoginNeededError, ServerPasswordError
from salesdesk.places import Place, place_at_once

if TYPE_CHECKING:
    from salesdesk.context import Context
    from salesdesk.settings import Settings
    from salesdesk.storage.base import Base

_NEEDED_AT_ONCE = ("salesdesk.desk.queue", "salesdesk.desk.day")


@dataclass(frozen=True, slots=True)
class Start:
    """What the desk was started with; None is left to the settings. `now` stops the clock there.

    `in_browser`: whoever sits there is not the one whose machine it runs on, and reaches nothing of it.
    """

    db: str | None = None
    now: datetime | None = None
    operator: str | None = None
    lang: str | None = None
    in_browser: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A login and a password that were typed: for the base, or for the server it is on.

    `keep`: the server's password is to go into the keyring.
    """

    login: str
    password: str = field(repr=False)
    server: bool = False
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """An open base, and who sits at it.

    `key` is what is kept of the password that they gave: by it the desk is locked, and opened again while the
    server is away. None where nobody was asked for one. `password` is the server's, where they have connected
    by one of their own: the driver keeps it as well, to connect again.
    """

    base: "Base"
    context: "Context"
    key: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)

    @property
    def guarded(self) -> bool:
        """Whether who sits here gave a password, which opens the desk again."""
        return self.key is not None or self.password is not None

    @property
    def by_server(self) -> bool:
        """Whether the server itself knows who sits here."""
        return self.base.login is not None


def sit_down(start: Start, entry: Entry | None = None) -> Opened:
    """Open the base that the start, the environment or the settings name. Raises SalesdeskError.

    Raises LoginNeededError where a password is needed that neither `entry` nor the environment gives.
    """
    place = place_of(start)
    if start.in_browser:
        return sit_down_at(place, start.now, known=True)
    if entry is None:
        given = given_password()
        if given is None:
            return sit_down_at(place, start.now)
        from salesdesk.team.entering import WrongPasswordError

        try:
            return sit_down_at(place, start.now, given)
        except WrongPasswordError as error:
            raise LoginNeededError(str(error), place.operator, refused=True) from error
    if entry.server:
        return sit_down_at(place, start.now, at_door=True)
    return sit_down_at(replace(place, operator=entry.login), start.now, entry.password)


def given_password() -> str | None:
    """Give the password of who sits down that the environment says."""
    return os.environ.get("SALESDESK_PASSWORD") or None


def place_with_login(start: Start, entry: Entry) -> str:
    """Give the place of a base on a server as it is reached by a login, whose password is remembered.

    The place holds no password: it stays in memory, and in the keyring where that was asked for.
    """
    from salesdesk.storage.engine import base_url
    from salesdesk.storage.server_passwords import keep, remember

    url = base_url(place_of(start).db).set(username=entry.login)._replace(password=None)
    remember(url, entry.password)
    if entry.keep:
        keep(url, entry.password)
    return url.set(drivername="postgresql").render_as_string()


def place_of(start: Start) -> Place:
    """Tell which base the start, the environment or the settings name. Raises SettingsError."""
    place = place_at_once(start.db, start.operator)
    if place is None:
        settings = load(start)
        place = Place(settings.db, settings.operator, settings.data_dir, settings.backup_dir)
    return place


def sit_down_at(
    place: Place,
    now: datetime | None,
    password: str | None = None,
    *,
    known: bool = False,
    at_door: bool = False,
) -> Opened:
    """Open a base for who sits down there; see `team.sitting_down.who_sits`. Raises SalesdeskError.

    `at_door`: a login of the server was just typed; where that is a person's, it is who they are, whoever was
    named before.
    """
    from salesdesk.context import context_of
    from salesdesk.lead.coming_back import bring_back
    from salesdesk.storage.base import open_base
    from salesdesk.storage.policies import password_of
    from salesdesk.team.sitting_down import key_of, who_sits

    for module in _NEEDED_AT_ONCE:
        import_module(module)
    data = () if place.data_dir is None else (place.data_dir,)
    try:
        base = open_base(place.db, data=data, operator=place.operator, backup_dir=place.backup_dir)
    except ServerPasswordError as error:
        from salesdesk.storage.engine import base_url

        raise LoginNeededError(str(error), base_url(place.db).username, server=True) from error
    try:
        seated = who_sits(base, place.operator, password, known=known)
        login = base.login if at_door and base.login is not None else seated.login
        context = context_of(base, Clock(fixed=now), login)
        bring_back(base, context)
        key = key_of(base, context.me.id) if seated.guarded else None
        by_password = password_of(base.engine) if base.login is not None else None
        return Opened(base, context.fresh(), key, by_password)
    except BaseException:
        base.close()
        raise


def load(start: Start) -> "Settings":
    """Load the settings, with what the start says over them. Raises SettingsError."""
    from salesdesk.settings import load_settings

    return load_settings(db=start.db, operator=start.operator, lang=start.lang)
