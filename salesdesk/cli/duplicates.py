"""`duplicates`: a look through the base for clients that are likely one, and what was decided of them."""

from typing import TYPE_CHECKING, Annotated

import typer

from salesdesk.cli.asked import Desk, sit_down
from salesdesk.cli.failing import WrongCallError
from salesdesk.cli.help import Command
from salesdesk.cli.options import AsJson, whole
from salesdesk.i18n import N_, _, ngettext

if TYPE_CHECKING:
    from salesdesk.base.duplicates.groups import Group, Groups

SHOWN = 20


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("duplicates", help=N_("Clients that are likely one, with reasons."), cls=Command)(duplicates)


def _score(value: str | float) -> float:
    try:
        score = float(str(value).strip().replace(",", "."))
    except ValueError:
        score = -1.0
    if not 0 <= score <= 1:
        raise typer.BadParameter(_("“{value}” is not a score from 0 to 1.").format(value=value))
    return score


def duplicates(
    ctx: typer.Context,
    clients: Annotated[
        list[str] | None,
        typer.Argument(metavar="[CLIENT…]", show_default=False, help=N_("With --not: the clients meant.")),
    ] = None,
    *,
    min_score: Annotated[
        float,
        typer.Option(
            "--min-score", metavar="S", parser=_score, help=N_("How likely they must be, 0 to 1 (0.5).")
        ),
    ] = 0.5,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit",
            metavar="N",
            parser=whole(1),
            help=N_("No more groups than these (20; with --json: all)."),
        ),
    ] = None,
    apart: Annotated[
        bool, typer.Option("--not", help=N_("Remember that these clients are not duplicates."))
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Look through the base, or remember that clients are not one."""
    if apart:
        _tell_apart(ctx, clients or [], as_json=as_json)
        return
    if clients:
        raise WrongCallError(_("Clients are named with --not only: salesdesk duplicates --not A B."))
    with sit_down(ctx) as desk:
        _look(desk)
        from salesdesk.base.duplicates.groups import groups
        from salesdesk.cli.printing import emit

        most = limit if limit is not None or as_json else SHOWN
        found = desk.read(groups, min_score=min_score, limit=most)
        if as_json:
            emit({"groups": [_document(group) for group in found.groups], "pairs": found.pairs})
        else:
            _print(found)


def _look(desk: Desk) -> None:
    """Look through the base without holding others up, then keep what was found."""
    from salesdesk.base.duplicates.scanning import find, keep
    from salesdesk.cli.progress import Bar
    from salesdesk.cli.stopping import stopping

    with Bar(_("Looking for duplicates")) as bar, stopping() as stopped:
        found = desk.read(find, progress=bar.report, cancelled=stopped.is_set)
    desk.write(keep, found)


def _document(group: "Group") -> dict[str, object]:
    from salesdesk.base.duplicates.reasons import reason_words

    return {
        "score": group.score,
        "why": [reason_words(reason) for reason in group.why],
        "why_codes": [str(reason.code) for reason in group.why],
        "clients": [
            {
                "client": client.client_id,
                "external_id": client.external_id,
                "source": client.source,
                "name": client.name,
                "city": client.city,
                "phone": client.phone,
                "owner": client.owner,
            }
            for client in group.clients
        ],
    }


def _print(found: "Groups") -> None:
    from salesdesk.base.duplicates.reasons import reason_words
    from salesdesk.cli.printing import say, table

    if not found.groups:
        say(_("No likely duplicates were found."))
        return
    for group in found.groups:
        say(f"{group.score:.2f} · {'; '.join(map(reason_words, group.why))}")
        table(
            (_("Client"), _("External id"), _("Name"), _("City"), _("Address"), _("Phone"), _("Owner")),
            [
                (one.client_id, one.external_id, one.name, one.city, one.address, one.phone, one.owner)
                for one in group.clients
            ],
            right=(0,),
            elastic=(2, 4),
        )
        say("")
    groups = ngettext("{count} group", "{count} groups", found.total).format(count=found.total)
    pairs = ngettext("{count} pair", "{count} pairs", found.pairs).format(count=found.pairs)
    say(f"{groups}, {pairs}")


def _tell_apart(ctx: typer.Context, clients: list[str], *, as_json: bool) -> None:
    if len(clients) < 2:
        raise WrongCallError(_("Name two clients at least: salesdesk duplicates --not A B."))
    with sit_down(ctx) as desk:
        from salesdesk.base.duplicates.apart import tell_apart
        from salesdesk.base.references import find_client
        from salesdesk.cli.printing import emit, say

        ids = [desk.read(find_client, client) for client in clients]
        count = desk.write(tell_apart, ids)
        if as_json:
            emit({"clients": ids, "pairs": count})
        else:
            say(_("Remembered: these are not duplicates."))
