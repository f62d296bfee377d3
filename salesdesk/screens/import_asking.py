"""What a person may say of a file beside its columns: where it is from, and how it is read."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from salesdesk.errors import InputError, SalesdeskError
from salesdesk.i18n import _
from salesdesk.screens.choose import ChooseScreen, keyed
from salesdesk.screens.form import Field, FormScreen
from salesdesk.screens.import_found import delimiter_words
from salesdesk.widgets.cells import plain

if TYPE_CHECKING:
    from salesdesk.base.importing import ImportOptions
    from salesdesk.shell import Shell

_FOUND = "found"
_ENCODINGS = ("utf-8", "cp1251", "cp866", "koi8-r", "utf-16", "cp1252", "mac_cyrillic", "iso8859_5")
_DELIMITERS = (",", ";", "\t", "|")


async def ask_source(app: "Shell", options: "ImportOptions", now: str) -> "ImportOptions | None":
    """Ask where the clients come from. Gives what is meant now, or None. Runs in a worker."""

    async def take(values: Mapping[str, str]) -> str:
        name = values["source"].strip()
        if not name:
            raise InputError(_("A source needs a name: the same one updates its clients."), "source")
        return name

    form = FormScreen(_("Where do these clients come from?"), (Field("source", _("Source"), now),), take)
    name = await app.push_screen_wait(form)
    return None if name is None else replace(options, source=name)


async def ask_sheet(app: "Shell", options: "ImportOptions", sheets: Sequence[str]) -> "ImportOptions | None":
    """Ask which sheet to read. Runs in a worker."""
    choices = keyed([(str(at), plain(name)) for at, name in enumerate(sheets, 1)])
    chosen = await app.push_screen_wait(ChooseScreen(_("Sheet"), choices, options.sheet))
    return None if chosen is None else replace(options, sheet=chosen)


async def ask_encoding(app: "Shell", options: "ImportOptions") -> "ImportOptions | None":
    """Ask for the encoding of a text. Runs in a worker."""
    choices = keyed([(_FOUND, _("as found by itself")), *((name, name) for name in _ENCODINGS)])
    chosen = await app.push_screen_wait(ChooseScreen(_("Encoding"), choices, options.encoding or _FOUND))
    return None if chosen is None else replace(options, encoding=None if chosen == _FOUND else chosen)


async def ask_delimiter(app: "Shell", options: "ImportOptions") -> "ImportOptions | None":
    """Ask what stands between the cells of a text. Runs in a worker."""
    choices = keyed(
        [(_FOUND, _("as found by itself")), *((mark, delimiter_words(mark)) for mark in _DELIMITERS)]
    )
    now = options.delimiter or _FOUND
    chosen = await app.push_screen_wait(ChooseScreen(_("Between cells stands"), choices, now))
    return None if chosen is None else replace(options, delimiter=None if chosen == _FOUND else chosen)


def unread_words(error: SalesdeskError, options: "ImportOptions") -> str:
    """Say why a file cannot be read as it was asked; on a screen there are no options to leave out."""
    if isinstance(error, InputError) and error.field == "encoding" and options.encoding:
        return _(
            "The file is not in the encoding {name}. It stays as it was found; e chooses another."
        ).format(name=options.encoding)
    return str(error)
