"""What of the settings can be used: each mistake with the name of its field."""

import os
import shlex
import shutil
from collections.abc import Mapping
from pathlib import Path

from salesdesk.errors import InputError, SalesdeskError
from salesdesk.i18n import _

_PREFIX = "SALESDESK_"


def dial_words(text: str) -> list[str] | None:
    """Read a dial program and its arguments, quoted as in a shell; None for none. Raises InputError."""
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise InputError(_("A quote is opened and not closed."), "dial") from error
    if not words:
        return None
    if shutil.which(Path(words[0]).expanduser()) is None:
        raise InputError(_("There is no program {name} here.").format(name=words[0]), "dial")
    return words


def lock_minutes(text: str) -> int | None:
    """Read after how many idle minutes a desk locks, 0 for never; None for as usual. Raises InputError."""
    from salesdesk.settings import LOCK_AT_MOST

    text = text.strip()
    if not text:
        return None
    if not text.isdecimal() or int(text) > LOCK_AT_MOST:
        words = _("A number of minutes up to {most}; 0 for never.").format(most=LOCK_AT_MOST)
        raise InputError(words, "lock_after")
    return int(text)


def catalogue_folder(text: str) -> Path | None:
    """Read the folder of the team's own catalogues; None for none. Raises InputError."""
    from salesdesk.catalogues import packaged_data, read_catalogues

    if not text.strip():
        return None
    folder = Path(text.strip()).expanduser()
    if not folder.is_dir():
        raise InputError(_("There is no folder {path}.").format(path=folder), "data_dir")
    try:
        read_catalogues(packaged_data(), folder)
    except SalesdeskError as error:
        raise InputError(str(error), "data_dir") from error
    return folder.absolute()


def base_place(text: str) -> str | None:
    """Read a path or a URL of a base; None for the usual place."""
    text = text.strip()
    if not text:
        return None
    return text if "://" in text else str(Path(text).expanduser().absolute())


def try_base(where: str | None, operator: str | None, folder: Path | None) -> None:
    """Open a base and sit down at it, as the desk will. Raises InputError with the field that is wrong."""
    from salesdesk.places import default_base
    from salesdesk.storage.base import open_base

    try:
        base = open_base(where or default_base(), data=() if folder is None else (folder,), operator=operator)
    except SalesdeskError as error:
        raise InputError(str(error), "db") from error
    try:
        base.operator(operator)
    except SalesdeskError as error:
        raise InputError(str(error), "operator") from error
    finally:
        base.close()


def place_note(text: str, environ: Mapping[str, str] = os.environ) -> str:
    """Say what a place of a base means, while it is typed."""
    place = base_place(text)
    if place is None:
        note = _("the usual place of one person")
    elif "://" in place:
        note = _("a team's server; it is asked when you save")
    elif Path(place).exists():
        note = _("there is a file; it is opened when you save")
    else:
        note = _("nothing is there yet: a new base will be made")
    if environ.get(_PREFIX + "DB"):
        note += "\n" + _("At the next start SALESDESK_DB of the environment rules over this.")
    return note
