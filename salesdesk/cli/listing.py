"""`list`: the clients that a filter chooses."""

from typing import TYPE_CHECKING, Annotated

import typer

from salesdesk.cli.asked import Desk, sit_down
from salesdesk.cli.failing import naming_option
from salesdesk.cli.help import Command
from salesdesk.cli.options import AsJson, whole
from salesdesk.errors import InputError
from salesdesk.i18n import N_, _, ngettext

if TYPE_CHECKING:
    from salesdesk.base.listing import Listed, ListedRow

ROWS = 20
SORTS = ("name", "amount", "last_call", "next")

Where = Annotated[
    str,
    typer.Option(
        "--where",
        metavar="FILTER",
        help=N_("Which clients: city=Moscow stage=new,proposal not last_call<30d. See docs/filters.md."),
    ),
]

InSegment = Annotated[
    str,
    typer.Option(
        "--segment", metavar="NAME", help=N_("Those of a saved segment; with --where, those of both.")
    ),
]


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "list",
        help=N_("Clients by a filter: city, stage, owner, last call, what is missing and more."),
        cls=Command,
    )(list_clients)


def _sort(value: str) -> str:
    if value and value not in SORTS:
        raise typer.BadParameter(
            _("“{value}” is no order of a list: {sorts}.").format(value=value, sorts=", ".join(SORTS))
        )
    return value


SortOption = Annotated[
    str,
    typer.Option(
        "--sort",
        metavar="|".join(SORTS),
        parser=_sort,
        help=N_(
            "By name; by amount, the largest first; by last call, the longest ago first; by next action."
        ),
    ),
]


def list_clients(
    ctx: typer.Context,
    *,
    where: Where = "",
    segment: InSegment = "",
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", parser=whole(1), help=N_("No more rows than these (20)."))
    ] = ROWS,
    sort: SortOption = "",
    as_json: AsJson = False,
) -> None:
    """List clients."""
    with sit_down(ctx) as desk:
        from salesdesk.base.listing import Sort, listed_at_once
        from salesdesk.base.segments import segment_named
        from salesdesk.cli.printing import emit
        from salesdesk.cli.segments import chosen
        from salesdesk.cli.shapes import Shapes

        try:
            order = sort or (desk.read(segment_named, segment).sort if segment else None) or SORTS[0]
            found = desk.read(listed_at_once, chosen(desk, where, segment), limit, sort=Sort(order))
        except InputError as wrong:
            raise naming_option(wrong) from wrong.__cause__
        desk.note_list(len(found.rows))
        if as_json:
            shapes = Shapes(desk.context.catalogues.team.zone)
            emit({"rows": [shapes.listed(row) for row in found.rows], "total": found.total})
        else:
            _print(desk, found)


def _print(desk: Desk, found: "Listed") -> None:
    from salesdesk.cli.printing import say, table

    if not found.rows:
        say(_("No client is so."))
        return
    heads = (
        _("Client"), _("Name"), _("Stage"), _("Class"), _("Expected"), _("Owner"), _("City"), _("Last call"),
        _("Next action"), _("Phone"),
    )  # fmt: skip
    table(
        heads, [_cells(desk, row) for row in found.rows], right=(0, 4), elastic=(1, 6, 2), spare=(6, 3, 7, 5)
    )
    total = ngettext("{count} client", "{count} clients", found.total).format(count=found.total)
    shown = len(found.rows)
    say(total if shown == found.total else _("{total}, shown: {shown}").format(total=total, shown=shown))


def _cells(desk: Desk, row: "ListedRow") -> tuple[object, ...]:
    from salesdesk import wording

    books, zone = desk.context.catalogues, desk.context.catalogues.team.zone
    owed = row.next_action
    called = "" if row.last_call_at is None else row.last_call_at.astimezone(zone).strftime("%Y-%m-%d")
    due = ""
    if owed is not None:
        due = owed.due_at.astimezone(zone).strftime("%Y-%m-%d %H:%M" if owed.promise else "%Y-%m-%d")
    amount = f"{row.expected_minor // 100}" if row.expected_minor else ""
    stage = wording.titled(books.stages, row.stage)
    return (
        row.client_id, row.name, stage, row.client_class, amount, row.owner, row.city, called, due, row.phone,
    )  # fmt: skip
