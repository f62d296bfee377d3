"""`export`: clients, calls or deals into a file."""

from pathlib import Path
from typing import Annotated

import typer

from salesdesk.cli.asked import sit_down
from salesdesk.cli.failing import WrongCallError, naming_option
from salesdesk.cli.help import Command
from salesdesk.cli.listing import InSegment, Where
from salesdesk.cli.options import AsJson
from salesdesk.cli.stopping import stopping
from salesdesk.errors import InputError
from salesdesk.i18n import N_, _, ngettext

KINDS = ("clients", "calls", "deals")


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "export",
        help=N_("Write clients, calls or deals to a file that imports read: .csv, .xlsx; clients also .vcf."),
        cls=Command,
    )(export)


def _kind(value: str) -> str:
    if value not in KINDS:
        raise typer.BadParameter(
            _("“{value}” cannot be exported; this program exports {kinds}.").format(
                value=value, kinds=", ".join(KINDS)
            )
        )
    return value


def export(
    ctx: typer.Context,
    kind: Annotated[
        str,
        typer.Argument(
            metavar="|".join(KINDS), parser=_kind, show_default=False, help=N_("What to write out.")
        ),
    ],
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", show_default=False, help=N_("Where to: FILE.csv, FILE.xlsx, FILE.vcf.")
        ),
    ],
    *,
    where: Where = "",
    segment: InSegment = "",
    period: Annotated[
        str,
        typer.Option(
            "--period", metavar="FROM..TO", help=N_("Calls of these days: 2026-11-01..2026-11-15, 2026-11.")
        ),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Write a file."""
    if period and kind != "calls":
        raise WrongCallError(_("--period is for calls; choose {kind} with --where.").format(kind=kind))
    with sit_down(ctx) as desk:
        from salesdesk.base.exporting import export as write
        from salesdesk.base.exporting import note_export
        from salesdesk.base.filters import parse_period
        from salesdesk.cli.printing import emit, say
        from salesdesk.cli.progress import Bar
        from salesdesk.cli.segments import chosen

        try:
            days = parse_period(period) if period else None
            clients = chosen(desk, where, segment)
            with Bar(_("Exporting")) as bar, stopping() as stopped:
                done = desk.read(
                    write, kind, file.expanduser(), clients,
                    period=days, progress=bar.report, cancelled=stopped.is_set,
                )  # fmt: skip
            desk.write(note_export, kind, done)
        except InputError as wrong:
            raise naming_option(wrong) from wrong.__cause__
        if as_json:
            emit({"rows": done.rows, "file": str(done.file)})
            return
        rows = ngettext("{count} row", "{count} rows", done.rows).format(count=done.rows)
        say(f"{done.file}: {rows}")
