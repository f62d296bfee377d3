"""`cleaning`: what is missing or doubtful in the base, what to do about it, and whose cards are full."""

from typing import Annotated

import typer

from salesdesk.cli.asked import sit_down
from salesdesk.cli.help import Command
from salesdesk.cli.options import AsJson, whole
from salesdesk.i18n import N_, _


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "cleaning", help=N_("What is missing or doubtful on the cards, and what to do about it."), cls=Command
    )(cleaning)


def cleaning(
    ctx: typer.Context,
    *,
    operator: Annotated[
        str | None, typer.Option("--operator", metavar="LOGIN", help=N_("The cards of one person alone."))
    ] = None,
    months: Annotated[
        int,
        typer.Option("--months", metavar="N", parser=whole(1), help=N_("Untouched for so many months (6).")),
    ] = 6,
    cold: Annotated[
        bool, typer.Option("--cold", help=N_("The cold base too, which nobody works with yet."))
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Print what is to be put right."""
    with sit_down(ctx) as desk:
        from salesdesk.cli.printing import emit, say, table
        from salesdesk.formatting import share
        from salesdesk.lead.cleaning import found, full_cards, kinds_for

        kinds = [
            desk.read(found, code, operator=operator, months=months, cold=cold)
            for code in kinds_for(desk.context)
        ]
        full = desk.read(full_cards, operator)
        if as_json:
            emit(
                {
                    "kinds": [
                        {
                            "kind": one.kind.code,
                            "count": one.count,
                            "filter": one.filter,
                            "advice": _(one.kind.advice),
                        }
                        for one in kinds
                    ],
                    "full_cards": [
                        {"operator": one.login, "clients": one.clients, "full": one.full, "share": one.share}
                        for one in full
                    ],
                }
            )
            return
        table(
            (_("Clients"), _("What is wrong"), _("What to do")),
            [(one.count, _(one.kind.title), _(one.kind.advice)) for one in kinds],
            right=(0,),
            elastic=(2, 1),
        )
        if not cold:
            say(_("Of the cards that somebody works with; --cold counts the cold base too."))
        say("")
        table(
            (_("Operator"), _("Cards"), _("Full"), _("Share")),
            [(one.name or _("nobody's"), one.clients, one.full, share(one.share)) for one in full],
            right=(1, 2, 3),
        )
