"""`today` and `why`: whom to call now, and why this client or why not."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from salesdesk.cli.asked import Desk, sit_down
from salesdesk.cli.help import Command
from salesdesk.cli.options import AsJson, Client, whole
from salesdesk.i18n import N_, _, ngettext

if TYPE_CHECKING:
    from salesdesk.rows import DayCounts, DayHeader, QueueRow

ROWS = 50
ROWS_AS_JSON = 1000
_CHUNK = 500
"""Rows read at a time; an offset is walked over, since the list is cut by where a page ended."""


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("today", help=N_("Whom to call now and why: the list of the day."), cls=Command)(today)
    app.command(
        "why", help=N_("Why a client stands where it stands, or why it is not in the list."), cls=Command
    )(why)


def today(
    ctx: typer.Context,
    *,
    at: Annotated[
        str | None,
        typer.Option("--at", metavar="TIME", help=N_("The list at another moment: 14:30, or ISO 8601.")),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit",
            metavar="N",
            parser=whole(1),
            help=N_("No more rows than these (50; 1000 with --json)."),
        ),
    ] = None,
    offset: Annotated[
        int, typer.Option("--offset", metavar="N", parser=whole(0), help=N_("Leave out so many rows first."))
    ] = 0,
    plan: Annotated[
        bool, typer.Option("--plan", help=N_("Print the plan of the day: whom at what time."))
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Print the list of the day."""
    print_today(ctx, at=at, limit=limit, offset=offset, plan=plan, as_json=as_json)


def print_today(
    ctx: typer.Context,
    *,
    at: str | None = None,
    limit: int | None = None,
    offset: int = 0,
    plan: bool = False,
    as_json: bool = False,
) -> None:
    """Print the list of the day, as JSON or for people."""
    with sit_down(ctx) as opened:
        desk = opened if at is None else _at(opened, at)
        from salesdesk.team.limits import rows_wanted

        wanted = desk.read(
            rows_wanted,
            limit,
            usual=ROWS_AS_JSON if as_json else ROWS,
            offset=0 if plan and not as_json else offset,
        )
        if plan and not as_json:
            _plan(desk, wanted)
        elif as_json:
            _as_json(desk, wanted, offset)
        else:
            _as_table(desk, wanted, offset)


def _at(desk: Desk, at: str) -> Desk:
    from salesdesk.cli.times import moment_of

    context = desk.context
    moment = moment_of(at, context)
    return replace(desk, context=replace(context, clock=replace(context.clock, fixed=moment)))


def _rows(desk: Desk, limit: int, offset: int) -> tuple[list["QueueRow"], bool]:
    """Give the rows asked for, and whether there are more."""
    from salesdesk.desk.queue import page

    found: list[QueueRow] = []
    cursor, skip = None, offset
    while True:
        part = desk.read(page, after=cursor, limit=min(_CHUNK, skip or limit - len(found)))
        if skip:
            skip -= min(_CHUNK, skip)
        else:
            found += part.rows
        cursor = part.next
        if cursor is None or len(found) >= limit:
            return found, cursor is not None


def _as_json(desk: Desk, limit: int, offset: int) -> None:
    from salesdesk.cli.printing import emit
    from salesdesk.cli.shapes import Shapes
    from salesdesk.desk.day import counts, plan
    from salesdesk.desk.queue import header
    from salesdesk.desk.reasons import reason

    context = desk.context
    shapes = Shapes(context.catalogues.team.zone)
    rows, more = _rows(desk, limit, offset)
    count, day = desk.read(counts), desk.read(header)
    slots = desk.read(plan)
    at = {slot.client_id: slot.at for slot in slots}
    emit(
        {
            "operator": context.me.login,
            "date": day.day.isoformat(),
            "now": shapes.at(day.now),
            "working_day": day.working_day,
            "calls_left": day.calls_left,
            "bands": {band.value: number for band, number in count.bands.items()},
            "band_order": list(day.band_order),
            "overdue": count.overdue,
            "promises": count.promises,
            "waiting": count.waiting,
            "no_next_action": count.no_next_action,
            "tails": count.tails,
            "from_lead": count.from_lead,
            "to_confirm": count.to_confirm,
            "calls": count.calls_today,
            "contacts": count.contacts_today,
            "goals_hit": count.goals_hit_today,
            "rows": [shapes.queue(row, reason(context, row), at.get(row.client_id)) for row in rows],
            "more": more,
            "plan": [
                {"at": shapes.at(slot.at), "client": slot.client_id, "band": slot.band} for slot in slots
            ],
        }
    )


def _as_table(desk: Desk, limit: int, offset: int) -> None:
    from salesdesk.cli.printing import say, table
    from salesdesk.desk.day import counts
    from salesdesk.desk.queue import header
    from salesdesk.desk.reasons import reason
    from salesdesk.team.pool import pool_is_counted

    context = desk.context
    rows, more = _rows(desk, limit, offset)
    say(_head(desk.read(header), desk.read(counts), context.me.name))
    if not rows:
        say(_("Nobody is to be called now."))
        if pool_is_counted(context):
            say(_("The next client of the shared pool is given out: salesdesk next"))
        return
    heads = (_("No."), _("Client"), "", _("Name"), _("Phone"), _("When"), _("Interest"), _("Amount"))
    # Into a file goes the whole reason; at a terminal its parts have their columns, and `why` says the rest.
    at_terminal = sys.stdout.isatty()
    table(
        (*heads, _("Goal") if at_terminal else _("Why")),
        [(*_cells(row, desk), _goal(row, desk) if at_terminal else reason(context, row)) for row in rows],
        right=(0, 1, 7),
        elastic=(3, 8),
        spare=(6, 2),
    )
    if more:
        say(_("There are more: --offset {offset}").format(offset=offset + len(rows)))


def _cells(row: "QueueRow", desk: Desk) -> tuple[object, ...]:
    from salesdesk import wording
    from salesdesk.formatting import amount_short, interest

    return (
        row.rank,
        row.client_id,
        wording.band(row.band),
        row.name,
        row.phone or "",
        _when(row, desk),
        interest(row.interest),
        amount_short(row.expected_minor),
    )


def _goal(row: "QueueRow", desk: Desk) -> str:
    from salesdesk import wording

    return wording.titled(desk.context.catalogues.goals, row.goal)


def _when(row: "QueueRow", desk: Desk) -> str:
    from salesdesk.formatting import clock, days_late

    if row.due_at is None:
        return ""
    when = f"⏰ {clock(row.due_at, desk.context.catalogues.team.zone)}" if row.promise else ""
    late = f"! {days_late(row.days_late)}" if row.days_late else "!" if row.overdue else ""
    return f"{late} {when}".strip()


def _head(day: "DayHeader", counts: "DayCounts", name: str) -> str:
    from salesdesk import wording
    from salesdesk.formatting import day_title
    from salesdesk.wording import from_lead

    bands = ", ".join(f"{wording.band(band).lower()} {counts.bands.get(band, 0)}" for band in day.band_order)
    late = ngettext("{count} overdue", "{count} overdue", counts.overdue).format(count=counts.overdue)
    head = f"{name} · {day_title(day.day)} {day.now:%H:%M} · {bands} · {late}"
    return f"{head} · {from_lead(counts.from_lead)}" if counts.from_lead else head


def _plan(desk: Desk, limit: int) -> None:
    from salesdesk import wording
    from salesdesk.cli.printing import say, table
    from salesdesk.desk.day import plan
    from salesdesk.formatting import clock

    slots = desk.read(plan)
    if not slots:
        say(_("Nothing is planned for what is left of the day."))
        return
    names = _names(desk, [slot.client_id for slot in slots[:limit]])
    zone = desk.context.catalogues.team.zone
    rows = [
        (clock(slot.at, zone), slot.client_id, names.get(slot.client_id, ""), wording.band(slot.band))
        for slot in slots[:limit]
    ]
    table((_("At"), _("Client"), _("Name"), ""), rows, right=(1,), elastic=(2,))


def _names(desk: Desk, clients: Sequence[int]) -> dict[int, str]:
    from salesdesk.base.references import names_of

    return desk.read(names_of, clients)


def why(ctx: typer.Context, client: Client, *, as_json: AsJson = False) -> None:
    """Say why a client stands where it stands."""
    with sit_down(ctx) as desk:
        from salesdesk.base.references import find_client
        from salesdesk.cli.printing import emit, say
        from salesdesk.cli.shapes import Shapes
        from salesdesk.desk.reasons import why as ask

        found = desk.read(ask, desk.read(find_client, client))
        if as_json:
            emit(Shapes(desk.context.catalogues.team.zone).why(found))
        else:
            say(found.reason)
