"""What a person may say of a file beside its columns: where it is from, and how it is read."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from salesdesk.codes import AbsentPolicy, DuplicatePolicy, ImportKind
from salesdesk.errors import InputError, SalesdeskError
from salesdesk.formatting import day_title
from salesdesk.i18n import _
from salesdesk.import_wording import absent_policy, duplicate_policy
from salesdesk.screens.choose import ChooseScreen, keyed
from salesdesk.screens.form import Field, FormScreen
from salesdesk.screens.import_found import delimiter_words
from salesdesk.screens.import_words import kind_title
from salesdesk.widgets.cells import plain

if TYPE_CHECKING:
    from salesdesk.base.importing import ImportOptions, OpenDates
    from salesdesk.shell import Shell

_FOUND = "found"
_AREA = "area-code"
_ENCODINGS = ("utf-8", "cp1251", "cp866", "koi8-r", "utf-16", "cp1252", "mac_cyrillic", "iso8859_5")
_DELIMITERS = (",", ";", "\t", "|")


async def ask_source(app: "Shell", options: "ImportOptions", now: str) -> "ImportOptions | None":
    """Ask where the rows come from. Gives what is meant now, or None. Runs in a worker."""

    async def take(values: Mapping[str, str]) -> str:
        name = values["source"].strip()
        if not name:
            raise InputError(_("A source needs a name: the same one updates what it brought."), "source")
        return name

    asked = {
        ImportKind.CLIENTS: _("Where do these clients come from?"),
        ImportKind.CONTACTS: _("Where do these people come from?"),
        ImportKind.DEALS: _("Where do these deals come from?"),
        ImportKind.CALLS: _("Where do these calls come from?"),
        ImportKind.DO_NOT_CALL: _("Where does this list come from?"),
    }
    form = FormScreen(asked[options.kind], (Field("source", _("Source"), now),), take)
    name = await app.push_screen_wait(form)
    return None if name is None else replace(options, source=name)


async def ask_kind(app: "Shell", options: "ImportOptions") -> "ImportOptions | None":
    """Ask what the rows are. Gives what is meant now, or None. Runs in a worker."""
    choices = keyed([(kind.value, kind_title(kind)) for kind in ImportKind])
    chosen = await app.push_screen_wait(ChooseScreen(_("What are the rows?"), choices, options.kind))
    return None if chosen is None else replace(options, kind=ImportKind(chosen))


async def ask_policies(app: "Shell", options: "ImportOptions") -> "ImportOptions | None":
    """Ask what is done with likely duplicates, and with clients that the file lacks. Runs in a worker."""
    duplicates = keyed([(each.value, duplicate_policy(each)) for each in DuplicatePolicy])
    title = _("Rows that are likely clients of the base:")
    chosen = await app.push_screen_wait(ChooseScreen(title, duplicates, options.duplicates))
    if chosen is None:
        return None
    absent = keyed([(each.value, absent_policy(each)) for each in AbsentPolicy])
    title = _("Clients of this source that the file lacks:")
    gone = await app.push_screen_wait(ChooseScreen(title, absent, options.absent))
    if gone is None:
        return None
    return replace(options, duplicates=DuplicatePolicy(chosen), absent=AbsentPolicy(gone))


async def ask_area(app: "Shell", options: "ImportOptions", now: str, local: str) -> "ImportOptions | None":
    """Ask whose the local numbers are; `local` is one of them, if any is known. Runs in a worker."""
    from salesdesk.base.phones import check_area

    async def take(values: Mapping[str, str]) -> str:
        code = values[_AREA].strip()
        return check_area(code) if code else ""

    title = _("Area code of the local numbers")
    if local:
        title = _("Area code of local numbers such as {number}").format(number=plain(local))
    field = Field(_AREA, _("Area code"), now, hint=_("such as 3854; empty: they stay local"))
    code = await app.push_screen_wait(FormScreen(title, (field,), take))
    return None if code is None else replace(options, area_code=code)


async def ask_dates(app: "Shell", options: "ImportOptions", dates: "OpenDates") -> "ImportOptions | None":
    """Ask which day a date is that can be read in two ways. Runs in a worker."""
    title = _("{date} in the column “{column}” is").format(
        date=plain(dates.example), column=plain(dates.column)
    )
    choices = keyed(_readings(dates.example))
    chosen = await app.push_screen_wait(ChooseScreen(title, choices, options.dates))
    return None if chosen is None else replace(options, dates=chosen)


def _readings(example: str) -> list[tuple[str, str]]:
    """Give the orders in which a date can be read, and which day it is then."""
    from salesdesk.base.dates import ORDERS, DateColumn

    found = []
    for order in ORDERS:
        with suppress(InputError):
            day = DateColumn(order=order).parse(example)
            if day is not None:
                found.append((order, _order_words(order).format(day=f"{day_title(day)} {day.year}")))
    return found


def _order_words(order: str) -> str:
    words = {
        "dmy": _("day, month, year: {day}"),
        "mdy": _("month, day, year: {day}"),
        "ymd": _("year, month, day: {day}"),
    }
    return words[order]


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
