"""The program: what may stand before the command, and the commands."""

import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer

from salesdesk import __version__
from salesdesk.cli import (
    board,
    calls,
    cleaning,
    day,
    db,
    doctor,
    duplicates,
    exporting,
    finding,
    handing_on,
    handing_over,
    imports,
    kept,
    listing,
    making,
    merging,
    next_client,
    operators,
    plans,
    reports,
    segments,
    serving,
    standup,
    tails,
)
from salesdesk.cli.asked import Asked, asked
from salesdesk.cli.help import Group
from salesdesk.cli.options import instant
from salesdesk.cli.speaking import language_code
from salesdesk.i18n import N_, _

app = typer.Typer(
    name="salesdesk",
    help=N_("The desk of a telephone sales department. Without a command it opens in the terminal."),
    cls=Group,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _lang(value: str) -> str:
    code = language_code(value)
    if code is None:
        raise typer.BadParameter(_("“{value}” is not a language of the desk: ru or en.").format(value=value))
    return code


def _version(asked_for: bool) -> None:  # noqa: FBT001  # Typer's own signature
    if asked_for:
        print(f"salesdesk {__version__}")  # noqa: T201  # the whole output
        raise typer.Exit


@app.callback(invoke_without_command=True, cls=Group)
def desk(
    ctx: typer.Context,
    db: Annotated[
        str | None,
        typer.Option(
            "--db",
            metavar="PATH|URL",
            envvar="SALESDESK_DB",
            help=N_("The base: a SQLite file, or postgresql://…"),
        ),
    ] = None,
    now: Annotated[
        datetime | None,
        typer.Option(
            "--now",
            metavar="TIME",
            envvar="SALESDESK_NOW",
            parser=instant,
            help=N_("Take this as the present moment: 2026-11-23T10:24+03:00."),
        ),
    ] = None,
    operator: Annotated[
        str | None,
        typer.Option(
            "--operator", metavar="LOGIN", envvar="SALESDESK_OPERATOR", help=N_("Who sits at the desk.")
        ),
    ] = None,
    lang: Annotated[
        str | None,
        typer.Option(
            "--lang",
            metavar="ru|en",
            envvar="SALESDESK_LANG",
            parser=_lang,
            help=N_("The language to speak."),
        ),
    ] = None,
    version: Annotated[  # noqa: ARG001, FBT002  # a flag, whose callback answers
        bool, typer.Option("--version", callback=_version, is_eager=True, help=N_("Tell the version."))
    ] = False,
) -> None:
    """Take note of what stands before the command; without one open the desk."""
    ctx.obj = Asked(db or None, now, operator or None, lang)
    if ctx.invoked_subcommand is None:
        open_desk(ctx)


def open_desk(ctx: typer.Context) -> None:
    """Open the desk in the terminal; where there is none, print the list of the day."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        day.print_today(ctx)
        return
    from salesdesk.app import run as run_app
    from salesdesk.opening import Start

    given = asked(ctx)
    raise typer.Exit(run_app(Start(db=given.db, now=given.now, operator=given.operator, lang=given.lang)))


_MODULES = (
    making, imports, day, next_client, calls, finding, listing, segments, cleaning, duplicates, merging,
    exporting, tails, board, standup, reports, plans, operators, handing_over, handing_on, kept, serving,
    db, doctor,
)  # fmt: skip
for module in _MODULES:
    module.add_to(app)


def program(words: Sequence[str]) -> int:
    """Do what the words say; give the exit status. Raises what goes wrong."""
    status = typer.main.get_command(app).main(list(words), prog_name="salesdesk", standalone_mode=False)
    return status if isinstance(status, int) else 0
