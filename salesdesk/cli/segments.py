"""`segment`: filters saved under a name, and what is done with those they choose."""

from typing import TYPE_CHECKING, Annotated

import typer

from salesdesk.cli.asked import Desk, sit_down
from salesdesk.cli.failing import WrongCallError, naming_option
from salesdesk.cli.help import Command, Group
from salesdesk.cli.listing import SORTS, SortOption, Where
from salesdesk.cli.options import AsJson, one_of
from salesdesk.cli.stopping import stopping
from salesdesk.errors import InputError
from salesdesk.i18n import N_, _, ngettext

if TYPE_CHECKING:
    from salesdesk.base.filters import Filter
    from salesdesk.base.segments import Counted, SegmentRow
    from salesdesk.cli.shapes import Document

RULES = ("even", "region", "class")
Name = Annotated[
    str, typer.Argument(metavar="NAME", show_default=False, help=N_("The segment; NAME@LOGIN says whose."))
]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(cls=Group, rich_markup_mode=None)
    group.command("save", help=N_("Save a filter under a name, or change what it is."), cls=Command)(save)
    group.command("list", help=N_("Segments, and how many clients each holds."), cls=Command)(list_segments)
    group.command("show", help=N_("What a segment chooses, and how many."), cls=Command)(show)
    group.command("rename", help=N_("Call a segment by another name."), cls=Command)(rename)
    group.command("remove", help=N_("Remove a segment; its clients stay."), cls=Command)(remove)
    group.command(
        "assign", help=N_("Share its clients out to operators, by a rule; --dry-run counts."), cls=Command
    )(assign)
    group.command("campaign", help=N_("Put its clients into a campaign."), cls=Command)(campaign)
    app.add_typer(group, name="segment", help=N_("Clients chosen by a saved filter: save, share, assign."))


def save(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", show_default=False, help=N_("What it is called."))],
    *,
    where: Where = "",
    sort: SortOption = "",
    shared: Annotated[
        bool | None,
        typer.Option("--shared/--own", help=N_("Everybody may use it; only you and a lead change it.")),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Save a filter."""
    if not where:
        raise WrongCallError(_("Say which clients: --where FILTER."))
    with sit_down(ctx) as desk:
        from salesdesk.base.segments import counted, save_segment

        try:
            kept = _own(desk, name)
            made = desk.write(
                save_segment, name, where,
                sort=sort or (kept.sort if kept else None),
                shared=(kept.shared if kept else False) if shared is None else shared,
            )  # fmt: skip
        except InputError as wrong:
            raise naming_option(wrong) from wrong.__cause__
        _tell(desk.read(counted, made), as_json=as_json)


def _own(desk: Desk, name: str) -> "SegmentRow | None":
    from salesdesk.base.filters.saved import segment_key
    from salesdesk.base.segments import segments

    key = segment_key(name)
    return next((one for one in desk.read(segments) if one.mine and segment_key(one.name) == key), None)


def list_segments(ctx: typer.Context, *, as_json: AsJson = False) -> None:
    """List the segments."""
    with sit_down(ctx) as desk:
        from salesdesk.base.segments import counted, segments
        from salesdesk.cli.printing import emit, say, table

        found = [desk.read(counted, one) for one in desk.read(segments)]
        if as_json:
            emit({"rows": [_shape(one) for one in found]})
        elif not found:
            say(_("There is no segment yet: salesdesk segment save NAME --where FILTER."))
        else:
            table(
                (_("Name"), _("Clients"), _("Owner"), _("Shared"), _("Filter")),
                [
                    (
                        one.segment.name, "?" if one.count is None else one.count, one.segment.owner,
                        _("yes") if one.segment.shared else "", one.segment.filter,
                    )
                    for one in found
                ],
                right=(1,),
                elastic=(4, 0),
            )  # fmt: skip


def show(ctx: typer.Context, name: Name, *, as_json: AsJson = False) -> None:
    """Show a segment."""
    with sit_down(ctx) as desk:
        from salesdesk.base.segments import counted, segment_named

        _tell(desk.read(counted, desk.read(segment_named, name)), as_json=as_json)


def rename(
    ctx: typer.Context,
    name: Name,
    to: Annotated[str, typer.Argument(metavar="NEW", show_default=False, help=N_("The new name."))],
    *,
    as_json: AsJson = False,
) -> None:
    """Rename a segment."""
    with sit_down(ctx) as desk:
        from salesdesk.base.segments import change_segment, counted, segment_named

        found = desk.read(segment_named, name)
        desk.write(change_segment, found.id, name=to)
        whose = to if found.mine else f"{to}@{found.owner}"
        _tell(desk.read(counted, desk.read(segment_named, whose)), as_json=as_json)


def remove(ctx: typer.Context, name: Name, *, as_json: AsJson = False) -> None:
    """Remove a segment."""
    with sit_down(ctx) as desk:
        from salesdesk.base.segments import remove_segment, segment_named
        from salesdesk.cli.printing import emit, say

        found = desk.read(segment_named, name)
        desk.write(remove_segment, found.id)
        if as_json:
            emit({"removed": found.name})
        else:
            say(_("Removed: {name}. `salesdesk undo` takes it back.").format(name=found.name))


Which = Annotated[
    str, typer.Argument(metavar="[NAME]", show_default=False, help=N_("The segment, or --where instead."))
]


def assign(
    ctx: typer.Context,
    name: Which = "",
    *,
    where: Where = "",
    rule: Annotated[
        str,
        typer.Option(
            "--rule", metavar="|".join(RULES), parser=one_of(RULES), help=N_("By what to share them out.")
        ),
    ] = "even",
    to: Annotated[
        str,
        typer.Option(
            "--to", metavar="LOGIN,…", help=N_("Who gets them: anna,boris, or Moscow=anna,Omsk=boris.")
        ),
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=N_("Count who would get how many; change nothing."))
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Share clients out."""
    with sit_down(ctx) as desk:
        from salesdesk.cli.printing import emit, say, table
        from salesdesk.cli.progress import Bar
        from salesdesk.lead.sharing_out import Rule, read_to, rehearse, share_out

        try:
            chosen = _chosen(desk, name, where)
            given = (chosen, Rule(rule), read_to(to))
            with Bar(_("Sharing out")) as bar, stopping() as stopped:
                done = (
                    desk.read(rehearse, *given)
                    if dry_run
                    else desk.write(share_out, *given, progress=bar.report, cancelled=stopped.is_set)
                )
        except InputError as wrong:
            raise naming_option(wrong) from wrong.__cause__
        if as_json:
            rows: list[Document] = [
                {"operator": one.login, "clients": one.clients, "changed": one.changed} for one in done.shares
            ]
            totals = {"clients": done.clients, "changed": done.changed, "left": done.left}
            emit({"rows": rows, **totals, "absent": [*done.absent], "dry_run": dry_run})
            return
        table(
            (_("Operator"), _("Clients"), _("Change hands")),
            [(one.name, one.clients, one.changed) for one in done.shares],
            right=(1, 2),
        )
        if done.left:
            said = ngettext("{count} client stays", "{count} clients stay", done.left)
            say(said.format(count=done.left) + ": " + _("nobody was named for them"))
        if done.absent:
            say(_("Absent, and get none: {names}").format(names=", ".join(done.absent)))
        if dry_run:
            say(_("Rehearsal, nothing is changed."))


def campaign(
    ctx: typer.Context,
    name: Name,
    code: Annotated[
        str,
        typer.Argument(
            metavar="CODE", show_default=False, help=N_("The campaign, made where there is none.")
        ),
    ],
    *,
    title: Annotated[
        str | None, typer.Option("--title", metavar="TITLE", help=N_("What people read instead of the code."))
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Put clients into a campaign."""
    with sit_down(ctx) as desk:
        from salesdesk.cli.printing import emit, say
        from salesdesk.cli.progress import Bar
        from salesdesk.lead.campaigns import put_into_campaign

        try:
            clients = _chosen(desk, name, "")
            with Bar(_("Putting in")) as bar, stopping() as stopped:
                changed = desk.write(
                    put_into_campaign, clients, code, title, progress=bar.report, cancelled=stopped.is_set
                )
        except InputError as wrong:
            raise naming_option(wrong) from wrong.__cause__
        if as_json:
            emit({"campaign": code, "changed": changed})
        else:
            said = ngettext("{count} client put into {code}", "{count} clients put into {code}", changed)
            say(said.format(count=changed, code=code))


def _chosen(desk: Desk, name: str, where: str) -> "Filter":
    """Read which clients are meant: a segment, a filter, or both of them."""
    if not name and not where:
        raise WrongCallError(_("Say which clients: a segment, or --where FILTER."))
    return chosen(desk, where, name)


def chosen(desk: Desk, where: str, segment: str) -> "Filter":
    """Give a filter, of the clients of a segment where one is named. Raises InputError, NotFoundError."""
    from salesdesk.base.filters import parse_filter
    from salesdesk.base.segments import segment_named

    found = parse_filter(where, desk.context)
    return found if not segment else desk.read(segment_named, segment).reference & found


def _shape(one: "Counted") -> "Document":
    found = one.segment
    shape: Document = {
        "name": found.name, "filter": found.filter, "sort": found.sort or SORTS[0], "owner": found.owner,
        "shared": found.shared, "count": one.count,
    }  # fmt: skip
    return shape | ({"problem": one.wrong} if one.wrong else {})


def _tell(one: "Counted", *, as_json: bool) -> None:
    from salesdesk.cli.printing import emit, say

    if as_json:
        emit(_shape(one))
        return
    whose = one.segment.owner_name + (" · " + _("shared") if one.segment.shared else "")
    say(f"{one.segment.name} · {whose}")
    say(one.segment.filter)
    if one.count is None:
        say(f"! {one.wrong}")
    else:
        say(ngettext("{count} client", "{count} clients", one.count).format(count=one.count))
