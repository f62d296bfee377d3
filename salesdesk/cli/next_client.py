"""`next`: the next client to be called, taken so that nobody else gets the same."""

from typing import Annotated

import typer

from salesdesk.cli.asked import Desk, sit_down
from salesdesk.cli.help import Command
from salesdesk.cli.options import AsJson
from salesdesk.i18n import N_, _, ngettext


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("next", help=N_("Take the next client to call: nobody else gets the same."), cls=Command)(
        next_client
    )


def next_client(
    ctx: typer.Context,
    *,
    release: Annotated[
        bool, typer.Option("--release", help=N_("Let go of every client you are on."))
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Take the next client, or let go of those that were taken."""
    with sit_down(ctx) as desk:
        if release:
            _let_go(desk, as_json=as_json)
        else:
            _take(desk, as_json=as_json)


def _take(desk: Desk, *, as_json: bool) -> None:
    from salesdesk.cli.card_text import card_lines
    from salesdesk.cli.printing import emit, say
    from salesdesk.cli.shapes import Shapes
    from salesdesk.desk.card import card
    from salesdesk.desk.next_client import take_next

    client_id = desk.write(take_next)
    found = None if client_id is None else desk.read(card, client_id)
    if as_json:
        emit({"client": None} if found is None else Shapes(desk.context.catalogues.team.zone).card(found))
    elif found is None:
        say(_("Nobody is left to be called now."))
    else:
        for line in card_lines(desk.context, found):
            say(line)


def _let_go(desk: Desk, *, as_json: bool) -> None:
    from salesdesk.cli.printing import emit, say
    from salesdesk.team.claims import release_all

    released = desk.write(release_all)
    if as_json:
        emit({"released": released})
    else:
        say(ngettext("{count} client let go.", "{count} clients let go.", released).format(count=released))
