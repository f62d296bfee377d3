"""`handon`: one client to the next specialty, and what waits for who sits here to confirm it."""

from typing import Annotated

import typer

from salesdesk.cli.asked import sit_down
from salesdesk.cli.failing import WrongCallError, naming_option
from salesdesk.cli.help import Command
from salesdesk.cli.options import AsJson
from salesdesk.errors import InputError
from salesdesk.i18n import N_, _


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "handon",
        help=N_(
            "Hand a client on to somebody, with what is owed to it and its open deals. `handon list` shows "
            "what waits for you, `handon confirm CLIENT` takes it over, `handon decline CLIENT` returns it."
        ),
        cls=Command,
    )(handon)


def handon(
    ctx: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="CLIENT | list | confirm CLIENT | decline CLIENT",
            show_default=False,
            help=N_("The client, by its number or its external id, and what to do with it."),
        ),
    ],
    *,
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="LOGIN|SPECIALTY",
            help=N_(
                "Who gets the client: a login; or sales, accounts…: who had it, else who has least to do."
            ),
        ),
    ] = "",
    note: Annotated[
        str, typer.Option("--note", metavar="TEXT", help=N_("What whoever gets it should know."))
    ] = "",
    why: Annotated[
        str, typer.Option("--why", metavar="TEXT", help=N_("With `decline`: why it goes back."))
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Hand a client on, list, confirm, decline."""
    match words:
        case ["list"]:
            _list(ctx, as_json=as_json)
        case ["confirm", client]:
            _confirm(ctx, client, as_json=as_json)
        case ["decline", client]:
            _decline(ctx, client, why, as_json=as_json)
        case [client] if to:
            _hand_on(ctx, client, to, note, as_json=as_json)
        case [_client]:
            raise WrongCallError(_("Say who gets the client: handon CLIENT --to LOGIN."))
        case _:
            raise WrongCallError(_("Give one client: handon CLIENT --to LOGIN."))


def _hand_on(ctx: typer.Context, client: str, to: str, note: str, *, as_json: bool) -> None:
    with sit_down(ctx) as desk:
        from salesdesk import wording
        from salesdesk.base.references import find_client
        from salesdesk.cli.printing import emit, say
        from salesdesk.cli.shapes import Shapes
        from salesdesk.desk.handing_on import hand_on

        client_id = desk.read(find_client, client)
        try:
            handed = desk.write(hand_on, client_id, to, note)
        except InputError as error:
            error.field = "to" if error.field == "hand-to" else error.field
            raise naming_option(error) from error
        if as_json:
            emit(Shapes(desk.context.catalogues.team.zone).handed_on(handed))
        else:
            say(f"{handed.client_name} {wording.goes_to(handed.to)}")


def _list(ctx: typer.Context, *, as_json: bool) -> None:
    with sit_down(ctx) as desk:
        from salesdesk.cli.printing import emit, say, table
        from salesdesk.cli.shapes import Shapes
        from salesdesk.desk.handed import to_confirm
        from salesdesk.formatting import amount_short, day_and_time

        rows, zone = desk.read(to_confirm), desk.context.catalogues.team.zone
        if as_json:
            emit({"rows": [Shapes(zone).to_confirm(row) for row in rows], "total": len(rows)})
        elif not rows:
            say(_("Nothing waits for you to confirm it."))
        else:
            table(
                (_("Client"), _("Name"), _("Giver"), _("Confirm by"), _("Amount"), _("Note")),
                [
                    (
                        row.client_id, row.name, row.giver,
                        ("! " if row.late else "") + day_and_time(row.confirm_by, desk.context.now, zone),
                        amount_short(row.amount_minor), row.note,
                    )
                    for row in rows
                ],
                right=(0, 4),
                elastic=(1, 5),
            )  # fmt: skip


def _confirm(ctx: typer.Context, client: str, *, as_json: bool) -> None:
    with sit_down(ctx) as desk:
        from salesdesk.base.references import find_client
        from salesdesk.cli.printing import emit, say
        from salesdesk.desk.handing_on import confirm

        client_id = desk.write(confirm, desk.read(find_client, client))
        if as_json:
            emit({"confirmed": client_id})
        else:
            say(_("Confirmed: the client is yours."))


def _decline(ctx: typer.Context, client: str, why: str, *, as_json: bool) -> None:
    with sit_down(ctx) as desk:
        from salesdesk import wording
        from salesdesk.base.references import find_client
        from salesdesk.cli.printing import emit, say
        from salesdesk.desk.handing_on import decline

        client_id = desk.read(find_client, client)
        try:
            back = desk.write(decline, client_id, why)
        except InputError as error:
            raise naming_option(error) from error
        if as_json:
            emit({"declined": client_id, "to": back.login})
        else:
            say(wording.goes_to(back))
