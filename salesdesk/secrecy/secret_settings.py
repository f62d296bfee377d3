"""No password stays in the file of settings: it goes into the keyring, or into `~/.pgpass`.

Each is looked at whenever the settings are read: whose file it is, and whether it holds a password.
"""

import os
import stat
import tomllib
from pathlib import Path

from salesdesk.errors import SalesdeskError
from salesdesk.i18n import _
from salesdesk.said_once import say_once
from salesdesk.secrecy.redacted import holds_password


class SettingsError(SalesdeskError):
    """The settings' file or an environment variable cannot be used."""


def is_trusted(file: Path) -> bool:
    """Tell whether a file is ours, or the system's: whoever owns it chooses the programs that we start."""
    if not hasattr(os, "getuid"):
        return True
    try:
        return file.stat().st_uid in {os.getuid(), 0}
    except FileNotFoundError:
        return True


def look_after(file: Path) -> None:
    """Move a password out of the file, and close the file to others while it holds one.

    Raises SettingsError for a file of somebody else, and where the password can be put nowhere.
    """
    if not is_trusted(file):
        raise SettingsError(
            _("The settings in {file} belong to somebody else, so they are not used.").format(file=file)
        )
    try:
        kept = tomllib.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        # What is wrong with it is told where it is read for good.
        return
    place = kept.get("db")
    if isinstance(place, str) and holds_password(place):
        _close(file)
        _move(file, place)


def _close(file: Path) -> None:
    mode = stat.S_IMODE(file.stat().st_mode)
    if not mode & 0o077:
        return
    try:
        file.chmod(0o600)
    except OSError as error:
        raise SettingsError(
            _(
                "Others can read {file}, and it holds a password: chmod 600 it, and change the password."
            ).format(file=file)
        ) from error
    say_once(_("Others could read the password in {file}; now only you can. Change it.").format(file=file))


def bare_place(place: str) -> str:
    """Give the place of a base without the password that it may carry: to be shown. Raises InputError."""
    if not holds_password(place):
        return place
    from salesdesk.storage.engine import base_url

    return base_url(place).set(drivername="postgresql")._replace(password=None).render_as_string()


def put_password_away(place: str) -> tuple[str, Path | None]:
    """Put the password of a place into the keyring, else into `~/.pgpass`; give the place without it.

    Gives the file too where it went into one. Raises InputError, OSError.
    """
    from salesdesk.storage.engine import base_url
    from salesdesk.storage.server_passwords import put_away

    url = base_url(place)
    return bare_place(place), put_away(url, str(url.password))


def _move(file: Path, place: str) -> None:
    from salesdesk.settings import save_settings

    try:
        bare, where = put_password_away(place)
        save_settings(db=bare)
    except OSError as error:
        raise SettingsError(
            _("{file} holds a password that cannot be put elsewhere. Take it out of `db`.").format(file=file)
        ) from error
    say_once(
        _("The password of the base was moved from {file} into {where}.").format(
            file=file, where=_("the keyring") if where is None else where
        )
    )
