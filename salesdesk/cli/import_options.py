"""The options of `import`: how a file is read, what its rows are, and what is done with them."""

from pathlib import Path
from typing import Annotated

import typer

from salesdesk.cli.options import one_of, whole
from salesdesk.i18n import N_, _

KINDS = ("clients", "contacts", "deals", "calls", "do-not-call")
FATES = ("add", "update", "unchanged", "duplicate", "reject", "absent")
EVERY_FATE = "all"
_DUPLICATES = ("add", "skip", "fill", "replace")
_ABSENT = ("nothing", "mark", "reject")
_ORDERS = ("dmy", "mdy", "ymd")


def _kind(value: str) -> str:
    if value not in KINDS:
        raise typer.BadParameter(
            _("“{value}” cannot be imported; this program imports {kinds}.").format(
                value=value, kinds=", ".join(KINDS)
            )
        )
    return value


Words = Annotated[
    list[str],
    typer.Argument(
        metavar="FILE | list | undo BATCH",
        show_default=False,
        help=N_("The file; or the imports there were; or which of them to undo."),
    ),
]
Kind = Annotated[
    str,
    typer.Option(
        "--as",
        metavar="KIND",
        parser=_kind,
        help=N_("What the rows are: clients, contacts, deals, calls, do-not-call."),
    ),
]
Mapping = Annotated[
    str,
    typer.Option(
        "--map",
        metavar='"COLUMN=FIELD,…"',
        help=N_("Which column is which field, over what is found; - leaves a column out."),
    ),
]
MapFile = Annotated[
    Path | None,
    typer.Option("--map-file", metavar="TOML", help=N_("The same in a file: [map], [values.FIELD].")),
]
Values = Annotated[
    str,
    typer.Option(
        "--values", metavar='"FIELD:THEIRS=OURS,…"', help=N_("What the words of another system mean.")
    ),
]
Source = Annotated[
    str | None,
    typer.Option(
        "--source", metavar="NAME", help=N_("Where the rows come from; the file's name if not said.")
    ),
]
Sheet = Annotated[
    str | None,
    typer.Option("--sheet", metavar="N", help=N_("Which sheet of a workbook: its number or name.")),
]
Encoding = Annotated[
    str | None, typer.Option("--encoding", metavar="E", help=N_("The encoding of a text file: cp1251."))
]
Delimiter = Annotated[
    str | None, typer.Option("--delimiter", metavar="SIGN", help=N_("What stands between the columns."))
]
Dates = Annotated[
    str | None,
    typer.Option(
        "--dates",
        metavar="dmy|mdy|ymd",
        parser=one_of(_ORDERS),
        help=N_("The order of day, month and year, where the file leaves it open."),
    ),
]
AreaCode = Annotated[
    str | None,
    typer.Option("--area-code", metavar="DIGITS", help=N_("Whose the local numbers of the file are: 3854.")),
]
Fresh = Annotated[bool, typer.Option("--fresh", help=N_("Leave out what was said of such a file before."))]
Rejected = Annotated[
    Path | None,
    typer.Option("--rejected", metavar="FILE", help=N_("Where refused rows go, each with its reason.")),
]
Duplicates = Annotated[
    str,
    typer.Option(
        "--duplicates",
        metavar="|".join(_DUPLICATES),
        parser=one_of(_DUPLICATES),
        help=N_(
            "A row that is likely a client of the base: add it all the same, skip it, fill what the card "
            "lacks, or replace what it says."
        ),
    ),
]
Absent = Annotated[
    str,
    typer.Option(
        "--absent",
        metavar="|".join(_ABSENT),
        parser=one_of(_ABSENT),
        help=N_("Clients of this source that the file lacks: nothing, a note, or out of the lists."),
    ),
]
Rows = Annotated[
    str | None,
    typer.Option(
        "--rows",
        metavar="[" + "|".join(FATES) + "]",
        parser=one_of((*FATES, EVERY_FATE)),
        help=N_("In a rehearsal: tell what becomes of each row, or of the rows of one kind."),
    ),
]
Limit = Annotated[
    int,
    typer.Option("--limit", metavar="N", parser=whole(0), help=N_("No more of these rows (100).")),
]
Offset = Annotated[
    int, typer.Option("--offset", metavar="N", parser=whole(0), help=N_("After so many of these rows."))
]
