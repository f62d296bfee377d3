"""`search` and `card`: finding a client, and everything known of it."""

from typing import TYPE_CHECKING, Annotated

import typer

from salesdesk.cli.asked import Desk, sit_down
from salesdesk.cli.help import Command
from salesdesk.cli.options import AsJson, Client, whole
from salesdesk.i18n import N_, _, ngettext

if TYPE_CHECKING:
    from salesdesk.rows import Card

ROWS = 20


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("card", help=N_("Everything known of a client."), cls=Command)(card)
    app.command(
        "search", help=N_("Find clients by name, person, phone digits, tax id, e-mail or city."), cls=Command
    )(search)


def search(
    ctx: typer.Context,
    text: Annotated[str, typer.Argument(metavar="TEXT", show_default=False, help=N_("What to look for."))],
    *,
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", parser=whole(1), help=N_("No more rows than these (20)."))
    ] = ROWS,
    as_json: AsJson = False,
) -> None:
    """Find clients."""
    with sit_down(ctx) as desk:
        from salesdesk import wording
        from salesdesk.base.search import search as find
        from salesdesk.base.whose_number import whole_number, whose_number
        from salesdesk.cli.printing import emit, say, table
        from salesdesk.cli.shapes import Shapes
        from salesdesk.team.pool import pool_is_counted

        found = desk.read(find, text, limit)
        asked = not found.rows and whole_number(desk.context, text) is not None
        theirs = desk.write(whose_number, text) if asked else None
        if asked and theirs is None and pool_is_counted(desk.context):
            found = desk.read(find, text, limit)
        if as_json:
            shapes = Shapes(desk.context.catalogues.team.zone)
            emit(
                {
                    "rows": [shapes.found(row) for row in found.rows],
                    "total": found.total,
                    "total_is_exact": found.total_is_exact,
                    "understood": found.understood,
                    "client_of": theirs,
                }
            )
            return
        if not found.rows:
            say(_("Nothing was found.") if theirs is None else wording.client_of(theirs))
            return
        if found.understood is not None:
            say(_("Shown for “{text}”").format(text=found.understood))
        table(
            (_("Client"), _("External id"), _("Name"), _("Phone"), _("City"), _("Person")),
            [
                (row.client_id, row.external_id, row.name, row.phone, row.city, row.contact)
                for row in found.rows
            ],
            right=(0,),
            elastic=(2, 5),
        )
        total = ngettext("{count} found", "{count} found", found.total).format(count=found.total)
        say(total if found.total_is_exact else _("{count} found, and more").format(count=found.total))


def card(ctx: typer.Context, client: Client, *, as_json: AsJson = False) -> None:
    """Print a client's card."""
    with sit_down(ctx) as desk:
        from salesdesk.base.references import find_client
        from salesdesk.cli.printing import emit
        from salesdesk.cli.shapes import Shapes
        from salesdesk.desk.card import card as read_card

        found = desk.read(read_card, desk.read(find_client, client))
        if as_json:
            emit(Shapes(desk.context.catalogues.team.zone).card(found))
        else:
            _print_card(desk, found)


def _print_card(desk: Desk, card: "Card") -> None:
    from salesdesk.cli.card_text import card_lines
    from salesdesk.cli.printing import say

    for line in card_lines(desk.context, card):
        say(line)
