"""Options that several commands have, and how their values are read."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Annotated

import typer

from salesdesk.cli.failing import WrongCallError
from salesdesk.i18n import N_, _


def whole(least: int) -> Callable[[str], int]:
    """Make a reader of whole numbers."""

    def read(value: str | int) -> int:
        text = str(value).strip()
        number = int(text) if text.removeprefix("-").isdecimal() and len(text) <= 18 else None
        if number is None or number < least:
            raise typer.BadParameter(
                _("“{value}” is not a whole number from {least} on.").format(value=text, least=least)
            )
        return number

    return read


def whole_word(word: str, least: int = 1) -> int:
    """Read a whole number that stands among the words of a command. Raises WrongCallError."""
    try:
        return whole(least)(word)
    except typer.BadParameter as error:
        raise WrongCallError(str(error)) from error


def one_of(codes: Collection[str]) -> Callable[[str], str]:
    """Make a reader of one of several codes."""

    def read(value: str) -> str:
        if value not in codes:
            raise typer.BadParameter(
                _("“{value}” is none of {codes}.").format(value=value, codes=", ".join(codes))
            )
        return value

    return read


def instant(value: str | datetime) -> datetime:
    """Read a moment with its offset."""
    if isinstance(value, datetime):
        return value
    try:
        read = datetime.fromisoformat(value.strip())
    except ValueError:
        read = None
    if read is None or len(value.strip()) <= len("2026-11-23"):
        raise typer.BadParameter(
            _("“{value}” is not a moment; write it like 2026-11-23T10:24+03:00.").format(value=value)
        )
    if read.tzinfo is None:
        raise typer.BadParameter(
            _("“{value}” has no offset from UTC; write it like 2026-11-23T10:24+03:00.").format(value=value)
        )
    return read


Client = Annotated[
    str,
    typer.Argument(
        metavar="CLIENT",
        show_default=False,
        help=N_("A client: its number in the base, or its external id (ext:ID)."),
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help=N_("Print one JSON document."))]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help=N_("Rehearse: tell what would happen, keep nothing."))
]
